// SPDX-License-Identifier: Apache-2.0
import { byId, element, grouped } from './dom.js';
import { FILTERS, FIRST_VIEW, wordsOf } from './filter.js';
import { choose } from './page-filter.js';
import { COLUMNS } from './table.js';
/** @import { PageData } from '../page-data.ts' */
/** @import { View } from './filter.js' */

/**
 * Tabs, search and filters of the table.
 * @param {PageData} data
 * @param {(part: Partial<View>) => void} change
 */
export function makeTools(data, change) {
  const tabs = /** @type {const} */ (['identities', 'credentials']).map((tab) => ({ tab, button: byId(`tab-${tab}`, HTMLButtonElement) }));
  const search = byId('f-q', HTMLInputElement);
  const sort = byId('f-sort', HTMLSelectElement);
  const selects = FILTERS.map((filter) => ({ filter, select: byId(`f-${filter}`, HTMLSelectElement) }));
  const clear = byId('clear', HTMLButtonElement);
  let filled = '';
  let reasons = '';
  let view = FIRST_VIEW;

  for (const { tab, button } of tabs) {
    button.addEventListener('click', () => change({ ...kept(), q: view.q, tab }));
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      const other = tabs.find((one) => one.tab !== tab);
      other?.button.click();
      other?.button.focus();
    });
  }
  search.addEventListener('input', () => change({ q: search.value }));
  sort.addEventListener('change', () => change({ sort: sort.value }));
  // A reason belongs to a check and a result: it falls with them.
  for (const { filter, select } of selects) select.addEventListener('change', () => change({ ...(filter === 'check' || filter === 'result' ? { reason: '' } : {}), [filter]: select.value }));
  clear.addEventListener('click', () => {
    change({ ...kept(), tab: view.tab, sort: view.sort });
    search.focus();
  });

  /** What a fresh table keeps of the page. */
  function kept() {
    return { ...FIRST_VIEW, at: view.at, provider: view.provider, unit: view.unit };
  }

  /** @param {View} next @param {Uint8Array} chosen */
  function show(next, chosen) {
    view = next;
    for (const { tab, button } of tabs) {
      button.setAttribute('aria-selected', String(tab === view.tab));
      button.tabIndex = tab === view.tab ? 0 : -1;
    }
    fill(chosen);
    if (search.value !== view.q) search.value = view.q;
    sort.value = view.sort;
    for (const { filter, select } of selects) choose(select, view[filter]);
    clear.hidden = view.q === '' && FILTERS.every((filter) => view[filter] === '');
  }

  /** @param {Uint8Array} chosen */
  function fill(chosen) {
    const key = `${view.tab} ${view.provider} ${view.unit}`;
    const fresh = filled !== key;
    filled = key;
    if (fresh) {
      byId('panel', HTMLElement).setAttribute('aria-labelledby', `tab-${view.tab}`);
      byId('l-state', HTMLElement).textContent = view.tab === 'identities' ? 'Rights' : 'Status';
      byId('tabnote', HTMLElement).textContent = view.tab === 'identities' ? 'Results are those of the identity itself and of the trusts into it; those of its credentials stand in the other tab. Numbers are those of populations/principals.csv.' : 'One row a credential, numbered as in populations/credentials.csv.';
      sort.replaceChildren(...COLUMNS.flatMap(({ id, head, orders }) => [element('option', { value: id === 'number' ? '' : id }, `${head[view.tab]}: ${orders[0]}`), element('option', { value: `-${id}` }, `${head[view.tab]}: ${orders[1]}`)]));
      for (const { filter, select } of selects) if (filter !== 'reason') select.replaceChildren(element('option', { value: '' }, 'All'), ...optionsOf(filter, chosen));
    }
    const asked = `${key} ${view.check} ${view.result}`;
    if (asked === reasons) return;
    reasons = asked;
    const select = byId('f-reason', HTMLSelectElement);
    select.replaceChildren(element('option', { value: '' }, view.check === '' ? 'All (choose a check)' : 'All'), ...(view.check === '' ? [] : optionsOf('reason', chosen)));
    select.disabled = view.check === '' && view.reason === '';
  }

  /** @param {typeof FILTERS[number]} filter @param {Uint8Array} chosen */
  function optionsOf(filter, chosen) {
    const columns = data[view.tab];
    const words = wordsOf(data, view.tab, filter);
    const counts = new Uint32Array(words.length);
    const column = filter === 'result' || filter === 'check' || filter === 'reason' ? null : { kind: columns.kind, class: columns.class, state: columns.state, owner: columns.ownerState }[filter];
    const places = column === null ? placesOf(filter, words) : null;
    for (let row = 0; row < columns.key.length; row += 1) {
      if (chosen[columns.unit[row] ?? -1] !== 1) continue;
      if (places === null) {
        const place = column?.[row] ?? -1;
        counts[place] = (counts[place] ?? 0) + 1;
      } else for (const place of new Set((columns.results[row] ?? []).map((finding) => places[finding] ?? -1))) if (place !== -1) counts[place] = (counts[place] ?? 0) + 1;
    }
    return words.flatMap((word, place) => {
      const rows = counts[place] ?? 0;
      const name = filter === 'result' ? word.replaceAll('_', ' ') : word;
      return rows === 0 ? [] : [element('option', { value: word }, `${name} (${grouped(rows)})`)];
    });
  }

  /** Which word of a filter each group of verdicts stands for; -1 where it is not asked for. @param {string} filter @param {readonly string[]} words */
  function placesOf(filter, words) {
    if (filter === 'check') return data.findings.map(([check]) => check);
    if (filter === 'result') return data.findings.map(([, result]) => result);
    const positions = new Map(words.map((word, place) => [word, place]));
    const wanted = view.result.replaceAll('_', ' ');
    return data.findings.map(([check, result, pattern]) => (data.checks[check] === view.check && (view.result === '' || data.results[result] === wanted) ? positions.get(pattern) ?? -1 : -1));
  }
  return { show };
}
