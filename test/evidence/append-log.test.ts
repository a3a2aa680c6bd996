// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createPublicKey } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { checkpointIsSigned, parseCheckpoint } from '../../src/evidence/checkpoint.ts';
import { isRunEvent, type NewEvent } from '../../src/evidence/log-format.ts';
import { consistencyProof, rootOf, verifyConsistency } from '../../src/evidence/merkle.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { instantOf } from '../../src/model/instant.ts';
import { testSigner } from '../support/signer.ts';
import { temporaryFolder } from '../support/temp.ts';

const run = promisify(execFile);
const signer = testSigner();
const KEYS = [createPublicKey(signer.publicKeyPem)];
const AT = instantOf(Date.UTC(2026, 0, 2));

function aborted(id: string, reason = 'why'): NewEvent {
  return { event: 'run.aborted', at: AT, run: id, reason };
}

/** A log of `count` events; with the text of its leaves. */
async function logOf(count: number): Promise<{ readonly folder: string; readonly leaves: string }> {
  const folder = join(await temporaryFolder(), 'log');
  for (let index = 0; index < count; index += 1) await appendEvent(folder, aborted(`run ${index}`), signer);
  return { folder, leaves: await readFile(join(folder, 'leaves.jsonl'), 'utf8') };
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message} / ${'remedy' in error ? String(error.remedy) : ''}` : String(error);
  }
  return 'nothing was refused';
}

describe('appending', () => {
  test('numbers events from 0, signs a checkpoint for each, and every one continues the last', async () => {
    const { folder } = await logOf(9);
    const { events: all, leaves, checkpoint, origin } = await readLog(folder);
    const events = all.filter(isRunEvent);
    expect(events.map(({ sequence, run: id }) => `${sequence} ${id}`)).toEqual(Array.from({ length: 9 }, (_, index) => `${index} run ${index}`));
    expect((await readdir(join(folder, 'checkpoints'))).sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const last = rootOf(leaves);
    for (let size = 1; size <= 9; size += 1) {
      const kept = parseCheckpoint(await readFile(join(folder, 'checkpoints', String(size)), 'utf8'));
      if (kept === null) throw new Error(`no checkpoint of ${size}`);
      expect(checkpointIsSigned(kept, KEYS)).toBe(true);
      expect([kept.size, kept.origin]).toEqual([size, origin]);
      expect(verifyConsistency(size, 9, kept.root, last, consistencyProof(leaves, size, 9))).toBe(true);
    }
    expect(checkpoint).toBe(await readFile(join(folder, 'checkpoints/9'), 'utf8'));
    expect((await readdir(folder)).sort()).toEqual(['checkpoint', 'checkpoints', 'leaves.jsonl', 'origin']);
  });

  test('of eight processes at once loses nothing and repeats nothing', async () => {
    const folder = join(await temporaryFolder(), 'log');
    const moduleOf = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const code = `const { appendEvent } = await import(${moduleOf('../../src/evidence/append-log.ts')}); const { testSigner } = await import(${moduleOf('../support/signer.ts')});
      const [folder, name, pem] = process.argv.slice(1); const signer = testSigner(pem);
      for (let index = 0; index < 25; index += 1) await appendEvent(folder, { event: 'run.aborted', at: '2026-01-02T00:00:00.000Z', run: name + ' ' + index, reason: 'ä' }, signer);`;
    await Promise.all(Array.from({ length: 8 }, (_, index) => run(process.execPath, ['--input-type=module', '-e', code, folder, `process ${index}`, signer.pem])));
    const { events: all, leaves, checkpoint } = await readLog(folder);
    const events = all.filter(isRunEvent);
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(new Set(events.map(({ run: id }) => id)).size).toBe(200);
    // Each process's own events stand in the order in which it appended them.
    for (let index = 0; index < 8; index += 1) expect(events.filter(({ run: id }) => id.startsWith(`process ${index} `)).map(({ run: id }) => id)).toEqual(Array.from({ length: 25 }, (_, event) => `process ${index} ${event}`));
    const last = parseCheckpoint(checkpoint ?? '');
    expect(last !== null && last.size === 200 && last.root.equals(rootOf(leaves)) && checkpointIsSigned(last, KEYS)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['checkpoint', 'checkpoints', 'leaves.jsonl', 'origin']);
  });
});

describe('a lock', () => {
  async function deadProcess(): Promise<number> {
    const child = spawn('true');
    await once(child, 'close');
    if (child.pid === undefined) throw new Error('no process was started');
    return child.pid;
  }

  test('of a process that is gone is taken over, by one of many', async () => {
    const { folder } = await logOf(1);
    await writeFile(join(folder, 'lock'), `${JSON.stringify({ host: hostname(), pid: await deadProcess(), token: 'x' })}\n`);
    await Promise.all(Array.from({ length: 6 }, (_, index) => appendEvent(folder, aborted(`after ${index}`), signer)));
    expect((await readLog(folder)).events.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await readdir(folder)).not.toContain('lock');
  });

  test.each([['a live process', { host: hostname(), pid: process.pid }], ['another host', { host: 'another.example', pid: 1 }]])('of %s is waited for', async (_, holder) => {
    const { folder, leaves } = await logOf(1);
    const lock = join(folder, 'lock');
    await writeFile(lock, `${JSON.stringify({ ...holder, token: 'x' })}\n`);
    const appended = appendEvent(folder, aborted('after'), signer);
    await sleep(300);
    expect(await readFile(join(folder, 'leaves.jsonl'), 'utf8')).toBe(leaves);
    expect(await readFile(lock, 'utf8')).toContain('"token":"x"');
    await rm(lock);
    expect(await appended).toMatchObject({ sequence: 1, run: 'after' });
  });

  test.each(['', 'null', '7', '{"host":'])('that holds no holder (%j) is waited for like one that is being written', async (text) => {
    const { folder } = await logOf(1);
    await writeFile(join(folder, 'lock'), text);
    const appended = appendEvent(folder, aborted('after'), signer);
    await Promise.race([appended, sleep(150)]);
    expect((await readLog(folder)).events).toHaveLength(1);
    await rm(join(folder, 'lock'));
    expect(await appended).toMatchObject({ sequence: 1 });
  });
});

describe('a damaged log', () => {
  /** Both reading and appending must refuse, and appending must leave everything as it is. */
  async function refusals(folder: string): Promise<string> {
    const before = await readFile(join(folder, 'leaves.jsonl'), 'utf8');
    const said = await refusal(appendEvent(folder, aborted('after'), signer));
    expect(await readFile(join(folder, 'leaves.jsonl'), 'utf8')).toBe(before);
    expect(await readdir(folder)).not.toContain('lock');
    return said;
  }

  test('with a torn last line is refused, with what to do', async () => {
    const { folder, leaves } = await logOf(3);
    await writeFile(join(folder, 'leaves.jsonl'), leaves.slice(0, -9));
    expect(await refusal(readLog(folder))).toMatch(/last line is torn.*Restore/);
    expect(await refusals(folder)).toMatch(/last line is torn.*Restore/);
  });

  test.each<readonly [string, (lines: readonly string[]) => readonly string[], RegExp]>([
    ['a line removed in the middle', (lines) => lines.toSpliced(1, 1), /leaves\.jsonl:2: is numbered 2 where 1 belongs/],
    ['a line removed at the start', (lines) => lines.slice(1), /leaves\.jsonl:1: is numbered 1 where 0 belongs/],
    ['a line twice', (lines) => lines.toSpliced(1, 0, lines[1] ?? ''), /leaves\.jsonl:3: is numbered 1 where 2 belongs/],
    ['two lines swapped', (lines) => [lines[1] ?? '', lines[0] ?? '', ...lines.slice(2)], /leaves\.jsonl:1: is numbered 1 where 0 belongs/],
    ['an empty line', (lines) => lines.toSpliced(1, 0, ''), /leaves\.jsonl:2: not JSON/],
    ['a member that no event has', (lines) => lines.with(1, (lines[1] ?? '').replace('{', '{"more":1,')), /leaves\.jsonl:2: /],
  ])('with %s is refused', async (_, change, expected) => {
    const { folder, leaves } = await logOf(4);
    await writeFile(join(folder, 'leaves.jsonl'), `${change(leaves.trimEnd().split('\n')).join('\n')}\n`);
    expect(await refusal(readLog(folder))).toMatch(expected);
    expect(await refusals(folder)).toMatch(expected);
  });

  test.each<readonly [string, (lines: readonly string[]) => readonly string[]]>([
    ['a line edited', (lines) => lines.with(1, (lines[1] ?? '').replace('why', 'what'))],
    ['the last line edited', (lines) => lines.with(3, (lines[3] ?? '').replace('why', 'what'))],
    ['the last line removed', (lines) => lines.slice(0, -1)],
    ['all lines removed', () => []],
    ['two lines that no checkpoint tells of', (lines) => [...lines, ...[4, 5].map((sequence) => (lines[3] ?? '').replace('"sequence":3', `"sequence":${sequence}`))]],
  ])('with %s is not continued and signed as if nothing were', async (_, change) => {
    const { folder, leaves } = await logOf(4);
    await writeFile(join(folder, 'leaves.jsonl'), change(leaves.trimEnd().split('\n')).map((line) => `${line}\n`).join(''));
    expect(await refusals(folder)).toMatch(/does not fit its newest checkpoint.*restore/is);
  });

  test('without its checkpoint is not continued either', async () => {
    const { folder } = await logOf(4);
    await rm(join(folder, 'checkpoint'));
    expect(await refusals(folder)).toMatch(/does not fit its newest checkpoint|checkpoint.*missing/i);
  });

  test('whose last append ended between leaf and checkpoint goes on, and loses nothing', async () => {
    for (const count of [1, 4]) {
      const { folder } = await logOf(count);
      if (count === 1) await rm(join(folder, 'checkpoint'));
      else await writeFile(join(folder, 'checkpoint'), await readFile(join(folder, 'checkpoints', String(count - 1))));
      await rm(join(folder, 'checkpoints', String(count)));
      expect(await appendEvent(folder, aborted('after'), signer)).toMatchObject({ sequence: count });
      const { events, leaves, checkpoint } = await readLog(folder);
      expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: count + 1 }, (_, index) => index));
      expect(parseCheckpoint(checkpoint ?? '')?.root.equals(rootOf(leaves))).toBe(true);
    }
  });

  test('with bytes that are no UTF-8 is refused, since two such texts would read alike', async () => {
    const { folder } = await logOf(1);
    await appendFile(join(folder, 'leaves.jsonl'), Buffer.concat([Buffer.from('{"at":"2026-01-02T00:00:00.000Z","event":"run.aborted","reason":"'), Buffer.from([0xff]), Buffer.from('","run":"x","sequence":1}\n')]));
    expect(await refusal(readLog(folder))).toMatch(/leaves\.jsonl: .*UTF-8/);
  });

  test('that is not there is an empty one', async () => {
    const folder = await temporaryFolder();
    expect(await readLog(join(folder, 'none'))).toEqual({ events: [], leaves: [], checkpoint: null, origin: null });
    await mkdir(join(folder, 'log'));
    expect(await appendEvent(join(folder, 'log'), aborted('first'), signer)).toMatchObject({ sequence: 0 });
  });
});
