// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { openIndex } from '../../src/archive/index.ts';
import { sealedRuns } from '../../src/archive/runs.ts';
import type { FoldedVerdict, Severity, Verdict } from '../../src/model/verdict.ts';
import { diffSchema, type Diff } from '../../src/period/diff.ts';
import { diffRuns } from '../../src/period/diff-runs.ts';
import { diffSide } from '../../src/cli/named-run.ts';
import { writeToldRun, type ToldRun } from '../support/history-archive.ts';
import { holder, key, lifecycle, onDay } from '../support/history-runs.ts';
import { read, ref, ROWS_UNIT } from '../support/rows.ts';
import { temporaryFolder } from '../support/temp.ts';
import { exactly } from '../../src/model/instant.ts';

const OTHER = 'aws:999900001111';

/** The difference of the last two runs of a story, in an archive of its own. */
async function differenceOf(story: readonly ToldRun[], failOnNew: Severity | null = null): Promise<Diff> {
  const archive = await temporaryFolder();
  for (const told of story) await writeToldRun(archive, told);
  const index = await openIndex(archive);
  try {
    const [a, b] = (await sealedRuns(archive)).runs.slice(-2);
    if (a === undefined || b === undefined) throw new Error('a story needs two runs');
    return diffSchema.parse(await diffRuns(await diffSide(a), await diffSide(b), { failOnNew, earlier: (type, name) => index.lineOf(type, name) }));
  } finally {
    index.close();
  }
}

function verdict(subject: string, result: Verdict['result'], more: Partial<Verdict> = {}): Verdict {
  return {
    type: 'verdict', check: 'aws-access-key-age', checkVersion: 1, subjectType: 'credential', subject: `${ROWS_UNIT}/${subject}`, subjectKind: 'aws.access-key', unit: ROWS_UNIT, result, severity: 'high',
    observed: {}, expected: 'at most 90 days', thresholds: [], reason: `${result} for a reason`, refs: [ref('verdict')], inputs: [], calls: [], ...more,
  };
}
const FOLDED: FoldedVerdict = { type: 'not_applicable', check: 'aws-access-key-age', checkVersion: 1, subjectType: 'credential', unit: ROWS_UNIT, reason: 'key is inactive', count: 1, subjectsSha256: '0'.repeat(64) };

const NOTHING = { created: [], rotated: [], enabled: [], disabled: [], revoked: [], reappeared: [], between: [], changed: [], differences: [], verdicts: [], basis: [] };
const keys = (entries: readonly { readonly key: string }[]): readonly string[] => entries.map((entry) => entry.key.slice(ROWS_UNIT.length + 1));
const U: ToldRun = { day: 0, identities: [holder('U', 1)], credentials: [key('K', 'U')] };

describe('what became of identities and credentials', () => {
  test('two runs that list the same differ in nothing', async () => {
    const found = await differenceOf([U, { ...U, day: 1 }]);
    expect(found).toMatchObject(NOTHING);
    expect(found.notComparable).toEqual({ depth: null, units: [], kinds: [], reads: [], unproven: [] });
  });
  test('a rotated key: the new one is created, the old one revoked, and the holder has both facts', async () => {
    const found = await differenceOf([U, { day: 1, identities: [holder('U', 1)], credentials: [key('NEW', 'U')] }]);
    expect([keys(found.created), keys(found.revoked)]).toEqual([['NEW'], ['K']]);
    expect(found.rotated).toEqual([expect.objectContaining({ identity: `${ROWS_UNIT}/U`, older: `${ROWS_UNIT}/K`, newer: `${ROWS_UNIT}/NEW`, became: 'gone', basis: expect.stringContaining('whose complete list lacks the newer') })]);
  });
  test('a second key beside one that stays is created and nothing is rotated', async () => {
    const found = await differenceOf([U, { day: 1, identities: [holder('U', 2)], credentials: [key('K', 'U'), key('NEW', 'U')] }]);
    expect([keys(found.created), found.rotated, found.revoked]).toEqual([['NEW'], [], []]);
  });
  test('a key that was disabled before the first run, with a newer one beside it, is no rotation of these two', async () => {
    const old = key('OLD', 'U', { status: read('inactive' as const), created: read(exactly(onDay(-50))) });
    const both = { identities: [holder('U', 2)], credentials: [old, key('NEW', 'U', { created: read(exactly(onDay(-10))) })] };
    expect(await differenceOf([{ day: 0, ...both }, { day: 1, ...both }])).toMatchObject(NOTHING);
  });
  test('disabled and enabled stand apart from gone', async () => {
    const off = { day: 1, identities: [holder('U', 1)], credentials: [key('K', 'U', { status: read('inactive' as const) })] };
    const first = await differenceOf([U, off]);
    expect([keys(first.disabled), keys(first.enabled), first.revoked]).toEqual([['K'], [], []]);
    const second = await differenceOf([off, { ...U, day: 2 }]);
    expect([keys(second.disabled), keys(second.enabled)]).toEqual([[], ['K']]);
  });
  test('what vanished from a list that did not close is not comparable, with which and why; the rest still is', async () => {
    const found = await differenceOf([{ ...U, identities: [holder('U', 1), holder('V', 0)] }, { day: 1, identities: [holder('U', null)], open: { 'aws.access-key': 'denied: ListAccessKeys' } }]);
    expect(keys(found.revoked)).toEqual(['V']);
    expect(found.notComparable.unproven).toEqual([{ listedBy: 'a', unit: ROWS_UNIT, kind: 'aws.access-key', why: expect.stringContaining('denied: ListAccessKeys'), count: 1, keys: [`${ROWS_UNIT}/K`] }]);
    expect(found.notComparable.kinds).toEqual([{ unit: ROWS_UNIT, kind: 'aws.access-key', a: null, b: 'denied: ListAccessKeys' }]);
  });
  test('what B lists first where A did not read to the end is no creation, unless its date says so', async () => {
    const blind: ToldRun = { day: 0, identities: [holder('U', null)], open: { 'aws.access-key': 'denied' } };
    const found = await differenceOf([blind, { day: 2, identities: [holder('U', 2)], credentials: [key('OLD', 'U'), key('NEW', 'U', { created: read(exactly(onDay(1))) })] }]);
    expect(keys(found.created)).toEqual(['NEW']);
    expect(found.notComparable.unproven).toEqual([expect.objectContaining({ listedBy: 'b', count: 1, keys: [`${ROWS_UNIT}/OLD`] })]);
  });
  test('a unit that only one run had is not comparable; nothing of it is created', async () => {
    const found = await differenceOf([U, { ...U, day: 1, units: [ROWS_UNIT, OTHER], identities: [holder('U', 1), holder('X', 0, { unit: OTHER, key: `${OTHER}/X` })] }]);
    expect(found.created).toEqual([]);
    expect(found.notComparable.units).toEqual([{ unit: OTHER, a: 'not in scope', b: 'read' }]);
    expect(found.basis).toContainEqual(expect.objectContaining({ kind: 'scope', what: OTHER, after: 'in scope' }));
  });
  test('one that came back is told as such where the archive knows it', async () => {
    const found = await differenceOf([U, { day: 1, identities: [holder('U', 0)] }, { ...U, day: 2 }]);
    expect([keys(found.reappeared), found.created]).toEqual([['K'], []]);
  });
  test('made and deleted between the two runs; what was over before the first is none of it', async () => {
    const event = (kind: 'created' | 'deleted', id: string, day: number): ReturnType<typeof lifecycle> => lifecycle(kind, id, onDay(day), { identity: `${ROWS_UNIT}/U` });
    const found = await differenceOf([{ ...U, day: 5 }, { ...U, day: 9, events: [event('created', 'SHORT', 6), event('deleted', 'SHORT', 7), event('created', 'LONGAGO', 1), event('deleted', 'LONGAGO', 2), event('created', 'NOEND', 3)] }]);
    expect(found.between.map((entry) => [entry.key, entry.dated.when.to, entry.gone?.when.to])).toEqual([[`${ROWS_UNIT}/SHORT`, onDay(6), onDay(7)]]);
  });
  test('owner, purpose and privilege with before and after; depth, tool and threshold as what the runs stand on', async () => {
    const found = await differenceOf([U, { ...U, day: 1, identities: [holder('U', 1, { owner: read({ owner: 'new@company.example', source: 'tag owner', confidence: 'tag' as const }), privilege: read({ level: 'administrator' as const, via: ['attached AdministratorAccess'] }) })], run: { depth: 'deep', tool: { name: 'rollcall', version: '0.2.0' } } }]);
    expect(found.changed.map(({ field, before, after }) => [field, before, after])).toEqual([['owner', 'none recorded', 'new@company.example'], ['privilege', 'not administrator', 'administrator']]);
    expect(found.notComparable.depth).toEqual({ a: 'standard', b: 'deep' });
    expect(found.basis.map(({ kind }) => kind)).toEqual(['tool', 'depth']);
  });
});

describe('verdicts', () => {
  const at = (day: number, ...verdicts: readonly (Verdict | FoldedVerdict)[]): ToldRun => ({ ...U, day, verdicts });

  test('each check and subject whose verdict changed, and none whose did not', async () => {
    const found = await differenceOf([at(0, verdict('K', 'met'), verdict('L', 'met')), at(1, verdict('K', 'not_met'), verdict('L', 'met'))]);
    expect(found.verdicts).toEqual([{ check: 'aws-access-key-age', severity: 'high', subject: `${ROWS_UNIT}/K`, unit: ROWS_UNIT, from: 'met', to: 'not_met', reason: 'not_met for a reason' }]);
    expect(found.failOnNew).toBeNull();
  });

  test.each<[string, ToldRun, ToldRun, Severity, 'none' | 'new' | 'cannot say']>([
    ['was met', at(0, verdict('K', 'met')), at(1, verdict('K', 'not_met')), 'high', 'new'],
    ['was not met before', at(0, verdict('K', 'not_met')), at(1, verdict('K', 'not_met')), 'high', 'none'],
    ['is below the severity asked for', at(0, verdict('K', 'met')), at(1, verdict('K', 'not_met')), 'critical', 'none'],
    ['is of the severity asked for', at(0, verdict('K', 'met', { severity: 'medium' })), at(1, verdict('K', 'not_met', { severity: 'medium' })), 'medium', 'new'],
    ['is of a new key, and A had the whole list', at(0, FOLDED), at(1, verdict('NEW', 'not_met')), 'high', 'new'],
    ['is of a key that A did not list, and its list did not close', { ...at(0, FOLDED), open: { 'aws.access-key': 'denied' } }, at(1, verdict('NEW', 'not_met')), 'high', 'cannot say'],
    ['A could not evaluate it', at(0, verdict('K', 'not_evaluated')), at(1, verdict('K', 'not_met')), 'high', 'cannot say'],
    ['B cannot evaluate it', at(0, verdict('K', 'met')), at(1, verdict('K', 'not_evaluated')), 'high', 'cannot say'],
    ['was not met, and B cannot evaluate it', at(0, verdict('K', 'not_met')), at(1, verdict('K', 'not_evaluated')), 'high', 'none'],
    ['B cannot evaluate it, below the severity', at(0, verdict('K', 'met')), at(1, verdict('K', 'not_evaluated')), 'critical', 'none'],
    ['A did not hold the check', at(0), at(1, verdict('K', 'not_met')), 'high', 'cannot say'],
    ['one is new and another cannot be said', at(0, verdict('K', 'met'), verdict('L', 'met')), at(1, verdict('K', 'not_met'), verdict('L', 'not_evaluated')), 'high', 'new'],
    ['B did not reach the unit', at(0, verdict('K', 'met')), { day: 1, units: [], unread: [ROWS_UNIT] }, 'high', 'cannot say'],
    ['B has the unit no more in scope', at(0, verdict('K', 'met')), { day: 1, units: [OTHER] }, 'high', 'cannot say'],
    ['was inactive before', at(0, FOLDED), at(1, verdict('K', 'not_met')), 'high', 'new'],
  ])('newly not met: %s', async (_, a, b, severity, answer) => {
    const found = await differenceOf([a, b], severity);
    expect(found.failOnNew?.answer).toBe(answer);
    expect(found.failOnNew?.new.length ?? -1).toBe(answer === 'new' ? 1 : 0);
  });
});
