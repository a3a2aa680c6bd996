// SPDX-License-Identifier: Apache-2.0
import { isScopeGap } from '../../bundle/records.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { populationFile } from '../../evidence/populations.ts';
import { RESULTS, type Result, type Verdict } from '../../model/verdict.ts';
import { acceptanceInWords, acceptancesOver } from '../exports/from-log.ts';
import type { CheckSeen, ExportBundle, ExportRecords } from '../exports/open.ts';
import { jsonPieces, Streamed } from '../exports/pieces.ts';
import { controlsOf, standsAs, verdictIdentity } from '../exports/shared.ts';
import { seenVerdicts, type SeenVerdict } from '../exports/subjects.ts';
import { uuidOf } from '../exports/uuid.ts';
import { assessmentAssets, backMatter, documentName, metadata, resourceId, reviewedControls, toolOrigin } from './common.ts';
import { markup, markupLines, objectiveId, property, type Property } from './text.ts';

type Evidence = ExportRecords['evidence'][number];

/** Results that speak against a subject or leave it open: each is an observation of its own. The rest is counted at its check. */
const TOLD: readonly Result[] = ['not_met', 'not_evaluated', 'needs_review'];

/**
 * Assessment results of a run: an observation a check with its counts, one a result of TOLD, one a read that failed; a finding a
 * control that has any of these against it. OSCAL's status of a finding knows two states. `satisfied` is never given: it would conclude on a
 * control. A control without a finding is one about which nothing more is said here.
 */
export function resultsPieces(bundle: ExportBundle): AsyncGenerator<string> {
  const { run, scope } = bundle.records;
  // What each control's finding will point at, filled while observations are written: findings come after them.
  const related = new Map<string, string[]>();
  return jsonPieces({
    'assessment-results': {
      uuid: uuidOf('assessment-results', run.run, bundle.log), metadata: metadata(bundle, `What run ${run.run} found`),
      'import-ap': { href: documentName(run.run, 'assessment-plan'), remarks: 'Written together with these results.' },
      results: [{
        uuid: uuidOf('result', run.run), title: markup(`Run ${run.run}, ${run.occasion}`), description: markup(scope.statement), start: run.startedAt, end: run.finishedAt,
        props: [property('as-of', run.asOf), property('acceptances-and-deviations', bundle.log === null ? 'no log was at hand' : 'from the log of the archive')],
        'local-definitions': { 'assessment-assets': assessmentAssets(bundle) },
        'reviewed-controls': reviewedControls(bundle),
        observations: new Streamed(observations(bundle, related)),
        ...(bundle.records.evidence.some(hasFinding) ? { findings: new Streamed(findings(bundle, related)) } : {}),
        remarks: 'A control without a finding had nothing against it among what was evaluated. That is no statement that it is kept, or that it operated on any other day.',
      }],
      'back-matter': backMatter(bundle),
    },
  });
}

async function* observations(bundle: ExportBundle, related: Map<string, string[]>): AsyncGenerator<object> {
  for (const check of bundle.checks) yield checkObservation(bundle, check);
  yield* gapObservations(bundle);
  for await (const seen of seenVerdicts(bundle.dir)) {
    if (!('verdict' in seen) || !TOLD.includes(seen.verdict.result)) continue;
    const uuid = observationId(bundle, seen.verdict);
    for (const { id } of controlsOf(bundle, seen.verdict.check)) {
      const list = related.get(id);
      if (list === undefined) related.set(id, [uuid]);
      else list.push(uuid);
    }
    yield verdictObservation(bundle, seen, uuid);
  }
}

function observationId({ records: { run } }: ExportBundle, verdict: Verdict): string {
  return uuidOf('observation', run.run, verdictIdentity(verdict));
}

function checkId({ records: { run } }: ExportBundle, check: string): string {
  return uuidOf('check', run.run, check);
}

function checkObservation(bundle: ExportBundle, { id, version, title, expected, counts }: CheckSeen): object {
  const { run, evidence } = bundle.records;
  const files = [BUNDLE.verdicts, ...evidence.filter(({ control }) => control.checks.some(({ check }) => check === id)).flatMap(({ control, population }) => [`${BUNDLE.evidence}/${control.id}.json`, population.file])];
  return {
    uuid: checkId(bundle, id), title: markup(title), description: markup(`Held against every row that ${id} concerns: ${expected === '' ? 'it concerned none' : expected}. ${RESULTS.map((result) => `${counts[result]} ${result.replaceAll('_', ' ')}`).join(', ')}.`),
    props: [property('check', id), property('check-version', version), ...controlsOf(bundle, id).map((control) => property('control', control.id)), ...RESULTS.map((result) => property(result.replaceAll('_', '-'), counts[result]))],
    methods: ['EXAMINE', 'TEST'], types: ['control-objective'], origins: [toolOrigin(bundle)],
    'relevant-evidence': [...new Set(files)].map((file) => ({ href: `#${resourceId(file)}`, description: markup(file) })), collected: run.finishedAt,
  };
}

function verdictObservation(bundle: ExportBundle, { verdict, subject }: SeenVerdict, uuid: string): object {
  const { run } = bundle.records;
  const { check, unit, reason, result, severity, subjectKind, refs, inputs, calls, observed, thresholds, expected } = verdict;
  const accepted = bundle.log === null ? [] : acceptancesOver(verdict, bundle.log, run.asOf);
  const population = populationFile(verdict.subjectType === 'credential' ? 'credentials' : 'principals');
  return {
    uuid, title: markup(`${check}: ${subject.name ?? verdict.subject}`), description: markup(reason),
    props: [
      property('result', result.replaceAll('_', '-')), property('stands-as', standsAs(bundle, verdict)), property('check', check), property('severity-of-check', severity), property('expected', expected), property('observed', JSON.stringify(observed)),
      ...thresholds.map(({ name, value, origin, source }) => property('threshold', `${name} ${JSON.stringify(value)}: ${origin === 'management' ? source : `not management's threshold: ${source}`}`)),
      ...controlsOf(bundle, check).map(({ id }) => property('control', id)), ...accepted.map((one) => property('acceptance', `${one.acceptance}: ${acceptanceInWords(one)} It does not change the result.`)),
    ],
    // What is not evaluated was looked at and could not be held against anything.
    methods: result === 'not_evaluated' ? ['EXAMINE'] : ['EXAMINE', 'TEST'], types: [result === 'not_met' ? 'finding' : 'discovery'], origins: [toolOrigin(bundle)],
    subjects: [{ 'subject-uuid': resourceId(population), type: 'resource', title: markup(subject.name ?? verdict.subject), props: [property('subject', verdict.subject), property('kind', subjectKind), property('unit', unit)] }],
    'relevant-evidence': [{ href: `#${resourceId(BUNDLE.verdicts)}`, description: markup(`The verdict of ${check} on ${verdict.subject}, with what it stands on`), ...standsOn(refs, inputs, calls) }],
    collected: run.finishedAt,
  };
}

function standsOn(refs: readonly string[], inputs: readonly string[], calls: readonly string[]): { readonly props?: readonly Property[] } {
  const props = [...refs.map((ref) => property('page', ref)), ...inputs.map((input) => property('input', input)), ...calls.map((call) => property('call', call))];
  return props.length === 0 ? {} : { props };
}

/** Logins, units and reads that failed: what they would have shown is unknown. */
function* gapObservations(bundle: ExportBundle): Generator<object> {
  const { run, coverage } = bundle.records;
  const gap = (title: string, description: string, props: readonly Property[]): object => ({
    uuid: uuidOf('gap', run.run, title, description, props), title: markup(title), description: markup(description), props: [property('result', 'not-evaluated'), property('stands-as', 'coverage gap'), ...props], methods: ['EXAMINE'], types: ['discovery'],
    origins: [toolOrigin(bundle)], 'relevant-evidence': [{ href: `#${resourceId(BUNDLE.coverage)}`, description: markup(BUNDLE.coverage) }], collected: run.finishedAt,
  });
  for (const { target, message } of run.failedLogins) yield gap(`The login of ${target} did not answer`, message, [property('target', target)]);
  for (const { unit, outcome, reason } of coverage.units) if (outcome === 'failed' || isScopeGap(outcome)) yield gap(`${unit} was not read`, `${outcome}: ${reason}`, [property('unit', unit)]);
  for (const { unit, source, parent, operation, outcome, blanks, expected, expectedReason } of coverage.gaps) {
    yield gap(`${operation} ended ${outcome.replaceAll('_', ' ')}`, `Unknown there: ${blanks}${expected ? `. Expected by management: ${expectedReason ?? ''}` : ''}`, [property('unit', unit), property('source', source), ...(parent === null ? [] : [property('parent', parent)])]);
  }
}

function against({ checks }: Evidence, results: readonly Result[]): number {
  return checks.reduce((sum, check) => sum + results.reduce((inner, result) => inner + check.results[result], 0), 0);
}

function hasFinding(record: Evidence): boolean {
  return against(record, TOLD) > 0;
}

async function* findings(bundle: ExportBundle, related: ReadonlyMap<string, readonly string[]>): AsyncGenerator<object> {
  for (const record of bundle.records.evidence.filter(hasFinding)) {
    const { control, checks, doesNotCover } = record;
    const candidates = against(record, ['not_met']);
    const open = against(record, ['not_evaluated', 'needs_review']);
    const observed = [...new Set([...checks.map(({ check }) => checkId(bundle, check)), ...(related.get(control.id) ?? [])])];
    yield {
      uuid: uuidOf('finding', bundle.records.run.run, control.id), title: markup(`${control.id}: ${candidates} deviation candidates, ${open} open`), description: markupLines(control.wording),
      props: [property('control', control.id), ...RESULTS.map((result) => property(result.replaceAll('_', '-'), against(record, [result])))], origins: [toolOrigin(bundle)],
      target: {
        type: 'objective-id', 'target-id': objectiveId(control.id),
        status: {
          state: 'not-satisfied', reason: candidates > 0 ? 'fail' : 'other',
          remarks: candidates > 0 ? 'The format knows two states, and this is the one that claims less. These are deviation candidates, which management has to explain; whether the control deviated is not said here.'
            : 'The format knows two states, and this is the one that claims less. Nothing was found against the control; part of it could not be evaluated or waits for a person.',
        },
      },
      'related-observations': observed.map((uuid) => ({ 'observation-uuid': uuid })), remarks: ['What this does not cover:', ...doesNotCover.map((text) => `- ${markup(text)}`)].join('\n'),
    };
  }
}
