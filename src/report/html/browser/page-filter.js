// SPDX-License-Identifier: Apache-2.0
import { byId, element, grouped } from './dom.js';
/** @import { PageData } from '../page-data.ts' */
/** @import { View } from './filter.js' */

/** Least width of a bar that stands for something. */
const LEAST_BAR = 1.5;
/** How far from a bar its number stands, as in section-charts.ts. */
const BEFORE_NUMBER = 6;

/**
 * The filter by provider and unit, which the whole page follows: numbers are added up anew from their parts, rows of other units go,
 * bars are drawn anew, and every heading says that it is filtered.
 * @param {PageData} data
 * @param {(part: Partial<View>) => void} change
 */
export function makePageFilter(data, change) {
  const bar = byId('filterbar', HTMLElement);
  const provider = byId('f-provider', HTMLSelectElement);
  const unit = byId('f-unit', HTMLSelectElement);
  const notice = byId('filtered', HTMLElement);
  const whole = byId('whole', HTMLButtonElement);
  const title = document.title;
  const rowsOf = countRows(data);
  /** @type {string | null} */
  let shown = null;

  provider.addEventListener('change', () => change({ provider: provider.value, unit: '', open: '' }));
  unit.addEventListener('change', () => change({ unit: unit.value, open: '' }));
  whole.addEventListener('click', () => {
    change({ provider: '', unit: '' });
    (bar.hidden ? byId('main', HTMLElement) : provider).focus();
  });
  fillProviders();

  /** @param {View} view @param {Uint8Array} chosen */
  function show(view, chosen) {
    const key = `${view.provider}/${data.unitsFollow ? view.unit : ''}`;
    if (key === shown) return;
    const fresh = shown === null;
    shown = key;
    const filtered = key !== '/';
    bar.hidden = data.units.length < 2 && !filtered;
    document.documentElement.toggleAttribute('data-bar', !bar.hidden);
    unit.closest('label')?.toggleAttribute('hidden', !data.unitsFollow);
    if (data.unitsFollow) fillUnits(view);
    choose(provider, view.provider);
    if (data.unitsFollow) choose(unit, view.unit);
    const units = chosen.reduce((sum, one) => sum + one, 0);
    const part = `${grouped(units)} of ${grouped(data.units.length)} ${data.units.length === 1 ? 'unit' : 'units'}`;
    const rows = /** @type {const} */ (['identities', 'credentials']).map((tab) => `${grouped(rowsOf(tab, chosen))} of ${grouped(data[tab].key.length)} ${tab}`);
    notice.textContent = filtered ? `Filtered: ${part}, ${rows.join(', ')}.` : '';
    whole.hidden = !filtered;
    document.title = filtered ? `Filtered: ${title}` : title;
    document.documentElement.toggleAttribute('data-filtered', filtered);
    for (const heading of document.querySelectorAll('main h1, main > section > h2, .leaf > h3')) {
      if (heading instanceof HTMLElement) heading.dataset['part'] = `filtered: ${part}`;
    }
    // As written, the page is whole.
    if (fresh && !filtered) return;
    follow(chosen);
    for (const tab of /** @type {const} */ (['identities', 'credentials'])) byId(`n-${tab}`, HTMLElement).textContent = filtered ? `${grouped(rowsOf(tab, chosen))} of ${grouped(data[tab].total)}` : grouped(data[tab].total);
    keepInLinks(view);
  }

  /** @param {Uint8Array} chosen */
  function follow(chosen) {
    const all = chosen.every((one) => one === 1);
    /** @param {string | undefined} place */
    const sum = (place) => {
      const parts = data.parts[Number(place)] ?? [];
      let total = 0;
      for (let at = 0; at < parts.length; at += 2) if (chosen[parts[at] ?? -1] === 1) total += parts[at + 1] ?? 0;
      return total;
    };
    for (const number of document.querySelectorAll('[data-n]')) {
      if (!(number instanceof HTMLElement)) continue;
      const total = sum(number.dataset['n']);
      const words = number.dataset['words']?.split('|');
      number.textContent = words === undefined ? grouped(total) : `${grouped(total)} ${words[total === 1 ? 0 : 1]}`;
    }
    for (const row of document.querySelectorAll('[data-z]')) if (row instanceof HTMLElement) row.classList.toggle('away', !all && sum(row.dataset['z']) === 0);
    for (const row of document.querySelectorAll('[data-u]')) if (row instanceof HTMLElement) row.classList.toggle('away', chosen[Number(row.dataset['u'])] !== 1);
    const providers = new Set([...chosen].flatMap((one, place) => (one === 1 ? [data.unitProviders[place]] : [])));
    for (const row of document.querySelectorAll('[data-p]')) if (row instanceof HTMLElement) row.classList.toggle('away', !all && !providers.has(Number(row.dataset['p'])));
    for (const chart of document.querySelectorAll('svg[data-room]')) draw(chart, sum);
  }

  function fillProviders() {
    provider.append(...data.providers.flatMap((name, place) => (data.unitProviders.includes(place) ? [element('option', { value: name }, name)] : [])));
  }

  /** @param {View} view */
  function fillUnits(view) {
    unit.replaceChildren(element('option', { value: '' }, 'All'), ...data.units.flatMap((name, place) => {
      if (view.provider !== '' && data.providers[data.unitProviders[place] ?? -1] !== view.provider) return [];
      const words = data.unitNames[place] === '' ? name : `${name} ${data.unitNames[place]}`;
      return [element('option', { value: name }, words)];
    }));
  }
  return { show };
}

/** A link may name what this run does not have: the choice must say so, not look like no filter. @param {HTMLSelectElement} select @param {string} value */
export function choose(select, value) {
  select.value = value;
  select.classList.toggle('on', value !== '');
  if (value === '' || select.value === value) return;
  select.append(element('option', { value }, `${value} (none here)`));
  select.value = value;
}

/** @param {PageData} data */
function countRows(data) {
  const counts = { identities: new Uint32Array(data.units.length), credentials: new Uint32Array(data.units.length) };
  for (const tab of /** @type {const} */ (['identities', 'credentials'])) for (const unit of data[tab].unit) counts[tab][unit] = (counts[tab][unit] ?? 0) + 1;
  /** @param {'identities' | 'credentials'} tab @param {Uint8Array} chosen */
  return (tab, chosen) => counts[tab].reduce((sum, count, unit) => sum + (chosen[unit] === 1 ? count : 0), 0);
}

/** Links within the page lead to places of the same filter. @param {View} view */
function keepInLinks({ provider, unit }) {
  for (const link of document.querySelectorAll('main a[href^="#"], nav a[href^="#"]')) {
    if (!(link instanceof HTMLAnchorElement) || link.closest('#rows') !== null) continue;
    const own = link.dataset['own'] ?? link.getAttribute('href') ?? '#';
    link.dataset['own'] = own;
    const given = own.includes('=') ? new URLSearchParams(own.slice(1)) : new URLSearchParams({ at: decodeURIComponent(own.slice(1)) });
    if (provider !== '') given.set('provider', provider);
    if (unit !== '') given.set('unit', unit);
    link.setAttribute('href', provider === '' && unit === '' ? own : `#${given}`);
  }
}

/** @param {Element} chart @param {(place: string | undefined) => number} sum */
function draw(chart, sum) {
  const bars = [...chart.querySelectorAll('g[data-bar]')].map((group) => ({ count: sum(group instanceof SVGElement ? group.dataset['bar'] : undefined), rect: group.querySelector('rect'), value: group.querySelector('.value') }));
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const room = Number(chart.getAttribute('data-room'));
  for (const { count, rect, value } of bars) {
    const width = count === 0 ? 0 : Math.max(LEAST_BAR, (count / most) * room);
    rect?.setAttribute('width', width.toFixed(1));
    value?.setAttribute('x', (Number(rect?.getAttribute('x')) + width + BEFORE_NUMBER).toFixed(1));
    if (value !== null) value.textContent = grouped(count);
  }
}
