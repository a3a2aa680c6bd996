// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { DERIVATION_VERSION, evidenceSchema, RESPONSIBILITY_STATEMENT, type Control, type Coverage, type EvidenceRecord, type Run, type Scope } from '../../src/bundle/records.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { parametersInForce } from '../../src/evidence/controls.ts';
import { recordBuilder, type RecordInputs } from '../../src/evidence/records.ts';
import { exactly } from '../../src/model/instant.ts';
import { credential, daysBefore, identity, inventoryOf, read, ROWS_AS_OF, ROWS_UNIT, unread } from '../support/rows.ts';
import { runAll } from '../support/run-checks.ts';

const ROTATION: Control = {
  id: 'NHI-02', wording: 'Keys are replaced within 60 days.', owner: 'Tom', frequency: 'weekly', policy: 'Key standard, 2.3', criteria: ['CC6.1'],
  checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: 60 } }], population: 'credentials', doesNotCover: ['Whether a key has leaked.'],
};
const REVIEW: Control = { ...ROTATION, id: 'NHI-05', wording: 'Owners review every quarter.', checks: [{ check: 'nhi-review-overdue', parameters: {} }, { check: 'nhi-owner-missing', parameters: {} }], population: 'non-human-identities', doesNotCover: [] };
const POPULATIONS: RecordInputs['populations'] = [
  { name: 'credentials', file: 'data/populations/credentials.csv', sha256: 'a'.repeat(64), count: 4 }, { name: 'non-human-identities', file: 'data/populations/non-human-identities.csv', sha256: 'b'.repeat(64), count: 1 },
];
const RUN: Run = {
  format: 'rollcall-bundle/1', run: '019aa123-4567-7abc-8def-0123456789ab', derivationVersion: DERIVATION_VERSION, tool: { name: 'rollcall', version: '0.1.0' }, occasion: 'scheduled', depth: 'standard', startedAt: ROWS_AS_OF, finishedAt: ROWS_AS_OF, asOf: ROWS_AS_OF,
  redaction: { version: 1, enabled: true }, logins: [{ target: 'company', provider: 'aws', principal: 'arn:aws:sts::111122223333:assumed-role/rollcall/scan', operation: 'GetCallerIdentity', endpoint: 'https://sts.amazonaws.com', requestId: null, providerTime: null }], failedLogins: [], host: 'host.example',
};
const SCOPE: Scope = { declaredBy: 'own login only', parentRead: false, statement: '', units: [], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
const TOTAL: Coverage['controlTotals'][number] = { name: 'Principals', unit: ROWS_UNIT, method: 'GetAccountSummary', before: 3, after: 3, listed: 3, state: 'equal', note: null, refs: [] };
const UNIT: Coverage['units'][number] = { unit: ROWS_UNIT, name: null, basis: 'own_login', outcome: 'scanned', reason: 'every read ended', reads: { readsDue: 1, complete: 1, failed: 0, skipped: 0, calls: 7, pages: 1, items: 1 } };
const COVERAGE: Coverage = {
  units: [UNIT], gaps: [], skips: [], controlTotals: [TOTAL], equalTotals: [], principals: [{ unit: ROWS_UNIT, human: 1, nonHuman: 1, both: 0, undecided: 1, listed: 3, controlTotal: 3, ties: 'yes' }],
  lists: { patterns: [], units: {} }, unknownFields: [], redactions: [], unplaced: [], blindSpots: [{ provider: 'aws', text: 'Sessions are not listed.' }], clock: { greatestSkewMs: null, limitMs: 300_000 },
};
const GAP: Coverage['gaps'][number] = { unit: ROWS_UNIT, source: 'aws.iam.access-keys', parent: 'AIDAX', operation: 'ListAccessKeys', permission: 'iam:ListAccessKeys', outcome: 'denied', errorCode: 'AccessDenied', message: null, calls: [], blanks: 'keys', expected: true, expectedReason: 'known' };

const holder = identity({ credentialCounts: { 'aws.access-key': read(4) } });
const denied = identity({ id: 'AIDADENIED', credentialCounts: { 'aws.access-key': unread('denied') } });
const keys = [credential({ id: 'AKIAOK' }), credential({ id: 'AKIAOLD', created: read(exactly(daysBefore(61)), 'old') }), credential({ id: 'AKIAOFF', status: read('inactive', 'off') }), credential({ id: 'AKIADENIED', created: unread('denied') })];

function records(change: Partial<RecordInputs> = {}): readonly EvidenceRecord[] {
  const controls = [ROTATION, REVIEW];
  const parameters = parametersInForce(CHECKS, controls);
  const builder = recordBuilder({ run: RUN, scope: SCOPE, coverage: COVERAGE, controls, checks: CHECKS, parameters, populations: POPULATIONS, ...change });
  const { verdicts, folded } = runAll(CHECKS, ROWS_UNIT, inventoryOf({ identities: [holder, denied], credentials: keys }), parameters, ROWS_AS_OF);
  for (const verdict of [...verdicts, ...folded]) builder.add(verdict);
  return builder.finish();
}
const record = (change: Partial<RecordInputs> = {}): EvidenceRecord => evidenceSchema.parse(records(change)[0]);
const coverage = (change: Partial<Coverage>): Partial<RecordInputs> => ({ coverage: { ...COVERAGE, ...change } });

describe('the record of a control', () => {
  it('stands once for each control, in their order, with wording, population and whose statement it is', () => {
    expect(records().map(({ control }) => control.id)).toEqual(['NHI-02', 'NHI-05']);
    expect(record()).toMatchObject({ control: ROTATION, asOf: ROWS_AS_OF, run: RUN.run, population: { file: 'data/populations/credentials.csv', sha256: 'a'.repeat(64), count: 4 }, responsibility: RESPONSIBILITY_STATEMENT });
  });

  it('counts every result of its checks and of no other, folded ones too', () => {
    const { checks } = record();
    expect(checks.map(({ check }) => check)).toEqual(['aws-access-key-age']);
    expect(checks[0]).toMatchObject({ expected: 'active for at most 60 days since it was created', results: { met: 1, not_met: 1, not_evaluated: 2, needs_review: 0, not_applicable: 1, not_occurring: 0 }, thresholds: [{ value: 60, origin: 'management', source: 'control NHI-02' }] });
  });

  it('names each deviation candidate with its pages, and each subject that was not evaluated with its calls', () => {
    const { deviationCandidates, notEvaluated } = record();
    expect(deviationCandidates).toMatchObject([{ check: 'aws-access-key-age', subject: `${ROWS_UNIT}/AKIAOLD`, reason: 'created 61 days ago' }]);
    expect(deviationCandidates[0]?.refs.length).toBeGreaterThan(0);
    expect(notEvaluated.map(({ subject, calls }) => [subject, calls.length])).toEqual([[`${ROWS_UNIT}/AIDADENIED`, 1], [`${ROWS_UNIT}/AKIADENIED`, 1]]);
  });

  it('says what was done in numbers, and nothing of an opinion', () => {
    const text = record().whatWasDone.join(' ');
    for (const part of ['scheduled', '7 calls', '4 rows', 'nothing was sampled', 'aws-access-key-age: 1 met, 1 not met, 2 not evaluated, 1 not applicable.', 'assumed-role/rollcall/scan']) expect(text).toContain(part);
    expect(JSON.stringify(records())).not.toMatch(/compliant|passed|effective|score:/i);
  });

  it("keeps management's own limits and adds what no scan can show", () => {
    const own = record().doesNotCover.join(' ');
    for (const part of ['Whether a key has leaked.', 'The moment 2026-11-22T09:30:00.000Z only', 'no list of all accounts', '1 blind spots']) expect(own).toContain(part);
    expect(own).not.toContain('typed only');
  });

  it('says plainly of a review control that a typed day is a claim', () => {
    expect(records()[1]?.doesNotCover.join(' ')).toMatch(/owners file are a claim, typed only/);
  });

  it('is not written for a population or check that is not there', () => {
    expect(() => records({ populations: [] })).toThrow(/NHI-02 names the population credentials, which was not written/);
    expect(() => records({ checks: [] })).toThrow(/names the check/);
  });
});

describe('how complete a population is', () => {
  it('is reconciled only where every total ties and every read ended well; that these are all accounts is management’s word', () => {
    expect(record().population).toMatchObject({ completenessBasis: 'reconciled', controlTotal: null });
    expect(record().population.completenessNote).toMatch(/ties to every other count of the same thing that its provider gives, 1 in all\. We have no list of all accounts; management says these are all\.$/);
    expect(records()[1]?.population.controlTotal).toBe(2);
  });

  it('counts totals that are equal in many units, each of them', () => {
    const many = coverage({ equalTotals: [{ name: 'Users', method: 'GetAccountSummary', note: null, units: 40, listed: 80 }], controlTotals: [] });
    expect(record(many).population).toMatchObject({ completenessBasis: 'reconciled', completenessNote: expect.stringContaining('its provider gives, 40 in all.') });
  });

  it('does not ask for management’s word where the parent’s list was read', () => {
    const { completenessNote, completenessBasis } = record({ scope: { ...SCOPE, parentRead: true, statement: 'read from the organization' } }).population;
    expect(completenessBasis).toBe('reconciled');
    expect(completenessNote).not.toContain('management says');
  });

  it.each<[string, Partial<Coverage>]>([
    ['a total that differs beside many that are equal', { equalTotals: [{ name: 'Users', method: 'GetAccountSummary', note: null, units: 40, listed: 80 }], controlTotals: [{ ...TOTAL, listed: 2, state: 'differs' }] }],
    ['a total that differs', { controlTotals: [TOTAL, { ...TOTAL, name: 'Users', listed: 2, state: 'differs' }] }],
    ['a total that moved while we read', { controlTotals: [{ ...TOTAL, after: 4, state: 'changed_during_scan' }] }],
    ['a total that could not be read', { controlTotals: [{ ...TOTAL, before: null, state: 'unavailable' }] }],
    ['no total', { controlTotals: [] }],
    ['principals that do not add up', { principals: [{ unit: ROWS_UNIT, human: 1, nonHuman: 1, both: 0, undecided: 0, listed: 2, controlTotal: 3, ties: 'no' }] }],
    ['a gap, though it was expected', { gaps: [GAP] }],
    ['a unit of which a part was scanned', { units: [{ ...UNIT, outcome: 'partially_scanned' }] }],
  ])('is a recorded retrieval with %s', (_, change) => {
    expect(record(coverage(change)).population.completenessBasis).toBe('recorded_retrieval_only');
  });

  it('stands on management’s word where a whole unit was not read', () => {
    const missed = coverage({ units: [UNIT, { ...UNIT, unit: 'aws:444455556666', outcome: 'unreachable' }] });
    expect(record(missed).population).toMatchObject({ completenessBasis: 'management_representation', completenessNote: expect.stringContaining('1 of 2 units were not read at all') });
    expect(records(missed)[1]?.population.controlTotal).toBeNull();
    expect(record({ run: { ...RUN, failedLogins: [{ target: 'second', provider: 'aws', message: 'expired' }] } }).population).toMatchObject({ completenessBasis: 'management_representation', completenessNote: expect.stringContaining('1 logins did not answer') });
    expect(record({ ...missed, scope: { ...SCOPE, parentRead: true } }).population.completenessBasis).toBe('recorded_retrieval_only');
  });

  it('names what management left out', () => {
    expect(record(coverage({ units: [UNIT, { ...UNIT, unit: 'aws:444455556666', outcome: 'excluded' }] })).population).toMatchObject({ completenessBasis: 'reconciled', completenessNote: expect.stringContaining('1 were left out by management') });
  });

  it('has no control total of which one part does not tie', () => {
    expect(records(coverage({ principals: [] }))[1]?.population.controlTotal).toBeNull();
    expect(records(coverage({ principals: [{ unit: ROWS_UNIT, human: 0, nonHuman: 3, both: 0, undecided: 0, listed: 3, controlTotal: 3, ties: 'cannot say' }] }))[1]?.population.controlTotal).toBeNull();
  });
});
