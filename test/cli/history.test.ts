// SPDX-License-Identifier: Apache-2.0
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { diffSchema } from '../../src/period/diff.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { writeToldRun, type ToldRun } from '../support/history-archive.ts';
import { holder, key, runIdOf } from '../support/history-runs.ts';
import { read, ref, ROWS_UNIT } from '../support/rows.ts';
import { machine, rollcall } from './child.ts';

const here = machine();
const U: ToldRun = { day: 0, identities: [holder('U', 1)], credentials: [key('K', 'U')], verdicts: [verdict('met')] };

function verdict(result: Verdict['result']): Verdict {
  return {
    type: 'verdict', check: 'aws-access-key-age', checkVersion: 1, subjectType: 'credential', subject: `${ROWS_UNIT}/K`, subjectKind: 'aws.access-key', unit: ROWS_UNIT, result, severity: 'high', observed: {}, expected: 'at most 90 days', thresholds: [],
    reason: 'made long ago', refs: [ref('verdict')], inputs: [], calls: [],
  };
}
async function archiveOf(...story: readonly ToldRun[]): Promise<string> {
  const archive = await here().folder('archive');
  for (const told of story) await writeToldRun(archive, told);
  return archive;
}
const run = (...args: readonly string[]): ReturnType<typeof rollcall> => rollcall(args, { cwd: here().root, env: here().environment() });

describe('rollcall history', () => {
  test('tells a life in words, each date with its run; a name cannot move the cursor', async () => {
    const name = 'bot\u001b[2J\u202e';
    const archive = await archiveOf({ ...U, identities: [holder('U', 1, { name })] }, { day: 3, identities: [holder('U', 0, { name })] });
    const { code, stdout, stderr } = await run('history', 'K', '--archive', archive);
    expect({ code, stderr: stderr.includes('from 2 runs') }).toEqual({ code: 0, stderr: true });
    expect(stdout).toContain(`aws.access-key ${ROWS_UNIT}/K`);
    expect(stdout).toMatch(/gone +between 2026-07-01 06:00:00 UTC and 2026-07-04 07:00:00 UTC \(from what runs listed\); its holder's complete list does not have it: run 019a0003/);
    const holderLife = await run('history', 'U', '--archive', archive);
    expect(holderLife.stdout).toContain('bot\\u{1b}[2J\\u{202e}');
    expect(holderLife.stdout).not.toMatch(/\u001b|\u202e/);
  });
  test('--json holds the lines and the runs that they are from', async () => {
    const archive = await archiveOf(U, { ...U, day: 1 });
    const { code, stdout } = await run('history', 'K', '--archive', archive, '--json');
    const found = z.object({ runs: z.array(z.object({ run: z.string() })), damaged: z.array(z.unknown()), lines: z.array(z.object({ key: z.string(), state: z.string() })) }).parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(found).toEqual({ runs: [{ run: runIdOf(0) }, { run: runIdOf(1) }], damaged: [], lines: [{ key: `${ROWS_UNIT}/K`, state: 'present' }] });
  });
  test.each([['an id that nothing bears', 'NOSUCH', 2, /no run of .* has an identity or credential called NOSUCH/]])('%s is a mistake of usage', async (_, id, code, message) => {
    const ended = await run('history', id, '--archive', await archiveOf(U));
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
  });
  test('a damaged run is named and makes the answer one that cannot be given whole: exit 3', async () => {
    const archive = await archiveOf(U, { ...U, day: 1 });
    await writeFile(join(archive, 'runs', runIdOf(1), BUNDLE.identities), 'no gzip');
    const { code, stdout, stderr } = await run('history', 'K', '--archive', archive);
    expect(code).toBe(3);
    expect(stderr).toMatch(/019a0001.* could not be read and is in no answer/);
    expect(stdout).toContain('first seen');
  });
});

describe('rollcall diff', () => {
  const later: ToldRun = { day: 1, identities: [holder('U', 2)], credentials: [key('K', 'U', { status: read('inactive' as const) }), key('NEW', 'U')], verdicts: [verdict('not_met')] };

  test('without arguments: the newest run against the one before it', async () => {
    const archive = await archiveOf({ ...U, day: 0 }, { ...U, day: 1 }, { ...later, day: 2 });
    const { code, stdout } = await run('diff', '--archive', archive);
    expect(code).toBe(0);
    expect(stdout).toContain(`From ${runIdOf(1)} (2026-07-02 06:00:00 UTC) to ${runIdOf(2)}`);
    expect(stdout).toMatch(/Created: 1\n {2}aws\.access-key .*\/NEW: between 2026-07-02/);
    expect(stdout).toMatch(/Rotated.*: 1\n.*NEW came .*K disabled/);
    expect(stdout).toMatch(/Disabled: 1\n/);
    expect(stdout).toMatch(/aws-access-key-age +met → not met +1/);
    expect(stdout).toContain('Both runs read the same to the end.');
  });
  test('folders, ids and the beginning of an id name runs; two folders need no archive and leave none', async () => {
    const archive = await archiveOf(U, later);
    const folders = [join(archive, 'runs', runIdOf(0)), join(archive, 'runs', runIdOf(1))] as const;
    const byId = await run('diff', runIdOf(0).slice(0, 8), runIdOf(1), '--archive', archive, '--json');
    const empty = await here().folder('empty');
    const byFolder = await run('diff', ...folders, '--archive', empty, '--json');
    expect([byId.code, byFolder.code]).toEqual([0, 0]);
    expect(diffSchema.parse(JSON.parse(byFolder.stdout))).toEqual(diffSchema.parse(JSON.parse(byId.stdout)));
    expect(byFolder.stderr).toContain('told as created');
    expect(await readdir(empty)).toEqual([]);
  });
  test.each([['high', 1], ['critical', 0]] as const)('--fail-on-new %s exits with %i', async (severity, code) => {
    expect((await run('diff', '--archive', await archiveOf(U, later), '--fail-on-new', severity)).code).toBe(code);
  });
  test('--fail-on-new exits with 3 where B could not evaluate', async () => {
    const { code, stdout } = await run('diff', '--archive', await archiveOf(U, { ...later, verdicts: [verdict('not_evaluated')] }), '--fail-on-new', 'high');
    expect(code).toBe(3);
    expect(stdout).toMatch(/cannot say: aws-access-key-age: .*B could not evaluate it/);
  });
  test.each<[string, readonly string[], RegExp]>([
    ['the same run twice', ['newest', 'newest'], /are the same run/], ['the later first', ['newest', 'previous'], /A started after B/], ['previous twice', ['previous', 'previous'], /both cannot be/],
    ['a run that is not there', ['nosuch', 'newest'], /neither a run of the archive nor a folder/], ['a beginning that two runs share', ['019a0000', '019a000'], /neither a run|begin so/],
  ])('%s is a mistake of usage', async (_, names, message) => {
    const { code, stderr, stdout } = await run('diff', ...names, '--archive', await archiveOf(U, later));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
  test('one run alone has no previous one', async () => {
    const { code, stderr } = await run('diff', '--archive', await archiveOf(U));
    expect(code).toBe(2);
    expect(stderr).toMatch(/no sealed run before/);
  });
});
