// SPDX-License-Identifier: Apache-2.0
import { BUNDLE } from '../../src/bundle/layout.ts';
import { DERIVATION_VERSION, RESPONSIBILITY_STATEMENT, type Control, type Coverage, type CoverageUnit, type EvidenceRecord, type Run, type Scope } from '../../src/bundle/records.ts';
import { plusDays, type Instant } from '../../src/model/instant.ts';
import { callId, pageReference } from '../../src/model/reference.ts';
import type { Credential, Identity } from '../../src/model/row.ts';
import { RESULTS, type FoldedVerdict, type Result, type Verdict } from '../../src/model/verdict.ts';

/** The units of a synthetic scope. */
function syntheticUnits(unitIds: readonly string[]): Scope['units'] {
  return unitIds.map((id, index) => ({ id, provider: id.slice(0, id.indexOf(':')), kind: id.startsWith('aws:') ? 'account' : 'cluster', nativeId: id.slice(id.indexOf(':') + 1), name: index === 1 ? null : `company-${index}`, target: 'company', basis: index === 0 ? 'own_login' : 'declared' }));
}

export interface SyntheticCounts {
  readonly unitIds: readonly string[]; readonly identities: readonly Identity[]; readonly credentials: readonly Credential[]; readonly verdicts: readonly Verdict[]; readonly folded: readonly FoldedVerdict[];
  readonly asOf: Instant; readonly hostile: boolean;
}

const ROTATION: Control = {
  id: 'ROT-1', wording: 'Access keys are replaced at least every 90 days.', owner: 'Head of Platform', frequency: 'daily', policy: 'POL-7, section 3', criteria: ['CC6.1', 'CC6.3'],
  checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: 90 } }], population: 'credentials', doesNotCover: ['keys of other providers'],
};
const INVENTORY: Control = {
  id: 'INV-1', wording: 'Every non-human identity has a recorded owner.', owner: 'Head of Security', frequency: 'quarterly', policy: 'POL-7, section 1', criteria: ['CC6.1'],
  checks: [{ check: 'nhi-owner-missing', parameters: {} }], population: 'non-human-identities', doesNotCover: [],
};

/** The single-document files of a synthetic bundle: path in the bundle and value. */
export function syntheticRecords(counts: SyntheticCounts): [string, unknown][] {
  const { asOf, unitIds } = counts;
  const units = syntheticUnits(unitIds);
  const run: Run = {
    format: 'rollcall-bundle/1', run: '019aa123-4567-7abc-8def-0123456789ab', derivationVersion: DERIVATION_VERSION, tool: { name: 'rollcall', version: '0.1.0' }, occasion: 'ad hoc', depth: 'standard', startedAt: asOf, finishedAt: plusDays(asOf, 1 / 24), asOf,
    redaction: { version: 1, enabled: true },
    logins: [{ target: 'company', provider: 'aws', principal: 'arn:aws:sts::111122223333:assumed-role/rollcall/scan', operation: 'GetCallerIdentity', endpoint: 'https://sts.amazonaws.com', requestId: 'c6104cbe-af31-11e0-8154-cbc7ccf896c7', providerTime: asOf }],
    failedLogins: [{ target: 'second company', provider: 'aws', message: 'the token has expired' }], host: 'host.example',
  };
  const scope: Scope = {
    declaredBy: 'configuration', parentRead: false, statement: 'We have no list of all accounts; management says these are all.', units,
    excluded: [{ unit: 'aws:444455556666', reason: 'closed in October', approver: 'Head of Security', expires: '2027-01-31' }], unreachable: [{ unit: 'aws:777788889999', target: 'second company', reason: 'login failed: the token has expired' }],
    expectedGaps: [{ unit: unitIds[0] ?? '', source: 'aws.iam.saml-providers', cause: 'denied', reason: 'owned by another team', approver: 'Head of Security', expires: '2027-01-31' }], vendorUnits: [{ unit: 'aws:999988887777', name: 'Backup vendor' }], ownUnits: [],
  };
  return [
    [BUNDLE.run, run], [BUNDLE.scope, scope], [BUNDLE.coverage, coverageOf(counts, scope)],
    [`${BUNDLE.evidence}/${ROTATION.id}.json`, evidenceOf(counts, ROTATION, run.run)], [`${BUNDLE.evidence}/${INVENTORY.id}.json`, evidenceOf(counts, INVENTORY, run.run)],
    [BUNDLE.frameworks, { responsibility: RESPONSIBILITY_STATEMENT, note: 'Supported, never satisfied.', frameworks: [{ id: 'owasp-nhi', version: '2025', title: 'OWASP Non-Human Identities Top 10', licence: 'ids only', source: 'https://owasp.org', requirements: [{ id: 'NHI7:2025', title: 'Long-Lived Secrets', controls: ['ROT-1'], checks: [{ check: 'aws-access-key-age', relation: 'tests', rationale: 'age against a limit' }] }], notCovered: [{ id: 'NHI2:2025', reason: 'not looked at' }] }] }],
  ];
}

/** Lines of `data/coverage-units.jsonl.gz`, in the sums of `coverageOf`. */
export function syntheticCoverageUnits({ unitIds, identities, credentials }: SyntheticCounts): readonly CoverageUnit[] {
  return unitIds.map((unit, index) => {
    const keys = credentials.filter((credential) => credential.unit === unit && credential.kind === 'aws.access-key').length;
    return {
      unit, skips: index === 0 ? [{ source: 'aws.iam.ssh-public-keys', kind: 'not_requested', reason: 'read at depth deep only', count: 12 }] : [], controlTotals: [], listed: [{ kind: 'aws.access-key', count: keys, why: null }],
      sources: [{ source: 'aws.iam.authorization-details', title: 'Users, roles, groups and policies', readsDue: 1, complete: 1, failed: 0, skipped: 0, calls: 3, pages: 3, items: identities.filter((identity) => identity.unit === unit).length, unknownFields: 2 },
        { source: 'aws.iam.access-keys', title: 'Access keys of a user', readsDue: 40, complete: index === 0 ? 38 : 40, failed: index === 0 ? 2 : 0, skipped: 3, calls: 41, pages: 38, items: keys, unknownFields: 0 }],
    };
  });
}

function coverageOf({ unitIds, identities, credentials, hostile }: SyntheticCounts, scope: Scope): Coverage {
  const first = unitIds[0] ?? '';
  const gap = (unit: string, source: string, parent: string | null, operation: string, outcome: Coverage['gaps'][number]['outcome'], expected: boolean): Coverage['gaps'][number] => ({
    unit, source, parent, operation, permission: `iam:${operation}`, outcome, errorCode: outcome === 'denied' ? 'AccessDenied' : 'Throttling', message: hostile ? '=1+1 <b>\u001b[31mdenied\u202e' : `not authorized to perform: iam:${operation}`,
    calls: [callId({ unit, source, parent }, 1, 1)], blanks: 'status, creation and last use of this user\'s keys', expected, expectedReason: expected ? 'owned by another team (approved by Head of Security, until 2027-01-31)' : null,
  });
  const classes = (unit: string, name: string): number => identities.filter((identity) => identity.unit === unit && identity.classification.class === name).length;
  const keys = (unit: string): number => credentials.filter((credential) => credential.unit === unit && credential.kind === 'aws.access-key').length;
  const listed = (unit: string): number => identities.filter((identity) => identity.unit === unit).length;
  const summary = (unit: string): string[] => [pageReference({ unit, source: 'aws.iam.account-summary', parent: null }, 1, ['SummaryMap', 'Users'])];
  return {
    units: [
      ...scope.units.map(({ id, name, basis }, index): Coverage['units'][number] => ({
        unit: id, name, basis, outcome: index === 0 ? 'partially_scanned' : 'scanned', reason: index === 0 ? '3 of the reads that were due did not end well' : 'every read that was due ended with its end marker',
        reads: { readsDue: 41, complete: index === 0 ? 39 : 41, failed: index === 0 ? 2 : 0, skipped: 3, calls: 44, pages: 41, items: listed(id) + keys(id) },
      })),
      { unit: 'aws:444455556666', name: null, basis: 'declared', outcome: 'excluded', reason: 'closed in October (approved by Head of Security, until 2027-01-31)', reads: null },
      { unit: 'aws:777788889999', name: null, basis: 'declared', outcome: 'unreachable', reason: 'login failed: the token has expired', reads: null },
    ],
    gaps: [gap(first, 'aws.iam.access-keys', 'AIDADENIEDEXAMPLE', 'ListAccessKeys', 'denied', false), gap(first, 'aws.iam.access-key-last-used', 'AKIATHROTTLEDEXAMPLE', 'GetAccessKeyLastUsed', 'throttled', false), gap(first, 'aws.iam.saml-providers', null, 'ListSAMLProviders', 'denied', true)],
    skips: [{ source: 'aws.iam.ssh-public-keys', kind: 'not_requested', reason: 'read at depth deep only', count: 12, units: 1 }],
    lists: { patterns: [{ 'aws.access-key': null }], units: Object.fromEntries(unitIds.map((unit) => [unit, 0])) },
    equalTotals: [],
    controlTotals: unitIds.flatMap((unit, index): Coverage['controlTotals'] => [
      { name: 'Principals', unit, method: 'GetAccountSummary Users + Roles + 1 root', before: listed(unit), after: listed(unit), listed: listed(unit), state: 'equal', note: null, refs: summary(unit) },
      { name: 'Access keys', unit, method: 'credential report, keys present', before: keys(unit), after: index === 0 ? null : keys(unit) + 1, listed: keys(unit), state: index === 0 ? 'unavailable' : 'changed_during_scan', note: index === 0 ? 'the second summary was denied' : 'a key was made during the scan', refs: summary(unit) },
    ]),
    principals: unitIds.map((unit) => ({ unit, human: classes(unit, 'human'), nonHuman: classes(unit, 'non-human'), both: classes(unit, 'both'), undecided: classes(unit, 'undecided'), listed: listed(unit), controlTotal: listed(unit), ties: 'yes' })),
    unknownFields: [{ units: 1, source: 'aws.iam.authorization-details', path: '/UserDetailList/*/NewField', type: 'string', count: 2 }],
    redactions: [{ unit: first, source: 'aws.iam.authorization-details', rule: 'tag value: aws secret key', count: 1 }], unplaced: [{ unit: first, kind: 'aws.access-key', count: 1 }],
    blindSpots: [{ provider: 'aws', text: 'Temporary credentials that STS issued are not listed by any API.' }, { provider: 'aws', text: 'Sessions of deleted users may live until they expire.' }, ...(unitIds.some((unit) => unit.startsWith('kubernetes:')) ? [{ provider: 'kubernetes', text: 'Tokens that TokenRequest issued are listed by no API.' }] : [])],
    clock: { greatestSkewMs: 1200, limitMs: 300_000 },
  };
}

function evidenceOf({ verdicts, folded, identities, credentials, asOf }: SyntheticCounts, control: Control, run: string): EvidenceRecord {
  const checks = control.checks.map(({ check }) => {
    const results = Object.fromEntries(RESULTS.map((result) => [result, verdicts.filter((verdict) => verdict.check === check && verdict.result === result).length])) as Record<Result, number>;
    results.not_applicable = folded.filter((row) => row.check === check).reduce((sum, row) => sum + row.count, 0);
    return { check, title: check === 'aws-access-key-age' ? 'Access key is older than the rotation limit' : 'Identity without owner', version: 1, expected: 'as the control says', thresholds: verdicts.find((verdict) => verdict.check === check)?.thresholds ?? [], results };
  });
  const own = verdicts.filter((verdict) => control.checks.some(({ check }) => check === verdict.check));
  return {
    control, asOf, run,
    population: {
      file: `${BUNDLE.populations}/${control.population}.csv`, sha256: '0'.repeat(64), count: control.population === 'credentials' ? credentials.length : identities.filter(({ classification }) => classification.class !== 'human').length,
      controlTotal: null, completenessBasis: 'recorded_retrieval_only', completenessNote: 'one list did not close',
    },
    whatWasDone: ['Read every access key of each user with ListAccessKeys.', 'Compared CreateDate with the moment of the scan.'], checks,
    deviationCandidates: own.filter(({ result }) => result === 'not_met').map(({ check, subject, unit, reason, refs }) => ({ check, subject, unit, reason, refs })),
    notEvaluated: own.filter(({ result }) => result === 'not_evaluated').map(({ check, subject, unit, reason, calls }) => ({ check, subject, unit, reason, calls })),
    doesNotCover: control.doesNotCover, responsibility: RESPONSIBILITY_STATEMENT,
  };
}
