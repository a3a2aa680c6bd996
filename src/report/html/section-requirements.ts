// SPDX-License-Identifier: Apache-2.0
import type { EvidenceRecord, FrameworksFile } from '../../bundle/records.ts';
import { countedByUnit, totalOf } from './by-unit.ts';
import { findingList } from './finding-list.ts';
import { html, type Insert, type Markup } from './markup.ts';
import { bullets, pairs, resultCounts, table, thresholdsInWords } from './parts.ts';
import { controlAnchor, partsOf, populationPairs, responsibility, rowsLinks, type PagePlace } from './section-controls.ts';
import { sumOf } from './tally.ts';

type Framework = FrameworksFile['frameworks'][number];
type Requirement = Framework['requirements'][number];

/** How a check stands to a requirement, in the reader's words: neither says that the requirement is met. */
const RELATION_WORDS = { tests: 'bears on', supports: 'supports' } as const;

/** Requirements of each framework: a line each, then a page each. Null where the bundle names none. */
export function requirementsSection(place: PagePlace): Markup | null {
  const file = place.records.frameworks;
  if (file === null) return null;
  return html`<section id="requirements" aria-labelledby="requirements-title"><h2 id="requirements-title">Requirements</h2>
<p>${file.note}</p>
${file.frameworks.map((framework) => frameworkPart(framework, place))}
${file.frameworks.flatMap((framework) => framework.requirements.map((requirement) => requirementPage(framework, requirement, place)))}
</section>`;
}

function frameworkPart(framework: Framework, place: PagePlace): Markup {
  const { title, version, licence, requirements, notCovered } = framework;
  return html`<div class="framework"><h3>${title}${title.includes(version) ? null : html` <small>${version}</small>`}</h3>
${table(`Requirements of ${title}`, [{ head: 'Requirement' }, { head: 'Title' }, { head: 'Checks that bear on or support it', as: 'code' }, { head: 'Results of these checks' }, { head: 'Controls' }], requirements.map((requirement) => [
    html`<a href="#${requirementAnchor(framework, requirement.id)}">${requirement.id}</a>`, requirement.title, requirement.checks.map(({ check }, at) => html`${at === 0 ? null : html`<br>`}${check}`),
    resultCounts(sumOf(requirement.checks.map(({ check }) => partsOf(check, place))), place.following), controlLinks(requirement, place),
  ]))}
${notCovered.length === 0 ? null : html`<details><summary>Nothing here bears on ${notCovered.length} more</summary>${bullets(notCovered.map(({ id, reason }) => html`<b>${id}</b> ${reason}`))}</details>`}
<p><small>${licence}</small></p></div>`;
}

/** Fragment of a requirement's page: letters, digits and dots of its names, so that it can be typed. */
export function requirementAnchor({ id, version }: Pick<Framework, 'id' | 'version'>, requirement: string): string {
  return `requirement-${`${id}-${version}-${requirement}`.replace(/[^A-Za-z0-9._-]+/g, '-')}`;
}

function controlLinks({ controls }: Requirement, { records: { evidence } }: PagePlace): Insert {
  if (controls.length === 0) return '–';
  return controls.map((id, at) => html`${at === 0 ? null : ', '}${evidence.some(({ control }) => control.id === id) ? html`<a class="code" href="#${controlAnchor(id)}">${id}</a>` : html`<span class="code">${id}</span>`}`);
}

function requirementPage(framework: Framework, requirement: Requirement, place: PagePlace): Markup {
  const { following, checks, records: { evidence } } = place;
  const anchor = requirementAnchor(framework, requirement.id);
  const controls = evidence.filter(({ control }) => requirement.controls.includes(control.id));
  return html`<article class="card leaf" id="${anchor}" tabindex="-1" aria-labelledby="${anchor}-title"><p class="back"><a href="#requirements">All requirements</a></p>
<h3 id="${anchor}-title"><span class="code">${requirement.id}</span> ${requirement.title}</h3>
<p class="sub">${framework.title}${framework.title.includes(framework.version) ? '' : `, ${framework.version}`}. What follows bears on this requirement or supports it. Whether it is met is not said here.</p>
${requirement.checks.length === 0 ? html`<p class="none">No check of this run is related to it.</p>` : table(`Checks related to ${requirement.id}`, [{ head: 'Check', as: 'code' }, { head: 'Relation' }, { head: 'Why' }, { head: 'Threshold and who set it' }, { head: 'Results' }, { head: 'Rows' }], requirement.checks.map(({ check, relation, rationale }) => [
    check, RELATION_WORDS[relation], rationale, thresholdsInWords(checks.get(check)?.thresholds ?? []), checks.has(check) ? resultCounts(partsOf(check, place), following) : 'not held in this run', rowsLinks(check, place),
  ]))}
<h4>Management's controls for it</h4>${controls.length === 0 ? html`<p class="none">No control of management names it.</p>` : controls.map((record) => controlPart(record, place))}
${findings(requirement, controls, place)}
${responsibility(place)}
</article>`;
}

function controlPart(record: EvidenceRecord, { following }: PagePlace): Markup {
  const { control, deviationCandidates, notEvaluated } = record;
  return html`<div class="named"><p><a class="code" href="#${controlAnchor(control.id)}">${control.id}</a> ${control.wording}</p>${pairs([['Owner', control.owner], ...populationPairs(record, false), ['Of its checks', html`${following.counted(countedByUnit(deviationCandidates), 'deviation candidate')}, ${following.number(countedByUnit(notEvaluated))} not evaluated`]])}</div>`;
}

/** What is not met, a deviation candidate where one of its controls names the check and an observation where none of any does; and what could not be evaluated. */
function findings({ id, checks }: Requirement, controls: readonly EvidenceRecord[], place: PagePlace): Markup {
  const { subjects: { tally }, records: { evidence }, following } = place;
  const named = (records: readonly EvidenceRecord[]): ReadonlySet<string> => new Set(records.flatMap(({ control }) => control.checks.map(({ check }) => check)));
  const [here, anywhere] = [named(controls), named(evidence)];
  const list = (heading: string, which: (check: string) => boolean, result: 'not_met' | 'not_evaluated'): Markup | null => {
    const asked = checks.map(({ check }) => check).filter(which);
    const parts = sumOf(asked.map((check) => partsOf(check, place)))[result];
    return totalOf(parts) === 0 ? null : html`<h4>${heading} <small>${following.number(parts)}</small></h4>${findingList(asked.flatMap((check) => tally.of(check, result)), `${heading}, ${id}`, place, 'lines')}`;
  };
  return html`${list('Deviation candidates', (check) => here.has(check), 'not_met')}
${list('Deviation candidates of controls that do not name it', (check) => !here.has(check) && anywhere.has(check), 'not_met')}
${list('Observations', (check) => !anywhere.has(check), 'not_met')}
${list('Could not be evaluated', () => true, 'not_evaluated') ?? html`<h4>Could not be evaluated</h4><p class="none">Nothing: every fact that these checks need was read.</p>`}`;
}
