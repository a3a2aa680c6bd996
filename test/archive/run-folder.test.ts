// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storiesOf } from '../../src/archive/check.ts';
import { beginRun, newRunId, type OpenRun } from '../../src/archive/run-folder.ts';
import { runSchema } from '../../src/bundle/records.ts';
import type { LogEvent } from '../../src/evidence/log-format.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { instantOf } from '../../src/model/instant.ts';
import { temporaryFolder } from '../support/temp.ts';
import { testSigner } from '../support/signer.ts';

const NOW = Date.UTC(2026, 10, 22, 9, 30);

async function begin(archive: string, run = newRunId(NOW)): Promise<OpenRun> {
  return beginRun(archive, testSigner(), { run, tool: 'rollcall 0.0.0', occasion: 'scheduled', targets: ['company'] }, () => NOW);
}

describe('a run of an archive', () => {
  test('is in the log before its folder holds anything, and has no place among the runs', async () => {
    const archive = await temporaryFolder();
    const open = await begin(archive);
    expect((await readLog(open.logDir)).events).toEqual([{ event: 'run.started', sequence: 0, at: '2026-11-22T09:30:00.000Z', run: open.run, tool: 'rollcall 0.0.0', occasion: 'scheduled', targets: ['company'] }]);
    expect(await readdir(open.folder)).toEqual([]);
    expect(open.folder).toBe(join(archive, 'work', open.run));
    expect(await readdir(join(archive, 'runs'))).toEqual([]);
  });

  test('gets its place when it is finished, and only then', async () => {
    const archive = await temporaryFolder();
    const open = await begin(archive);
    await writeFile(join(open.folder, 'bagit.txt'), 'sealed');
    await open.collected('ab'.repeat(32));
    expect(await open.finish()).toBe(join(archive, 'runs', open.run));
    expect(await readdir(join(archive, 'work'))).toEqual([]);
    expect(await readFile(join(archive, 'runs', open.run, 'bagit.txt'), 'utf8')).toBe('sealed');
    expect((await readLog(open.logDir)).events.map(({ event }) => event)).toEqual(['run.started', 'run.collected']);
  });

  test('never takes the place of another', async () => {
    const archive = await temporaryFolder();
    const open = await begin(archive);
    await mkdir(join(archive, 'runs', open.run));
    await writeFile(join(archive, 'runs', open.run, 'bagit.txt'), 'the earlier one');
    await expect(open.finish()).rejects.toThrow(/ENOTEMPTY|EEXIST/);
    expect(await readFile(join(archive, 'runs', open.run, 'bagit.txt'), 'utf8')).toBe('the earlier one');
  });

  test('that is aborted leaves a line in the log and no file, and others as they were', async () => {
    const archive = await temporaryFolder();
    const [open, other] = [await begin(archive), await begin(archive)];
    await writeFile(join(open.folder, 'seal.dsse.json'), '{}');
    await writeFile(join(other.folder, 'page'), 'kept');
    await open.abort(`the answer was \u001b[2J${'x'.repeat(2000)}`);
    expect([existsSync(open.folder), await readdir(join(archive, 'runs')), await readdir(other.folder)]).toEqual([false, [], ['page']]);
    const last = (await readLog(open.logDir)).events.at(-1);
    expect(last).toMatchObject({ event: 'run.aborted', run: open.run, sequence: 2 });
    expect(last?.event === 'run.aborted' ? [last.reason.length, last.reason.startsWith('the answer was \\u{1b}[2Jxxx')] : null).toEqual([500, true]);
  });

  test('that is interrupted leaves a line in the log and all that it wrote', async () => {
    const archive = await temporaryFolder();
    const open = await begin(archive);
    await writeFile(join(open.folder, 'page'), 'kept');
    await open.interrupt('interrupted by SIGTERM');
    expect(await readdir(open.folder)).toEqual(['page']);
    expect((await readLog(open.logDir)).events.at(-1)).toMatchObject({ event: 'run.interrupted', run: open.run, reason: 'interrupted by SIGTERM' });
    const story = storiesOf((await readLog(open.logDir)).events).get(open.run);
    expect(story).toMatchObject({ aborted: null, sealed: null, interrupted: { event: 'run.interrupted' } });
    // Once it went on, that it was interrupted before tells nothing of its end.
    const log = (await readLog(open.logDir)).events;
    const resumed: LogEvent = { event: 'run.resumed', sequence: 2, at: instantOf(0), run: open.run, tool: 'rollcall 0.0.0' };
    expect(storiesOf([...log, resumed]).get(open.run)).toMatchObject({ interrupted: null });
  });

  test('that is aborted while the log cannot be written leaves no file either, and says so', async () => {
    const archive = await temporaryFolder();
    const open = await begin(archive);
    await writeFile(join(open.folder, 'page'), '');
    await appendFile(join(open.logDir, 'leaves.jsonl'), '{"torn');
    await expect(open.abort('why')).rejects.toThrow(/last line is torn/);
    expect(existsSync(open.folder)).toBe(false);
  });

  test('is not begun where its start cannot be logged', async () => {
    const archive = await temporaryFolder();
    const first = await begin(archive);
    await appendFile(join(first.logDir, 'leaves.jsonl'), '{"torn');
    await expect(begin(archive)).rejects.toThrow(/last line is torn/);
    expect(await readdir(join(archive, 'work'))).toEqual([first.run]);
  });
});

describe('a run’s id', () => {
  test('is a UUID of version 7 that tells its time, for any time', () => {
    fc.assert(fc.property(fc.nat({ max: 2 ** 48 - 1 }), (now) => {
      const id = newRunId(now);
      expect(runSchema.shape.run.safeParse(id).success).toBe(true);
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now);
    }));
  });

  test('differs within a millisecond, and sorts by time as text', () => {
    const ids = Array.from({ length: 50 }, (_, index) => newRunId(NOW + index));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 500 }, () => newRunId(NOW))).size).toBe(500);
  });
});
