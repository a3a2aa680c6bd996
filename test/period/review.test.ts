// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DECISIONS, type Decision } from '../../src/period/review-format.ts';
import { foldReview, isSelfReview, oneAndTheSame, reviewCounts, type ReviewState } from '../../src/period/review.ts';
import { refusalsOf } from '../../src/period/review-refusals.ts';
import { july, reviewItem, reviewSheet, ReviewStory } from '../support/reviews.ts';

const [A, B, C] = [reviewItem(1), reviewItem(2), reviewItem(3)] as const;
const story = (): ReviewStory => new ReviewStory(reviewSheet([A, B, C]));
function folded(told: ReviewStory, asOf = july(5, 23)): ReviewState {
  const state = foldReview('2026-Q3', { events: told.events, sheet: told.sheet, documents: told.documents, asOf });
  if (state === null) throw new Error('the log tells of the review');
  return state;
}
const item = (state: ReviewState, key: string = A.key): ReviewState['items'][number] => {
  const found = state.items.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
};
const standing = (told: ReviewStory, key: string = A.key): string => {
  const { state, inForce } = item(folded(told), key);
  return `${state}, in force ${inForce?.decision ?? 'nothing'}${inForce?.samePerson === true ? ' by one person' : ''}`;
};

describe('how an item stands', () => {
  const cases: readonly (readonly [string, (told: ReviewStory) => ReviewStory, string])[] = [
    ['nobody decided', (told) => told, 'undecided, in force nothing'],
    ['the owner decided', (told) => told.decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]), 'confirmed, in force nothing'],
    ['a second person approved', (told) => told.decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'keep']]), 'approved, in force keep'],
    ['an approval before any decision counts for nothing', (told) => told.decide(july(2), 'approver', 'Ada Roy', [[A.key, 'keep']]), 'undecided, in force nothing'],
    ['an approval of an earlier decision does not carry over', (told) => told.decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'keep']]).decide(july(4), 'owner', 'Bo Lind', [[A.key, 'revoke']]), 'changed, in force keep'],
    ['the new decision is approved', (told) => told.decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'keep']]).decide(july(4), 'owner', 'Bo Lind', [[A.key, 'revoke']]).decide(july(5), 'approver', 'Ada Roy', [[A.key, 'revoke']]), 'approved, in force revoke'],
    ['the approver decides otherwise', (told) => told.decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'revoke']]), 'changed, in force nothing'],
    ['the approver thinks again', (told) => told.decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'keep']]).decide(july(4), 'approver', 'Ada Roy', [[A.key, 'revoke']]), 'changed, in force keep'],
    ['one person did both and said why', (told) => told.decide(july(2), 'owner', 'Ada Roy', [[A.key, 'keep']]).decide(july(3), 'approver', 'ada  ROY', [[A.key, 'keep']], 'two people in the team, one away'), 'approved, in force keep by one person'],
    ['one person did both and did not say why', (told) => told.decide(july(2), 'owner', 'Ada Roy', [[A.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'keep']]), 'confirmed, in force nothing'],
    ['the recorded owner approves what another decided for them', (told) => told.decide(july(2), 'owner', 'Ada Roy', [[A.key, 'keep']]).decide(july(3), 'approver', 'Bo Lind', [[A.key, 'keep']]), 'confirmed, in force nothing'],
  ];
  test.each(cases)('%s', (_, tell, expected) => {
    const told = tell(story());
    expect(standing(told)).toBe(expected);
    expect(standing(told, B.key)).toBe('undecided, in force nothing');
  });

  test('every act stays, in the order of the log, those that cannot count too', () => {
    const told = story().decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]).decide(july(3), 'approver', 'Bo Lind', [[A.key, 'keep']]).decide(july(4), 'approver', 'Ada Roy', [[A.key, 'keep']]);
    expect(item(folded(told)).acts.map(({ role, by, sequence }) => `${sequence} ${role} ${by.name}`)).toEqual(['1 owner Bo Lind', '2 approver Bo Lind', '3 approver Ada Roy']);
    expect(folded(told).problems.join('\n')).toContain('the approver is the owner');
  });
});

describe('the window', () => {
  test('what is decided after it shows as late, and what had no approval at its end stays told as undecided', () => {
    const told = story().decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep'], [B.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'keep']]).decide(july(12), 'approver', 'Ada Roy', [[B.key, 'keep']]);
    const state = folded(told, july(13));
    expect(state.state).toBe('window over');
    expect(state.undecidedAtClose).toEqual([B.key, C.key]);
    expect(item(state, B.key)).toMatchObject({ state: 'approved', approver: { late: true } });
    expect(item(state)).toMatchObject({ state: 'approved', approver: { late: false } });
    expect(reviewCounts(state).read).toMatchObject({ items: 3, late: 1, approved: 2 });
  });

  test('on the last day itself it is open, and what comes then is not late', () => {
    const told = story().decide(july(10, 23), 'owner', 'Bo Lind', [[A.key, 'keep']]);
    expect(folded(told, july(10, 23))).toMatchObject({ state: 'open', undecidedAtClose: null });
    expect(item(folded(told, july(10, 23))).owner?.late).toBe(false);
  });

  test('a review closed early ends then', () => {
    const told = story().close(july(4)).decide(july(5), 'owner', 'Bo Lind', [[A.key, 'keep']]);
    expect(folded(told)).toMatchObject({ state: 'closed', undecidedAtClose: [A.key, B.key, C.key] });
    expect(item(folded(told)).owner?.late).toBe(true);
  });

  test('what is logged after the moment asked for is not looked at', () => {
    const told = story().decide(july(2), 'owner', 'Bo Lind', [[A.key, 'keep']]).decide(july(3), 'approver', 'Ada Roy', [[A.key, 'keep']]);
    expect(item(folded(told, july(2, 10))).state).toBe('confirmed');
  });
});

describe('what cannot count is told', () => {
  const told = (change: object, key = A.key): ReviewStory => story().decide(july(2), 'owner', 'Bo Lind', [[key, 'keep']], null, change);
  test.each([
    ['a document of another review', told({ review: '2026-Q2' }), 'another review'],
    ['a document over another sheet', told({ sheetSha256: 'f'.repeat(64) }), 'another sheet'],
    ['a key that the sheet lacks', told({}, 'aws:111122223333/OTHER'), 'has the key aws:111122223333/OTHER'],
    ['more decisions than the log says', told({ items: [{ key: B.key, decision: 'keep', reason: 'x' }, { key: C.key, decision: 'keep', reason: 'x' }] }), 'the log says 1 decisions and its document holds 2'],
  ] as const)('%s', (_, tale, words) => {
    expect(folded(tale).problems.join('\n')).toContain(words);
    expect(item(folded(tale)).state).toBe('undecided');
  });

  test('a document that is gone', () => {
    const tale = told({});
    tale.documents.clear();
    expect(folded(tale).problems).toEqual(['batch at place 1 of the log: its document cannot be read; none of its 1 decisions counts']);
  });
});

test('what management represents is decided beside what was read, and counted apart', () => {
  const represented = { key: 'represented/vault/db', system: 'vault', credential: 'db', owner: 'Bo Lind', purpose: '', created: '', last_rotated: '', last_used: '', note: '' };
  const tale = new ReviewStory(reviewSheet([A], [represented])).decide(july(2), 'owner', 'Bo Lind', [[represented.key, 'revoke']]).decide(july(3), 'approver', 'Ada Roy', [[represented.key, 'revoke']]);
  expect(reviewCounts(folded(tale))).toMatchObject({ read: { items: 1, undecided: 1, approved: 0 }, represented: { items: 1, undecided: 0, approved: 1, inForce: { revoke: 1 } } });
});

test.each([
  ['Ines Duarte', 'ines  duarte', true], ['ines.duarte@harbor.example', 'Ines Duarte', true], ['ines.duarte@harbor.example', 'ines.duarte@other.example', true], ['Ines Duarte', 'Ines Duart', false], ['platform-team', 'Ines Duarte', false],
])('%s and %s: one person, as far as names tell: %s', (a, b, same) => {
  expect(oneAndTheSame(a, b)).toBe(same);
  expect(oneAndTheSame(b, a)).toBe(same);
});

describe('refusals before anything is recorded', () => {
  const decided = folded(story().decide(july(2), 'owner', 'Ada Roy', [[A.key, 'keep'], [B.key, 'revoke']]));
  const batch = { role: 'approver', by: 'Cem Ak', items: [{ key: A.key, decision: 'keep', reason: 'needed' }], samePersonReason: null } as const;
  test.each([
    ['none', batch, []],
    ['a key that is not there', { ...batch, items: [{ ...batch.items[0], key: 'nope' }] }, ['review 2026-Q3 has no item with this key']],
    ['a key twice', { ...batch, items: [batch.items[0], batch.items[0]] }, ['is decided twice in one batch']],
    ['nothing to approve', { ...batch, items: [{ ...batch.items[0], key: C.key }] }, ['no owner has decided it: there is nothing to approve']],
    ['the recorded owner approves', { ...batch, by: 'bo lind' }, ['bo lind is the recorded owner and cannot approve it without a reason why one person does both']],
    ['the one who decided approves', { ...batch, by: 'Ada Roy' }, ['Ada Roy is the one who decided as its owner and cannot approve it without a reason why one person does both']],
    ['one person, with a reason', { ...batch, by: 'Ada Roy', samePersonReason: 'one of two is away' }, []],
    ['nothing decided', { ...batch, items: [] }, ['no item is decided']],
  ])('%s', (_, tried, expected) => {
    expect(refusalsOf(decided, tried).map(({ why }) => why)).toEqual(expected);
  });

  test('a closed review takes nothing more', () => {
    expect(refusalsOf(folded(story().close(july(3))), { ...batch, role: 'owner' })[0]?.why).toContain('was closed on 2026-07-03');
  });
});

describe('for any course of events', () => {
  const names = ['Bo Lind', 'Ada Roy', 'Cem Ak'] as const;
  const act = fc.record({ role: fc.constantFrom('owner', 'approver'), name: fc.constantFrom(...names), keys: fc.uniqueArray(fc.constantFrom(A.key, B.key, C.key, 'unknown'), { minLength: 1 }), decision: fc.constantFrom<Decision>(...DECISIONS), why: fc.constantFrom(null, 'a reason') });
  const tell = (acts: readonly { role: 'owner' | 'approver'; name: string; keys: readonly string[]; decision: Decision; why: string | null }[]): ReviewStory => acts.reduce((told, one, at) => told.decide(july(1 + Math.floor(at / 2), 9 + (at % 2)), one.role, one.name, one.keys.map((key) => [key, one.decision] as const), one.why), story());

  test('counts add up, what is in force was decided and approved by two or with a reason, and nothing that was done is lost or rewritten', () => {
    fc.assert(fc.property(fc.array(act, { maxLength: 20 }), fc.nat(20), (acts, cut) => {
      const told = tell(acts);
      const state = folded(told, july(30));
      const { read } = reviewCounts(state);
      expect(read.undecided + read.confirmed + read.approved + read.changed).toBe(3);
      for (const one of state.items) {
        const owners = one.acts.filter(({ role }) => role === 'owner');
        expect(one.owner).toEqual(owners.at(-1) ?? null);
        expect(one.state === 'undecided').toBe(owners.length === 0);
        if (one.inForce === null) expect(one.state).not.toBe('approved');
        else {
          const { owner, approver, decision, samePerson } = one.inForce;
          expect([owner.decision, approver.decision]).toEqual([decision, decision]);
          expect(owner.sequence).toBeLessThan(approver.sequence);
          expect(owners.some(({ sequence }) => sequence > owner.sequence && sequence < approver.sequence)).toBe(false);
          expect(samePerson).toBe(isSelfReview(approver.by.name, owner.by.name, one.recordedOwner));
          if (samePerson) expect(approver.samePersonReason).not.toBeNull();
        }
        const before = foldReview('2026-Q3', { events: told.events.slice(0, 1 + cut), sheet: told.sheet, documents: told.documents, asOf: july(30) });
        expect(one.acts.slice(0, before?.items.find(({ key }) => key === one.key)?.acts.length)).toEqual(before?.items.find(({ key }) => key === one.key)?.acts);
      }
      expect(state.items.reduce((sum, { acts: done }) => sum + done.length, 0)).toBe(acts.reduce((sum, { keys }) => sum + keys.filter((key) => key !== 'unknown').length, 0));
    }), { numRuns: 300 });
  });
});
