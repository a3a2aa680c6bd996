// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../model/errors.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { CHECKPOINT, CHECKPOINTS, LEAVES, LOCK, ORIGIN, type LogEvent } from './log-format.ts';
import { lock } from './log-lock.ts';
import { checkpointAfter, placeEvent, refuseOther, type EventToAppend } from './log-step.ts';
import { leafHash } from './merkle.ts';
import { readLog } from './read-log.ts';
import type { Signer } from './signer.ts';

const REMEDY = `restore ${LEAVES} and ${CHECKPOINT} from a copy: the files in ${CHECKPOINTS} tell what each line's log was; nothing was appended`;

/**
 * Appends one event and signs a checkpoint over all. One writer at a time, by a lock file that names its holder; a lock whose process
 * is gone from this host is taken over. The leaf is on the disk before the checkpoint names it. An event may be a function of those that stand there: it is asked
 * while the log is held, and what it throws appends nothing. Returns the event with its place.
 * Throws an InputError where the leaves are not those of the newest checkpoint, and a BundleFormatError where they cannot be read.
 */
export async function appendEvent(folder: string, event: EventToAppend, signer: Signer): Promise<LogEvent> {
  return await holdingLog(folder, async () => {
    const log = await readLog(folder);
    refuseOther(join(folder, LEAVES), log, REMEDY);
    const origin = log.origin ?? (await makeOrigin(folder));
    const { placed, line } = placeEvent(log, event);
    await appendLines(folder, [line]);
    const checkpoint = await checkpointAfter(log, origin, line, signer);
    await replace(join(folder, CHECKPOINTS, String(log.leaves.length + 1)), checkpoint);
    await replace(join(folder, CHECKPOINT), checkpoint);
    await syncFolder(folder);
    return placed;
  });
}

/** What a copy of a log brings: the text of every leaf, checkpoints by their size, and the log's name. */
export interface LogCopy { readonly origin: string; readonly lines: readonly string[]; readonly checkpoints: ReadonlyMap<number, string> }

/**
 * Continues the log of a folder with leaves and checkpoints that another place holds; an empty folder becomes a copy. Nothing that stands there is changed but the newest checkpoint. The
 * caller has held both logs against each other. Throws an InputError where they have parted since.
 */
export async function copyIntoLog(folder: string, { origin, lines, checkpoints }: LogCopy): Promise<void> {
  await holdingLog(folder, async () => {
    const log = await readLog(folder);
    if (log.origin !== null && log.origin !== origin) throw new InputError(join(folder, ORIGIN), `is of another log, ${log.origin}`, 'name another folder');
    const parted = lines.slice(0, log.leaves.length).findIndex((line, index) => log.leaves[index]?.equals(leafHash(Buffer.from(line))) !== true);
    if (parted >= 0) throw new InputError(join(folder, LEAVES), `its entry ${parted} is not that of the log that is copied`, 'rollcall archive push and check name what differs');
    if (log.origin === null) await replace(join(folder, ORIGIN), `${origin}\n`);
    await appendLines(folder, lines.slice(log.leaves.length));
    for (const [size, text] of checkpoints) if (!(await exists(join(folder, CHECKPOINTS, String(size))))) await replace(join(folder, CHECKPOINTS, String(size)), text);
    const size = Math.max(0, ...checkpoints.keys());
    // Another process may have brought more in the meantime.
    if (size > (parseCheckpoint(log.checkpoint ?? '')?.size ?? 0)) await replace(join(folder, CHECKPOINT), checkpoints.get(size) ?? '');
    await syncFolder(folder);
  });
}

async function appendLines(folder: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const file = await open(join(folder, LEAVES), 'a');
  try {
    await file.appendFile(lines.map((line) => `${line}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function holdingLog<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(join(folder, CHECKPOINTS), { recursive: true });
  const release = await lock(join(folder, LOCK));
  try {
    return await work();
  } finally {
    await release();
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** A log's name, made once: checkpoints of two logs can never be taken for each other. */
export function newOrigin(): string {
  return `rollcall-log/${randomUUID()}`;
}

async function makeOrigin(folder: string): Promise<string> {
  const origin = newOrigin();
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
