// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventSchema, type LogEvent } from '../../src/evidence/log-format.ts';
import { instantOf, millisecondsOf, plusDays, type Instant } from '../../src/model/instant.ts';
import { schedulesOf, slotAt, slotsOf, type Slot, type SlotRun } from '../../src/period/schedule.ts';

const at = (text: string): Instant => (text.length === 10 ? `${text}T05:00:00.000Z` : `${text}:00.000Z`) as Instant;
const by = { name: 'Tom Achterberg', basis: 'typed only' } as const;

function declared(sequence: number, more: { readonly logged?: string; readonly effective?: string; readonly first?: string; readonly every?: { readonly count: number; readonly unit: 'hour' | 'day' | 'week' | 'month' }; readonly grace?: number; readonly targets?: readonly string[]; readonly name?: string } = {}): LogEvent {
  const effective = at(more.effective ?? '2026-06-01');
  return eventSchema.parse({
    event: 'schedule.declared', sequence, at: at(more.logged ?? more.effective ?? '2026-06-01'), schedule: more.name ?? 'weekly', effective, firstSlot: at(more.first ?? '2026-07-06'), every: more.every ?? { count: 1, unit: 'week' }, graceHours: more.grace ?? 12,
    targets: more.targets ?? [], control: 'NHI-01', reason: 'policy', by, approvedBy: null,
  });
}
function ended(sequence: number, effective: string, logged = effective): LogEvent {
  return eventSchema.parse({ event: 'schedule.ended', sequence, at: at(logged), schedule: 'weekly', effective: at(effective), reason: 'enough', by, approvedBy: null });
}
function run(started: string, more: Partial<SlotRun> = {}): SlotRun {
  return { run: `run ${started}`, started: at(started), occasion: 'scheduled', targets: ['harbor'], state: 'sealed', sealed: true, ...more };
}
function slots(events: readonly LogEvent[], runs: readonly SlotRun[], asOf = '2026-10-01', from = '2026-07-01', until = '2026-07-21'): readonly Slot[] {
  return slotsOf(events, runs, at(from), at(until), at(asOf));
}
const states = (list: readonly Slot[]): readonly string[] => list.map(({ state }) => state);

describe('the slots of a schedule', () => {
  test.each<[string, string, number, string]>([
    ['2026-01-31', 'month', 1, '2026-02-28'], ['2026-01-31', 'month', 2, '2026-03-31'], ['2028-01-31', 'month', 1, '2028-02-29'], ['2026-12-15', 'month', 1, '2027-01-15'],
    ['2026-02-27', 'day', 2, '2026-03-01'], ['2028-02-28', 'day', 1, '2028-02-29'], ['2026-12-28', 'week', 1, '2027-01-04'],
  ])('from %s, every %s: number %i is on %s', (first, unit, index, day) => {
    expect(slotAt(at(first), { count: 1, unit: unit as 'day' }, index)).toBe(at(day));
  });

  test('of hours run over the end of a day', () => {
    expect(slotAt(at('2026-07-06'), { count: 7, unit: 'hour' }, 3)).toBe('2026-07-07T02:00:00.000Z');
  });

  test('never drift, repeat or go back, whatever the first one and the interval', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom('hour', 'day', 'week', 'month'), fc.integer({ min: 0, max: 60 }), (start, count, unit, index) => {
      const first = instantOf(start);
      expect(slotAt(first, { count, unit }, index) < slotAt(first, { count, unit }, index + 1)).toBe(true);
      const day = new Date(millisecondsOf(slotAt(first, { count, unit: 'month' }, index))).getUTCDate();
      expect(day).toBeLessThanOrEqual(new Date(start).getUTCDate());
    }));
  });
});

describe('what becomes of a slot', () => {
  test.each<[string, readonly SlotRun[], string, number | null]>([
    ['a run at its moment', [run('2026-07-06')], 'done', null],
    ['a run at the end of its grace', [run('2026-07-06T17:00')], 'done', null],
    ['a run a minute after', [run('2026-07-06T17:01')], 'late', 1],
    ['a run a minute before the next slot', [run('2026-07-13T04:59')], 'late', 6 * 24 * 60 + 719],
    ['a run a minute before it', [run('2026-07-06T04:59')], 'missed', null],
    ['no run', [], 'missed', null],
    ['an ad hoc run', [run('2026-07-06', { occasion: 'ad hoc' })], 'missed', null],
    ['an aborted run', [run('2026-07-06', { state: 'aborted', sealed: false })], 'missed', null],
    ['an aborted run and one that was sealed', [run('2026-07-06', { state: 'aborted', sealed: false }), run('2026-07-06T06:00')], 'done', null],
  ])('with %s: %s', (_name, runs, state, late) => {
    const [slot] = slots([declared(0)], runs);
    expect({ state: slot?.state, late: slot?.lateByMinutes }).toEqual({ state, late });
  });

  test('what does not count stands beside it, with the reason', () => {
    const [slot] = slots([declared(0, { targets: ['harbor', 'cluster'] })], [run('2026-07-06'), run('2026-07-06T06:00', { occasion: 'ad hoc' }), run('2026-07-06T07:00', { state: 'unfinished', sealed: false })]);
    expect(slot?.state).toBe('missed');
    expect(slot?.beside.map((text) => text.replace(/^run [^:]*:\d\d: |^run [^:]*: /, ''))).toEqual(['without cluster', 'ad hoc', 'unfinished']);
  });

  test('is open while its grace lasts, and missed from then on', () => {
    expect(states(slots([declared(0)], [], '2026-07-06T16:59'))).toEqual(['open', 'open', 'open']);
    expect(states(slots([declared(0)], [], '2026-07-06T17:00'))).toEqual(['missed', 'open', 'open']);
  });

  test('declared after its time is neither done nor missed', () => {
    expect(states(slots([declared(0, { logged: '2026-07-10', effective: '2026-06-01' })], [run('2026-07-06'), run('2026-07-13')]))).toEqual(['declared afterwards', 'done', 'missed']);
  });

  test('is superseded where the schedule ended before its grace was over, and stays done where a run had come', () => {
    expect(states(slots([declared(0), ended(1, '2026-07-13T10:00')], [run('2026-07-06')]))).toEqual(['done', 'superseded']);
    expect(states(slots([declared(0), ended(1, '2026-07-13T10:00')], [run('2026-07-06'), run('2026-07-13')]))).toEqual(['done', 'done']);
  });

  test('a later declaration takes the place of the earlier from its own moment on', () => {
    const list = slots([declared(0), declared(1, { logged: '2026-07-12', effective: '2026-07-12', first: '2026-07-14', every: { count: 3, unit: 'day' } })], []);
    expect(list.map(({ due }) => due.slice(0, 10))).toEqual(['2026-07-06', '2026-07-14', '2026-07-17', '2026-07-20']);
  });

  test.each<[string, LogEvent]>([
    ['an end', ended(1, '2026-07-01', '2026-07-15')],
    ['another declaration', declared(1, { logged: '2026-07-15', effective: '2026-07-01', first: '2026-07-20' })],
  ])('a slot that was missed stays missed, whatever date %s that is logged afterwards bears', (_name, change) => {
    const list = slots([declared(0), change], []).filter(({ due }) => due < at('2026-07-15'));
    expect(list.map(({ due, state }) => [due.slice(0, 10), state])).toEqual([['2026-07-06', 'missed'], ['2026-07-13', 'missed']]);
  });

  test('an end that is logged ahead counts from its date, and one of two changes of a moment that was logged first', () => {
    expect(slots([declared(0), ended(1, '2026-07-10', '2026-07-02')], []).map(({ due }) => due.slice(0, 10))).toEqual(['2026-07-06']);
    const [first] = schedulesOf([declared(0), ended(1, '2026-07-10'), declared(2, { logged: '2026-07-10', effective: '2026-07-10' })]);
    expect(first?.endedBy).toMatchObject({ event: 'schedule.ended', sequence: 1 });
  });

  test('a run after a change counts for a slot of the new schedule, and not for one of the old as well', () => {
    const list = slots([declared(0), declared(1, { logged: '2026-07-08', effective: '2026-07-08', first: '2026-07-09' })], [run('2026-07-09T06:00')]);
    expect(list.map(({ due, state }) => [due.slice(0, 10), state])).toEqual([['2026-07-06', 'missed'], ['2026-07-09', 'done'], ['2026-07-16', 'missed']]);
  });

  test('no run counts for two slots of a schedule, and every slot stands once, in order', () => {
    fc.assert(fc.property(fc.array(fc.record({ hour: fc.integer({ min: 0, max: 24 * 40 }), scheduled: fc.boolean(), sealed: fc.boolean() }), { maxLength: 20 }), fc.integer({ min: 1, max: 200 }), (made, grace) => {
      const runs = made.map(({ hour, scheduled, sealed }, index): SlotRun => ({ run: String(index), started: instantOf(millisecondsOf(at('2026-07-01')) + hour * 3_600_000), occasion: scheduled ? 'scheduled' : 'ad hoc', targets: [], state: sealed ? 'sealed' : 'aborted', sealed }));
      const list = slots([declared(0, { grace })], runs, '2026-12-01', '2026-07-01', '2026-08-10');
      const counted = list.flatMap((slot) => (slot.run === null ? [] : [slot.run]));
      expect(new Set(counted).size).toBe(counted.length);
      expect(list.map(({ due }) => due)).toEqual(Array.from({ length: 5 }, (_, index) => plusDays(at('2026-07-06'), index * 7)));
      for (const slot of list) expect(slot.state === 'done' || slot.state === 'late').toBe(slot.run !== null);
    }));
  });
});
