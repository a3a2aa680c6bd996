// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../model/json.ts';
import { totalOf, type Following } from './by-unit.ts';
import { OTHER_REASONS, type Finding, type Found } from './findings.ts';
import { grouped, html, type Insert, type Markup } from './markup.ts';
import { code, rowsLink, subjectLink, table } from './parts.ts';
import type { Subjects } from './subjects.ts';

/** Units that a group names with their counts. */
const UNITS_NAMED = 8;
/** Groups that a list shows; the table of rows holds all. */
const GROUPS_SHOWN = 60;

/** What a list of groups needs of the page. */
export interface FindingPlace { readonly subjects: Subjects; readonly following: Following }

/**
 * Groups of the same finding, the largest first: one line each with its number by unit, to be opened for its rows where the list is their
 * place. `about` names the list for whoever hears it.
 */
export function findingList(findings: readonly Finding[], about: string, place: FindingPlace, rows: 'rows' | 'lines' = 'rows'): Markup {
  const sorted = findings.map((finding) => ({ finding, total: totalOf(finding.byUnit) })).toSorted((a, b) => b.total - a.total || byCodeUnit(a.finding.check, b.finding.check) || byCodeUnit(a.finding.pattern, b.finding.pattern));
  const left = sorted.slice(GROUPS_SHOWN);
  return html`<div class="groups" role="group" aria-label="${about}">${sorted.slice(0, GROUPS_SHOWN).map(({ finding, total }) => (rows === 'rows' ? group(finding, total, place) : line(finding, place)))}</div>
${left.length === 0 ? null : html`<p class="rest">${grouped(left.length)} more kinds of finding, with ${left.reduce((sum, { total }) => sum + total, 0)} rows, are in the table of rows.</p>`}`;
}

function line(finding: Finding, { following }: FindingPlace): Markup {
  const { tab, check, result, byUnit, pattern } = finding;
  return html`<p class="group"${following.whileAny(byUnit)}><b class="many ${result}">${following.number(byUnit)}</b> <span class="why">${tab === null ? finding.words() : rowsLink(tab, check, result, finding.words(), pattern)}${spanned(finding)}</span> <span class="code dim">${check}</span> ${units(byUnit, following)}</p>`;
}

function group(finding: Finding, total: number, { subjects, following }: FindingPlace): Markup {
  const { tab, check, result, byUnit, rows, pattern } = finding;
  const all = tab === null ? html`of the unit itself, which has no row` : rowsLink(tab, check, result, html`all ${following.number(byUnit)} in the table of rows`, pattern);
  return html`<details class="group"${following.whileAny(byUnit)}><summary><span class="line"><b class="many ${result}">${following.number(byUnit)}</b> <span class="why">${finding.words()}${spanned(finding)}</span> <span class="code dim">${check}</span></span> ${units(byUnit, following)}</summary>
${table(`${pattern === OTHER_REASONS ? 'Findings' : finding.words()}: the first rows`, [{ head: 'Subject', as: 'code' }, { head: 'Identity' }, { head: 'Unit', as: 'code' }, { head: 'Reason' }, { head: result === 'not_evaluated' ? 'Page or call' : 'First page', as: 'code' }], rows.map((row) => cells(row, subjects)), rows.map(({ unit }) => following.ofUnit(unit)))}
<p class="rest">${total > rows.length ? html`${rows.length} of ${total} are listed here <span class="whole"></span>; ` : null}${all}.</p></details>`;
}

function cells({ subject, unit, reason, ref }: Found, subjects: Subjects): Insert[] {
  return [subjectLink(subjects, subject), subjects.nameOf(subject) ?? '–', unit, reason, ref];
}

/** The least and the greatest number are those of the whole group, whatever the filter. */
function spanned(finding: Finding): Markup | null {
  return finding.words() === finding.pattern ? null : html` <span class="whole"></span>`;
}

/** `in 3 units: a 500, b 300, c 100`; under a filter those of the chosen units only. */
function units(byUnit: Finding['byUnit'], following: Following): Markup {
  const sorted = [...byUnit].toSorted(([a, one], [b, other]) => other - one || byCodeUnit(a, b));
  const more = sorted.length - UNITS_NAMED;
  return html`<span class="units"><span class="unfiltered">in ${grouped(sorted.length)} ${sorted.length === 1 ? 'unit' : 'units'}: </span>${sorted.slice(0, UNITS_NAMED).map(([unit, count]) => html`<span class="of"${following.ofUnit(unit)}>${code(unit)} ${count}</span> `)}${more > 0 ? html`<span class="unfiltered">and ${grouped(more)} more</span>` : null}</span>`;
}

