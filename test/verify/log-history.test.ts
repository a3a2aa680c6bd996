// SPDX-License-Identifier: Apache-2.0
import { appendFile, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { publicKeyOf } from '../../src/evidence/dsse.ts';
import { isRunEvent } from '../../src/evidence/log-format.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import type { Instant } from '../../src/model/instant.ts';
import { canonicalJson } from '../../src/model/json.ts';
import { judgeHistory } from '../../src/verify/log-history.ts';
import { rewriteLog } from '../support/forge.ts';
import { testSigner } from '../support/signer.ts';
import { temporaryFolder } from '../support/temp.ts';

const AT = '2026-11-22T09:30:00.000Z' as Instant;
const signer = testSigner();
const KEYS = [publicKeyOf(signer.publicKeyPem)];

async function logOf(size: number, reason = 'why'): Promise<string> {
  const folder = await temporaryFolder();
  for (let number = 0; number < size; number += 1) await appendEvent(folder, { event: 'run.aborted', at: AT, run: `run ${number}`, reason }, signer);
  return folder;
}

async function problems(folder: string, kept?: string, keys = KEYS): Promise<readonly string[]> {
  return (await judgeHistory(folder, kept, keys)).problems.map(({ file, message }) => `${file ?? ''}: ${message}`);
}

describe('a log’s history', () => {
  test('that was never touched fits every checkpoint beside it and every one that was kept, at every size', async () => {
    const folder = await logOf(19);
    expect(await problems(folder)).toEqual([]);
    for (let size = 1; size <= 19; size += 1) expect(await problems(folder, await readFile(join(folder, 'checkpoints', String(size)), 'utf8')), `kept ${size}`).toEqual([]);
    expect((await judgeHistory(folder, undefined, KEYS)).events).toHaveLength(19);
  });

  test('rewritten whole is told by one old checkpoint that was left beside it', async () => {
    const folder = await logOf(9);
    const other = await logOf(9, 'another reason');
    const [{ events }, old] = [await readLog(other), await readFile(join(folder, 'checkpoints/6'), 'utf8')];
    await rewriteLog(folder, signer, events);
    expect(await problems(folder)).toEqual([]);
    await writeFile(join(folder, 'checkpoints/6'), old);
    expect(await problems(folder)).toEqual(['log/leaves.jsonl: history_rewritten: its first 6 leaves are not those of log/checkpoints/6']);
  });

  test('set back to an earlier day is told by a later checkpoint that was left beside it', async () => {
    const folder = await logOf(5);
    const lines = (await readFile(join(folder, 'leaves.jsonl'), 'utf8')).split('\n');
    await writeFile(join(folder, 'leaves.jsonl'), `${lines.slice(0, 3).join('\n')}\n`);
    await copyFile(join(folder, 'checkpoints/3'), join(folder, 'checkpoint'));
    expect(await problems(folder)).toEqual([4, 5].map((size) => `log/leaves.jsonl: history_truncated: the log has 3 leaves; log/checkpoints/${size} was made over ${size}`));
    for (const size of ['4', '5']) await rm(join(folder, 'checkpoints', size));
    // With those gone too, only a reader's own tells.
    expect(await problems(folder)).toEqual([]);
    const kept = await readFile(join(await logOf(5), 'checkpoint'), 'utf8');
    expect(await problems(folder, kept)).toHaveLength(1);
  });

  test('does not count entries that no checkpoint is over, and says so', async () => {
    const folder = await logOf(2);
    await appendFile(join(folder, 'leaves.jsonl'), `${canonicalJson({ event: 'run.aborted', sequence: 2, at: AT, run: 'slipped in', reason: 'by hand' })}\n`);
    const history = await judgeHistory(folder, undefined, KEYS);
    expect(history.problems).toEqual([]);
    expect(history.events.filter(isRunEvent).map(({ run }) => run)).toEqual(['run 0', 'run 1']);
    expect(history.notes.map(({ message }) => message).join('\n')).toContain('its last 1 leaves are under no checkpoint and were left aside');
  });

  test('is read without a key, and then no signature is claimed', async () => {
    const folder = await logOf(3);
    expect(await problems(folder, undefined, [])).toEqual([]);
    expect(await problems(folder, undefined, [publicKeyOf(testSigner().publicKeyPem)])).toContain('log/checkpoint: is not signed by any key that was given');
  });

  test('signed by an earlier key is no fault of today’s', async () => {
    const folder = await logOf(3);
    const next = testSigner();
    await appendEvent(folder, { event: 'run.aborted', at: AT, run: 'after the change of keys', reason: 'why' }, next);
    expect(await problems(folder, undefined, [publicKeyOf(next.publicKeyPem)])).toEqual([]);
  });

  test.each<readonly [string, string, RegExp]>([
    ['text that is no checkpoint', 'hello', /the checkpoint that was given is none/],
    ['a checkpoint of another log', 'other', /is of another log: rollcall-log\//],
  ])('held against %s says what that is', async (_, kept, expected) => {
    const text = kept === 'other' ? await readFile(join(await logOf(1), 'checkpoint'), 'utf8') : kept;
    expect(await problems(await logOf(2), text)).toEqual([expect.stringMatching(expected)]);
  });
});
