// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rawKeyOf, signCheckpoint } from './checkpoint.ts';
import { leafHash, rootOf } from './merkle.ts';
import type { Signer } from './signer.ts';
import { InputError } from '../model/errors.ts';
import { canonicalJson } from '../model/json.ts';
import { CHECKPOINT, CHECKPOINTS, eventSchema, LEAVES, LOCK, ORIGIN, type LogEvent, type NewEvent } from './log-format.ts';
import { readLog } from './read-log.ts';

const PATIENCE_MS = 60_000;

/**
 * Appends one event and signs a checkpoint over all. One writer at a time, by a lock file that names its holder; a lock whose process
 * is gone from this host is taken over. The leaf is on the disk before the checkpoint names it. Returns the event with its place.
 */
export async function appendEvent(folder: string, event: NewEvent, signer: Signer): Promise<LogEvent> {
  await mkdir(join(folder, CHECKPOINTS), { recursive: true });
  const release = await lock(join(folder, LOCK));
  try {
    const { events, leaves, origin: known } = await readLog(folder);
    const origin = known ?? (await makeOrigin(folder));
    const placed = eventSchema.parse({ ...event, sequence: events.length });
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
    return placed;
  } finally {
    await release();
  }
}

/** A log's name, made once: checkpoints of two logs can never be taken for each other. */
async function makeOrigin(folder: string): Promise<string> {
  const origin = `rollcall-log/${randomUUID()}`;
  await writeFile(join(folder, ORIGIN), `${origin}\n`, { flag: 'wx' });
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

async function lock(file: string): Promise<() => Promise<void>> {
  const mine = `${JSON.stringify({ host: hostname(), pid: process.pid, token: randomUUID() })}\n`;
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if ((await isLeftBehind(file)) && (await takeAway(file))) continue;
    if (Date.now() > until) throw new InputError(file, 'another process has held the log for a minute', 'wait for it to end; if it is gone, remove this file (and the folder lock.taking beside it)');
    await sleep(5 + Math.random() * 20);
  }
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
  let holder: { host?: unknown; pid?: unknown };
  try {
    holder = JSON.parse(text) as { host?: unknown; pid?: unknown };
  } catch {
    // A lock that is being written has no content yet; one that stays so was cut off.
    return age > 5000;
  }
  if (holder.host !== hostname() || typeof holder.pid !== 'number') return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
