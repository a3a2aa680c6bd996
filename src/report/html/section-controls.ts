// SPDX-License-Identifier: Apache-2.0
import type { EvidenceRecord, FrameworksFile } from '../../bundle/records.ts';
import type { SubjectType, Threshold } from '../../model/verdict.ts';
import { counted, html, shown, type Insert, type Markup } from './markup.ts';
import { bullets, code, pairs, resultCounts, rest, rowsLink, table } from './parts.ts';
import type { Records } from './read-bundle.ts';
import type { Subjects } from './subjects.ts';
import type { CheckCount } from './tally.ts';
import { COMPLETENESS_WORDS, originInWords } from './words.ts';

/** Rows of a list in the static page; the evidence file and the table hold all. */
const LISTED = 25;

/** One card a control of management, then which requirement each bears on. */
export function controlsSection({ evidence, frameworks }: Records, subjects: Subjects): Markup {
  const types = new Map(subjects.tally.checks().map(({ check, subjectType }) => [check, subjectType]));
  return html`<section id="controls" aria-labelledby="controls-title"><h2 id="controls-title">Management's controls</h2>
${evidence.length === 0 ? html`<p class="none">Management has declared no control, so nothing below is a deviation: each <i>not met</i> is an observation.</p>` : html`<p>In management's own words and with its own numbers. A <i>not met</i> on a control's check is a <b>deviation candidate</b>: management explains it, and whoever examines the evidence judges it.</p>`}
${evidence.map((record) => card(record, subjects, types))}
${frameworksPart(frameworks)}
</section>`;
}

function card(record: EvidenceRecord, subjects: Subjects, types: ReadonlyMap<string, SubjectType>): Markup {
  const { control, population } = record;
  const name = (key: string): Insert => subjects.nameOf(key) ?? '–';
  return html`<article class="card" aria-labelledby="control-${control.id}"><h3 id="control-${control.id}"><span class="code">${control.id}</span> ${control.wording}</h3>
${pairs([
    ['Owner', control.owner], ['Frequency', control.frequency], ['Policy', control.policy], ['Supports', control.criteria.join(', ')],
    ['Population', html`<b>${population.count}</b> ${control.population.replace('-identities', ' identities')} in ${code(population.file)}${population.controlTotal === null ? ', no control total' : html`, control total <b>${population.controlTotal}</b>`}<br><small class="code">sha256 ${population.sha256}</small>`],
    ['Completeness', html`${COMPLETENESS_WORDS[population.completenessBasis]}<br><small>${population.completenessNote}</small>`],
  ])}
${table(`Results of ${control.id}`, [{ head: 'Check' }, { head: 'Held to' }, { head: 'Threshold and who set it' }, { head: 'Results' }], record.checks.map((check) => [html`${check.title}<br><small class="code">${check.check} v${check.version}</small>`, check.expected, thresholds(check.thresholds), resultCounts(check.results)]))}
<h4>What was done</h4>${bullets(record.whatWasDone)}
${deviations(record, subjects, types)}
${notEvaluated(record, name)}
<h4>What this does not cover</h4>${record.doesNotCover.length === 0 ? html`<p class="none">Nothing stated for this control; the blind spots above hold for it too.</p>` : bullets(record.doesNotCover)}
</article>`;
}

function deviations({ control, deviationCandidates: all }: EvidenceRecord, subjects: Subjects, types: ReadonlyMap<string, SubjectType>): Markup {
  if (all.length === 0) return html`<h4>Deviation candidates</h4><p class="none">None.</p>`;
  const links = control.checks.map(({ check }) => rowsLink(types.get(check) === 'credential' ? 'credentials' : 'identities', check, 'not_met', `rows not met of ${check}`));
  return html`<h4>${counted(all.length, 'deviation candidate')}</h4>
${table(`Deviation candidates of ${control.id}`, [{ head: 'Subject', as: 'code' }, { head: 'Identity' }, { head: 'Why' }, { head: 'Check', as: 'code' }, { head: 'First page', as: 'code' }], all.slice(0, LISTED).map(({ subject, reason, check, refs }) => [subjectLink(subjects, subject), subjects.nameOf(subject) ?? '–', reason, check, refs[0] ?? '–']))}
${rest(all.length, LISTED, html`all are in ${code(`evidence/${control.id}.json`)}, and below: ${joined(links)}.`)}`;
}

function notEvaluated({ control, notEvaluated: all }: EvidenceRecord, name: (key: string) => Insert): Markup {
  if (all.length === 0) return html`<h4>Not evaluated</h4><p class="none">None: every fact that these checks need was read.</p>`;
  const reasons = new Map<string, { readonly check: string; readonly reason: string; count: number; readonly subject: string; readonly call: string }>();
  for (const { check, subject, reason, calls } of all) {
    const entry = reasons.get(`${check} ${reason}`);
    if (entry === undefined) reasons.set(`${check} ${reason}`, { check, reason, count: 1, subject, call: calls[0] ?? '–' });
    else entry.count += 1;
  }
  const rows = [...reasons.values()];
  return html`<h4>${counted(all.length, 'subject')} not evaluated</h4>
${table(`Why subjects of ${control.id} were not evaluated`, [{ head: 'Reason' }, { head: 'Subjects', as: 'count' }, { head: 'Check', as: 'code' }, { head: 'The first of them' }, { head: 'Its call', as: 'code' }], rows.slice(0, LISTED).map(({ reason, count, check, subject, call }) => [reason, count, check, html`${name(subject)}<br><small class="code">${subject}</small>`, call]))}
${rest(rows.length, LISTED, html`all are in ${code(`evidence/${control.id}.json`)}.`)}`;
}

/** Every `not_met` of a check that no control names, apart from the controls: it owes no explanation. */
export function observationsSection(checks: readonly CheckCount[], controlled: ReadonlySet<string>, subjects: Subjects): Markup {
  const outside = checks.filter(({ check, counts }) => !controlled.has(check) && counts.not_met > 0);
  return html`<section id="observations" aria-labelledby="observations-title"><h2 id="observations-title">Observations</h2>
<p>Not met, on checks that no control of management names. Kept and shown; they owe no explanation.</p>
${outside.length === 0 ? html`<p class="none">None.</p>` : outside.map(({ check, counts, subjectType, notMet, thresholds: numbers }) => html`<details><summary><span class="code">${check}</span> <small>${counted(counts.not_met, 'observation')}</small></summary>
${numbers.length === 0 ? null : html`<p>${thresholds(numbers)}</p>`}
${table(`Observations of ${check}`, [{ head: 'Subject', as: 'code' }, { head: 'Identity' }, { head: 'Why' }, { head: 'First page', as: 'code' }], notMet.map(({ subject, reason, refs }) => [subjectLink(subjects, subject), subjects.nameOf(subject) ?? '–', reason, refs[0] ?? '–']))}
${rest(counts.not_met, notMet.length, html`see all below: ${rowsLink(subjectType === 'credential' ? 'credentials' : 'identities', check, 'not_met', `rows not met of ${check}`)}.`)}</details>`)}
<h3>Every check that was held</h3>
${table('Checks and their results', [{ head: 'Check', as: 'code' }, { head: 'Stands in' }, { head: 'Held to' }, { head: 'Threshold and who set it' }, { head: 'Results' }], checks.map(({ check, version, counts, expected, thresholds: numbers }) => [`${check} v${version}`, controlled.has(check) ? 'a control' : 'observations', expected ?? 'applied to nothing', thresholds(numbers), resultCounts(counts)]))}
</section>`;
}

function thresholds(numbers: readonly Threshold[]): Insert {
  if (numbers.length === 0) return 'no number';
  return numbers.map((threshold) => html`<span class="threshold"><span class="code">${threshold.name} = ${JSON.stringify(threshold.value)}</span> <small class="${threshold.origin === 'management' ? 'adopted' : 'foreign'}">${originInWords(threshold)}</small></span>`);
}

function frameworksPart(file: FrameworksFile | null): Markup | null {
  if (file === null) return null;
  const head = [{ head: 'Requirement' }, { head: 'Checks that bear on it', as: 'code' as const }, { head: 'Controls', as: 'code' as const }];
  return html`<h3>Which requirement this bears on</h3><p>${file.note}</p>
${file.frameworks.map(({ title, version, requirements, notCovered }) => html`<details><summary>${title} <small>${version}, ${counted(requirements.length, 'row')}</small></summary>${table(title, head, requirements.map(({ id, title: words, checks, controls }) => [html`<b>${id}</b> ${words}`, checks.map(({ check, relation }) => `${check} (${relation})`).join(', ') || '–', controls.join(', ') || '–']))}
${notCovered.length === 0 ? null : html`<p>Nothing here bears on:</p>${bullets(notCovered.map(({ id, reason }) => html`<b>${id}</b> ${reason}`))}`}</details>`)}`;
}

/** A subject's key as a link that opens its row in the table. */
function subjectLink(subjects: Subjects, subject: string): Insert {
  const row = subjects.rowOf(subject);
  return row === null ? subject : html`<a href="#${new URLSearchParams({ tab: row.tab, open: shown(row.key) }).toString()}">${subject}</a>`;
}

function joined(links: readonly Markup[]): Markup {
  return html`${links.map((link, index) => (index === 0 ? link : html`, ${link}`))}`;
}
