// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { archivePaths } from '../bundle/layout.ts';
import { appendEvent } from '../evidence/append-log.ts';
import { parseCheckpoint, type Checkpoint } from '../evidence/checkpoint.ts';
import { sha256 } from '../evidence/digest.ts';
import { ANCHORS, CHECKPOINT, CHECKPOINTS, type EventOf } from '../evidence/log-format.ts';
import type { Append } from '../evidence/log-step.ts';
import { rootOf } from '../evidence/merkle.ts';
import { readLog } from '../evidence/read-log.ts';
import type { Signer } from '../evidence/signer.ts';
import { InputError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { keepDocument } from './documents.ts';
import { askAuthority, type AskOptions } from './time-stamp-authority.ts';

/** A checkpoint of an archive's log: its exact bytes, what they say, and their SHA-256. */
export interface KeptCheckpoint { readonly bytes: Buffer; readonly checkpoint: Checkpoint; readonly sha256: string }

/**
 * The newest checkpoint of an archive, or the one of `size`, held against the leaves that it is over: what is anchored must be the log. Throws an InputError where there is
 * none or it does not fit, and a BundleFormatError where the log cannot be read.
 */
export async function checkpointOf(archive: string, size: number | null = null): Promise<KeptCheckpoint> {
  const folder = archivePaths(archive).log;
  const log = await readLog(folder);
  const file = size === null ? join(folder, CHECKPOINT) : join(folder, CHECKPOINTS, String(size));
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new InputError(file, 'there is no such checkpoint', size === null ? 'name the archive with --archive; a first scan makes its log' : `${join(folder, CHECKPOINTS)} holds those that there are`, { cause: error });
  }
  const checkpoint = parseCheckpoint(bytes.toString('utf8'));
  const fits = checkpoint !== null && checkpoint.origin === log.origin && (size === null || checkpoint.size === size) && checkpoint.size > 0 && checkpoint.size <= log.leaves.length && checkpoint.root.equals(rootOf(log.leaves.slice(0, checkpoint.size)));
  if (checkpoint === null || !fits) throw new InputError(file, 'is no checkpoint of the leaves beside it', `restore it and leaves.jsonl from a copy: the files in ${CHECKPOINTS} tell what each line's log was; nothing was anchored`);
  return { bytes, checkpoint, sha256: sha256(bytes) };
}

/** What an authority stamped, as the log has it. */
export interface Anchored { readonly event: EventOf<'checkpoint.anchored'>; readonly file: string; readonly authority: string; readonly time: Instant }

/**
 * Has an authority stamp the newest checkpoint, keeps its answer (a document of the archive, and `log/anchors/<size>.tsr`), then logs it. `now`: asked when the event is logged; `append`: where the log is not in the folder alone.
 * Throws an AuthorityError where there is no stamp, and then nothing was kept or logged; else as `checkpointOf` and `appendEvent`.
 */
export async function anchorNewest(archive: string, url: URL, signer: Signer, now: () => Instant, options: AskOptions = {}, append: Append = (event, by) => appendEvent(archivePaths(archive).log, event, by)): Promise<Anchored> {
  const { bytes, checkpoint, sha256: checkpointSha256 } = await checkpointOf(archive);
  const { answer, stamp } = await askAuthority(url, bytes, options);
  const tokenSha256 = await keepDocument(archive, answer);
  const { log } = archivePaths(archive);
  const file = join(log, ANCHORS, `${checkpoint.size}.tsr`);
  await mkdir(join(log, ANCHORS), { recursive: true });
  await replace(file, answer);
  const event = await append({ event: 'checkpoint.anchored', at: now(), size: checkpoint.size, checkpointSha256, anchor: { kind: 'rfc3161', authority: stamp.authority.slice(0, 512), tokenSha256, time: stamp.time } }, signer);
  if (event.event !== 'checkpoint.anchored') throw new TypeError(`the log gave back ${event.event}`);
  return { event, file, authority: stamp.authority, time: stamp.time };
}

/** Whole or not at all: two that anchor one size at once leave one of their two stamps here, and both among the documents. */
async function replace(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
