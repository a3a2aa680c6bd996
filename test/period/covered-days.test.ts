// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf, plusDays, type Instant } from '../../src/model/instant.ts';
import { dayOf, daysFrom, daysNotCovered } from '../../src/period/covered-days.ts';

const at = (day: string): Instant => `${day}T05:00:00.000Z` as Instant;
const weekly = (day: string): { readonly run: string; readonly startedAt: Instant; readonly days: number } => ({ run: day, startedAt: at(day), days: 7 });

describe('days that no run speaks for', () => {
  test.each([
    ['every Monday: none', ['2026-06-29', '2026-07-06', '2026-07-13'], []],
    ['a first run within the period: the days before it', ['2026-07-06', '2026-07-13'], [{ from: '2026-07-01', to: '2026-07-05', days: 5, why: 'before the first run' }]],
    ['a week without a run: that week, and from which run on', ['2026-06-29', '2026-07-13'], [{ from: '2026-07-06', to: '2026-07-12', days: 7, why: 'no run since that of 2026-06-29' }]],
    ['no run at all: every day', [], [{ from: '2026-07-01', to: '2026-07-19', days: 19, why: 'no run was sealed' }]],
  ])('%s', (_name, runs, expected) => {
    expect(daysNotCovered('2026-07-01', '2026-07-19', runs.map(weekly))).toEqual(expected);
  });

  test('a run of no schedule speaks for its own day alone', () => {
    expect(daysNotCovered('2026-07-01', '2026-07-03', [{ run: 'a', startedAt: at('2026-07-02'), days: 1 }])).toEqual([{ from: '2026-07-01', to: '2026-07-01', days: 1, why: 'before the first run' }, { from: '2026-07-03', to: '2026-07-03', days: 1, why: 'no run since that of 2026-07-02' }]);
  });

  test('together with those that are covered are all days of the period, each once', () => {
    fc.assert(fc.property(fc.array(fc.record({ offset: fc.integer({ min: -20, max: 40 }), days: fc.integer({ min: 1, max: 12 }) }), { maxLength: 8 }), (runs) => {
      const start = instantOf(Date.UTC(2026, 6, 1));
      const speaking = runs.map(({ offset, days }, index) => ({ run: String(index), startedAt: plusDays(start, offset), days }));
      const gaps = daysNotCovered('2026-07-01', '2026-07-20', speaking);
      const open = gaps.flatMap(({ from, to, days }) => {
        const listed = daysFrom(from, to);
        expect(listed).toHaveLength(days);
        return listed;
      });
      expect(new Set(open).size).toBe(open.length);
      for (const day of daysFrom('2026-07-01', '2026-07-20')) {
        const spoken = speaking.some(({ startedAt, days }) => dayOf(startedAt) <= day && day <= dayOf(plusDays(startedAt, days - 1)));
        expect(open.includes(day)).toBe(!spoken);
      }
    }));
  });
});
