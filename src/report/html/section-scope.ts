// SPDX-License-Identifier: Apache-2.0
import type { Coverage } from '../../bundle/records.ts';
import { byCodeUnit } from '../../model/json.ts';
import type { Following } from './by-unit.ts';
import { counted, grouped, html, type Insert, type Markup } from './markup.ts';
import { bullets, code, rest, table } from './parts.ts';
import type { PageRecords } from './read-bundle.ts';
import { SUMS, unitsInDetail, type UnitReads } from './unit-reads.ts';
import { spaced } from './words.ts';

/** Rows of one table of units: what is beyond stands in the data. */
const MOST_ROWS = 300;
const BASIS_WORDS: { readonly [basis: string]: string } = { own_login: 'the login itself answered with it', declared: 'declared by management', discovered: 'listed by its parent' };

/** What was declared, what became of each unit and read, and which totals tie. */
export function scopeSection({ scope, coverage, unitReads }: PageRecords, following: Following): Markup {
  return html`<section id="scope" aria-labelledby="scope-title"><h2 id="scope-title">Scope and coverage</h2>
<p class="statement-line">${scope.statement}</p>
<p>${scope.parentRead ? 'A parent (organization, management group) was read for the list of all units.' : 'No parent (organization, management group) was read.'}</p>
${table('Units and what became of each', [{ head: 'Unit', as: 'code' }, { head: 'Name' }, { head: 'Why it is here' }, { head: 'Outcome' }, { head: 'Reads due', as: 'count' }, { head: 'Complete', as: 'count' }, { head: 'Failed', as: 'count' }, { head: 'Skipped', as: 'count' }], listedUnits(coverage.units).map(unitRow), ofUnits(listedUnits(coverage.units), following))}
${restOf(coverage.units, 'were all read: every read that was due ended with its end marker')}
${principals(coverage, following)}
${controlTotals(coverage, following)}
${sources(unitReads, following)}
${inDetail(coverage, unitReads, following)}
${scope.vendorUnits.length + scope.ownUnits.length === 0 ? null : html`<h3>Named by management, not read</h3>${bullets([...scope.vendorUnits.map(({ unit, name }) => html`${code(unit)} ${name}, a vendor's`), ...scope.ownUnits.map((unit) => html`${code(unit)} management's own`)])}`}
${clock(coverage)}
</section>`;
}

/** At most so many rows, those that tell of something amiss first: a page of thousands of units is to open all the same. */
function shown<T>(rows: readonly T[], amiss: (row: T) => boolean): readonly T[] {
  return rows.length <= MOST_ROWS ? rows : [...rows.filter(amiss), ...rows.filter((row) => !amiss(row))].slice(0, MOST_ROWS);
}
function listedUnits(units: Coverage['units']): Coverage['units'] {
  return [...shown(units, ({ outcome }) => outcome !== 'scanned')];
}
function restOf(rows: readonly unknown[], words: string): Markup | null {
  return rest(rows.length, MOST_ROWS, html`the others ${words}; ${code('coverage.json')} has each.`);
}

function unitRow({ unit, name, basis, outcome, reason, reads }: Coverage['units'][number]): readonly Insert[] {
  const sum = (field: 'readsDue' | 'complete' | 'failed' | 'skipped'): number | string => (reads === null ? '–' : reads[field]);
  return [unit, name ?? '–', BASIS_WORDS[basis] ?? spaced(basis), html`<span class="o ${outcome}">${outcome === 'partially_scanned' ? 'scanned in part' : outcome}</span> <small>${reason}</small>`, sum('readsDue'), sum('complete'), failed(sum('failed')), sum('skipped')];
}

/** The attribute of each row that says whose it is. */
export function ofUnits(rows: readonly { readonly unit: string }[], following: Following): Markup[] {
  return rows.map(({ unit }) => following.ofUnit(unit));
}

function principals({ principals: rows }: Coverage, following: Following): Markup {
  const ties = { yes: 'ties', no: 'DOES NOT TIE', 'cannot say': 'cannot say' } as const;
  return html`<h3>Principals by class</h3>
<p>Each principal is in exactly one class. <i>Both</i> and <i>undecided</i> stay in the non-human population. The four add up to what was listed, which is held against the provider's own total.</p>
${table('Principals by class, and the total they tie to', [{ head: 'Unit', as: 'code' }, { head: 'Human', as: 'count' }, { head: 'Non-human', as: 'count' }, { head: 'Both', as: 'count' }, { head: 'Undecided', as: 'count' }, { head: 'Sum', as: 'count' }, { head: 'Listed', as: 'count' }, { head: 'Control total', as: 'count' }, { head: 'Ties' }],
    shown(rows, ({ ties: tie }) => tie !== 'yes').map((row) => [row.unit, row.human, row.nonHuman, row.both, row.undecided, row.human + row.nonHuman + row.both + row.undecided, row.listed, row.controlTotal ?? 'not read', html`<span class="t ${row.ties === 'yes' ? 'equal' : row.ties === 'no' ? 'differs' : 'unavailable'}">${ties[row.ties]}</span>`]), ofUnits(shown(rows, ({ ties: tie }) => tie !== 'yes'), following))}${restOf(rows, 'tie, but for those above')}`;
}

function controlTotals({ controlTotals: totals, equalTotals }: Coverage, following: Following): Markup {
  return html`<h3>Control totals</h3>${table('Totals that the provider counts on its own, before and after the reads', [{ head: 'What' }, { head: 'Unit', as: 'code' }, { head: 'How it was counted' }, { head: 'Before', as: 'count' }, { head: 'After', as: 'count' }, { head: 'Listed', as: 'count' }, { head: 'State' }],
    shown(totals, ({ state }) => state !== 'equal').map((total) => [total.name, total.unit, html`${total.method}${[...new Set(total.refs)].map((ref) => html`<br><small class="code">${ref}</small>`)}`, total.before ?? 'not read', total.after ?? 'not read', total.listed ?? 'not read', html`<span class="t ${total.state}">${spaced(total.state)}</span>${total.note === null ? null : html` <small>${total.note}</small>`}`]), ofUnits(shown(totals, ({ state }) => state !== 'equal'), following))}${restOf(totals, 'are equal, but for those above')}${equalTotals.length === 0 ? null : table('Totals that are equal in each of many units', [{ head: 'What' }, { head: 'How it was counted' }, { head: 'Units', as: 'count' }, { head: 'Listed over all', as: 'count' }], equalTotals.map(({ name, method, note, units, listed }) => [name, html`${method}${note === null ? null : html` <small>${note}</small>`}`, units, listed]))}`;
}

function sources({ bySource: sums }: UnitReads, following: Following): Markup | null {
  if (sums.size === 0) return null;
  const sorted = [...sums].toSorted(([a], [b]) => byCodeUnit(a, b));
  return html`<h3>Reads by source, over all units</h3>${table('Reads by source', READ_COLUMNS, sorted.map(([source, { title, of }]) => [html`${title}<br><small class="code">${source}</small>`, ...SUMS.map((name) => (name === 'failed' && of.failed.values().some((count) => count > 0) ? html`<strong class="failed">${following.number(of.failed)}</strong>` : following.number(of[name])))]), sorted.map(([, { of }]) => following.whileAny(of.readsDue)))}`;
}

const READ_COLUMNS = [{ head: 'Source' }, { head: 'Reads due', as: 'count' }, { head: 'Complete', as: 'count' }, { head: 'Failed', as: 'count' }, { head: 'Skipped', as: 'count' }, { head: 'Calls', as: 'count' }, { head: 'Pages', as: 'count' }, { head: 'Items', as: 'count' }] as const;

function inDetail({ units }: Coverage, { detailed: of }: UnitReads, following: Following): Markup | null {
  const read = units.filter(({ reads }) => reads !== null);
  if (read.length < 2) return null;
  const detailed = unitsInDetail(units);
  const blocks = detailed.map(({ unit, name }) => ({ unit, name, reads: of.get(unit) ?? [] })).map(({ unit, name, reads }) => html`<details${following.ofUnit(unit)}><summary>Reads of ${code(unit)}${name === null ? null : ` ${name}`} <small>${counted(reads.reduce((sum, source) => sum + source.readsDue, 0), 'read')} due, ${grouped(reads.reduce((sum, source) => sum + source.failed, 0))} failed</small></summary>
${table(`Reads of ${unit}`, READ_COLUMNS, reads.map((source) => [html`${source.title}<br><small class="code">${source.source}</small>`, source.readsDue, source.complete, failed(source.failed), source.skipped, source.calls, source.pages, source.items]))}</details>`);
  return html`<h3>Reads by unit</h3>${blocks}${rest(read.length, detailed.length, html`the others are in ${code('coverage-units.jsonl.gz')}.`)}`;
}

function failed(count: number | string): Markup {
  return count === 0 || typeof count === 'string' ? html`${count}` : html`<strong class="failed">${count}</strong>`;
}

function clock({ clock: { greatestSkewMs, limitMs } }: Coverage): Markup {
  if (greatestSkewMs === null) return html`<p>No answer carried the provider's time, so this clock was not compared with it.</p>`;
  const words = `The clock of the scan lay at most ${grouped(greatestSkewMs)} ms from the provider's`;
  return greatestSkewMs > limitMs ? html`<p class="warn"><b>${words}</b>, more than the ${grouped(limitMs)} ms beyond which its times are in doubt.</p>` : html`<p>${words}; up to ${grouped(limitMs)} ms its times stand.</p>`;
}
