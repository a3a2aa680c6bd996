// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/all.ts';
import { awsAccessKeyAge } from '../../src/checks/aws-access-key-age.ts';
import { awsAccessKeyUnused } from '../../src/checks/aws-access-key-unused.ts';
import { awsUserConsoleAndKeys } from '../../src/checks/aws-user-console-and-keys.ts';
import { awsUserOtherCredentialAge } from '../../src/checks/aws-user-other-credential-age.ts';
import type { Check } from '../../src/checks/define.ts';
import { nhiOwnerMissing } from '../../src/checks/nhi-owner-missing.ts';
import { parametersInForce } from '../../src/evidence/controls.ts';
import { known } from '../../src/model/fact.ts';
import { exactly } from '../../src/model/instant.ts';
import { byCodeUnit, canonicalJson } from '../../src/model/json.ts';
import { foldedVerdictSchema, verdictSchema } from '../../src/model/verdict.ts';
import { credential, daysBefore, identity, inventoryOf, read, ref, ROWS_AS_OF, ROWS_UNIT, trust, unread } from '../support/rows.ts';
import { runAll } from '../support/run-checks.ts';

const run = (checks: readonly Check[], inventory: ReturnType<typeof inventoryOf>, unit = ROWS_UNIT): ReturnType<typeof runAll> => runAll(checks, unit, inventory, parametersInForce(checks, []), ROWS_AS_OF);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('what a verdict stands on', () => {
  it('is the pages of its subject and of every needed fact, each once and in order', () => {
    const key = credential({ refs: [ref('z'), ref('a')], status: known('active', [ref('m')]), created: known(exactly(daysBefore(200)), [ref('a'), ref('b')]) });
    const [verdict] = run([awsAccessKeyAge], inventoryOf({ credentials: [key] })).verdicts;
    expect(verdict?.refs).toEqual([ref('a'), ref('b'), ref('m'), ref('z')]);
    expect(verdict?.inputs).toEqual([]);
    expect(verdict?.calls).toEqual([]);
  });

  it('names the input file where a fact came from one', () => {
    const owner = known({ owner: 'payments', source: 'inputs/owners.json#/owners/3', confidence: 'exact' as const }, [ref('row')], { input: 'inputs/owners.json#/owners/3' });
    const [verdict] = run([nhiOwnerMissing], inventoryOf({ identities: [identity({ owner })] })).verdicts;
    expect(verdict).toMatchObject({ result: 'met', inputs: ['inputs/owners.json#/owners/3'] });
  });

  it('keeps the pages of facts that are known beside the one that is not', () => {
    const key = credential({ refs: [ref('row')], status: known('active', [ref('status')]), lastUsed: unread('denied'), created: known(exactly(daysBefore(9)), [ref('created')]) });
    const [verdict] = run([awsAccessKeyUnused], inventoryOf({ credentials: [key] })).verdicts;
    expect(verdict).toMatchObject({ result: 'not_evaluated', observed: { unknown: 'lastUsed', cause: 'denied' }, refs: [ref('created'), ref('row'), ref('status')], calls: unread().calls });
  });

  it('is a fault where it is nothing: a known fact without page and input stops the run', () => {
    const bare = credential({ created: known(exactly(daysBefore(200)), []) });
    expect(() => run([awsAccessKeyAge], inventoryOf({ credentials: [bare] }))).toThrow(/aws-access-key-age.*created.*no page and no input/);
    const lenient: Check = { ...awsAccessKeyAge, needs: {}, evaluate: () => ({ result: 'met', observed: {}, reason: 'fine' }) };
    expect(() => run([lenient], inventoryOf({ credentials: [credential({ refs: [] })] }))).toThrow(/no page and no input/);
  });
});

describe('what was not listed', () => {
  it('is not evaluated for each holder and for the unit, beside the keys that were seen', () => {
    const denied = unread('denied', 'ListAccessKeys ended as denied');
    const holder = identity({ credentialCounts: { 'aws.access-key': denied } });
    const other = identity({ id: 'AIDAOTHER', credentialCounts: { 'aws.access-key': read(1) } });
    const key = credential({ identity: other.key });
    const { verdicts } = run([awsAccessKeyAge], inventoryOf({ identities: [holder, other], credentials: [key] }, { 'aws.access-key': denied }));
    expect(verdicts.map(({ subject, subjectType, result, calls }) => [subject, subjectType, result, calls.length])).toEqual([
      [ROWS_UNIT, 'credential', 'not_evaluated', 1], [holder.key, 'identity', 'not_evaluated', 1], [key.key, 'credential', 'met', 0],
    ]);
    expect(verdicts[1]).toMatchObject({ subjectKind: 'aws.user', reason: 'ListAccessKeys ended as denied', observed: { unknown: 'aws.access-key', cause: 'denied' } });
  });

  it('stands once for each kind, in one order', () => {
    const holder = identity({ credentialCounts: { 'aws.signing-certificate': unread('throttled'), 'aws.ssh-public-key': unread('not_requested') } });
    const { verdicts } = run([awsUserOtherCredentialAge], inventoryOf({ identities: [holder] }));
    expect(verdicts.filter(({ subject }) => subject === holder.key).map(({ observed }) => observed['unknown'])).toEqual(['aws.signing-certificate', 'aws.ssh-public-key']);
  });

  it('is a conflict, never "does not occur", where rows were counted and none is there', () => {
    const { verdicts } = run([awsAccessKeyAge], inventoryOf({}, { 'aws.access-key': read(3, 'count') }));
    expect(verdicts).toMatchObject([{ subject: ROWS_UNIT, result: 'not_evaluated', observed: { cause: 'conflict' }, reason: '3 were counted and 0 were listed: aws.access-key', refs: [ref('count')] }]);
  });

  it('is said of every kind of identity by a check of all of them, also of one that no list has', () => {
    const { 'aws.root': _, ...populations } = inventoryOf({}).populations;
    const { verdicts } = run([nhiOwnerMissing], { ...inventoryOf({ identities: [identity()] }), populations: { ...populations, 'aws.user': read(1), 'aws.role': unread('throttled') } });
    expect(verdicts.map(({ subjectKind, result, observed }) => [subjectKind, result, observed['cause']])).toEqual([['aws.role', 'not_evaluated', 'throttled'], ['aws.root', 'not_evaluated', 'no_source'], ['aws.user', 'not_met', undefined]]);
  });

  it('does not concern a unit of another provider', () => {
    const elsewhere = { ...inventoryOf({}), identityKinds: ['test.robot'], populations: { 'test.robot': read(0) } };
    expect(run([awsAccessKeyAge, awsUserConsoleAndKeys], elsewhere, 'test:1').verdicts).toEqual([]);
    expect(run([nhiOwnerMissing], elsewhere, 'test:1').verdicts).toMatchObject([{ result: 'not_occurring', subjectKind: 'test.robot' }]);
  });
});

describe('what does not apply', () => {
  it('is folded by reason, with the digest of its subjects in order', () => {
    const people = ['AIDAB', 'AIDAA'].map((id) => identity({ id, classification: { class: 'human', basis: 'rule', rule: 'a password and no key', refs: [] } }));
    const service = identity({ id: 'AROAX', kind: 'aws.role', responsibility: 'provider' });
    const { verdicts, folded } = run([nhiOwnerMissing], inventoryOf({ identities: [...people, service, identity({ id: 'AIDAC' })] }));
    expect(folded).toEqual([
      { type: 'not_applicable', check: 'nhi-owner-missing', checkVersion: 1, subjectType: 'identity', unit: ROWS_UNIT, reason: 'a human identity', count: 2, subjectsSha256: sha256(`${ROWS_UNIT}/AIDAA\n${ROWS_UNIT}/AIDAB`) },
      { type: 'not_applicable', check: 'nhi-owner-missing', checkVersion: 1, subjectType: 'identity', unit: ROWS_UNIT, reason: "made and run by the provider: the provider's responsibility", count: 1, subjectsSha256: sha256(`${ROWS_UNIT}/AROAX`) },
    ]);
    expect(verdicts.map(({ subject, result }) => [subject, result])).toEqual([[`${ROWS_UNIT}/AIDAC`, 'not_met']]);
  });
});

describe('a whole run', () => {
  const rows = { identities: [identity({ credentialCounts: { 'aws.access-key': read(2) } }), identity({ id: 'AROAEXAMPLE', kind: 'aws.role' })], credentials: [credential(), credential({ id: 'AKIAOLD', created: read(exactly(daysBefore(800))) })], trusts: [trust({ principalKind: 'anyone', principal: '*' })] };

  it('gives verdicts in order of check and subject, whatever the order of checks and rows, and they fit their schema', () => {
    const { verdicts, folded } = run(CHECKS, inventoryOf(rows));
    const turned = run(CHECKS.toReversed(), inventoryOf({ identities: rows.identities.toReversed(), credentials: rows.credentials.toReversed(), trusts: rows.trusts }));
    expect(canonicalJson(turned)).toBe(canonicalJson({ verdicts, folded }));
    const order = verdicts.map(({ check, subject }) => `${check} ${subject}`);
    expect(order).toEqual(order.toSorted(byCodeUnit));
    for (const verdict of verdicts) verdictSchema.parse(verdict);
    for (const row of folded) foldedVerdictSchema.parse(row);
    expect(new Set(verdicts.map(({ check }) => check)).size + new Set(folded.map(({ check }) => check)).size).toBeGreaterThanOrEqual(CHECKS.length);
  });

  it('says something of every subject of every check: a verdict or a place in a fold', () => {
    const { verdicts, folded } = run(CHECKS, inventoryOf(rows));
    for (const check of CHECKS) {
      const subjects = [...rows.identities, ...rows.credentials, ...rows.trusts].filter((row) => row.type === check.subject && (check.kinds.includes('*') || check.kinds.includes(row.kind)));
      const said = verdicts.filter((verdict) => verdict.check === check.id && subjects.some(({ key }) => key === verdict.subject)).length + folded.filter((fold) => fold.check === check.id).reduce((sum, { count }) => sum + count, 0);
      expect(said, check.id).toBe(subjects.length);
    }
  });

  it('shows the numbers in force and whose they are', () => {
    const verdict = run([awsAccessKeyAge], inventoryOf({ credentials: [credential()] })).verdicts[0];
    expect(verdict).toMatchObject({ expected: 'active for at most 90 days since it was created', thresholds: [{ name: 'maxAgeDays', value: 90, origin: 'standard', source: 'CIS AWS Foundations 7.0.0, 2.12' }] });
  });

  it('wants parameters for every check', () => {
    expect(() => runAll(CHECKS, ROWS_UNIT, inventoryOf({}), new Map(), ROWS_AS_OF)).toThrow(/no parameters in force/);
  });
});
