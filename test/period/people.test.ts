// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { eventSchema, type LogEvent } from '../../src/evidence/log-format.ts';
import type { Instant } from '../../src/model/instant.ts';
import { accepts, acceptancesOf, acceptanceState, isRetroactive, type Acceptance } from '../../src/period/acceptances.ts';
import { deviationsOf, repairProof, type Deviation } from '../../src/period/deviations.ts';
import { lintAcceptances } from '../../src/period/lint.ts';
import type { Span } from '../../src/period/spans.ts';

const at = (day: string): Instant => `${day}T00:00:00.000Z` as Instant;
const TOM = { name: 'Tom Achterberg', basis: 'typed only' } as const;
const INES = { name: 'Ines Duarte', basis: 'typed only' } as const;
const UNIT = 'aws:111122223333';

function accepted(more: { readonly logged?: string; readonly from?: string; readonly to?: string; readonly checks?: readonly string[]; readonly subjects?: readonly string[]; readonly units?: readonly string[]; readonly withdrawn?: string; readonly approvedBy?: typeof TOM | typeof INES; readonly id?: string } = {}): Acceptance {
  const id = more.id ?? 'A-1';
  const events: LogEvent[] = [eventSchema.parse({
    event: 'acceptance.recorded', sequence: 0, at: at(more.logged ?? more.from ?? '2026-07-01'), acceptance: id, match: { checks: more.checks ?? ['aws-access-key-age'], units: more.units ?? [UNIT], subjects: more.subjects ?? [`${UNIT}/AKIA*`] },
    reason: 'why', ticket: null, requestedBy: TOM, approvedBy: more.approvedBy ?? INES, samePersonReason: null, effective: at(more.from ?? '2026-07-01'), expires: more.to ?? '2026-07-31',
  })];
  if (more.withdrawn !== undefined) events.push(eventSchema.parse({ event: 'acceptance.withdrawn', sequence: 1, at: at(more.withdrawn), acceptance: id, effective: at(more.withdrawn), reason: 'no more', by: TOM }));
  const [one] = acceptancesOf(events);
  if (one === undefined) throw new Error('an acceptance was recorded');
  return one;
}

describe('an acceptance', () => {
  test.each<[string, Instant, string]>([
    ['before its first moment', '2026-06-30T23:59:59.999Z' as Instant, 'not yet in force'], ['at its first moment', at('2026-07-01'), 'in force'],
    ['at the last moment of its last day', '2026-07-31T23:59:59.999Z' as Instant, 'in force'], ['a moment after', at('2026-08-01'), 'expired'],
  ])('%s is %s', (_name, moment, state) => {
    expect(acceptanceState(accepted(), moment)).toBe(state);
  });
  test('that was withdrawn holds until then, and is neither in force nor expired after', () => {
    const one = accepted({ withdrawn: '2026-07-10' });
    expect([at('2026-07-09'), at('2026-07-10'), at('2026-09-01')].map((moment) => acceptanceState(one, moment))).toEqual(['in force', 'withdrawn', 'withdrawn']);
  });
  test('is retroactive where it was logged after it took hold, and not where both are one', () => {
    expect(isRetroactive(accepted({ logged: '2026-07-02', from: '2026-07-01' }))).toBe(true);
    expect(isRetroactive(accepted())).toBe(false);
  });
  test.each<[string, string, string, boolean]>([
    ['aws-access-key-age', UNIT, `${UNIT}/AKIAONE`, true], ['aws-access-key-unused', UNIT, `${UNIT}/AKIAONE`, false], ['aws-access-key-age', 'aws:444455556666', `${UNIT}/AKIAONE`, false], ['aws-access-key-age', UNIT, `${UNIT}/AROAONE`, false],
  ])('is over %s of %s %s: %s', (check, unit, subject, over) => {
    expect(accepts(accepted(), { check, unit, subject })).toBe(over);
  });
});

describe('the lint of acceptances', () => {
  const row = { check: 'aws-access-key-age', unit: UNIT, subject: `${UNIT}/AKIAONE` };
  const kinds = (acceptances: readonly Acceptance[], rows = [row], owners = new Map<string, string>()): readonly string[] => lintAcceptances(acceptances, rows, owners, at('2026-07-15')).map(({ kind }) => kind);
  test('finds nothing in one that is in force, narrow, approved by another and over something', () => {
    expect(kinds([accepted()])).toEqual([]);
  });
  test.each<[string, Acceptance, readonly string[]]>([
    ['expired while what it was over is not mended', accepted({ from: '2026-05-01', to: '2026-06-01' }), ['expired']], ['over nothing', accepted({ checks: ['aws-role-unused'] }), ['unmatched']], ['over any check', accepted({ checks: ['*'] }), ['over-broad']],
    ['over any subject of a provider', accepted({ subjects: ['*'], units: ['aws:*'] }), ['over-broad']], ['for more than a year', accepted({ to: '2027-12-31' }), ['too long']], ['retroactive', accepted({ logged: '2026-07-05' }), ['retroactive']],
    ['by one person', accepted({ approvedBy: TOM }), ['same person']],
  ])('%s', (_name, acceptance, expected) => {
    expect(kinds([acceptance])).toEqual(expected);
  });
  test('says nothing of one that expired when its results were mended, nor of one that was withdrawn', () => {
    expect(kinds([accepted({ from: '2026-05-01', to: '2026-06-01' })], [])).toEqual([]);
    expect(kinds([accepted({ withdrawn: '2026-07-02', checks: ['*'] })])).toEqual([]);
  });
  test('finds one that is over nothing that an earlier is not over, and an approver who is the recorded owner', () => {
    expect(kinds([accepted(), accepted({ id: 'A-2', subjects: [`${UNIT}/AKIAONE`] })])).toEqual(['shadowed']);
    expect(kinds([accepted()], [row], new Map([[row.subject, 'ines duarte']]))).toEqual(['same person']);
  });
  test('counts how much one covers', () => {
    const many = Array.from({ length: 51 }, (_, index) => ({ ...row, subject: `${UNIT}/AKIA${index}` }));
    expect(kinds([accepted()], many.slice(0, 50))).toEqual([]);
    expect(kinds([accepted()], many)).toEqual(['over-broad']);
  });
});

const NOTHING = { cause: null, extent: null, recurrence: null, compensatingControl: null, response: null, owner: null, due: null };
function deviation(more: readonly object[] = [], about: object = { kind: 'results', check: 'aws-access-key-age', subjects: ['K'] }): Deviation {
  const events = [{ event: 'deviation.recorded', deviation: 'D-1', control: 'NHI-02', about, began: { from: null, to: at('2026-07-06') }, detected: at('2026-07-06'), detectedIn: null, words: NOTHING, by: TOM }, ...more].map((event, sequence) => eventSchema.parse({ at: at('2026-07-10'), deviation: 'D-1', sequence, ...event }));
  const [one] = deviationsOf(events);
  if (one === undefined) throw new Error('a deviation was recorded');
  return one;
}

describe('a deviation', () => {
  test('lacks what nobody has said; a compensating control need not be', () => {
    expect(deviation().missing).toEqual(['cause', 'extent', 'recurrence', 'response', 'owner']);
    expect(deviation([{ event: 'deviation.explained', words: { ...NOTHING, cause: 'a', extent: 'b', recurrence: 'isolated', response: 'c', owner: 'Tom Achterberg' }, by: TOM }]).missing).toEqual([]);
  });
  test('keeps all that was said of it, in order, with who said it', () => {
    const { said } = deviation([{ event: 'deviation.explained', words: { ...NOTHING, cause: 'first thought' }, by: TOM }, { event: 'deviation.explained', words: { ...NOTHING, cause: 'found out' }, by: INES }]);
    expect(said.map(({ by, text }) => `${by.name}: ${text}`)).toEqual(['Tom Achterberg: first thought', 'Ines Duarte: found out']);
  });

  const span = (end: 'met' | 'gone' | 'cannot say' | null, lastDay: string, endDay = '2026-07-20'): Span => ({
    check: 'aws-access-key-age', severity: 'medium', subject: 'K', unit: UNIT, reason: 'old', before: null, first: { run: 'r1', at: at('2026-07-06') }, last: { run: 'r', at: at(lastDay) }, end: end === null ? null : { run: 'r3', at: at(endDay), state: end },
  });
  const repaired = deviation([{ event: 'deviation.repaired', repaired: at('2026-07-15'), provenBy: 'r3', by: TOM }]);
  const runs = [{ run: 'r3', at: at('2026-07-20') }];
  test.each<[string, readonly Span[], 'holds' | 'does not hold' | 'cannot say']>([
    ['met by the run that is named', [span('met', '2026-07-13')], 'holds'], ['gone by it', [span('gone', '2026-07-13')], 'holds'], ['not met in it', [span(null, '2026-07-20')], 'does not hold'],
    ['met only later', [span('met', '2026-07-20', '2026-07-27')], 'does not hold'], ['not to be said in it', [span('cannot say', '2026-07-13')], 'cannot say'], ['never seen', [], 'cannot say'],
  ])('mended, and %s: %3$s', (_name, spans, proof) => {
    expect(repairProof(repaired, { spans, slots: [], sealed: runs })).toBe(proof);
  });
  test('of a slot is shown to be mended by a run that counts for a later slot of that schedule, and by no other', () => {
    const of = (more: Partial<{ readonly schedule: string; readonly due: Instant; readonly run: string; readonly state: 'done' | 'late' | 'missed' }>): string => repairProof(
      deviation([{ event: 'deviation.repaired', repaired: at('2026-07-15'), provenBy: 'r3', by: TOM }], { kind: 'slots', schedule: 'weekly', due: [at('2026-07-06'), at('2026-07-13')] }),
      { spans: [], slots: [{ schedule: 'weekly', due: at('2026-07-20'), run: 'r3', state: 'done', ...more }], sealed: runs },
    );
    expect([of({}), of({ state: 'late' })]).toEqual(['holds', 'holds']);
    expect([of({ schedule: 'daily' }), of({ due: at('2026-07-06') }), of({ run: 'r4' }), of({ state: 'missed' })]).toEqual(['cannot say', 'cannot say', 'cannot say', 'cannot say']);
  });
  test('keeps what was said of its repair before, and the newest word is the one that counts', () => {
    const { said, repaired: newest } = deviation([{ event: 'deviation.repaired', repaired: at('2026-07-12'), provenBy: 'r2', by: INES }, { event: 'deviation.repaired', repaired: at('2026-07-15'), provenBy: 'r3', by: TOM }]);
    expect(said.filter(({ field }) => field === 'repair')).toEqual([expect.objectContaining({ by: INES, text: 'mended at 2026-07-12T00:00:00.000Z, to be shown by run r2' })]);
    expect(newest).toMatchObject({ provenBy: 'r3', repaired: at('2026-07-15') });
  });
  test('is not shown to be mended by a run that nobody has', () => {
    expect(repairProof(repaired, { spans: [span('met', '2026-07-13')], slots: [], sealed: [] })).toBe('cannot say');
  });
});
