// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { parseCheckpoint, rawKeyOf, signCheckpoint } from './checkpoint.ts';
import { leafHash, rootOf } from './merkle.ts';
import type { Signer } from './signer.ts';
import { InputError } from '../model/errors.ts';
import { canonicalJson } from '../model/json.ts';
import { CHECKPOINT, CHECKPOINTS, eventSchema, LEAVES, LOCK, ORIGIN, type LogEvent, type NewEvent } from './log-format.ts';
import { readLog, type ReadLog } from './read-log.ts';

const PATIENCE_MS = 60_000;
const holderSchema = z.object({ host: z.string(), pid: z.int().positive() });

/**
 * Appends one event and signs a checkpoint over all. One writer at a time, by a lock file that names its holder; a lock whose process
 * is gone from this host is taken over. The leaf is on the disk before the checkpoint names it. An event may be a function of those that stand there: it is asked
 * while the log is held, and what it throws appends nothing. Returns the event with its place.
 * Throws an InputError where the leaves are not those of the newest checkpoint, and a BundleFormatError where they cannot be read.
 */
export async function appendEvent(folder: string, event: NewEvent | ((events: readonly LogEvent[]) => NewEvent), signer: Signer): Promise<LogEvent> {
  await mkdir(join(folder, CHECKPOINTS), { recursive: true });
  const release = await lock(join(folder, LOCK));
  try {
    const log = await readLog(folder);
    refuseOther(folder, log);
    const { events, leaves } = log;
    const origin = log.origin ?? (await makeOrigin(folder));
    const placed = eventSchema.parse({ ...(typeof event === 'function' ? event(events) : event), sequence: events.length });
    const line = canonicalJson(placed);
    const file = await open(join(folder, LEAVES), 'a');
    try {
      await file.appendFile(`${line}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    const size = leaves.length + 1;
    const checkpoint = await signCheckpoint(origin, size, rootOf([...leaves, leafHash(Buffer.from(line))]), signer, rawKeyOf(createPublicKey(signer.publicKeyPem)));
    await replace(join(folder, CHECKPOINTS, String(size)), checkpoint);
    await replace(join(folder, CHECKPOINT), checkpoint);
    await syncFolder(folder);
    return placed;
  } finally {
    await release();
  }
}

/**
 * A log that was changed must not be continued: the next checkpoint would sign the change. One leaf more than the checkpoint has is
 * an append that ended in between; the next checkpoint is over it too.
 */
function refuseOther(folder: string, { leaves, checkpoint, origin }: ReadLog): void {
  const newest = checkpoint === null ? null : parseCheckpoint(checkpoint);
  const size = newest?.size ?? 0;
  const remedy = `restore ${LEAVES} and ${CHECKPOINT} from a copy: the files in ${CHECKPOINTS} tell what each line's log was; nothing was appended`;
  if (checkpoint !== null && newest === null) throw new InputError(join(folder, CHECKPOINT), 'is no checkpoint', remedy);
  if (newest !== null && newest.origin !== origin) throw new InputError(join(folder, CHECKPOINT), `is of the log ${newest.origin}, not of this one`, remedy);
  const fits = size <= leaves.length && leaves.length - size <= 1 && (newest === null || newest.root.equals(rootOf(leaves.slice(0, size))));
  if (!fits) throw new InputError(join(folder, LEAVES), `does not fit its newest checkpoint: ${leaves.length} leaves here, ${newest === null ? 'and no checkpoint' : `${size} there`}`, remedy);
}

/** A log's name, made once: checkpoints of two logs can never be taken for each other. */
async function makeOrigin(folder: string): Promise<string> {
  const origin = `rollcall-log/${randomUUID()}`;
  await replace(join(folder, ORIGIN), `${origin}\n`);
  return origin;
}

async function replace(file: string, content: string): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** Puts names on the disk as well as content; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function lock(file: string): Promise<() => Promise<void>> {
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
