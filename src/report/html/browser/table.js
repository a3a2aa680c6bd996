// SPDX-License-Identifier: Apache-2.0
import { byId, element, grouped, resultMark, visible } from './dom.js';
import { hashOf } from './filter.js';
/** @import { PageData } from '../page-data.ts' */
/** @import { View } from './filter.js' */

/** Rows kept ready above and below what is seen. */
const SPARE = 10;
/** Rows that go to paper. */
export const PRINTED = 200;

/** `orders`: the two directions in words, the rising one first. @typedef {{ id: string, head: { identities: string, credentials: string }, orders: readonly [string, string] }} ColumnHead */
/** @type {readonly ColumnHead[]} */
export const COLUMNS = [
  { id: 'number', head: { identities: 'No.', credentials: 'No.' }, orders: ['first row first', 'last row first'] },
  { id: 'name', head: { identities: 'Identity', credentials: 'Credential of' }, orders: ['A to Z', 'Z to A'] },
  { id: 'kind', head: { identities: 'Kind, unit', credentials: 'Kind, unit' }, orders: ['together', 'together, reversed'] },
  { id: 'state', head: { identities: 'Class', credentials: 'Status' }, orders: ['together', 'together, reversed'] },
  { id: 'owner', head: { identities: 'Owner', credentials: 'Owner' }, orders: ['A to Z', 'Z to A'] },
  { id: 'created', head: { identities: 'Created', credentials: 'Created' }, orders: ['newest first', 'oldest first'] },
  { id: 'used', head: { identities: 'Last used', credentials: 'Last used' }, orders: ['latest first', 'longest ago first'] },
  { id: 'results', head: { identities: 'Results', credentials: 'Results' }, orders: ['fewest not met first', 'most not met first'] },
];

/**
 * A table that holds in the document only the rows near what is seen.
 * @param {PageData} data
 * @param {(sort: string) => void} sortBy
 */
export function makeTable(data, sortBy) {
  const viewport = byId('viewport', HTMLElement);
  const body = byId('body', HTMLTableSectionElement);
  const heads = byId('heads', HTMLTableRowElement);
  const table = byId('rows', HTMLTableElement);
  const [above, below] = [spacer(), spacer()];
  /** @type {Map<number, HTMLTableRowElement>} */
  const drawn = new Map();
  /** @type {Uint32Array} */
  let found = new Uint32Array();
  /** @type {View | null} */
  let view = null;
  let active = 0;
  let printing = false;
  let rowHeight = heightOfRow();

  viewport.addEventListener('scroll', draw, { passive: true });
  new ResizeObserver(resize).observe(viewport);
  body.addEventListener('keydown', move);
  body.addEventListener('focusin', (event) => {
    const row = event.target instanceof Element ? event.target.closest('tr') : null;
    if (row !== null) activate(Number(row.dataset['at']));
  });
  body.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('a') !== null || String(getSelection()) !== '') return;
    event.target.closest('tr')?.querySelector('a')?.click();
  });

  /** @param {View} next @param {Uint32Array} rows */
  function show(next, rows) {
    const same = view !== null && hashOf({ ...view, open: '' }) === hashOf({ ...next, open: '' });
    view = next;
    // Rows stay as they are while one of them is opened or closed, so that focus comes back to it.
    if (same) return;
    found = rows;
    active = 0;
    viewport.scrollTop = 0;
    table.setAttribute('aria-rowcount', String(rows.length + 1));
    heads.replaceChildren(...COLUMNS.map((column) => headOf(column, next)));
    drawn.clear();
    body.replaceChildren(above, below);
    draw();
  }

  /** @param {ColumnHead} column @param {View} now */
  function headOf({ id, head }, now) {
    const sort = now.sort === '' ? 'number' : now.sort;
    const direction = sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : 'none';
    const button = element('button', { type: 'button' }, head[now.tab]);
    // Oldest, longest unused and most not met first: what one looks for stands on top after one click.
    const first = ['created', 'used', 'results'].includes(id) ? `-${id}` : id;
    const other = first === id ? `-${id}` : id;
    button.addEventListener('click', () => sortBy(sort === first ? other : first));
    return element('th', { scope: 'col', class: `c-${id}`, 'aria-sort': direction }, button);
  }

  // Every row has the one height that the style sheet gives for this width, so places are computed and not measured.
  function heightOfRow() {
    return Number.parseFloat(getComputedStyle(viewport).getPropertyValue('--row'));
  }

  function resize() {
    const top = viewport.scrollTop / rowHeight;
    const height = heightOfRow();
    if (height !== rowHeight) {
      rowHeight = height;
      draw();
      viewport.scrollTop = top * rowHeight;
    }
    draw();
  }

  function draw() {
    if (view === null) return;
    const height = viewport.clientHeight;
    const first = printing ? 0 : Math.max(0, Math.floor(viewport.scrollTop / rowHeight) - SPARE);
    const end = printing ? Math.min(found.length, PRINTED) : Math.min(found.length, Math.ceil((viewport.scrollTop + height) / rowHeight) + SPARE);
    // Height first, rows last: taking away a row that has the focus lays the page out, and a table too short then would lose its place.
    space(above, printing ? 0 : first * rowHeight);
    space(below, printing ? 0 : (found.length - end) * rowHeight);
    /** @type {Element} */
    let before = below;
    for (let at = end - 1; at >= first; at -= 1) {
      let row = drawn.get(at);
      if (row === undefined) {
        row = rowAt(at, view);
        drawn.set(at, row);
        body.insertBefore(row, before);
      }
      before = row;
    }
    for (const [at, row] of drawn) {
      if (at >= first && at < end) continue;
      row.remove();
      drawn.delete(at);
    }
    // One row can always be reached with Tab, wherever the table was scrolled to.
    if (!drawn.has(active) && found.length > 0) activate(Math.min(found.length - 1, Math.ceil(viewport.scrollTop / rowHeight)));
  }

  /** @param {number} at @param {View} now */
  function rowAt(at, now) {
    const row = found[at] ?? 0;
    const columns = data[now.tab];
    /** @param {readonly string[]} column */
    const text = (column) => column[row] ?? '';
    /** @param {readonly number[]} column */
    const place = (column) => column[row] ?? -1;
    const link = element('a', { href: hashOf({ ...now, open: text(columns.key) }), tabindex: at === active ? '0' : '-1' }, visible(text(columns.name)));
    const states = now.tab === 'identities' ? data.identityStates : data.credentialStates;
    const state = states[place(columns.state)] ?? '';
    const group = data.classes[place(columns.class)] ?? '';
    const owned = place(columns.ownerState) === 0;
    const kind = data.kinds[place(columns.kind)] ?? '';
    const unit = data.units[place(columns.unit)] ?? '';
    const note = text(columns.note);
    const made = element('tr', { 'aria-rowindex': String(at + 2), 'data-at': String(at) },
      element('td', { class: 'c-number' }, grouped(row + 1)),
      element('th', { scope: 'row', class: 'c-name' }, element('div', {}, link, ...(note === '' ? [] : [' ', element('span', { class: 'tag' }, note)])), element('div', { class: 'code', title: text(columns.id) }, text(columns.id))),
      two('kind', kind.replace(/^[a-z]+\./, ''), unit, 'code'),
      now.tab === 'identities' ? two('state', group, state, state === 'administrator' ? 'strong' : '') : two('state', state, group, ''),
      two('owner', owned ? text(columns.owner) : data.owners[place(columns.ownerState)] ?? '', '', '', owned ? '' : 'dim'),
      two('created', text(columns.created), text(columns.createdNote), '', text(columns.created) === 'unknown' ? 'dim' : ''),
      two('used', text(columns.used), text(columns.usedNote), '', text(columns.used) === 'unknown' ? 'dim' : ''),
      element('td', { class: 'c-results' }, marks(columns.results[row] ?? [])));
    return made;
  }

  /** @param {readonly number[]} results */
  function marks(results) {
    const counts = data.results.map((_, result) => results.filter((finding) => data.findings[finding]?.[1] === result).length);
    const order = [1, 0, 2, 3, 5, 4];
    const kept = order.filter((result) => (counts[result] ?? 0) > 0);
    if (kept.length === 0) return element('span', { class: 'dim' }, 'no check applies');
    return element('span', { class: 'results' }, ...kept.map((result) => resultMark(data.results[result] ?? '', counts[result] ?? 0)));
  }

  /** @param {number} at */
  function activate(at) {
    drawn.get(active)?.querySelector('a')?.setAttribute('tabindex', '-1');
    active = at;
    drawn.get(active)?.querySelector('a')?.setAttribute('tabindex', '0');
  }

  /** @param {KeyboardEvent} event */
  function move(event) {
    const page = Math.max(1, Math.floor(viewport.clientHeight / rowHeight) - 2);
    /** @type {Readonly<Record<string, number>>} */
    const steps = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: found.length - 1 };
    const to = steps[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focus(Math.min(found.length - 1, Math.max(0, to)));
  }

  /** @param {number} at */
  function focus(at) {
    const top = at * rowHeight;
    const head = heads.offsetHeight;
    if (top < viewport.scrollTop) viewport.scrollTop = top;
    else if (top + rowHeight > viewport.scrollTop + viewport.clientHeight - head) viewport.scrollTop = top + rowHeight - viewport.clientHeight + head;
    draw();
    activate(at);
    drawn.get(at)?.querySelector('a')?.focus({ preventScroll: true });
  }

  return {
    show,
    /** @param {boolean} on */
    print(on) {
      printing = on;
      drawn.clear();
      body.replaceChildren(above, below);
      draw();
    },
  };
}

/** @param {string} column @param {string} first @param {string} second @param {string} [secondClass] @param {string} [firstClass] */
function two(column, first, second, secondClass = '', firstClass = '') {
  return element('td', { class: `c-${column}` }, element('div', firstClass === '' ? { title: first } : { class: firstClass, title: first }, first), ...(second === '' ? [] : [element('div', { class: `second ${secondClass}`, title: second }, second)]));
}

function spacer() {
  return element('tr', { class: 'spacer', 'aria-hidden': 'true' }, element('td'));
}

/** @param {HTMLTableRowElement} row @param {number} height in pixels */
function space(row, height) {
  row.hidden = height <= 0;
  const cell = row.firstElementChild;
  if (cell instanceof HTMLElement) cell.style.height = `${height}px`;
}
