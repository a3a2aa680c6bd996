// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { followThrough, type FollowThrough } from '../../src/period/review-follow.ts';
import type { Decision } from '../../src/period/review-format.ts';
import type { Act, ReviewState } from '../../src/period/review.ts';
import { holder, key, lifecycle, linesOf, onDay, runIdOf, runsOf, type Told } from '../support/history-runs.ts';
import { exactly } from '../../src/model/instant.ts';
import { read, ROWS_UNIT } from '../support/rows.ts';

const made = (day: number): { created: ReturnType<typeof read<ReturnType<typeof exactly>>> } => ({ created: read(exactly(onDay(day)), 'created') });
const KEY = `${ROWS_UNIT}/K1`;

function decidedOn(day: number, decision: Decision, subject = KEY, isRead = true): Pick<ReviewState, 'items'> {
  const act = (role: 'owner' | 'approver', name: string): Act => ({ role, decision, reason: 'as agreed', by: { name, basis: 'typed only' }, at: onDay(day), sequence: 1, late: false, samePersonReason: null });
  const [owner, approver] = [act('owner', 'Bo Lind'), act('approver', 'Ada Roy')];
  return { items: [{ key: subject, read: isRead, recordedOwner: null, state: 'approved', owner, approver, inForce: { decision, owner, approver, samePerson: false }, acts: [owner, approver] }] };
}

async function follow(runs: readonly Told[], decided: Pick<ReviewState, 'items'>): Promise<FollowThrough | undefined> {
  const lines = new Map([...(await linesOf(runs)).values()].map((line) => [line.key, line]));
  return followThrough(decided, lines, runsOf(runs).at(-1)?.ref ?? null)[0];
}
const listed = (day: number, more: Partial<Told> = {}): Told => ({ day, identities: [holder('H', 1)], credentials: [key('K1', 'H', made(-20))], ...more });
const without = (day: number, more: Partial<Told> = {}): Told => ({ day, identities: [holder('H', 0)], credentials: [], ...more });

describe('an approved revoke', () => {
  test('is done where the complete list of its holder lacks it in a later run, within an interval', async () => {
    expect(await follow([listed(1), listed(5), without(9)], decidedOn(3, 'revoke'))).toMatchObject({ state: 'done', run: runIdOf(9), when: { from: onDay(5) }, owner: 'Bo Lind', approvedBy: 'Ada Roy', decidedAt: onDay(3) });
  });
  test('is not done where a later run lists it still', async () => {
    expect(await follow([listed(1), listed(5)], decidedOn(3, 'revoke'))).toMatchObject({ state: 'not done', run: runIdOf(5), when: null, why: 'still listed in the newest run' });
  });
  test('is not done where it is disabled only, and says so', async () => {
    const off = key('K1', 'H', { ...made(-20), status: read('inactive', 'status') });
    expect(await follow([listed(1), listed(5, { credentials: [off] })], decidedOn(3, 'revoke'))).toMatchObject({ state: 'not done', why: 'still listed in the newest run, inactive' });
  });
  test('cannot be said where no list closed', async () => {
    const open = without(9, { identities: [holder('H', null)], open: { 'aws.access-key': 'ListAccessKeys was denied' } });
    const shown = await follow([listed(1), open], decidedOn(3, 'revoke'));
    expect(shown).toMatchObject({ state: 'cannot say', when: null, run: null });
    expect(shown?.why).toContain('no list closed');
  });
  test('was still there after the decision, whatever a later run cannot say', async () => {
    const open = without(9, { identities: [holder('H', null)], open: { 'aws.access-key': 'ListAccessKeys was denied' } });
    expect(await follow([listed(1), listed(5), open], decidedOn(3, 'revoke'))).toMatchObject({ state: 'not done', run: runIdOf(5) });
  });
  test('cannot be said before any run after it', async () => {
    expect(await follow([listed(1)], decidedOn(3, 'revoke'))).toMatchObject({ state: 'cannot say', why: 'no run was made since the decision' });
  });
  test('the word of the audit log alone does not settle it', async () => {
    const events = [lifecycle('deleted', 'K1', onDay(4))];
    const open = without(9, { identities: [holder('H', null)], open: { 'aws.access-key': 'ListAccessKeys was denied' }, events });
    const shown = await follow([listed(1), open], decidedOn(3, 'revoke'));
    expect(shown).toMatchObject({ state: 'cannot say', run: null, when: exactly(onDay(4)) });
    expect(shown?.why).toContain('audit log');
  });
  test('of what was never listed cannot be said', async () => {
    expect(await follow([without(1), without(9)], decidedOn(3, 'revoke'))).toMatchObject({ state: 'cannot say', why: 'no sealed run that is at hand listed it' });
  });
  test('of what management represents cannot be said', async () => {
    expect(await follow([listed(1), listed(5)], decidedOn(3, 'revoke', 'represented/vault/db', false))).toMatchObject({ state: 'cannot say', why: expect.stringContaining('does not read') });
  });
});

describe('an approved rotate', () => {
  const K2 = key('K2', 'H', made(4));
  test('is done where a newer one came after the decision and this one is proven gone', async () => {
    expect(await follow([listed(1), { day: 9, identities: [holder('H', 1)], credentials: [K2] }], decidedOn(3, 'rotate'))).toMatchObject({ state: 'done', why: expect.stringContaining('K2') });
  });
  test('is not done while both are active', async () => {
    expect(await follow([listed(1), { day: 9, identities: [holder('H', 2)], credentials: [key('K1', 'H', made(-20)), K2] }], decidedOn(3, 'rotate'))).toMatchObject({ state: 'not done', why: expect.stringContaining('still active') });
  });
  test('is not done without a newer one', async () => {
    expect(await follow([listed(1), listed(9)], decidedOn(3, 'rotate'))).toMatchObject({ state: 'not done', run: runIdOf(9) });
  });
  test('is told apart from a revoke', async () => {
    expect(await follow([listed(1), without(9)], decidedOn(3, 'rotate'))).toMatchObject({ state: 'not done', why: expect.stringContaining('revoked rather than rotated') });
  });
});

test('what is kept is not followed', async () => {
  expect(await follow([listed(1), listed(5)], decidedOn(3, 'keep'))).toBeUndefined();
});
