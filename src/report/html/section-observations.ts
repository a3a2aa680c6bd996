// SPDX-License-Identifier: Apache-2.0
import { totalOf } from './by-unit.ts';
import { findingList } from './finding-list.ts';
import { html, type Markup } from './markup.ts';
import { resultCounts, table, thresholdsInWords } from './parts.ts';
import { resultLinks, rowsLinks, type PagePlace } from './section-controls.ts';

/** Every `not_met` of a check that no control names, apart from the controls: it owes no explanation. Then all checks, each with its counts. */
export function observationsSection(controlled: ReadonlySet<string>, place: PagePlace): Markup {
  const { subjects: { tally }, following } = place;
  const checks = [...place.checks.values()];
  const outside = checks.filter(({ check, counts }) => !controlled.has(check) && totalOf(counts.not_met) > 0);
  return html`<section id="observations" aria-labelledby="observations-title"><h2 id="observations-title">Observations</h2>
<p>Not met, on checks that no control of management names. Kept and shown; they owe no explanation.</p>
${outside.length === 0 ? html`<p class="none">None.</p>` : outside.map(({ check, counts, thresholds }) => html`<div class="observed"${following.whileAny(counts.not_met)}><h3><span class="code">${check}</span> <small>${following.counted(counts.not_met, 'observation')}, rows ${resultLinks(check, 'not_met', place)}</small></h3>
${thresholds.length === 0 ? null : html`<p>${thresholdsInWords(thresholds)}</p>`}
${findingList(tally.of(check, 'not_met'), `Observations of ${check}, by reason`, place)}</div>`)}
<h3>Every check that was held</h3>
${table('Checks and their results', [{ head: 'Check', as: 'code' }, { head: 'Stands in' }, { head: 'Held to' }, { head: 'Threshold and who set it' }, { head: 'Results' }, { head: 'Rows' }], checks.map(({ check, version, counts, expected, thresholds }) => [`${check} v${version}`, controlled.has(check) ? 'a control' : 'observations', expected ?? 'applied to nothing', thresholdsInWords(thresholds), resultCounts(counts, following), rowsLinks(check, place)]))}
</section>`;
}
