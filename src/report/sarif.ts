// SPDX-License-Identifier: Apache-2.0
import { BUNDLE } from '../bundle/layout.ts';
import { isScopeGap, RESPONSIBILITY_STATEMENT } from '../bundle/records.ts';
import type { Severity } from '../model/verdict.ts';
import { printable } from '../model/printable.ts';
import { acceptanceInWords, acceptancesOver, personInWords } from './exports/from-log.ts';
import { LIMITS } from './exports/limits.ts';
import type { CheckSeen, ExportBundle } from './exports/open.ts';
import { jsonPieces, Streamed } from './exports/pieces.ts';
import { controlsOf, findingId, fileUri, openList, standsAs, verdictIdentity } from './exports/shared.ts';
import { seenVerdicts, type SeenVerdict } from './exports/subjects.ts';
import { uuidOf } from './exports/uuid.ts';

/** SARIF's levels are three and ours are four. None of them is a score, and no rank is given. */
const LEVELS: { readonly [severity in Severity]: 'note' | 'warning' | 'error' } = { low: 'note', medium: 'warning', high: 'error', critical: 'error' };
/** SARIF 2.1.0, 3.27.9: `open` is a rule that was evaluated without enough information to decide, `review` needs a person to decide. */
const KINDS = { not_met: 'fail', not_evaluated: 'open', needs_review: 'review' } as const;
const BASE = 'BUNDLE';

/**
 * A bundle as one SARIF 2.1.0 document, in pieces. One rule a check; results for what is not met, not evaluated or needs review. What is
 * met, not applicable or does not occur is counted at its rule and has no result of its own. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
 */
export function sarifPieces(bundle: ExportBundle): AsyncGenerator<string> {
  const { run } = bundle.records.run;
  return jsonPieces({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'Rollcall', version: bundle.records.run.tool.version, fullDescription: { text: RESPONSIBILITY_STATEMENT }, rules: bundle.checks.map(rule) } },
      automationDetails: { id: `rollcall/${run}`, guid: uuidOf('run', run), description: { text: `Run ${run}, ${bundle.records.run.occasion}; ages count to ${bundle.records.run.asOf}.` } },
      invocations: [invocation(bundle)],
      originalUriBaseIds: { [BASE]: { description: { text: 'The folder of the sealed run, which holds bagit.txt.' } } },
      artifacts: bundle.files.map(({ file, sha256, mediaType, title }) => ({ location: { uri: fileUri(file), uriBaseId: BASE }, description: { text: title }, mimeType: mediaType, hashes: { 'sha-256': sha256 } })),
      columnKind: 'utf16CodeUnits',
      properties: { responsibility: RESPONSIBILITY_STATEMENT, limits: LIMITS, run, asOf: bundle.records.run.asOf, suppressionsFrom: bundle.log === null ? 'no log was at hand: acceptances are not shown' : 'the log of the archive, as of the moment that ages count to' },
      results: new Streamed(results(bundle)),
    }],
  });
}

function rule({ id, version, severity, expected, title, words, counts }: CheckSeen): object {
  return {
    id, shortDescription: { text: title }, fullDescription: { text: words?.rationale ?? expected }, ...(words === null ? {} : { help: { text: `${words.remediation}\n\nWhat a verdict does not show: ${words.limits}` } }),
    ...(severity === null ? {} : { defaultConfiguration: { level: LEVELS[severity] } }), properties: { version, severity, expected, verdicts: counts },
  };
}

/** Whether everything in scope was read is told here: a document with few results of a run with many gaps is not a good one. */
function invocation({ records: { run, coverage } }: ExportBundle): object {
  const unread = coverage.gaps.map(({ unit, source, operation, permission, outcome, parent, blanks, expected, expectedReason }) => ({
    level: expected ? 'note' : 'error',
    message: { text: plain(`${unit}: ${operation} ended ${outcome.replaceAll('_', ' ')}${parent === null ? '' : ` for ${parent}`}; unknown there: ${blanks}${expected ? ` (expected by management: ${expectedReason ?? ''})` : ''}`) },
    properties: { unit, source, permission, outcome },
  }));
  const units = coverage.units.filter(({ outcome }) => outcome === 'failed' || isScopeGap(outcome)).map(({ unit, outcome, reason }) => ({ level: 'error', message: { text: plain(`${unit}: ${outcome}. ${reason}`) }, properties: { unit, outcome } }));
  const logins = run.failedLogins.map(({ target, message }) => ({ level: 'error', message: { text: plain(`The login of target ${target} did not answer: ${message}`) }, properties: { target } }));
  const notes = [RESPONSIBILITY_STATEMENT, ...LIMITS, ...coverage.blindSpots.map(({ provider, text }) => `${provider}: ${text}`)].map((text) => ({ level: 'note', message: { text: plain(text) } }));
  const failures = [...logins, ...units, ...unread];
  return { executionSuccessful: failures.every(({ level }) => level === 'note'), startTimeUtc: run.startedAt, endTimeUtc: run.finishedAt, toolExecutionNotifications: [...failures, ...notes] };
}

async function* results(bundle: ExportBundle): AsyncGenerator<object> {
  const rules = new Map(bundle.checks.map(({ id }, index) => [id, index]));
  const verdictsFile = bundle.files.findIndex(({ file }) => file === BUNDLE.verdicts);
  for await (const seen of seenVerdicts(bundle.dir)) {
    if (!('verdict' in seen)) continue;
    const { result } = seen.verdict;
    if (result === 'not_met' || result === 'not_evaluated' || result === 'needs_review') yield resultOf(bundle, seen, KINDS[result], rules.get(seen.verdict.check) ?? -1, verdictsFile);
  }
}

function resultOf(bundle: ExportBundle, { verdict, subject }: SeenVerdict, kind: 'fail' | 'open' | 'review', ruleIndex: number, verdictsFile: number): object {
  const { check, unit, severity, result, reason, subjectKind, expected, observed, thresholds, refs, inputs, calls } = verdict;
  const controls = controlsOf(bundle, check).map(({ id }) => id);
  const accepted = bundle.log === null ? [] : acceptancesOver(verdict, bundle.log, bundle.records.run.asOf);
  return {
    ruleId: check, ruleIndex, kind, level: kind === 'fail' ? LEVELS[severity] : 'none',
    message: { text: plain(`${subject.name ?? verdict.subject}: ${reason}`) },
    guid: uuidOf('sarif', bundle.records.run.run, verdictIdentity(verdict)),
    locations: [{
      physicalLocation: { artifactLocation: { uri: fileUri(BUNDLE.verdicts), uriBaseId: BASE, index: verdictsFile } },
      logicalLocations: [{ fullyQualifiedName: verdict.subject, name: printable(subject.name ?? verdict.subject), kind: 'resource', properties: { type: subjectKind, unit, id: subject.id, address: subject.address } }],
    }],
    partialFingerprints: { 'rollcallCheckAndSubject/v1': findingId(verdict) },
    ...(accepted.length === 0 ? {} : {
      suppressions: accepted.map((one) => ({
        kind: 'external', guid: uuidOf('acceptance', one.acceptance, verdict.subject, check), justification: printable(`${one.reason} ${acceptanceInWords(one)}`),
        properties: {
          acceptance: one.acceptance, requestedBy: personInWords(one.requestedBy), approvedBy: personInWords(one.approvedBy), samePersonReason: one.samePersonReason, ticket: one.ticket, loggedAt: one.loggedAt, effective: one.effective, expires: one.expires,
          retroactive: one.effective < one.loggedAt,
        },
      })),
    }),
    properties: { result, severity, standsAs: standsAs(bundle, verdict), controls, expected, thresholds, observed, pages: refs, inputs, calls, openList: openList(verdict) },
  };
}

/** A text as SARIF's messages hold it: brackets would make a link and braces a placeholder (3.11.5, 3.11.6). */
function plain(text: string): string {
  return printable(text).replace(/[\\[\]]/g, '\\$&').replace(/[{}]/g, '$&$&');
}
