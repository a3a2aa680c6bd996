// SPDX-License-Identifier: Apache-2.0
/** @import { PageData, TableColumns } from '../page-data.ts' */

/**
 * What the table shows: one tab, what it is narrowed to, its order, and the row that is open. Everything is text, as in the address.
 * @typedef {{ tab: 'identities' | 'credentials', q: string, result: string, check: string, kind: string, class: string, state: string, owner: string, unit: string, sort: string, open: string }} View
 */

/** @type {readonly (keyof View & ('result' | 'check' | 'kind' | 'class' | 'state' | 'owner' | 'unit'))[]} */
export const FILTERS = ['result', 'check', 'kind', 'class', 'state', 'owner', 'unit'];

/** @type {View} */
export const FIRST_VIEW = { tab: 'identities', q: '', result: '', check: '', kind: '', class: '', state: '', owner: '', unit: '', sort: '', open: '' };

/**
 * The view that an address's fragment names, or null where it names a place in the page.
 * @param {string} hash
 * @returns {View | null}
 */
export function viewOf(hash) {
  const text = hash.replace(/^#/, '');
  if (!text.includes('=')) return null;
  const given = new URLSearchParams(text);
  /** @param {string} name */
  const of = (name) => given.get(name) ?? '';
  return {
    tab: of('tab') === 'credentials' ? 'credentials' : 'identities', q: of('q'), result: of('result'), check: of('check'), kind: of('kind'), class: of('class'),
    state: of('state'), owner: of('owner'), unit: of('unit'), sort: of('sort'), open: of('open'),
  };
}

/**
 * A view as a fragment that brings it back.
 * @param {View} view
 */
export function hashOf(view) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) if (value !== '') given.set(name, value);
  return `#${given}`;
}

/**
 * Words that a filter of a tab offers, in the order of the numbers in its column.
 * @param {PageData} data
 * @param {'identities' | 'credentials'} tab
 * @param {typeof FILTERS[number]} filter
 * @returns {readonly string[]}
 */
export function wordsOf(data, tab, filter) {
  if (filter === 'result') return data.results.map((word) => word.replaceAll(' ', '_'));
  if (filter === 'check') return data.checks;
  if (filter === 'kind') return data.kinds;
  if (filter === 'class') return data.classes;
  if (filter === 'owner') return data.owners;
  if (filter === 'unit') return data.units;
  return tab === 'identities' ? data.identityStates : data.credentialStates;
}

/**
 * A table's rows made ready for searching and sorting; texts and orders are made once, when first needed.
 * @param {PageData} data
 * @param {'identities' | 'credentials'} tab
 */
export function searcher(data, tab) {
  const columns = data[tab];
  /** @type {string[] | null} */
  let texts = null;
  /** @type {Map<string, Uint32Array>} */
  const orders = new Map();

  /** @param {View} view @returns {Uint32Array} positions of the rows that fit, in order */
  function find(view) {
    const words = view.q.toLowerCase().split(/\s+/).filter((word) => word !== '');
    if (words.length > 0) texts ??= searchTexts(data, columns);
    /** @param {typeof FILTERS[number]} filter */
    const wanted = (filter) => (view[filter] === '' ? null : wordsOf(data, tab, filter).indexOf(view[filter]));
    /** @type {[readonly number[], number][]} */
    const equal = [];
    for (const [filter, column] of /** @type {const} */ ([['kind', columns.kind], ['class', columns.class], ['state', columns.state], ['owner', columns.ownerState], ['unit', columns.unit]])) {
      const place = wanted(filter);
      if (place !== null) equal.push([column, place]);
    }
    const check = wanted('check');
    const result = wanted('result');
    const order = orderOf(view.sort);
    const found = new Uint32Array(order.length);
    let count = 0;
    for (const row of order) {
      if (!equal.every(([column, place]) => column[row] === place)) continue;
      if ((check !== null || result !== null) && !hasResult(columns.results[row] ?? [], check, result)) continue;
      if (texts !== null && words.length > 0) {
        const text = texts[row] ?? '';
        if (!words.every((word) => text.includes(word))) continue;
      }
      found[count] = row;
      count += 1;
    }
    return found.subarray(0, count);
  }

  /** @param {string} sort a column's name, with a minus before it for the other direction */
  function orderOf(sort) {
    const made = orders.get(sort);
    if (made !== undefined) return made;
    const order = Uint32Array.from({ length: columns.key.length }, (_, row) => row);
    const down = sort.startsWith('-');
    const values = sortValues(columns, down ? sort.slice(1) : sort);
    if (values !== null) {
      order.sort((a, b) => {
        const x = values[a] ?? null;
        const y = values[b] ?? null;
        // What has no value comes last in both directions: unknown is neither oldest nor newest.
        if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
        if (x === y) return a - b;
        return x < y === down ? 1 : -1;
      });
    } else if (down) order.reverse();
    orders.set(sort, order);
    return order;
  }

  return { find };
}

/**
 * Whether one verdict is of this check and has this result; null stands for any.
 * @param {readonly number[]} codes
 * @param {number | null} check
 * @param {number | null} result
 */
function hasResult(codes, check, result) {
  for (const code of codes) if ((check === null || code >> 3 === check) && (result === null || (code & 7) === result)) return true;
  return false;
}

/**
 * @param {PageData} data
 * @param {TableColumns} columns
 */
function searchTexts(data, columns) {
  return columns.key.map((_, row) => {
    const unit = columns.unit[row] ?? -1;
    return `${columns.name[row]}\n${columns.id[row]}\n${columns.key[row]}\n${columns.owner[row]}\n${columns.note[row]}\n${data.unitNames[unit]}\n${data.kinds[columns.kind[row] ?? -1]}`.toLowerCase();
  });
}

/**
 * @param {TableColumns} columns
 * @param {string} name
 * @returns {readonly (string | number | null)[] | null} null for the order of the population itself
 */
function sortValues(columns, name) {
  if (name === 'name') return columns.name;
  if (name === 'id') return columns.id;
  if (name === 'kind') return columns.kind;
  if (name === 'state') return columns.class.map((place, row) => place * 8 + (columns.state[row] ?? 0));
  if (name === 'owner') return columns.owner.map((owner) => (owner === '' ? null : owner));
  if (name === 'created') return columns.age;
  if (name === 'used') return columns.idle;
  if (name === 'results') return columns.results.map(weight);
  return null;
}

/** @param {readonly number[]} results not met counts before not evaluated, and that before needs review */
function weight(results) {
  let sum = 0;
  for (const code of results) sum += [0, 1_000_000, 1_000, 1, 0, 0][code & 7] ?? 0;
  return sum;
}
