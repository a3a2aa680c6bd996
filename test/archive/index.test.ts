// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openIndex } from '../../src/archive/index.ts';
import { INDEX_FILE } from '../../src/archive/index-tables.ts';
import { sealedRuns } from '../../src/archive/runs.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { exactly } from '../../src/model/instant.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import type { LifecycleRow } from '../../src/model/lifecycle.ts';
import type { Period } from '../../src/period/history-dates.ts';
import { edgesIn, movementsOfLines } from '../../src/period/history-movements-of.ts';
import { POPULATION_KINDS } from '../../src/period/history-movements.ts';
import { lifeLines } from '../../src/period/history-walk.ts';
import type { LifeLine } from '../../src/period/history.ts';
import { writeToldRun } from '../support/history-archive.ts';
import { holder, key, lifecycle, onDay, runIdOf, runsOf, window, type Told } from '../support/history-runs.ts';
import { read, ROWS_UNIT } from '../support/rows.ts';
import { temporaryFolder } from '../support/temp.ts';

async function indexed(archive: string): Promise<readonly LifeLine[]> {
  const index = await openIndex(archive);
  try {
    expect(index.damaged).toEqual([]);
    return inOrder([...index.lines()]);
  } finally {
    index.close();
  }
}
async function walked(story: readonly Told[]): Promise<readonly LifeLine[]> {
  const lines: LifeLine[] = [];
  for await (const line of lifeLines(runsOf(story))) lines.push(line);
  return inOrder(lines);
}
function inOrder(lines: readonly LifeLine[]): readonly LifeLine[] {
  return lines.toSorted((a, b) => byCodeUnit(a.type, b.type) || byCodeUnit(a.key, b.key));
}

const SECOND = 'aws:999900001111';

/** A small archive: rows come, go and change, lists close or not, units are read or not, events tell some of it. */
const stories: fc.Arbitrary<readonly Told[]> = fc.array(fc.record({
  users: fc.subarray(['U', 'V', 'W']), keys: fc.subarray(['A', 'B', 'C', 'D']), inactive: fc.subarray(['A', 'B']), slots: fc.boolean(), counted: fc.subarray(['U', 'V', 'W']), human: fc.subarray(['V', 'W']),
  open: fc.subarray(['aws.access-key', 'aws.user', 'aws.server-certificate']), certificate: fc.boolean(), unread: fc.constantFrom('no', 'no', 'no', 'first', 'out of scope'), second: fc.boolean(), dated: fc.boolean(),
  events: fc.array(fc.record({ kind: fc.constantFrom('created' as const, 'deleted' as const, 'disabled' as const, 'enabled' as const), subject: fc.constantFrom('A', 'C', 'E', 'F', null), hours: fc.integer({ min: -40, max: 0 }) }), { maxLength: 3 }),
  windows: fc.boolean(), gap: fc.integer({ min: 1, max: 4 }),
}), { minLength: 1, maxLength: 6 }).map((runs) => {
  let day = 0;
  return runs.map((run): Told => {
    day += run.gap;
    const units = [...(run.unread === 'no' ? [ROWS_UNIT] : []), ...(run.second ? [SECOND] : [])];
    const here = run.unread === 'no';
    const holders: { readonly [key: string]: string } = { A: 'U', B: 'U', C: 'V', D: 'W' };
    const keys = run.keys.map((id) => key(id, holders[id] ?? null, { ...(run.inactive.includes(id) ? { status: read('inactive' as const) } : {}), ...(run.dated ? { created: read(exactly(onDay(1))) } : {}) }));
    const events: LifecycleRow[] = run.events.map(({ kind, subject, hours }) => lifecycle(kind, subject, onDay(day, hours), { identity: `${ROWS_UNIT}/U` }));
    if (run.windows) for (const kind of ['created', 'deleted'] as const) events.push(window(kind, onDay(day - 3), onDay(day)));
    return {
      day, units, ...(run.unread === 'first' ? { unread: [ROWS_UNIT] } : {}), open: Object.fromEntries(run.open.map((kind) => [kind, 'denied'])),
      identities: [
        ...(here ? run.users.map((id) => holder(id, run.counted.includes(id) ? 1 : null, run.human.includes(id) ? { classification: { class: 'human', basis: 'rule', rule: 'a password', refs: [] } } : {})) : []),
        ...(run.second ? [holder('X', 0, { unit: SECOND, key: `${SECOND}/X` })] : []),
      ],
      credentials: here ? [...keys, ...(run.slots ? [key('U|slot1', 'U', { idBasis: 'name|slot' })] : []), ...(run.certificate ? [key('CERT', null, { kind: 'aws.server-certificate' })] : [])] : [],
      events: here ? [...new Map(events.map((event) => [event.key, event])).values()] : [],
    };
  });
});

describe('the index', { timeout: 30_000 }, () => {
  test('run by run, made anew, and as the pure history says: the same life lines', async () => {
    await fc.assert(fc.asyncProperty(stories, async (story) => {
      const archive = await temporaryFolder();
      for (const [count, told] of story.entries()) {
        await writeToldRun(archive, told);
        if (count % 2 === 0) await indexed(archive);
      }
      const runByRun = await indexed(archive);
      await rm(join(archive, INDEX_FILE));
      expect(await indexed(archive)).toEqual(runByRun);
      expect(runByRun).toEqual(await walked(story));
    }), { numRuns: 30 });
  }, 120_000);

  test('additions, removals and their reconciliation are those of the pure function over all lines', async () => {
    await fc.assert(fc.asyncProperty(stories, fc.integer({ min: -2, max: 8 }), fc.integer({ min: 1, max: 20 }), async (story, first, days) => {
      const archive = await temporaryFolder();
      for (const told of story) await writeToldRun(archive, told);
      const period: Period = { from: onDay(first), to: onDay(first + days) };
      const lines = await walked(story);
      const index = await openIndex(archive);
      try {
        for (const population of POPULATION_KINDS) {
          const found = index.movements(period, population);
          const pure = movementsOfLines(lines, period, population, edgesIn(runsOf(story), period));
          expect({ additions: found.additions, removals: found.removals, reconciliation: found.reconciliation }).toEqual(pure);
        }
      } finally {
        index.close();
      }
    }), { numRuns: 25 });
  }, 120_000);

  test('opening plus additions minus removals plus what is named makes the closing population, whatever runs saw', async () => {
    await fc.assert(fc.asyncProperty(stories, fc.integer({ min: -2, max: 8 }), fc.integer({ min: 1, max: 20 }), async (story, first, days) => {
      const period: Period = { from: onDay(first), to: onDay(first + days) };
      const lines = await walked(story);
      for (const population of POPULATION_KINDS) {
        const { opening, additions, removals, closing, remainder } = movementsOfLines(lines, period, population, edgesIn(runsOf(story), period)).reconciliation;
        expect(opening + additions - removals + remainder.reduce((sum, { difference }) => sum + difference, 0)).toBe(closing);
        expect(remainder.filter(({ reason }) => reason === 'other')).toEqual([]);
      }
    }), { numRuns: 1000 });
  }, 120_000);

  const U = { identities: [holder('U', 1)], credentials: [key('K', 'U')] };

  test('finds a life line by id, name, address and key, and says what stood at a date with what its lists leave open', async () => {
    const archive = await temporaryFolder();
    await writeToldRun(archive, { day: 0, ...U });
    await writeToldRun(archive, { day: 4, identities: [holder('U', 2)], credentials: [key('K', 'U', { status: read('inactive' as const) }), key('L', 'U')], open: { 'aws.role': 'denied: ListRoles' } });
    const index = await openIndex(archive);
    try {
      expect(index.linesNamed('K').map((line) => line.key)).toEqual([`${ROWS_UNIT}/K`]);
      for (const name of ['bot-U', `${ROWS_UNIT}/U`, 'U', 'arn:aws:iam::111122223333:user/deploy-bot']) expect(index.linesNamed(name).map((line) => line.type), name).toEqual(['identity']);
      expect(index.linesNamed('NOSUCH')).toEqual([]);
      const at = (day: number): readonly (readonly string[])[] => [...index.populationAsOf(onDay(day), 'credentials')].map((member) => [member.key, member.status, member.run.run]);
      expect(at(-1)).toEqual([]);
      expect(at(3)).toEqual([[`${ROWS_UNIT}/K`, 'active', runIdOf(0)]]);
      expect(at(4)).toEqual([[`${ROWS_UNIT}/K`, 'inactive', runIdOf(4)], [`${ROWS_UNIT}/L`, 'active', runIdOf(4)]]);
      expect(index.unitsAsOf(onDay(9))).toEqual([{ unit: ROWS_UNIT, run: expect.objectContaining({ run: runIdOf(4) }), unread: null, closed: ['aws.access-key', 'aws.server-certificate', 'aws.user'], unknown: [{ kind: 'aws.role', why: 'denied: ListRoles' }] }]);
      expect(index.unitsAsOf(onDay(-1))).toEqual([expect.objectContaining({ run: null, unread: 'no run at or before the date had it in scope' })]);
    } finally {
      index.close();
    }
  });

  test('a run that comes in between, one that goes and one with another content make it anew', async () => {
    const archive = await temporaryFolder();
    await writeToldRun(archive, { day: 0, ...U });
    const last = await writeToldRun(archive, { day: 4, identities: [holder('U', 0)] });
    const goneAt = async (): Promise<unknown> => (await indexed(archive)).find((line) => line.key.endsWith('/K'))?.gone[0]?.when;
    expect(await goneAt()).toEqual({ from: onDay(0), to: onDay(4, 1) });
    const between = await writeToldRun(archive, { day: 2, ...U });
    expect(await goneAt()).toEqual({ from: onDay(2), to: onDay(4, 1) });
    await rm(between, { recursive: true });
    expect(await goneAt()).toEqual({ from: onDay(0), to: onDay(4, 1) });
    await writeToldRun(archive, { day: 4, ...U });
    expect(await goneAt()).toBeUndefined();
    await rm(last, { recursive: true });
    expect((await indexed(archive)).length).toBe(2);
  });

  test('a damaged bundle is told and left out; once it is whole again the answers have it', async () => {
    const archive = await temporaryFolder();
    await writeToldRun(archive, { day: 0, ...U });
    const folder = await writeToldRun(archive, { day: 2, identities: [holder('U', 0)] });
    await writeToldRun(archive, { day: 4, ...U });
    const file = join(folder, BUNDLE.credentials);
    await copyFile(file, join(archive, 'kept'));
    await writeFile(file, 'no gzip');
    const stray = join(archive, 'runs', 'stray');
    await mkdir(stray);
    for (const _time of ['made', 'opened again']) {
      const index = await openIndex(archive);
      expect(index.damaged.map(({ folder: place }) => place)).toEqual([stray, folder]);
      expect(index.runs.map(({ run }) => run)).toEqual([runIdOf(0), runIdOf(4)]);
      expect(index.linesNamed('K')[0]?.gone).toEqual([]);
      index.close();
    }
    await rm(stray, { recursive: true });
    await copyFile(join(archive, 'kept'), file);
    expect((await indexed(archive)).find((line) => line.key.endsWith('/K'))?.gone[0]?.reappeared?.run.run).toBe(runIdOf(4));
  });

  test('a file that is no database, or is of another format, is made anew', async () => {
    const archive = await temporaryFolder();
    await writeToldRun(archive, { day: 0, ...U });
    const lines = await indexed(archive);
    await writeFile(join(archive, INDEX_FILE), 'this is no database');
    expect(await indexed(archive)).toEqual(lines);
    const db = new DatabaseSync(join(archive, INDEX_FILE));
    db.exec("UPDATE meta SET value = '0'; DELETE FROM subjects");
    db.close();
    expect(await indexed(archive)).toEqual(lines);
  });

  test('where the archive cannot be written, the index answers all the same and leaves no file', async () => {
    const archive = await temporaryFolder();
    await writeToldRun(archive, { day: 0, ...U });
    await mkdir(join(archive, INDEX_FILE));
    await expect(indexed(archive)).resolves.toHaveLength(2);
    expect(await readdir(join(archive, INDEX_FILE))).toEqual([]);
  });

  test('runs that are in the making, or ended as aborted, are none: an archive without sealed runs has no lines', async () => {
    const archive = await temporaryFolder();
    await mkdir(join(archive, 'work', runIdOf(0)), { recursive: true });
    expect(await sealedRuns(archive)).toEqual({ runs: [], damaged: [] });
    expect(await indexed(archive)).toEqual([]);
  });
});
