// SPDX-License-Identifier: Apache-2.0
import type { Instant } from '../../model/instant.ts';
import { RESULTS, type Result, type Threshold } from '../../model/verdict.ts';
import type { Following } from './by-unit.ts';
import { grouped, html, shown, trusted, type Insert, type Markup } from './markup.ts';
import type { Subjects } from './subjects.ts';
import type { ResultParts } from './tally.ts';
import { momentInWords, originInWords, RESULT_WORDS } from './words.ts';

/** A column: its heading, and whether it holds counts (aligned right) or text for machines (in monospace). */
export interface Column { readonly head: string; readonly as?: 'count' | 'code' }

/**
 * A table with a caption and headed columns, in a box that scrolls sideways by itself on a narrow screen. The first cell of each row
 * heads it. `marks`: an attribute of each row, such as the unit that it belongs to.
 */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Insert[])[], marks: readonly (Markup | null)[] = []): Markup {
  const heads = columns.map(({ head, as }) => html`<th scope="col"${as === 'count' ? trusted(' class="n"') : null}>${head}</th>`);
  const body = rows.map((row, at) => html`<tr${marks[at] ?? null}>${row.map((cell, index) => cellOf(cell, columns[index]?.as, index === 0))}</tr>`);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function cellOf(cell: Insert, as: Column['as'], heads: boolean): Markup {
  const kind = as === 'count' ? trusted(' class="n"') : as === 'code' ? trusted(' class="code"') : null;
  return heads ? html`<th scope="row"${kind}>${cell}</th>` : html`<td${kind}>${cell}</td>`;
}

/** Pairs of term and description. */
export function pairs(entries: readonly (readonly [string, Insert])[]): Markup {
  return html`<dl class="pairs">${entries.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`;
}

export function moment(instant: Instant): Markup {
  return html`<time datetime="${instant}">${momentInWords(instant)}</time>`;
}

export function code(text: string): Markup {
  return html`<code>${text}</code>`;
}

export function bullets(items: readonly Insert[], marks: readonly Markup[] = []): Markup {
  return html`<ul>${items.map((item, at) => html`<li${marks[at] ?? null}>${item}</li>`)}</ul>`;
}

/** A result as shape and word; the shape differs by form, not only by colour. */
export function resultMark(result: Result, count: number | null = null): Markup {
  return html`<span class="r ${result}">${count === null ? null : html`<b>${count}</b> `}${RESULT_WORDS[result]}</span>`;
}

/** Counts by result; those that did not occur are left out, but for met and not met, whose zero says something. */
export function resultCounts(counts: ResultParts, following: Following): Markup {
  const kept = RESULTS.filter((result) => counts[result].size > 0 || result === 'met' || result === 'not_met');
  return html`<span class="results">${kept.map((result) => html`<span class="r ${result}"><b>${following.number(counts[result])}</b> ${RESULT_WORDS[result]}</span>`)}</span>`;
}

/** A link to the table of rows, set to those that have this result of this check, and of one reason where a pattern is given. */
export function rowsLink(tab: 'identities' | 'credentials', check: string, result: Result, words: Insert, pattern: string | null = null): Markup {
  const query = new URLSearchParams({ at: 'populations', tab, check: shown(check), result, ...(pattern === null ? {} : { reason: pattern }) });
  return html`<a href="#${query.toString()}">${words}</a>`;
}

/** Numbers that a check compares with, and who set each. */
export function thresholdsInWords(numbers: readonly Threshold[]): Insert {
  if (numbers.length === 0) return 'no number';
  return numbers.map((threshold) => html`<span class="threshold"><span class="code">${threshold.name} = ${JSON.stringify(threshold.value)}</span> <small class="${threshold.origin === 'management' ? 'adopted' : 'foreign'}">${originInWords(threshold)}</small></span>`);
}

/** A subject's key as a link that opens its row in the table. */
export function subjectLink(subjects: Pick<Subjects, 'rowOf'>, subject: string): Insert {
  const row = subjects.rowOf(subject);
  return row === null ? subject : html`<a href="#${new URLSearchParams({ tab: row.tab, open: shown(row.key) }).toString()}">${subject}</a>`;
}

/** The first of a longer list, and in words where the rest is. */
export function rest(total: number, listed: number, where: Insert): Markup | null {
  return total <= listed ? null : html`<p class="rest">${grouped(listed)} of ${total} are listed here; ${where}</p>`;
}
