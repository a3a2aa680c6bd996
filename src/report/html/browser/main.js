// SPDX-License-Identifier: Apache-2.0
import { openBlock } from './data.js';
import { makeDetail } from './detail.js';
import { byId, element, grouped } from './dom.js';
import { FILTERS, FIRST_VIEW, hashOf, searcher, viewOf, wordsOf } from './filter.js';
import { COLUMNS, makeTable, PRINTED } from './table.js';
/** @import { PageData } from '../page-data.ts' */
/** @import { View } from './filter.js' */

start().catch((/** @type {unknown} */ error) => {
  const failure = byId('failure', HTMLElement);
  failure.textContent = `The table could not be opened: ${error instanceof Error ? error.message : String(error)}. The same rows are in populations/principals.csv and populations/credentials.csv.`;
  failure.hidden = false;
});

async function start() {
  /** @type {PageData} */
  const data = await openBlock('page-data');
  const searchers = { identities: searcher(data, 'identities'), credentials: searcher(data, 'credentials') };
  const tabs = /** @type {const} */ (['identities', 'credentials']).map((tab) => ({ tab, button: byId(`tab-${tab}`, HTMLButtonElement) }));
  const search = byId('f-q', HTMLInputElement);
  const sort = byId('f-sort', HTMLSelectElement);
  const selects = FILTERS.map((filter) => ({ filter, select: byId(`f-${filter}`, HTMLSelectElement) }));
  const count = byId('count', HTMLElement);
  const clear = byId('clear', HTMLButtonElement);
  const printNote = byId('printnote', HTMLElement);
  let view = viewOf(location.hash) ?? FIRST_VIEW;
  /** @type {View['tab'] | null} */
  let filled = null;
  let found = 0;

  const table = makeTable(data, (by) => change({ sort: by === 'number' ? '' : by }));
  const detail = makeDetail(data, () => {
    if (view.open !== '') change({ open: '' });
  });
  for (const { tab, button } of tabs) {
    button.addEventListener('click', () => change({ ...FIRST_VIEW, q: view.q, unit: view.unit, tab }));
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      const other = tabs.find((one) => one.tab !== tab);
      other?.button.click();
      other?.button.focus();
    });
  }
  search.addEventListener('input', () => change({ q: search.value }));
  sort.addEventListener('change', () => change({ sort: sort.value }));
  for (const { filter, select } of selects) select.addEventListener('change', () => change({ [filter]: select.value }));
  clear.addEventListener('click', () => {
    change({ ...FIRST_VIEW, tab: view.tab, sort: view.sort });
    search.focus();
  });
  addEventListener('hashchange', () => {
    const next = viewOf(location.hash);
    if (next === null) return;
    view = next;
    render();
  });
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement || document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    search.focus();
  });
  addEventListener('beforeprint', () => {
    printNote.textContent = found > PRINTED ? `The first ${grouped(PRINTED)} of ${grouped(found)} rows are printed. All are in ${data[view.tab].file}.` : '';
    table.print(true);
  });
  addEventListener('afterprint', () => table.print(false));

  byId('explorer', HTMLElement).hidden = false;
  render();
  if (location.hash.includes('=')) byId('populations', HTMLElement).scrollIntoView();
  document.documentElement.dataset['ready'] = 'true';

  /** @param {Partial<View>} part */
  function change(part) {
    view = { ...view, ...part };
    history.replaceState(null, '', hashOf(view));
    render();
  }

  function render() {
    fillTools();
    const rows = searchers[view.tab].find(view);
    found = rows.length;
    const all = data[view.tab].key.length;
    count.textContent = rows.length === all ? `${grouped(all)} ${view.tab}` : `${grouped(rows.length)} of ${grouped(all)} ${view.tab}`;
    clear.hidden = view.q === '' && FILTERS.every((filter) => view[filter] === '');
    table.show(view, rows);
    void detail.open(view.open);
  }

  function fillTools() {
    for (const { tab, button } of tabs) {
      button.setAttribute('aria-selected', String(tab === view.tab));
      button.tabIndex = tab === view.tab ? 0 : -1;
    }
    if (filled !== view.tab) {
      filled = view.tab;
      byId('panel', HTMLElement).setAttribute('aria-labelledby', `tab-${view.tab}`);
      byId('l-state', HTMLElement).textContent = view.tab === 'identities' ? 'Rights' : 'Status';
      byId('tabnote', HTMLElement).textContent = view.tab === 'identities' ? 'Results are those of the identity itself and of the trusts into it; those of its credentials stand in the other tab. Numbers are those of populations/principals.csv.' : 'One row a credential, numbered as in populations/credentials.csv.';
      sort.replaceChildren(...COLUMNS.flatMap(({ id, head, orders }) => [element('option', { value: id === 'number' ? '' : id }, `${head[view.tab]}: ${orders[0]}`), element('option', { value: `-${id}` }, `${head[view.tab]}: ${orders[1]}`)]));
      for (const { filter, select } of selects) select.replaceChildren(element('option', { value: '' }, 'All'), ...optionsOf(filter));
    }
    if (search.value !== view.q) search.value = view.q;
    sort.value = view.sort;
    for (const { filter, select } of selects) {
      select.value = view[filter];
      select.classList.toggle('on', view[filter] !== '');
      // A link may name what this run does not have: the choice must say so, not look like no filter.
      if (view[filter] !== '' && select.value !== view[filter]) {
        select.append(element('option', { value: view[filter] }, `${view[filter]} (none here)`));
        select.value = view[filter];
      }
    }
  }

  /** @param {typeof FILTERS[number]} filter */
  function optionsOf(filter) {
    const columns = data[view.tab];
    const words = wordsOf(data, view.tab, filter);
    const counts = new Uint32Array(words.length);
    columns.key.forEach((_, row) => {
      if (filter === 'result' || filter === 'check') {
        const seen = new Set((columns.results[row] ?? []).map((code) => (filter === 'check' ? code >> 3 : code & 7)));
        for (const place of seen) counts[place] = (counts[place] ?? 0) + 1;
        return;
      }
      const place = { kind: columns.kind, class: columns.class, state: columns.state, owner: columns.ownerState, unit: columns.unit }[filter][row] ?? -1;
      counts[place] = (counts[place] ?? 0) + 1;
    });
    return words.flatMap((word, place) => {
      const rows = counts[place] ?? 0;
      const name = filter === 'unit' && data.unitNames[place] !== '' ? `${word} ${data.unitNames[place]}` : filter === 'result' ? word.replaceAll('_', ' ') : word;
      return rows === 0 ? [] : [element('option', { value: word }, `${name} (${grouped(rows)})`)];
    });
  }
}
