// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { Control } from '../../src/bundle/records.ts';
import { eventSchema, type LogEvent } from '../../src/evidence/log-format.ts';
import type { Instant } from '../../src/model/instant.ts';
import { peopleOf } from '../../src/period/assemble-people.ts';
import { standsToResult, deviationsOf } from '../../src/period/deviations.ts';
import type { Span } from '../../src/period/spans.ts';
import { factsOf } from '../support/run-facts.ts';

const at = (day: string): Instant => `${day}T05:00:00.000Z` as Instant;
const by = { name: 'Tom Achterberg', basis: 'typed only' } as const;
const SAID = { cause: 'a', extent: 'b', recurrence: 'isolated', compensatingControl: null, response: 'c', owner: 'Tom Achterberg', due: null } as const;
const CHECK = 'aws-access-key-age';
const CONTROL: Control = { id: 'NHI-02', wording: 'Keys are rotated.', owner: 'Tom Achterberg', frequency: 'weekly', policy: 'P', criteria: ['CC6.1'], checks: [{ check: CHECK, parameters: {} }], population: 'credentials', doesNotCover: [] };

/** Runs were made each Monday from 29 June; the period is the third quarter. */
const RUNS = ['2026-06-29', '2026-07-06', '2026-07-13', '2026-09-07', '2026-09-28'];
const span = (first: string, last: string, end: string | null, before: string | null = '2026-06-29', state: 'met' | 'cannot say' = 'met'): Span => ({
  check: CHECK, severity: 'medium', subject: 'K', unit: 'aws:111122223333', reason: 'old', before: before === null ? null : { run: before, at: at(before), state: 'met' },
  first: { run: first, at: at(first) }, last: { run: last, at: at(last) }, end: end === null ? null : { run: end, at: at(end), state },
});
const recorded = (id: string, more: object = {}): object => ({ event: 'deviation.recorded', at: at('2026-07-07'), deviation: id, control: 'NHI-02', about: { kind: 'results', check: CHECK, subjects: ['K'] }, began: { from: null, to: at('2026-07-06') }, detected: at('2026-07-06'), detectedIn: '2026-07-06', words: SAID, by, ...more });
const repaired = (id: string, more: object = {}): object => ({ event: 'deviation.repaired', at: at('2026-07-14'), deviation: id, repaired: at('2026-07-10'), provenBy: '2026-07-13', by, ...more });
const logOf = (events: readonly object[]): readonly LogEvent[] => events.map((event, sequence) => eventSchema.parse({ sequence, ...event }));

function period(events: readonly object[], spans: readonly Span[]): ReturnType<typeof peopleOf> {
  const sealed = RUNS.map((run) => factsOf({ run, startedAt: at(run), controls: [CONTROL] }));
  return peopleOf({ names: new Map(), events: logOf(events), runs: [], reviews: [], sealed, spans, first: '2026-07-01T00:00:00.000Z' as Instant, until: '2026-10-01T00:00:00.000Z' as Instant, asOf: at('2026-12-01') });
}
const FIRST = span('2026-07-06', '2026-07-06', '2026-07-13');
const RELAPSE = span('2026-09-07', '2026-09-28', null, '2026-07-13');
const open = ({ unexplained }: ReturnType<typeof peopleOf>): readonly (string | undefined)[] => unexplained.filter(({ kind }) => kind === 'results').map(({ since }) => since?.slice(0, 10));

describe('what a deviation explains', () => {
  test('is the time in which the run that it was recorded from lies', () => {
    expect(open(period([], [FIRST, RELAPSE]))).toEqual(['2026-07-06', '2026-09-07']);
    expect(open(period([recorded('D-1')], [FIRST]))).toEqual([]);
  });
  test('is no relapse: that wants a deviation of its own, mended or not', () => {
    expect(open(period([recorded('D-1')], [FIRST, RELAPSE]))).toEqual(['2026-09-07']);
    expect(open(period([recorded('D-1'), repaired('D-1')], [FIRST, RELAPSE]))).toEqual(['2026-09-07']);
    expect(open(period([recorded('D-1'), repaired('D-1'), recorded('D-2', { at: at('2026-09-08'), detectedIn: '2026-09-07', detected: at('2026-09-07') })], [FIRST, RELAPSE]))).toEqual([]);
  });
  test('is nothing that a run saw after it is said to have been mended, and the list says whose word that was', () => {
    const { unexplained } = period([recorded('D-1'), repaired('D-1', { at: at('2026-07-20'), repaired: at('2026-07-10'), provenBy: '2026-07-13' })], [span('2026-07-06', '2026-07-13', null)]);
    expect(unexplained).toMatchObject([{ subject: 'K', detail: 'old (seen again after D-1 is said to have been mended)' }]);
  });
  test('goes back over the runs before it was recorded, and on where a run between could not tell', () => {
    expect(open(period([recorded('D-1', { detectedIn: '2026-07-13', detected: at('2026-07-13') })], [span('2026-07-06', '2026-07-13', null)]))).toEqual([]);
    expect(open(period([recorded('D-1')], [span('2026-07-06', '2026-07-06', '2026-07-13', '2026-06-29', 'cannot say')]))).toEqual([]);
  });
  test('may have been recorded from a run that is not looked at any more, where nothing tells that it was met between', () => {
    const [old] = deviationsOf(logOf([recorded('D-0', { at: at('2026-04-07'), detectedIn: 'gone', detected: at('2026-04-06'), began: { from: null, to: at('2026-04-06') } })]));
    if (old === undefined) throw new Error('it was recorded');
    expect(standsToResult(old, span('2026-06-29', '2026-07-06', null, null), at('2026-04-06'))).toBe('explains');
    expect(standsToResult(old, span('2026-07-06', '2026-07-06', null, '2026-06-29'), at('2026-04-06'))).toBe('other');
  });
});

describe('the deviations of a period', () => {
  const shown = (events: readonly object[], spans: readonly Span[] = []): readonly string[] => period(events, spans).deviations.map(({ deviation }) => deviation);
  test('keep one whose repair was logged in it, whatever date the repair bears', () => {
    expect(shown([recorded('D-1'), repaired('D-1', { repaired: at('2026-01-01') })])).toEqual(['D-1']);
    expect(shown([recorded('D-1', { at: at('2026-04-07'), began: { from: null, to: at('2026-04-06') } }), repaired('D-1', { at: at('2026-05-01'), repaired: at('2026-04-20') })])).toEqual([]);
  });
  test('and what is missing in one of another period is asked of that period', () => {
    const silent = { words: { ...SAID, cause: null } };
    const of = (more: object): readonly string[] => period([recorded('D-1', { ...silent, ...more })], []).unexplained.map(({ kind, what }) => `${kind} ${what}`);
    expect(of({})).toEqual([expect.stringContaining('D-1')]);
    expect(of({ at: at('2026-11-03'), detectedIn: null, detected: at('2026-11-02'), began: { from: null, to: at('2026-11-02') } })).toEqual([]);
  });
});
