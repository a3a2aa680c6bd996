// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { InputError } from '../model/errors.ts';

const PATIENCE_MS = 60_000;
const holderSchema = z.object({ host: z.string(), pid: z.int().positive() });

/** Takes a lock by a file that names its holder, and gives back what releases it. A lock whose process is gone from this host is taken over; any other is waited for, a minute. Throws an InputError then. */
export async function lock(file: string): Promise<() => Promise<void>> {
  const mine = `${JSON.stringify({ host: hostname(), pid: process.pid, token: randomUUID() })}\n`;
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return () => unlock(file, mine);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if ((await isLeftBehind(file)) && (await takeAway(file))) continue;
    if (Date.now() > until) throw new InputError(file, 'another process has held the log for a minute', 'wait for it to end; if it is gone, remove this file (and the folder lock.taking beside it)');
    await sleep(5 + Math.random() * 20);
  }
}

/** Only a lock of one's own is given back: a process that slept for long may find another's in its place. */
async function unlock(file: string, mine: string): Promise<void> {
  let there: string;
  try {
    there = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (there === mine) await rm(file, { force: true });
}

/** Removes the lock of a holder that is gone. Several may see that at once: the folder lets one act, and it looks again first, so that a new holder's lock is never taken. */
async function takeAway(file: string): Promise<boolean> {
  const turn = `${file}.taking`;
  try {
    await mkdir(turn);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    if (await isLeftBehind(file)) await rm(file, { force: true });
  } finally {
    await rmdir(turn);
  }
  return true;
}

async function isLeftBehind(file: string): Promise<boolean> {
  let text: string;
  let age: number;
  try {
    text = await readFile(file, 'utf8');
    age = Date.now() - (await stat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const holder = holderOf(text);
  // A lock that is being written has no content yet; one that stays so was cut off.
  if (holder === null) return age > 5000;
  if (holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function holderOf(text: string): z.output<typeof holderSchema> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return holderSchema.safeParse(value).data ?? null;
}
