// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { exactly, type When } from '../../src/model/instant.ts';
import { inPeriod, timeliness, timelinessOfDays } from '../../src/period/history-dates.ts';
import { edgesIn, movementsOfLines, type PopulationMovements } from '../../src/period/history-movements-of.ts';
import type { PopulationKind } from '../../src/period/history-movements.ts';
import { holder, key, lifecycle, linesOf, onDay, runsOf, type Told } from '../support/history-runs.ts';
import { read, ROWS_UNIT } from '../support/rows.ts';

const between = (from: number | null, to: number): When => ({ from: from === null ? null : onDay(from), to: onDay(to) });

describe('intervals against limits', () => {
  test.each<[When, 'within' | 'late' | 'cannot say']>([
    [between(1, 9), 'within'], [between(1, 10), 'within'], [between(null, 10), 'within'], [exactly(onDay(10)), 'within'],
    [between(9, 11), 'cannot say'], [between(10, 11), 'cannot say'], [between(null, 11), 'cannot say'], [between(11, 12), 'late'], [exactly(onDay(11)), 'late'],
  ])('%j against day 10 is %s', (interval, answer) => {
    expect(timeliness(interval, onDay(10))).toBe(answer);
  });
  test.each<[When, When, 'within' | 'late' | 'cannot say']>([
    [exactly(onDay(0)), between(1, 5), 'within'], [between(0, 2), between(3, 5), 'within'], [between(0, 2), between(6, 9), 'cannot say'], [between(0, 2), between(8, 9), 'late'],
    [between(null, 2), between(3, 4), 'cannot say'], [between(null, 2), between(8, 9), 'late'], [exactly(onDay(0)), between(4, 6), 'cannot say'], [exactly(onDay(0)), between(null, 5), 'within'],
  ])('from %j to %j within 5 days: %s', (start, end, answer) => {
    expect(timelinessOfDays(start, end, 5)).toBe(answer);
  });
  test.each<[When, 'yes' | 'no' | 'cannot say']>([
    [between(10, 19), 'yes'], [exactly(onDay(10)), 'yes'], [exactly(onDay(20)), 'no'], [between(1, 9), 'no'], [between(null, 9), 'no'], [between(20, 25), 'no'], [between(9, 11), 'cannot say'], [between(19, 20), 'cannot say'], [between(null, 15), 'cannot say'],
  ])('%j in the period from day 10 to before day 20: %s', (interval, answer) => {
    expect(inPeriod(interval, { from: onDay(10), to: onDay(20) })).toBe(answer);
  });
});

describe('additions and removals of a period', () => {
  const period = { from: onDay(10), to: onDay(20) };
  async function of(story: readonly Told[], population: PopulationKind = 'credentials'): Promise<PopulationMovements> {
    return movementsOfLines((await linesOf(story)).values(), period, population, edgesIn(runsOf(story), period));
  }
  const made = (id: string, day: number): ReturnType<typeof key> => key(id, 'U', { created: read(exactly(onDay(day))) });
  const run = (day: number, ...keys: readonly ReturnType<typeof key>[]): Told => ({ day, identities: [holder('U', keys.length)], credentials: keys });

  test('two that stayed, one that came, one that went: 3 + 1 - 1 = 3, with nothing left over', async () => {
    const [a, b, old, fresh] = [made('A', -5), made('B', -5), made('OLD', -5), made('NEW', 12)];
    const found = await of([run(9, a, b, old), run(13, a, b, old, fresh), run(15, a, b, fresh), run(19, a, b, fresh)]);
    expect(found.reconciliation).toEqual({ population: 'credentials', opening: 3, additions: 1, removals: 1, closing: 3, additionsUnsaid: 0, removalsUnsaid: 0, remainder: [] });
    expect(found.additions.map((one) => [one.key, one.when, one.basis, one.inPeriod])).toEqual([[`${ROWS_UNIT}/NEW`, exactly(onDay(12)), 'snapshot', 'yes']]);
    expect(found.removals.map((one) => [one.key, one.when, one.inPeriod])).toEqual([[`${ROWS_UNIT}/OLD`, { from: onDay(13), to: onDay(15, 1) }, 'yes']]);
  });
  test('a removal between a run before the period and one in it: whether it counts cannot be said, and the sum says why', async () => {
    const found = await of([run(9, made('A', -5), made('OLD', -5)), run(12, made('A', -5))]);
    expect(found.removals.map((one) => one.inPeriod)).toEqual(['cannot say']);
    expect(found.reconciliation).toMatchObject({ opening: 2, additions: 0, removals: 0, closing: 1, removalsUnsaid: 1, remainder: [{ reason: expect.stringContaining('crosses an edge'), difference: -1, keys: [`${ROWS_UNIT}/OLD`] }] });
  });
  test('an event that dates it settles that', async () => {
    const story = (day: number): readonly Told[] => [run(9, made('A', -5), made('OLD', -5)), { ...run(12, made('A', -5)), events: [lifecycle('deleted', 'OLD', onDay(day))] }];
    expect((await of(story(11))).reconciliation).toMatchObject({ removals: 1, remainder: [] });
    expect((await of(story(9.5))).reconciliation).toMatchObject({ removals: 0, remainder: [{ reason: expect.stringContaining('before the period') }] });
  });
  test('one that came and went between two runs is in both populations, from events', async () => {
    const events = [lifecycle('created', 'SHORT', onDay(11), { identity: `${ROWS_UNIT}/U` }), lifecycle('deleted', 'SHORT', onDay(12), { identity: `${ROWS_UNIT}/U` })];
    const found = await of([run(9, made('A', -5)), { ...run(14, made('A', -5)), events }]);
    expect([found.additions, found.removals].map(([one]) => [one?.key, one?.when.to, one?.run === null || one?.basis])).toEqual([[`${ROWS_UNIT}/SHORT`, onDay(11), true], [`${ROWS_UNIT}/SHORT`, onDay(12), 'both']]);
    expect(found.reconciliation).toMatchObject({ opening: 1, additions: 1, removals: 1, closing: 1, remainder: [] });
  });
  test('what vanished without proof is no removal; it is the named remainder', async () => {
    const found = await of([run(9, made('A', -5), made('LOST', -5)), { day: 15, identities: [holder('U', null)], credentials: [made('A', -5)], open: { 'aws.access-key': 'throttled' } }]);
    expect(found.removals).toEqual([]);
    expect(found.reconciliation).toMatchObject({ opening: 2, removals: 0, closing: 1, remainder: [{ reason: 'not among what the closing run read, and not proven gone', difference: -1, keys: [`${ROWS_UNIT}/LOST`] }] });
  });
  test('people are in neither side of the population of non-human identities', async () => {
    const person = holder('P', 0, { classification: { class: 'human', basis: 'rule', rule: 'a password', refs: [] } });
    const found = await of([{ day: 9, identities: [holder('U', 0), person] }, { day: 15, identities: [holder('U', 0)] }], 'non-human identities');
    expect(found.reconciliation).toMatchObject({ opening: 1, additions: 0, removals: 0, closing: 1, removalsUnsaid: 0, remainder: [] });
  });
});
