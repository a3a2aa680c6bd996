// SPDX-License-Identifier: Apache-2.0
import { isScopeGap, RESPONSIBILITY_STATEMENT } from '../bundle/records.ts';
import { millisecondsOf } from '../model/instant.ts';
import { printable } from '../model/printable.ts';
import type { Result, Severity } from '../model/verdict.ts';
import { acceptanceInWords, acceptancesOver } from './exports/from-log.ts';
import { SHORT_LIMITS } from './exports/limits.ts';
import type { CheckSeen, ExportBundle } from './exports/open.ts';
import { jsonText } from './exports/pieces.ts';
import { controlsOf, findingId, openList, standsAs } from './exports/shared.ts';
import { seenVerdicts, type SeenVerdict } from './exports/subjects.ts';
import { uuidOf } from './exports/uuid.ts';

/** The release of the Open Cybersecurity Schema Framework that events are written to. https://schema.ocsf.io/1.8.0/classes/compliance_finding */
export const OCSF_VERSION = '1.8.0';

/** Severity ids of OCSF; they repeat the check's own severity. */
const SEVERITY: { readonly [severity in Severity]: readonly [id: number, caption: string] } = { low: [2, 'Low'], medium: [3, 'Medium'], high: [4, 'High'], critical: [5, 'Critical'] };
const INFORMATIONAL = [1, 'Informational'] as const;
const UNKNOWN = [0, 'Unknown'] as const;
/** `Warning` is OCSF's own word for a check that gave no result because information was missing; what a person has to judge has no result yet either. */
const STATUS = { met: [1, 'Pass'], not_met: [3, 'Fail'], not_evaluated: [2, 'Warning'], needs_review: [2, 'Warning'] } as const;
type Told = keyof typeof STATUS;
/** Results without an event: nothing was there that a check could be held against. */
export const LEFT_OUT: readonly Result[] = ['not_applicable', 'not_occurring'];

/**
 * A bundle as OCSF Compliance Findings (class 2003), one a line: every verdict but those in LEFT_OUT, and every unit, login and read that
 * failed, so that what was not seen is not silence.
 */
export async function* ocsfLines(bundle: ExportBundle): AsyncGenerator<string> {
  for (const event of gapEvents(bundle)) yield `${jsonText(event)}\n`;
  const checks = new Map(bundle.checks.map((check) => [check.id, { check, bearing: bearsOn(bundle, check.id) }]));
  let sequence = 0;
  for await (const seen of seenVerdicts(bundle.dir)) {
    if (!('verdict' in seen)) continue;
    sequence += 1;
    const { result } = seen.verdict;
    const known = checks.get(seen.verdict.check);
    if (known !== undefined && isTold(result)) yield `${jsonText(verdictEvent(bundle, seen, known, result, sequence))}\n`;
  }
}

interface Bearing { readonly standards: readonly string[]; readonly requirements: readonly string[] }
interface Known { readonly check: CheckSeen; readonly bearing: Bearing }

function isTold(result: Result): result is Told {
  return !LEFT_OUT.includes(result);
}

function verdictEvent(bundle: ExportBundle, { verdict, subject }: SeenVerdict, { check, bearing: { standards, requirements } }: Known, told: Told, sequence: number): object {
  const { run } = bundle.records;
  const { reason, result, expected, thresholds, unit, observed, refs, inputs, calls } = verdict;
  const controls = controlsOf(bundle, verdict.check);
  const accepted = bundle.log === null ? [] : acceptancesOver(verdict, bundle.log, run.asOf);
  const severity = told === 'met' ? INFORMATIONAL : told === 'not_evaluated' ? UNKNOWN : SEVERITY[verdict.severity];
  return event(bundle, {
    severity, uid: findingId(verdict), event: uuidOf('ocsf', run.run, sequence), title: check.title, types: [standsAs(bundle, verdict)], message: `${subject.name ?? verdict.subject}: ${reason}`,
    analytic: { uid: check.id, name: check.title, type_id: 1, type: 'Rule', version: String(check.version), ...(check.words === null ? {} : { desc: check.words.rationale }) },
    compliance: {
      ...(controls.length === 0 ? {} : { control: controls.map(({ id }) => id).join(', '), desc: controls.map(({ id, wording }) => printable(`${id}: ${wording}`)).join('\n') }),
      status_id: STATUS[told][0], status: STATUS[told][1], status_code: result, status_details: [printable(reason)],
      checks: [{ uid: check.id, name: check.title, desc: printable(expected), version: String(check.version), severity_id: SEVERITY[verdict.severity][0], severity: SEVERITY[verdict.severity][1], status_id: STATUS[told][0], status: STATUS[told][1], ...(standards.length === 0 ? {} : { standards }) }],
      ...(standards.length === 0 ? {} : { standards, requirements }),
      ...(thresholds.length === 0 ? {} : { control_parameters: thresholds.map(({ name, value, origin, source }) => ({ name, value: `${jsonText(value)} (${origin === 'management' ? source : `not management's threshold: ${source}`})` })) }),
    },
    resource: { uid: verdict.subject, type: verdict.subjectKind, data: { unit, id: subject.id, address: subject.address }, ...(subject.name === null || subject.name === '' ? {} : { name: printable(subject.name) }) },
    evidence: { name: 'verdict of the sealed run', uid: uuidOf('ocsf', run.run, sequence), data: { run: run.run, observed, expected, thresholds, pages: refs, inputs, calls } },
    ...(told === 'not_met' && check.words !== null ? { remediation: check.words.remediation } : {}),
    unmapped: {
      result, as_of: run.asOf, ...(check.words === null ? {} : { not_shown: check.words.limits }), open_list: openList(verdict),
      // Null where no log was at hand; an empty list where there is one and nothing in it covers this.
      acceptances: bundle.log === null ? null : accepted.map((one) => ({ acceptance: one.acceptance, reason: one.reason, told: acceptanceInWords(one), effective: one.effective, expires: one.expires, logged_at: one.loggedAt })),
    },
  });
}

/** Units, logins and reads that failed: nobody can say what they would have shown. */
function* gapEvents(bundle: ExportBundle): Generator<object> {
  const { run, coverage } = bundle.records;
  const gap = (what: readonly string[], title: string, reason: string, data: { readonly [name: string]: unknown }): object => event(bundle, {
    severity: UNKNOWN, uid: uuidOf('gap', ...what), event: uuidOf('ocsf-gap', run.run, ...what, data), title, types: ['coverage gap'], message: reason,
    compliance: { status_id: 2, status: 'Warning', status_code: 'not_evaluated', status_details: [printable(reason)] },
    resource: { uid: what[0] ?? '', type: 'unit' }, evidence: { name: 'coverage of the sealed run', uid: uuidOf('ocsf-gap', run.run, ...what, data), data: { run: run.run, ...data } }, unmapped: { result: 'not_evaluated', as_of: run.asOf },
  });
  for (const { target, provider, message } of run.failedLogins) yield gap([target, 'login'], 'A login did not answer', `${target}: ${message}`, { target, provider });
  for (const { unit, outcome, reason } of coverage.units) if (outcome === 'failed' || isScopeGap(outcome)) yield gap([unit, outcome], 'A unit could not be read', `${unit}: ${outcome}. ${reason}`, { unit, outcome });
  for (const { unit, source, parent, operation, permission, outcome, blanks, calls, expected, expectedReason } of coverage.gaps) {
    yield gap([unit, source, parent ?? '', operation], 'A read did not end well', `${operation} ended ${outcome.replaceAll('_', ' ')}${parent === null ? '' : ` for ${parent}`}; unknown there: ${blanks}`, { source, operation, permission, outcome, calls, expected, expectedReason });
  }
}

interface Parts {
  readonly severity: readonly [id: number, caption: string]; readonly uid: string; readonly event: string; readonly title: string; readonly types: readonly string[]; readonly message: string;
  readonly analytic?: object; readonly compliance: object; readonly resource: object; readonly evidence: object; readonly remediation?: string; readonly unmapped: object;
}

/** What every event has. Its lifecycle status is the consumer's to set and is left out. */
function event({ records: { run } }: ExportBundle, parts: Parts): object {
  return {
    activity_id: 1, activity_name: 'Create', category_uid: 2, category_name: 'Findings', class_uid: 2003, class_name: 'Compliance Finding', type_uid: 200301, type_name: 'Compliance Finding: Create',
    severity_id: parts.severity[0], severity: parts.severity[1], time: millisecondsOf(run.finishedAt), start_time: millisecondsOf(run.startedAt), end_time: millisecondsOf(run.finishedAt),
    message: printable(parts.message), comment: RESPONSIBILITY_STATEMENT,
    metadata: { version: OCSF_VERSION, uid: parts.event, correlation_uid: run.run, product: { name: 'Rollcall', vendor_name: 'Rollcall', version: run.tool.version } },
    finding_info: { uid: parts.uid, title: parts.title, types: parts.types, ...(parts.analytic === undefined ? {} : { analytic: parts.analytic }) },
    compliance: parts.compliance, resources: [parts.resource], evidences: [parts.evidence], ...(parts.remediation === undefined ? {} : { remediation: { desc: parts.remediation } }),
    unmapped: { rollcall: { ...parts.unmapped, limits: SHORT_LIMITS } },
  };
}

/** Requirements that a check tests or supports, in the words of the bundle's own table; that one is listed does not say that it is fulfilled. */
function bearsOn({ records: { frameworks } }: ExportBundle, check: string): Bearing {
  const standards: string[] = [];
  const requirements: string[] = [];
  for (const { title, version, requirements: items } of frameworks?.frameworks ?? []) {
    const mine = items.filter(({ checks }) => checks.some((entry) => entry.check === check));
    if (mine.length > 0) standards.push(title.includes(version) ? title : `${title} ${version}`);
    requirements.push(...mine.map(({ id }) => id));
  }
  return { standards, requirements };
}
