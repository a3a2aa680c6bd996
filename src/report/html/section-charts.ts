// SPDX-License-Identifier: Apache-2.0
import type { Threshold } from '../../model/verdict.ts';
import type { Band, Mark } from './bands.ts';
import { totalOf, type Following } from './by-unit.ts';
import { grouped, html, trusted, type Markup } from './markup.ts';
import { table } from './parts.ts';
import type { Subjects } from './subjects.ts';
import type { CheckCount } from './tally.ts';
import { originInWords } from './words.ts';

// Two bar charts: rectangles, lines and texts that stand here whole are less than a library and need no script.
const [WIDTH, LABELS, NUMBERS, ROW, GAP, HEADING] = [440, 178, 44, 22, 19, 22];
const ROOM = WIDTH - LABELS - NUMBERS;
/** Names of numbers that a chart can mark: a limit of age, a limit of time without use. */
const LIMITS = { age: /age\w*days$/i, use: /(unused|idle)\w*days$/i } as const;

/** Credentials by age and by last use, as bars and as tables, with the thresholds in force. What is not known has its own bars. */
export function chartsSection({ bands, tally, credentials }: Subjects, following: Following): Markup {
  const checks = tally.checks().filter(({ subjectType }) => subjectType === 'credential');
  const [age, use] = [marksOf(checks, LIMITS.age), marksOf(checks, LIMITS.use)];
  return html`<section id="ages" aria-labelledby="ages-title"><h2 id="ages-title">Age and last use of credentials</h2>
<p>${following.counted(credentials, 'credential')}, each in exactly one band of each chart. What is known only within bounds, shows no use or is unknown stands apart from the days that are known.</p>
<div class="charts">
${chart('age', 'Credentials by age', 'Days since creation, as of the scan.', bands.byAge(age), age, following)}
${chart('use', 'Credentials by last use', 'Days since the last use that the provider recorded.', bands.byUse(use), use, following)}
</div></section>`;
}

function marksOf(checks: readonly CheckCount[], name: RegExp): readonly Mark[] {
  return checks.flatMap(({ check, thresholds }) => thresholds.flatMap((threshold) => (isLimit(threshold, name) ? [{ days: threshold.value, check, threshold }] : []))).toSorted((a, b) => a.days - b.days);
}
function isLimit(threshold: Threshold, name: RegExp): threshold is Threshold & { readonly value: number } {
  return typeof threshold.value === 'number' && Number.isSafeInteger(threshold.value) && name.test(threshold.name);
}

/** What stands above the bars of a sort; the bars of known days need no heading. */
const HEADINGS = { known: null, bound: 'Known only within bounds', none: 'No use in the record', open: 'Unknown', apart: 'The question does not apply' } as const;

function chart(id: string, title: string, note: string, bands: readonly Band[], marks: readonly Mark[], following: Following): Markup {
  const most = Math.max(1, ...bands.map(({ byUnit }) => totalOf(byUnit)));
  const drawn: Markup[] = [];
  let y = 4;
  let sort: Band['sort'] = 'known';
  for (const band of bands) {
    const heading = HEADINGS[band.sort];
    if (band.sort !== sort && heading !== null) {
      drawn.push(html`<text class="part" x="0" y="${String(y + 16)}">${heading}</text>`);
      y += HEADING;
    }
    sort = band.sort;
    drawn.push(bar(band, y, most, following));
    y += ROW;
    const here = marks.filter(({ days }) => days === band.last);
    if (here.length > 0) {
      drawn.push(html`<line class="mark" x1="0" x2="${String(WIDTH)}" y1="${String(y + GAP - 4)}" y2="${String(y + GAP - 4)}"></line><text class="marked" x="${String(WIDTH)}" y="${String(y + 11)}" text-anchor="end">${grouped(band.last ?? 0)} days: limit of ${here.length === 1 ? here[0]?.check ?? '' : `${here.length} checks`}</text>`);
      y += GAP + 2;
    }
  }
  return html`<figure class="chart" id="chart-${id}"><figcaption><h3>${title}</h3><p>${note}</p></figcaption>
<svg viewBox="0 0 ${String(WIDTH)} ${String(y + 4)}" role="img" aria-labelledby="chart-${id}-title chart-${id}-desc" data-room="${String(ROOM)}"><title id="chart-${id}-title">${title}</title><desc id="chart-${id}-desc">One bar a band, the fewest days first, then what is not known to the day. The same numbers follow as a table.</desc>${drawn}</svg>
${marks.length === 0 ? html`<p class="limits">No limit in force concerns it.</p>` : html`<ul class="limits">${marks.map(({ days, check, threshold }) => html`<li><b>${days} days</b> <span class="code">${check}</span> <small class="${threshold.origin === 'management' ? 'adopted' : 'foreign'}">${originInWords(threshold)}</small></li>`)}</ul>`}
<details><summary>${title}, as a table</summary>${table(title, [{ head: 'Band' }, { head: 'What is known' }, { head: 'Credentials', as: 'count' }], bands.map(({ label, sort: kind, byUnit }) => [label, HEADINGS[kind] ?? 'Days are known', following.number(byUnit)]))}</details></figure>`;
}

function bar({ label, sort, byUnit }: Band, y: number, most: number, following: Following): Markup {
  const count = totalOf(byUnit);
  const place = String(following.place(byUnit));
  const width = (count / most) * ROOM;
  const end = LABELS + width + 6;
  return html`<g${trusted(` data-bar="${place}"`)}><text class="label" x="${String(LABELS - 8)}" y="${String(y + 15)}" text-anchor="end">${label}</text><rect class="bar ${sort}" x="${String(LABELS)}" y="${String(y + 3)}" width="${(count === 0 ? 0 : Math.max(width, 1.5)).toFixed(1)}" height="${String(ROW - 7)}"></rect><text class="value" x="${end.toFixed(1)}" y="${String(y + 15)}">${count}</text></g>`;
}
