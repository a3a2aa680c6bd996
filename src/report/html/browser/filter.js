// SPDX-License-Identifier: Apache-2.0
/** @import { PageData, TableColumns } from '../page-data.ts' */

/**
 * What the page shows: the place it is at, the providers and units it is narrowed to, the table's tab with what that is narrowed to, its
 * order, and the row that is open. Everything is text, as in the address.
 * @typedef {{ at: string, provider: string, unit: string, tab: 'identities' | 'credentials', q: string, result: string, check: string, reason: string, kind: string, class: string, state: string, owner: string, sort: string, open: string }} View
 */

/** Filters of the table alone. @type {readonly (keyof View & ('result' | 'check' | 'reason' | 'kind' | 'class' | 'state' | 'owner'))[]} */
export const FILTERS = ['result', 'check', 'reason', 'kind', 'class', 'state', 'owner'];

/** @type {View} */
export const FIRST_VIEW = { at: '', provider: '', unit: '', tab: 'identities', q: '', result: '', check: '', reason: '', kind: '', class: '', state: '', owner: '', sort: '', open: '' };

/**
 * The view that an address's fragment names: a plain one names a place, one with `=` says what is shown.
 * @param {string} hash
 * @returns {View}
 */
export function viewOf(hash) {
  const text = hash.replace(/^#/, '');
  if (!text.includes('=')) return { ...FIRST_VIEW, at: plainText(text) };
  const given = new URLSearchParams(text);
  /** @param {string} name */
  const of = (name) => given.get(name) ?? '';
  // What is said of the table and of no place is at the table.
  const table = ['tab', 'q', 'sort', ...FILTERS].some((name) => given.has(name)) && !given.has('open');
  return {
    at: given.get('at') ?? (table ? TABLE : ''), provider: of('provider'), unit: of('unit'), tab: of('tab') === 'credentials' ? 'credentials' : 'identities', q: of('q'), result: of('result'), check: of('check'),
    reason: of('reason'), kind: of('kind'), class: of('class'), state: of('state'), owner: of('owner'), sort: of('sort'), open: of('open'),
  };
}

/** The section of the table. */
export const TABLE = 'populations';

/** A fragment as typed, where its percent signs mean nothing. @param {string} text */
function plainText(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/**
 * A view as a fragment that brings it back.
 * @param {View} view
 */
export function hashOf(view) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) if (value !== '' && !(name === 'tab' && value === 'identities')) given.set(name, value);
  const names = [...given.keys()];
  return names.length === 1 && names[0] === 'at' ? `#${encodeURIComponent(view.at)}` : `#${given}`;
}

/**
 * For each unit 1 where the page's filter lets it through.
 * @param {PageData} data
 * @param {Pick<View, 'provider' | 'unit'>} view
 */
export function chosenUnits(data, { provider, unit }) {
  return Uint8Array.from(data.units, (name, place) => ((unit === '' || !data.unitsFollow || name === unit) && (provider === '' || data.providers[data.unitProviders[place] ?? -1] === provider) ? 1 : 0));
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
  if (filter === 'reason') return [...new Set(data.findings.map(([, , pattern]) => pattern))];
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

  /** @param {View} view @param {Uint8Array} chosen units, as `chosenUnits` gives them @returns {Uint32Array} positions of the rows that fit, in order */
  function find(view, chosen) {
    const words = view.q.toLowerCase().split(/\s+/).filter((word) => word !== '');
    if (words.length > 0) texts ??= searchTexts(data, columns);
    /** @param {typeof FILTERS[number]} filter */
    const wanted = (filter) => (view[filter] === '' ? null : wordsOf(data, tab, filter).indexOf(view[filter]));
    /** @type {[readonly number[], number][]} */
    const equal = [];
    for (const [filter, column] of /** @type {const} */ ([['kind', columns.kind], ['class', columns.class], ['state', columns.state], ['owner', columns.ownerState]])) {
      const place = wanted(filter);
      if (place !== null) equal.push([column, place]);
    }
    const fits = fittingFindings(data, view);
    const order = orderOf(view.sort);
    const found = new Uint32Array(order.length);
    let count = 0;
    for (const row of order) {
      if (chosen[columns.unit[row] ?? -1] !== 1) continue;
      if (!equal.every(([column, place]) => column[row] === place)) continue;
      if (fits !== null && !(columns.results[row] ?? []).some((finding) => fits[finding] === 1)) continue;
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
    const values = sortValues(data, columns, down ? sort.slice(1) : sort);
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
 * For each group of verdicts 1 where it has the view's check, result and reason; null where the view names none of them.
 * @param {PageData} data
 * @param {View} view
 */
function fittingFindings(data, { check, result, reason }) {
  if (check === '' && result === '' && reason === '') return null;
  const wanted = result.replaceAll('_', ' ');
  return Uint8Array.from(data.findings, ([checkPlace, resultPlace, pattern]) => ((check === '' || data.checks[checkPlace] === check) && (result === '' || data.results[resultPlace] === wanted) && (reason === '' || pattern === reason) ? 1 : 0));
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
 * @param {PageData} data
 * @param {TableColumns} columns
 * @param {string} name
 * @returns {readonly (string | number | null)[] | null} null for the order of the population itself
 */
function sortValues(data, columns, name) {
  if (name === 'name') return columns.name;
  if (name === 'id') return columns.id;
  if (name === 'kind') return columns.kind;
  if (name === 'state') return columns.class.map((place, row) => place * 8 + (columns.state[row] ?? 0));
  if (name === 'owner') return columns.owner.map((owner) => (owner === '' ? null : owner));
  if (name === 'created') return columns.age;
  if (name === 'used') return columns.idle;
  if (name === 'results') {
    const weights = weightsOf(data);
    return columns.results.map((findings) => findings.reduce((sum, finding) => sum + (weights[finding] ?? 0), 0));
  }
  return null;
}

/** For each group of verdicts what it weighs: not met counts before not evaluated, and that before needs review. @param {PageData} data */
function weightsOf(data) {
  return data.findings.map(([, result]) => [0, 1_000_000, 1_000, 1, 0, 0][result] ?? 0);
}
