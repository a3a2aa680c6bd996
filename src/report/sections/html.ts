// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { PAGE_STYLE } from '../html/assets.ts';
import { html, trusted, type Markup } from '../html/markup.ts';
import type { Cell, Column, Section, Sections, Series, Table } from './section.ts';

/** Rows of one table that the page holds; the CSV file beside it has all. */
const ROW_LIMIT = 2000;
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [560, 180, 34, 22];
const STROKES = [['0', 'solid'], ['6 3', 'dashed'], ['2 3', 'dotted'], ['9 3 2 3', 'dash-dotted']] as const;

/** The document as one page that fetches nothing and runs nothing: no script stands in it at all. Every text is escaped. */
export function sectionsHtml({ title, under, responsibility, pairs, sections, footer }: Sections): string {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style></head>
<body><a class="skip" href="#main">Skip to the content</a>
<div class="page"><nav aria-label="Contents"><div class="rail"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></div></nav>
<main id="main" tabindex="-1">
<section class="top"><p class="brand">Rollcall</p><h1>${title}</h1><p class="lede">${under}</p>
<div class="two"><dl class="pairs">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<aside class="statement"><h2>Who answers for what</h2><p>${responsibility}</p></aside></div></section>
${sections.map(section)}
</main><footer><p>${footer}</p></footer></div></body></html>
`.markup;
}

function section({ id, title, words, series, tables }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${words.map((text) => html`<p>${text}</p>`)}
${series === undefined ? null : html`<div class="charts">${series.map((one, index) => chart(`${id}-${index}`, one))}</div>`}
${tables.map((one) => table(one, tables.length > 1))}</section>
`;
}

function table({ id, title, columns, rows, none }: Table, named: boolean): Markup {
  if (rows.length === 0) return html`${named ? html`<h3>${title}</h3>` : null}<p class="none">${none}</p>`;
  const held = rows.slice(0, ROW_LIMIT);
  return html`${named ? html`<h3>${title}</h3>` : null}<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table id="table-${id}"><caption>${title}: ${String(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}</caption>
<thead><tr>${columns.map(({ name, as }) => html`<th scope="col"${trusted(as === 'number' ? ' class="n"' : '')}>${name}</th>`)}</tr></thead>
<tbody>${held.map((row) => html`<tr>${row.map((cell, index) => data(cell, columns[index]))}</tr>
`)}</tbody></table></div>
${held.length < rows.length ? html`<p class="rest">The first ${String(held.length)} of ${String(rows.length)} rows; all stand in ${id}.csv and in the workbook.</p>` : null}`;
}

function data(cell: Cell, column: Column | undefined): Markup {
  if (cell === null) return html`<td class="none">–</td>`;
  if (typeof cell === 'number') return html`<td class="n">${cell}</td>`;
  if (typeof cell === 'object') return html`<td><time datetime="${cell.at}">${cell.at.slice(0, 16).replace('T', ' ')}</time></td>`;
  return column?.as === 'id' ? html`<td class="code">${cell}</td>` : html`<td>${cell}</td>`;
}

/** Lines over time, drawn here: four strokes and a scale are less than a library, and the numbers follow as a table. */
function chart(id: string, { title, note, points, lines }: Series): Markup {
  const most = Math.max(1, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (index: number): number => LEFT + (points.length < 2 ? 0 : (index / (points.length - 1)) * (WIDTH - LEFT - 8));
  const y = (value: number): number => 8 + (1 - value / most) * (HEIGHT - BOTTOM - 8);
  const drawn = lines.map(({ values }, line) => {
    // A run that cannot say breaks the line: joining across would draw what nobody saw.
    const runs: string[][] = [[]];
    for (const [index, value] of values.entries()) {
      if (value === null) runs.push([]);
      else runs.at(-1)?.push(`${x(index).toFixed(1)},${y(value).toFixed(1)}`);
    }
    return html`${runs.filter((run) => run.length > 0).map((run) => html`<polyline fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="${STROKES[line % STROKES.length]?.[0] ?? '0'}" points="${run.join(' ')}"></polyline>${run.map((point) => html`<circle r="2.2" fill="currentColor" cx="${point.split(',')[0] ?? '0'}" cy="${point.split(',')[1] ?? '0'}"></circle>`)}`)}`;
  });
  return html`<figure class="chart"><figcaption><h3>${title}</h3><p>${note}</p></figcaption>
<svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-labelledby="${id}-title"><title id="${id}-title">${title}</title>
<line class="mark" x1="${String(LEFT)}" x2="${String(WIDTH)}" y1="${String(y(0))}" y2="${String(y(0))}"></line><text class="part" x="0" y="${String(y(0) + 4)}">0</text><text class="part" x="0" y="12">${most}</text>
<text class="part" x="${String(LEFT)}" y="${String(HEIGHT - 4)}">${points[0]?.slice(0, 10) ?? ''}</text><text class="part" x="${String(WIDTH)}" y="${String(HEIGHT - 4)}" text-anchor="end">${points.at(-1)?.slice(0, 10) ?? ''}</text>${drawn}</svg>
${lines.length < 2 ? null : html`<p class="limits">${lines.map(({ name }, line) => `${STROKES[line % STROKES.length]?.[1] ?? 'solid'}: ${name}`).join('; ')}</p>`}
<details><summary>${title}, as a table</summary><div class="scroll"><table><thead><tr><th scope="col">Run of</th>${lines.map(({ name }) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead>
<tbody>${points.map((point, index) => html`<tr><td>${point.slice(0, 10)}</td>${lines.map(({ values }) => html`<td class="n">${values[index] ?? 'cannot say'}</td>`)}</tr>`)}</tbody></table></div></details></figure>`;
}
