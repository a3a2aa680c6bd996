// SPDX-License-Identifier: Apache-2.0
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { archivePaths } from '../../src/bundle/layout.ts';
import { digestOfFile } from '../../src/evidence/digest.ts';
import { populationFile } from '../../src/evidence/populations.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { editXlsx, putCell, sheetPart } from '../support/edit-xlsx.ts';
import { reviewArchive } from '../support/review-archive.ts';
import { machine, rollcall, type Ended } from './child.ts';

const own = machine();
let cwd = '';
let archive = '';
let bundle = '';
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => rollcall([...args, '--archive', archive], { cwd, env: { ...own().environment(), ...env } });
const closes = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
const start = (id: string, ...more: readonly string[]): Promise<Ended> => run(['review', 'start', '--id', id, '--population', 'credentials', '--closes', closes, '--by', 'Ines Duarte', '--authority', 'policy 4.2', '--json', ...more]);
const events = async (): Promise<readonly string[]> => (await readLog(archivePaths(archive).log)).events.map(({ event }) => event);
async function keys(id: string): Promise<readonly string[]> {
  const { items } = JSON.parse((await run(['review', 'status', '--id', id, '--json'])).stdout) as { readonly items: readonly { readonly key: string }[] };
  return items.map(({ key }) => key);
}

beforeAll(async () => {
  cwd = await own().folder('review');
  archive = join(cwd, 'evidence');
  ({ bundle } = await reviewArchive(archive, { credentials: 40, seed: 3, hostile: true }));
});

describe('a review from start to end', () => {
  test('freezes the population, takes decisions of two, refuses one person for both, and ends', async () => {
    const list = join(cwd, 'other-systems.csv');
    await writeFile(list, 'system,credential,owner,purpose,created,last_rotated,last_used,note\nvault,=db,Bo Lind,,,,,\n');
    expect(await run(['review', 'represent', '--file', list, '--by', 'Ines Duarte'])).toMatchObject({ code: 0, stdout: expect.stringContaining('1 credentials of other systems') });
    const started = await start('2026-Q3');
    expect(started.code).toBe(0);
    expect(JSON.parse(started.stdout)).toMatchObject({ event: 'review.started', count: 40, populationSha256: (await digestOfFile(join(bundle, populationFile('credentials')))).sha256, represented: 1, by: { name: 'Ines Duarte', basis: 'typed only' } });
    expect((await start('2026-Q3')).code).toBe(2);

    const [key = '', second = ''] = await keys('2026-Q3');
    const decide = (role: string, by: string, item: string, decision: string, ...more: readonly string[]): Promise<Ended> => run(['review', 'decide', '--id', '2026-Q3', '--role', role, '--item', item, '--decision', decision, '--reason', 'as seen', '--by', by, ...more]);
    expect(await decide('approver', 'Ada Roy', key, 'keep')).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing to approve') });
    expect((await decide('owner', 'Zoe Marsh', key, 'revoke')).code).toBe(0);
    expect(await decide('approver', 'zoe marsh', key, 'revoke')).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot approve it without a reason') });
    expect((await decide('approver', 'Ada Roy', key, 'revoke')).code).toBe(0);
    expect((await decide('owner', 'Zoe Marsh', second, 'keep')).code).toBe(0);
    expect((await decide('approver', 'Zoe Marsh', second, 'keep', '--same-person-reason', 'the other is away')).code).toBe(0);
    expect(await decide('owner', 'admin', second, 'keep')).toMatchObject({ code: 2, stderr: expect.stringContaining('does not name a person') });
    expect(await decide('owner', 'Zoe Marsh', 'nope', 'keep')).toMatchObject({ code: 2, stderr: expect.stringContaining('no item with this key') });

    const file = join(cwd, 'decisions.json');
    await writeFile(file, JSON.stringify([{ key: 'represented/vault/%3Ddb', decision: 'rotate', reason: 'old' }]));
    expect((await run(['review', 'decide', '--id', '2026-Q3', '--role', 'owner', '--by', 'Bo Lind', '--file', file])).code).toBe(0);

    const status = await run(['review', 'status', '--id', '2026-Q3', '--json']);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      state: 'open', counts: { read: { items: 40, undecided: 38, approved: 2, samePerson: 1, inForce: { keep: 1, revoke: 1 } }, represented: { items: 1, confirmed: 1 } }, problems: [],
      followThrough: [{ key, decision: 'revoke', state: 'cannot say', why: 'no run was made since the decision' }],
    });
    expect(await run(['review', 'status', '--id', '2026-Q3', '--item', second])).toMatchObject({ code: 0, stdout: expect.stringContaining('same person: the other is away') });

    expect((await run(['review', 'close', '--id', '2026-Q3', '--by', 'Ines Duarte'])).stdout).toContain('2 of 40 items have an approved decision, 39 (of all that stood in it) had none');
    expect((await run(['review', 'close', '--id', '2026-Q3', '--by', 'Ines Duarte'])).code).toBe(2);
    expect(await decide('owner', 'Zoe Marsh', key, 'keep')).toMatchObject({ code: 2, stderr: expect.stringContaining('was closed on') });
    expect((await run(['review', 'status', '--id', '2026-Q3'])).code).toBe(1);
    expect((await run(['review', 'list'])).stdout).toContain('2026-Q3');
    expect(await events()).toEqual(['run.started', 'run.collected', 'run.sealed', 'representation.recorded', 'review.started', 'review.decided', 'review.decided', 'review.decided', 'review.decided', 'review.decided', 'review.closed']);
  });

  test('a workbook goes out, comes back, and is recorded whole or not at all', async () => {
    expect((await start('2026-Q4')).code).toBe(0);
    const [out, good, bad] = ['out.xlsx', 'good.xlsx', 'bad.xlsx'].map((name) => join(cwd, name)) as [string, string, string];
    expect((await run(['review', 'workbook', '--id', '2026-Q4', '--out', out])).code).toBe(0);
    expect((await run(['review', 'workbook', '--id', '2026-Q4', '--out', out])).code).toBe(2);
    const filled = (xml: string): string => putCell(putCell(xml, 'C', 2, 'keep'), 'D', 2, 'nightly backup');
    await editXlsx(out, good, sheetPart(2), filled);
    await editXlsx(out, bad, sheetPart(2), (xml) => putCell(filled(xml), 'F', 3, 'yesterday'));
    const before = await events();
    const bring = (file: string, id = '2026-Q4', env: NodeJS.ProcessEnv = {}): Promise<Ended> => run(['review', 'import', file, '--id', id, '--role', 'owner', '--by', 'Zoe Marsh', '--json'], env);
    expect(await bring(bad)).toMatchObject({ code: 2, stderr: expect.stringContaining('Decisions!F3'), stdout: expect.stringContaining('"recorded": 0') });
    expect(await bring(good, '2026-Q3')).toMatchObject({ code: 2, stderr: expect.stringContaining('is of review 2026-Q4') });
    expect(await bring(good, '2026-Q4', { CI: 'true' })).toMatchObject({ code: 2, stderr: expect.stringContaining('automation') });
    expect(await bring(join(cwd, 'decisions.json'))).toMatchObject({ code: 2, stderr: expect.stringContaining('is no workbook') });
    expect(await events()).toEqual(before);
    const recorded = await bring(good);
    expect(recorded.code).toBe(0);
    expect(JSON.parse(recorded.stdout)).toMatchObject({ event: 'review.decided', count: 1, left: 40 });
  });

  test('a population that is not the one that was sealed is not frozen', async () => {
    const file = join(bundle, populationFile('credentials'));
    const text = await readFile(file);
    await appendFile(file, '\r\n');
    expect(await start('2027-Q1')).toMatchObject({ code: 2, stderr: expect.stringContaining('is not the file that was sealed') });
    await writeFile(file, text);
    for (const [flag, words] of [['../x', 'is no id'], ['ok', 'is over']] as const) expect(await run(['review', 'start', '--id', flag, '--population', 'credentials', '--closes', '2026-01-01', '--by', 'Ines Duarte', '--authority', 'p'])).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
    expect(await run(['review', 'status', '--id', 'nope'])).toMatchObject({ code: 2, stderr: expect.stringContaining('tells of no review nope') });
    expect(await run(['review', 'serve', '--id', '2026-Q4'], { CI: '1' })).toMatchObject({ code: 2 });
  });
});

test('rollcall todo writes a sheet an owner, in files that stay in the folder', async () => {
  const shown = await run(['todo', '--json', '--out', join(cwd, 'sheets')]);
  expect(shown.code).toBe(0);
  const { sheets } = JSON.parse(shown.stdout) as { readonly sheets: readonly { readonly owner: string | null; readonly actions: readonly { readonly rows: readonly object[] }[] }[] };
  expect(sheets.length).toBeGreaterThan(1);
  for (const { actions } of sheets) {
    expect(actions.length).toBeLessThanOrEqual(5);
    const counts = actions.map(({ rows }) => rows.length);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  }
  expect(sheets.at(-1)?.owner).toBeNull();
  const files = await readdir(join(cwd, 'sheets'));
  expect(files.length).toBe(sheets.length);
  expect(files).toContain('no%20owner%20recorded.md');
  expect(await run(['todo', '--owner', 'Nobody Here'])).toMatchObject({ code: 2, stderr: expect.stringContaining('there are sheets of') });
  expect((await run(['todo'])).stdout).toContain('no owner recorded');
});
