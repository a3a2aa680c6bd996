// SPDX-License-Identifier: Apache-2.0
import type { Coverage } from '../../bundle/records.ts';
import type { Following } from './by-unit.ts';
import { counted, html, trusted, type Insert, type Markup } from './markup.ts';
import { bullets, code, rest, table } from './parts.ts';
import type { Records } from './read-bundle.ts';
import { ofUnits } from './section-scope.ts';
import { spaced } from './words.ts';

/** Groups of gaps, skips and kept fields that the page lists; `coverage.json` has all. */
const LISTED = 200;
const CALLS_LISTED = 3;
/** A list longer than this waits folded. */
const FOLDED = 12;
const SKIP_WORDS: { readonly [kind: string]: string } = { not_requested: 'not requested at this depth', not_needed: 'not needed: another read settles it', parent_unread: 'what it hangs from could not be read' };

/** Everything that was due and is not here, and why. */
export function unreadSection({ coverage }: Records, following: Following): Markup {
  const groups = grouped(coverage.gaps);
  const sorted = [...groups.filter(([gap]) => !gap.expected), ...groups.filter(([gap]) => gap.expected)];
  return html`<section id="unread" aria-labelledby="unread-title"><h2 id="unread-title">What could not be read</h2>
<p>A read that failed leaves facts unknown, and a check that needs an unknown fact is not evaluated: never met.</p>
${groups.length === 0 ? html`<p class="none">No gap: every read that was due ended with its end marker.</p>` : html`${table('Reads that were due and did not end well', [{ head: 'Operation' }, { head: 'Outcome' }, { head: 'Missing permission', as: 'code' }, { head: 'What it leaves blank' }, { head: 'Reads', as: 'count' }, { head: 'Unit', as: 'code' }, { head: 'Calls', as: 'code' }], sorted.slice(0, LISTED).map(gapRow), ofUnits(sorted.map(([gap]) => gap), following))}${rest(sorted.length, LISTED, html`the others are in ${code('coverage.json')}.`)}`}
${coverage.unplaced.length === 0 ? null : html`<h3>Read, and not placed</h3><p>Rows that belong to something that was not listed. They are in no population.</p>${bullets(coverage.unplaced.map(({ unit, kind, count }) => html`${count} of ${code(kind)} in ${code(unit)}`), ofUnits(coverage.unplaced, following))}`}
<h3>Skipped with a reason</h3>
${coverage.skips.length === 0 ? html`<p class="none">Nothing was skipped.</p>` : html`${table('Reads that were not made', [{ head: 'Source', as: 'code' }, { head: 'Kind' }, { head: 'Reason' }, { head: 'Reads', as: 'count' }, { head: 'Units', as: 'count' }], coverage.skips.slice(0, LISTED).map(({ source, kind, reason, count, units }) => [source, SKIP_WORDS[kind] ?? spaced(kind), reason, count, units]))}${rest(coverage.skips.length, LISTED, html`the others are in ${code('coverage.json')}.`)}`}
<h3>Fields that the provider sent and this version does not know</h3>
${coverage.unknownFields.length === 0 ? html`<p class="none">None.</p>` : html`<p>Kept as place, type and count, without their values: ${counted(coverage.unknownFields.length, 'place')} in ${counted(new Set(coverage.unknownFields.map(({ source }) => source)).size, 'source')} <span class="whole"></span>.</p><details${coverage.unknownFields.length > FOLDED ? null : trusted(' open')}><summary>The fields</summary>${table('Unknown fields', [{ head: 'Path', as: 'code' }, { head: 'Type' }, { head: 'Source', as: 'code' }, { head: 'Count', as: 'count' }, { head: 'Units', as: 'count' }], coverage.unknownFields.slice(0, LISTED).map(({ path, type, source, count, units }) => [path, type, source, count, units]))}${rest(coverage.unknownFields.length, LISTED, html`the others are in ${code('coverage.json')}.`)}</details>`}
<h3>Redacted before it was kept</h3>
${coverage.redactions.length === 0 ? html`<p class="none">Nothing was redacted.</p>` : table('Redactions by rule', [{ head: 'Rule' }, { head: 'Source', as: 'code' }, { head: 'Unit', as: 'code' }, { head: 'Values removed', as: 'count' }], coverage.redactions.slice(0, LISTED).map(({ rule, source, unit, count }) => [rule, source, unit, count]), ofUnits(coverage.redactions, following))}
</section>
<section id="blind-spots" aria-labelledby="blind-title"><h2 id="blind-title">Blind spots</h2>
<p>What no read of this tool can show, however well it ends.</p>
${coverage.blindSpots.length === 0 ? html`<p class="none">None stated.</p>` : bullets(coverage.blindSpots.map(({ provider, text }) => html`${text} <small>${provider}</small>`), coverage.blindSpots.map(({ provider }) => following.ofProvider(provider)))}
</section>`;
}

type Gap = Coverage['gaps'][number];

/** Gaps that differ only in what they hang from, together. */
function grouped(gaps: readonly Gap[]): [Gap, readonly Gap[]][] {
  const groups = new Map<string, [Gap, Gap[]]>();
  for (const gap of gaps) {
    const key = JSON.stringify([gap.unit, gap.source, gap.operation, gap.permission, gap.outcome, gap.errorCode, gap.blanks, gap.expectedReason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [gap, [gap]]);
    else group[1].push(gap);
  }
  return [...groups.values()];
}

function gapRow([gap, all]: readonly [Gap, readonly Gap[]]): readonly Insert[] {
  const calls = all.flatMap((one) => one.calls);
  const listed = calls.slice(0, CALLS_LISTED).map((call) => html`${call}<br>`);
  return [
    html`${gap.operation}<br><small class="code">${gap.source}</small>`,
    html`<span class="g ${gap.expected ? 'expected' : 'gap'}">${spaced(gap.outcome)}</span>${gap.errorCode === null ? null : html` <small class="code">${gap.errorCode}</small>`}${gap.message === null ? null : html`<br><small>${gap.message}</small>`}${gap.expected ? html`<br><small><b>Expected:</b> ${gap.expectedReason}</small>` : null}`,
    gap.permission, gap.blanks, all.length, gap.unit,
    html`${listed}${calls.length > CALLS_LISTED ? html`<small>and ${counted(calls.length - CALLS_LISTED, 'more call')}</small>` : null}`,
  ];
}
