// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { exactly } from '../../src/model/instant.ts';
import type { LifeLine } from '../../src/period/history.ts';
import { lifeLines } from '../../src/period/history-walk.ts';
import { holder, key, lifecycle, linesOf, onDay, runIdOf, runsOf, window, type Told } from '../support/history-runs.ts';
import { read, ROWS_UNIT, unread } from '../support/rows.ts';

const OTHER = 'aws:999900001111';
const inactive = read('inactive' as const, 'status');

async function lineOf(id: string, story: readonly Told[]): Promise<LifeLine> {
  const line = (await linesOf(story)).get(id);
  if (line === undefined) throw new Error(`the story has no line of ${id}`);
  return line;
}

describe('what runs saw', () => {
  test('one that every run lists is present, seen first by the first, and nothing says when it came', async () => {
    const rows = { identities: [holder('U', 1)], credentials: [key('K', 'U')] };
    const line = await lineOf('K', [{ day: 0, ...rows }, { day: 1, ...rows }, { day: 2, ...rows }]);
    expect(line).toMatchObject({ state: 'present', basis: 'snapshot', identity: `${ROWS_UNIT}/U`, gone: [], notObserved: null, absentBefore: null, differences: [], changes: [], disabled: [], successor: null });
    expect([line.firstSeen?.run, line.lastSeen?.run]).toEqual([runIdOf(0), runIdOf(2)]);
    expect(line.appeared).toEqual({ when: { from: null, to: onDay(0, 1) }, basis: 'snapshot', event: null });
    expect(line.statuses.map(({ status, from, to }) => [status, from.run, to.run])).toEqual([['active', runIdOf(0), runIdOf(2)]]);
  });

  test('a new one came after the last complete list that lacks it, or when its list says', async () => {
    const before = { day: 0, identities: [holder('U', 0)] };
    const bounds = await lineOf('K', [before, { day: 5, identities: [holder('U', 1)], credentials: [key('K', 'U')] }]);
    expect(bounds.appeared.when).toEqual({ from: onDay(0), to: onDay(5, 1) });
    expect(bounds.absentBefore?.run).toBe(runIdOf(0));
    const said = await lineOf('K', [before, { day: 5, identities: [holder('U', 1)], credentials: [key('K', 'U', { created: read(exactly(onDay(3))) })] }]);
    expect(said.appeared.when).toEqual(exactly(onDay(3)));
  });

  test('a rotated key has a successor: the holder got another while it was there, and it went then', async () => {
    const lines = await linesOf([
      { day: 0, identities: [holder('U', 1)], credentials: [key('OLD', 'U')] },
      { day: 1, identities: [holder('U', 2)], credentials: [key('OLD', 'U'), key('NEW', 'U')] },
      { day: 2, identities: [holder('U', 1)], credentials: [key('NEW', 'U')] },
    ]);
    expect(lines.get('OLD')?.successor).toMatchObject({ key: `${ROWS_UNIT}/NEW`, overlap: 'yes', older: 'gone', ended: { when: { from: onDay(1), to: onDay(2, 1) } } });
    expect(lines.get('OLD')?.successor?.basis).toContain('same holder and kind');
    expect(lines.get('NEW')?.successor).toBeNull();
  });

  test.each([
    ['another holder', key('NEW', 'V')], ['another kind', key('NEW', 'U', { kind: 'aws.ssh-public-key' })],
  ])('a new one of %s is no successor', async (_, other) => {
    const lines = await linesOf([
      { day: 0, identities: [holder('U', 1), holder('V', 0)], credentials: [key('OLD', 'U')] },
      { day: 1, identities: [holder('U', 0), holder('V', 1)], credentials: [other] },
    ]);
    expect(lines.get('OLD')?.successor).toBeNull();
    expect(lines.get('OLD')?.state).toBe('gone');
  });

  test('two that the first run lists already have no order, so neither succeeds the other', async () => {
    const lines = await linesOf([{ day: 0, identities: [holder('U', 2)], credentials: [key('A', 'U'), key('B', 'U')] }, { day: 1, identities: [holder('U', 1)], credentials: [key('B', 'U')] }]);
    expect([lines.get('A')?.successor, lines.get('B')?.successor]).toEqual([null, null]);
  });

  test('a disabled key became so between two runs, and is not gone', async () => {
    const line = await lineOf('K', [{ day: 0, identities: [holder('U', 1)], credentials: [key('K', 'U')] }, { day: 4, identities: [holder('U', 1)], credentials: [key('K', 'U', { status: inactive })] }]);
    expect(line.disabled).toEqual([{ when: { from: onDay(0), to: onDay(4, 1) }, basis: 'snapshot', event: null }]);
    expect(line.statuses.map(({ status }) => status)).toEqual(['active', 'inactive']);
    expect([line.state, line.gone]).toEqual(['present', []]);
  });

  test('an owner that changes is told with both runs', async () => {
    const owned = (owner: string): readonly ReturnType<typeof holder>[] => [holder('U', 0, { owner: read({ owner, source: 'tag owner', confidence: 'tag' as const }) })];
    const line = await lineOf('U', [{ day: 0, identities: owned('a@company.example') }, { day: 1, identities: owned('b@company.example') }]);
    expect(line.changes).toEqual([{ field: 'owner', before: 'a@company.example', after: 'b@company.example', from: expect.objectContaining({ run: runIdOf(0) }), to: expect.objectContaining({ run: runIdOf(1) }) }]);
  });
});

describe('gone only on proof', () => {
  const first: Told = { day: 0, identities: [holder('U', 1)], credentials: [key('K', 'U')] };
  test.each<[string, Told, string]>([
    ['the list of the kind closed', { day: 2, identities: [identityWithoutCounts()] }, 'list'],
    ["the holder's list closed, the kind's did not", { day: 2, identities: [holder('U', 0)], open: { 'aws.access-key': 'denied: for another user' } }, 'holder list'],
    ['the holder is gone', { day: 2, identities: [], open: { 'aws.access-key': 'denied: for another user' } }, 'holder gone'],
  ])('revoked where %s', async (_, later, proof) => {
    const line = await lineOf('K', [first, later]);
    expect(line.state).toBe('gone');
    expect(line.gone).toEqual([{ when: { from: onDay(0), to: onDay(2, 1) }, basis: 'snapshot', event: null, lastSeen: expect.objectContaining({ run: runIdOf(0) }), provenBy: expect.objectContaining({ run: runIdOf(2) }), proof, reappeared: null }]);
  });

  test.each<[string, Told, RegExp]>([
    ["neither the kind's list nor the holder's closed", { day: 2, identities: [holder('U', null)], open: { 'aws.access-key': 'denied: ListAccessKeys' } }, /the list of aws.access-key did not close \(denied: ListAccessKeys\)/],
    ['the holder is not listed, in a list that did not close', { day: 2, open: { 'aws.access-key': 'denied', 'aws.user': 'throttled' } }, /the list of aws.access-key did not close/],
    ['the unit was not read', { day: 2, units: [], unread: [ROWS_UNIT] }, /the unit was not read \(unreachable: the login failed\)/],
    ['the unit is not in scope of the later run', { day: 2, units: [OTHER] }, /not in scope of this run/],
    ['the run does not say whether its list closed', { day: 2, identities: [identityWithoutCounts()] , open: {}, units: [ROWS_UNIT] }, /does not say/],
    ['the run names keys by slot', { day: 2, identities: [holder('U', 1)], credentials: [key('U|slot1', 'U', { idBasis: 'name|slot' })] }, /names what the holder has of kind aws.access-key by name\|slot, not by provider/],
  ])('not proven where %s', async (name, later, why) => {
    const known = name.includes('does not say') ? 'aws.ssh-public-key' : 'aws.access-key';
    const start = known === 'aws.access-key' ? first : { ...first, credentials: [key('K', 'U', { kind: known })] };
    const line = await lineOf('K', [start, later]);
    expect([line.state, line.gone]).toEqual(['not observed', []]);
    expect(line.notObserved?.reasons.map((reason) => reason.why).join()).toMatch(why);
    expect(line.notObserved?.lastSeen?.run).toBe(runIdOf(0));
  });

  test('a first run that is not proof gives way to a later one that is; the interval begins where it was last seen', async () => {
    const line = await lineOf('K', [first, { day: 1, identities: [holder('U', null)], open: { 'aws.access-key': 'denied' } }, { day: 2, identities: [holder('U', 0)] }]);
    expect(line.gone[0]?.when).toEqual({ from: onDay(0), to: onDay(2, 1) });
    expect(line.notObserved).toBeNull();
  });

  test('a key that a slot of a report stood for is not a new one where ids are read', async () => {
    const lines = await linesOf([{ day: 0, identities: [holder('U', 1)], credentials: [key('U|slot1', 'U', { idBasis: 'name|slot' })] }, { day: 1, ...pick(first) }]);
    expect(lines.get('K')).toMatchObject({ absentBefore: null, appeared: { when: { from: null, to: onDay(1, 1) } } });
    expect(lines.get('U|slot1')?.state).toBe('not observed');
  });

  test('one that comes back is told with the time of its absence', async () => {
    const line = await lineOf('K', [first, { day: 1, identities: [holder('U', 0)] }, { ...first, day: 2 }]);
    expect(line.state).toBe('present');
    expect(line.gone).toHaveLength(1);
    expect(line.gone[0]?.reappeared).toEqual({ when: { from: onDay(1), to: onDay(2, 1) }, basis: 'snapshot', event: null, run: expect.objectContaining({ run: runIdOf(2) }) });
  });

  test('one that was only not observed for a while did not come back', async () => {
    const line = await lineOf('K', [first, { day: 1, units: [], unread: [ROWS_UNIT] }, { ...first, day: 2 }]);
    expect([line.state, line.gone]).toEqual(['present', []]);
  });

  function identityWithoutCounts(): ReturnType<typeof holder> {
    return holder('U', null, { credentialCounts: {} });
  }
  function pick({ identities = [], credentials = [] }: Told): Pick<Told, 'identities' | 'credentials'> {
    return { identities, credentials };
  }
});

describe("what the provider's audit log adds", () => {
  const first: Told = { day: 0, identities: [holder('U', 1)], credentials: [key('K', 'U')] };
  const all = (to: number): Told['events'] => (['created', 'deleted'] as const).map((kind) => window(kind, onDay(-30), onDay(to)));

  test('an event dates what runs only bound', async () => {
    const line = await lineOf('K', [first, { day: 2, identities: [holder('U', 0)], events: [lifecycle('deleted', 'K', onDay(1, 3))] }]);
    expect(line.gone[0]).toMatchObject({ when: exactly(onDay(1, 3)), basis: 'both', event: expect.stringContaining('deleted-K'), provenBy: { run: runIdOf(2) } });
    expect(line.differences).toEqual([]);
  });
  test('where no list closed, the event is the proof', async () => {
    const line = await lineOf('K', [first, { day: 2, identities: [holder('U', null)], open: { 'aws.access-key': 'denied' }, events: [lifecycle('deleted', 'K', onDay(1, 3))] }]);
    expect(line).toMatchObject({ state: 'gone', notObserved: null });
    expect(line.gone[0]).toMatchObject({ when: exactly(onDay(1, 3)), basis: 'event', proof: 'event', provenBy: null, lastSeen: { run: runIdOf(0) } });
  });
  test('a key made and deleted between two scans is known from its events alone', async () => {
    const events = [lifecycle('created', 'SHORT', onDay(1), { identity: `${ROWS_UNIT}/U` }), lifecycle('deleted', 'SHORT', onDay(1, 5), { identity: `${ROWS_UNIT}/U` })];
    const line = await lineOf('SHORT', [first, { ...first, day: 2, events }]);
    expect(line).toMatchObject({ basis: 'event', state: 'gone', firstSeen: null, lastSeen: null, identity: `${ROWS_UNIT}/U`, kind: 'aws.access-key', appeared: { when: exactly(onDay(1)), basis: 'event' }, differences: [] });
    expect(line.gone).toEqual([expect.objectContaining({ when: exactly(onDay(1, 5)), basis: 'both', provenBy: expect.objectContaining({ run: runIdOf(2) }) })]);
  });
  test('created by an event and in no complete list since: gone between, and a difference', async () => {
    const line = await lineOf('SHORT', [first, { ...first, day: 2, events: [lifecycle('created', 'SHORT', onDay(1), { identity: `${ROWS_UNIT}/U` })] }]);
    expect(line.gone[0]).toMatchObject({ when: { from: onDay(1), to: onDay(2, 1) }, basis: 'snapshot' });
    expect(line.differences.map(({ kind }) => kind)).toEqual(['created by an event, never listed']);
  });
  test('where an event without id may be its end, nobody says that there is none', async () => {
    const events = [lifecycle('created', 'SHORT', onDay(1), { identity: `${ROWS_UNIT}/U` }), lifecycle('deleted', null, onDay(1, 4), { name: 'bot-U' })];
    expect((await lineOf('SHORT', [first, { ...first, day: 2, events }])).differences).toEqual([]);
  });
  test('deleted by an event and listed by a later run: both stand, nothing is gone', async () => {
    const line = await lineOf('K', [first, { ...first, day: 2, events: [lifecycle('deleted', 'K', onDay(1))] }]);
    expect([line.state, line.gone]).toEqual(['present', []]);
    expect(line.differences).toEqual([{ kind: 'deleted by an event, listed later', text: expect.stringContaining(onDay(2)), events: [expect.stringContaining('deleted-K')], runs: [expect.objectContaining({ run: runIdOf(2) })] }]);
  });
  test.each([['complete', true, ['came without an event']], ['not complete', false, []]] as const)('came without an event is said only where the log was read to the end for that time: %s', async (_, complete, kinds) => {
    const windows = [window('created', onDay(-30), onDay(6), { complete })];
    const line = await lineOf('K', [{ day: 0, identities: [holder('U', 0)] }, { day: 2, identities: [holder('U', 1)], credentials: [key('K', 'U')] }, { day: 6, identities: [holder('U', 1)], credentials: [key('K', 'U')], events: windows }]);
    expect(line.differences.map(({ kind }) => kind)).toEqual(kinds);
  });
  test('two windows that leave an hour between them do not cover it', async () => {
    const story = (until: number): Told[] => [{ day: 0, identities: [holder('U', 0)], events: [window('created', onDay(-30), onDay(1))] }, { day: 6, identities: [holder('U', 1)], credentials: [key('K', 'U')], events: [window('created', onDay(1, until), onDay(7))] }];
    expect((await lineOf('K', story(1))).differences).toEqual([]);
    expect((await lineOf('K', story(-1))).differences.map(({ kind }) => kind)).toEqual(['came without an event']);
  });
  test('went without an event', async () => {
    const line = await lineOf('K', [first, { day: 2, identities: [holder('U', 0)] }, { day: 5, identities: [holder('U', 0)], events: [...(all(5) ?? [])] }]);
    expect(line.differences.map(({ kind }) => kind)).toEqual(['went without an event']);
  });
  test('that an event is missing means nothing where such events give names only', async () => {
    const byName = (all(5) ?? []).map((row) => (row.type === 'event-window' && row.kind === 'deleted' ? { ...row, subjects: 'name' as const } : row));
    expect((await lineOf('K', [first, { day: 2, identities: [holder('U', 0)] }, { day: 5, identities: [holder('U', 0)], events: byName }])).differences).toEqual([]);
  });
  test.each<[string, string | null, number]>([['its name', 'bot-U', 0], ['no name', null, 0], ['another name', 'bot-V', 1]])('an event without id that gives %s: it dates nothing, and whether it is missing is said accordingly', async (_, name, count) => {
    const events = [window('deleted', onDay(-30), onDay(5), { operation: 'DeleteUser', subjectKind: 'aws.user' }), lifecycle('deleted', null, onDay(1), { subjectType: 'identity', subjectKind: 'aws.user', operation: 'DeleteUser', name })];
    const line = await lineOf('U', [{ day: 0, identities: [holder('U', 0)] }, { day: 2, identities: [] }, { day: 5, identities: [], events }]);
    expect(line.gone[0]).toMatchObject({ when: { from: onDay(0), to: onDay(2, 1) }, basis: 'snapshot', event: null });
    expect(line.differences.map(({ kind }) => kind)).toEqual(count === 0 ? [] : ['went without an event']);
  });
  test('a disabled key that a later run lists as active', async () => {
    const line = await lineOf('K', [first, { ...first, day: 2, events: [lifecycle('disabled', 'K', onDay(1))] }]);
    expect(line.differences.map(({ kind }) => kind)).toEqual(['disabled by an event, listed as active']);
    expect(line.disabled).toEqual([]);
  });
  test('a disabling is dated by its event', async () => {
    const line = await lineOf('K', [first, { day: 2, identities: [holder('U', 1)], credentials: [key('K', 'U', { status: inactive })], events: [lifecycle('disabled', 'K', onDay(1, 2))] }]);
    expect(line.disabled).toEqual([{ when: exactly(onDay(1, 2)), basis: 'both', event: expect.stringContaining('disabled-K') }]);
    expect(line.differences).toEqual([]);
  });
  test('a date of creation that event and list do not share stands twice', async () => {
    const line = await lineOf('K', [{ day: 0, identities: [holder('U', 0)] }, { day: 2, identities: [holder('U', 1)], credentials: [key('K', 'U', { created: read(exactly(onDay(1))) })], events: [lifecycle('created', 'K', onDay(1, 6))] }]);
    expect(line.differences.map(({ kind }) => kind)).toEqual(['date of creation differs']);
    expect(line.appeared).toMatchObject({ when: exactly(onDay(1)), basis: 'snapshot' });
  });
  test.each([[0.05, 0], [0.5, 1]])('two runs that are told dates of creation %d hours apart: a difference only beyond what clocks may differ by', async (hours, count) => {
    const told = (day: number, shift: number): Told => ({ day, identities: [holder('U', 1)], credentials: [key('K', 'U', { created: read(exactly(onDay(-9, shift))) })] });
    const line = await lineOf('K', [told(0, 0), told(1, hours)]);
    expect([line.created, line.differences.length]).toEqual([exactly(onDay(-9)), count]);
  });
  test('older than a complete list that lacks it: the bounds hold both', async () => {
    const line = await lineOf('K', [{ day: 4, identities: [holder('U', 0)] }, { day: 6, identities: [holder('U', 1)], credentials: [key('K', 'U', { created: read(exactly(onDay(1))) })] }]);
    expect(line.differences.map(({ kind }) => kind)).toEqual(['created before a complete list that lacks it']);
    expect(line.appeared.when).toEqual({ from: onDay(1), to: onDay(6, 1) });
  });
});

describe('the walk', () => {
  test('lines come by unit folder, identities first, by key; an unknown status is a span of its own with its cause', async () => {
    const runs = runsOf([{ day: 0, identities: [holder('V', 0), holder('U', 1), holder('X', 0, { unit: OTHER, key: `${OTHER}/X` })], credentials: [key('K', 'U', { status: unread() })], units: [ROWS_UNIT, OTHER] }]);
    const lines: LifeLine[] = [];
    for await (const line of lifeLines(runs)) lines.push(line);
    expect(lines.map(({ key: name }) => name)).toEqual([`${ROWS_UNIT}/U`, `${ROWS_UNIT}/V`, `${ROWS_UNIT}/K`, `${OTHER}/X`]);
    expect(lines[2]?.statuses[0]).toMatchObject({ status: 'unknown', cause: 'denied' });
  });
  test('a row of a unit that its run does not tell of is an error, not a row left out', async () => {
    await expect(linesOf([{ day: 0, units: [OTHER], identities: [holder('U', 0)] }])).rejects.toThrow(/not among/);
  });
});
