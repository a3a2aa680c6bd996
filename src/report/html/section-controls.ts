// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT, type EvidenceRecord } from '../../bundle/records.ts';
import type { Result } from '../../model/verdict.ts';
import { countedByUnit, sumOfParts } from './by-unit.ts';
import { findingList, type FindingPlace } from './finding-list.ts';
import { Findings } from './findings.ts';
import { html, type Insert, type Markup } from './markup.ts';
import { bullets, code, moment, pairs, resultCounts, rowsLink, table, thresholdsInWords } from './parts.ts';
import type { Records } from './read-bundle.ts';
import { emptyParts, sumOf, type CheckCount, type ResultParts } from './tally.ts';
import { COMPLETENESS_WORDS, RESULT_WORDS } from './words.ts';

/** What the pages of controls and requirements are made of. */
export interface PagePlace extends FindingPlace { readonly checks: ReadonlyMap<string, CheckCount>; readonly records: Records }

/** Management's controls: a line each, then a page each. */
export function controlsSection(place: PagePlace): Markup {
  const { evidence } = place.records;
  return html`<section id="controls" aria-labelledby="controls-title"><h2 id="controls-title">Management's controls</h2>
${evidence.length === 0 ? html`<p class="none">Management has declared no control, so nothing below is a deviation: each <i>not met</i> is an observation.</p>` : html`<p>In management's own words and with its own numbers. A <i>not met</i> on a control's check is a <b>deviation candidate</b>: management explains it, and whoever examines the evidence judges it.</p>${index(place)}`}
${evidence.map((record) => controlPage(record, place))}
</section>`;
}

function index(place: PagePlace): Markup {
  const { following, records: { evidence } } = place;
  return table('Controls, and what their checks gave', [{ head: 'Control' }, { head: 'Wording' }, { head: 'Owner' }, { head: 'Results of its checks' }, { head: 'Deviation candidates', as: 'count' }, { head: 'Not evaluated', as: 'count' }], evidence.map(({ control, deviationCandidates, notEvaluated, checks }) => [
    html`<a class="code" href="#${controlAnchor(control.id)}">${control.id}</a>`, control.wording, control.owner, resultCounts(sumOf(checks.map(({ check }) => partsOf(check, place))), following),
    following.number(countedByUnit(deviationCandidates)), following.number(countedByUnit(notEvaluated)),
  ]));
}

/** Fragment of a control's page. */
export function controlAnchor(control: string): string {
  return `control-${control}`;
}
/** Results of a check by unit; none where this run did not hold it. */
export function partsOf(check: string, { checks }: PagePlace): ResultParts {
  return checks.get(check)?.counts ?? emptyParts();
}

function controlPage(record: EvidenceRecord, place: PagePlace): Markup {
  const { control } = record;
  const { following } = place;
  return html`<article class="card leaf" id="${controlAnchor(control.id)}" tabindex="-1" aria-labelledby="${controlAnchor(control.id)}-title"><p class="back"><a href="#controls">All controls</a></p>
<h3 id="${controlAnchor(control.id)}-title"><span class="code">${control.id}</span> ${control.wording}</h3>
${pairs([['Owner', control.owner], ['Frequency', control.frequency], ['Policy', control.policy], ['Supports', control.criteria.join(', ')], ...populationPairs(record, true)])}
${table(`Results of ${control.id}`, [{ head: 'Check' }, { head: 'Held to' }, { head: 'Threshold and who set it' }, { head: 'Results' }, { head: 'Rows' }], record.checks.map((check) => [html`${check.title}<br><small class="code">${check.check} v${check.version}</small>`, check.expected, thresholdsInWords(check.thresholds), resultCounts(partsOf(check.check, place), following), rowsLinks(check.check, place)]))}
${findings(record, place)}
<h4>What was done <span class="whole"></span></h4>${bullets(record.whatWasDone)}
<h4>What this does not cover</h4>${record.doesNotCover.length === 0 ? html`<p class="none">Nothing stated for this control; the blind spots above hold for it too.</p>` : bullets(record.doesNotCover)}
${responsibility(place)}
</article>`;
}

/** Population, control total and completeness of a control; digest and note where the control is at home. */
export function populationPairs({ control, population }: EvidenceRecord, home: boolean): readonly (readonly [string, Insert])[] {
  return [
    ['Population', html`<b>${population.count}</b> ${control.population.replace('-identities', ' identities')} in ${code(population.file)}${population.controlTotal === null ? ', no control total' : html`, control total <b>${population.controlTotal}</b>`} <span class="whole"></span>${home ? html`<br><small class="code">sha256 ${population.sha256}</small>` : null}`],
    ['Completeness', html`${COMPLETENESS_WORDS[population.completenessBasis]} <span class="whole"></span>${home ? html`<br><small>${population.completenessNote}</small>` : null}`],
  ];
}

/** Links to the rows of each result that somebody has to look at. */
export function rowsLinks(check: string, place: PagePlace): Insert {
  const links = (['not_met', 'not_evaluated', 'needs_review'] as const).flatMap((result) => resultLinks(check, result, place));
  return links.length === 0 ? '–' : links;
}

/** A link for each table that holds rows of a check with a result. */
export function resultLinks(check: string, result: Result, { subjects: { tally }, following }: PagePlace): Markup[] {
  const findings = tally.of(check, result);
  const tabs = (['identities', 'credentials'] as const).filter((tab) => findings.some((finding) => finding.tab === tab));
  return tabs.map((tab) => {
    const parts = sumOfParts(findings.filter((finding) => finding.tab === tab).map(({ byUnit }) => byUnit));
    return html`<span class="to"${following.whileAny(parts)}>${rowsLink(tab, check, result, `${RESULT_WORDS[result]}${tabs.length > 1 ? `: ${tab}` : ''}`)}</span> `;
  });
}

/** What stands on every page that may be printed alone: whose evidence it is, of which run and moment. */
export function responsibility({ records: { run } }: PagePlace): Markup {
  return html`<p class="statement foot"><b>Whose evidence this is.</b> ${RESPONSIBILITY_STATEMENT} Run ${code(run.run)}, as of ${moment(run.asOf)}.</p>`;
}

function findings({ control, deviationCandidates, notEvaluated }: EvidenceRecord, place: PagePlace): Markup {
  const { following } = place;
  const candidates = grouped(deviationCandidates, 'not_met', ({ refs }) => refs[0], place);
  const open = grouped(notEvaluated, 'not_evaluated', ({ calls }) => calls[0], place);
  return html`${deviationCandidates.length === 0 ? html`<h4>Deviation candidates</h4><p class="none">None.</p>` : html`<h4>${following.counted(countedByUnit(deviationCandidates), 'deviation candidate')}</h4>
${findingList(candidates, `Deviation candidates of ${control.id}, by reason`, place)}`}
${notEvaluated.length === 0 ? html`<h4>Not evaluated</h4><p class="none">None: every fact that these checks need was read.</p>` : html`<h4>${following.counted(countedByUnit(notEvaluated), 'subject')} not evaluated</h4>
${findingList(open, `What could not be evaluated for ${control.id}, by reason`, place)}`}`;
}

function grouped<T extends EvidenceRecord['deviationCandidates'][number] | EvidenceRecord['notEvaluated'][number]>(items: readonly T[], result: Result, reference: (item: T) => string | undefined, { subjects, checks }: PagePlace): ReturnType<Findings['all']> {
  const groups = new Findings();
  for (const item of items) groups.add({ tab: item.subject === item.unit ? null : (subjects.rowOf(item.subject)?.tab ?? (checks.get(item.check)?.subjectType === 'credential' ? 'credentials' : 'identities')), check: item.check, result, subject: item.subject, unit: item.unit, reason: item.reason, ref: reference(item) ?? '–' });
  return groups.all();
}
