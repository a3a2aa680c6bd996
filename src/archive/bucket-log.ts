// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { BundleFormatError, parseJsonText } from '../bundle/jsonl.ts';
import { newOrigin, type LogCopy } from '../evidence/append-log.ts';
import { parseCheckpoint } from '../evidence/checkpoint.ts';
import { sha256 } from '../evidence/digest.ts';
import { CHECKPOINTS, eventSchema, ORIGIN, type LogEvent } from '../evidence/log-format.ts';
import { checkpointAfter, placeEvent, refuseOther, type EventToAppend } from '../evidence/log-step.ts';
import { leafHash, rootOf } from '../evidence/merkle.ts';
import type { ReadLog } from '../evidence/read-log.ts';
import type { Signer } from '../evidence/signer.ts';
import { InputError } from '../model/errors.ts';
import { inParallel, readSmall } from './object-reads.ts';
import type { Objects } from './objects.ts';
import type { BucketArchive } from './open-bucket.ts';
import { writeObject } from './write-object.ts';

export const LOG = 'log';
export const LOG_LEAVES = `${LOG}/leaves`;
export const LOG_CHECKPOINTS = `${LOG}/${CHECKPOINTS}`;
const LOG_ORIGIN = `${LOG}/${ORIGIN}`;
const REMEDY = 'rollcall archive check names what differs; an earlier version of an object is still there (`aws s3api list-object-versions`); nothing was appended';
// Long enough for a slow writer between its leaf and its checkpoint; one that is gone never comes back.
const PATIENCE_MS = 10_000;

/** The key of a leaf: keys sort as numbers do. */
export function leafKey(sequence: number): string {
  return `${LOG_LEAVES}/${String(sequence).padStart(12, '0')}.json`;
}

/** A bucket's log as it stands: the leaves' texts, and the newest checkpoint. */
export interface BucketLog { readonly lines: readonly string[]; readonly log: ReadLog; readonly sizes: readonly number[] }

/**
 * Reads the log of a bucket. `known`: texts of first leaves that were read before, and are not asked for again; the newest checkpoint is over them too. Throws a BundleFormatError for
 * numbers that are not dense and for a leaf that is no event.
 */
export async function readBucketLog(objects: Objects, known: readonly string[] = []): Promise<BucketLog> {
  // Leaves first: each stands before the checkpoint over it, so the checkpoint is at most one behind, and what is ahead was appended in between.
  const lines = [...known];
  let sizes: readonly number[] = [];
  for (let pass = 0; pass < 5; pass += 1) {
    lines.push(...(await leavesFrom(objects, lines.length)));
    sizes = await checkpointSizes(objects);
    if ((sizes.at(-1) ?? 0) <= lines.length) break;
  }
  const events: LogEvent[] = [];
  for (const [index, line] of lines.entries()) {
    const event = parseJsonText(line, eventSchema, `${objects.name}/${leafKey(index)}`);
    if (event.sequence !== index) throw new BundleFormatError(`${objects.name}/${leafKey(index)}`, `is numbered ${event.sequence} inside`);
    events.push(event);
  }
  const newest = sizes.at(-1);
  const checkpoint = newest === undefined ? null : await readSmall(objects, `${LOG_CHECKPOINTS}/${newest}`);
  const origin = (await readSmall(objects, LOG_ORIGIN))?.trim() ?? null;
  return { lines, sizes, log: { events, leaves: lines.map((line) => leafHash(Buffer.from(line))), checkpoint, origin } };
}

async function leavesFrom(objects: Objects, from: number): Promise<readonly string[]> {
  const keys = await objects.list(`${LOG_LEAVES}/`, from === 0 ? undefined : leafKey(from - 1));
  for (const [index, key] of keys.entries()) if (key !== leafKey(from + index)) throw new BundleFormatError(`${objects.name}/${leafKey(from + index)}`, `is missing, and ${key} is there: a leaf was removed or hidden, or a strange object was put there`);
  return await inParallel(keys, async (key) => {
    const text = await readSmall(objects, key);
    if (text === null) throw new BundleFormatError(`${objects.name}/${key}`, 'is listed and cannot be read');
    return text;
  });
}

async function checkpointSizes(objects: Objects): Promise<readonly number[]> {
  const names = (await objects.list(`${LOG_CHECKPOINTS}/`)).map((key) => key.slice(LOG_CHECKPOINTS.length + 1));
  return names.filter((name) => /^[1-9]\d{0,14}$/.test(name)).map(Number).sort((a, b) => a - b);
}

/** Everything of a bucket's log, ready to be copied into a folder. Null where the bucket has no log. */
export async function copyOfBucketLog(objects: Objects, { lines, sizes, log }: BucketLog): Promise<LogCopy | null> {
  if (log.origin === null) return null;
  const texts = await inParallel(sizes, async (size) => [size, (await readSmall(objects, `${LOG_CHECKPOINTS}/${size}`)) ?? ''] as const);
  return { origin: log.origin, lines, checkpoints: new Map(texts) };
}

/**
 * Appends one event to a bucket's log. No lock: the leaf is a conditional write of the next number, which one of many writers wins; the others read again and take the next, and
 * an event that is a function is asked again. A leaf goes out only when the one before it stands under a checkpoint, so that never more than one is unsigned; a writer that ended in between is
 * waited for and then its checkpoint made here. `known` as in readBucketLog. Throws as appendEvent does, and appends nothing then.
 */
export async function appendToBucket(bucket: BucketArchive, event: EventToAppend, signer: Signer, known: readonly string[] = []): Promise<{ readonly placed: LogEvent; readonly lines: readonly string[]; readonly origin: string; readonly checkpoint: string }> {
  const { objects } = bucket;
  let lines = known;
  // Whoever knows leaves has asked before.
  let asked = known.length > 0;
  let waitedFor = { size: -1, until: 0 };
  for (;;) {
    const read = await readBucketLog(objects, lines);
    const { log } = read;
    lines = read.lines;
    const signed = read.sizes.at(-1) ?? 0;
    if (lines.length > signed) {
      if (waitedFor.size !== lines.length) waitedFor = { size: lines.length, until: Date.now() + PATIENCE_MS };
      if (Date.now() < waitedFor.until) {
        await sleep(20 + Math.random() * 80);
        continue;
      }
    }
    refuseOther(`${objects.name}/${LOG}`, log, REMEDY);
    if (log.origin === null) {
      if (lines.length > 0) throw new InputError(`${objects.name}/${LOG_ORIGIN}`, 'is missing', REMEDY);
      await putText(bucket, LOG_ORIGIN, `${newOrigin()}\n`);
      continue;
    }
    if (!asked) await requireConditions(bucket, log.origin);
    asked = true;
    if (lines.length > signed) {
      await putCheckpoint(bucket, log, log.origin, null, signer);
      continue;
    }
    const { placed, line } = placeEvent(log, event);
    if ((await putText(bucket, leafKey(lines.length), line)) === 'exists') continue;
    return { placed, lines: [...lines, line], origin: log.origin, checkpoint: await putCheckpoint(bucket, log, log.origin, line, signer) };
  }
}

async function putCheckpoint(bucket: BucketArchive, log: ReadLog, origin: string, line: string | null, signer: Signer): Promise<string> {
  const leaves = line === null ? log.leaves : [...log.leaves, leafHash(Buffer.from(line))];
  const key = `${LOG_CHECKPOINTS}/${leaves.length}`;
  const text = await checkpointAfter(log, origin, line, signer);
  if ((await putText(bucket, key, text)) === 'written') return text;
  // Another writer took us for gone and signed for us: right, if it is over the same leaves.
  const there = (await readSmall(bucket.objects, key)) ?? '';
  if (parseCheckpoint(there)?.root.equals(rootOf(leaves)) !== true) throw new InputError(`${bucket.objects.name}/${key}`, 'is over other leaves than those that stand there', REMEDY);
  return there;
}

/** Writes a text where none is. */
export async function putText(bucket: BucketArchive, key: string, text: string): Promise<'written' | 'exists'> {
  const bytes = Buffer.from(text);
  return (await writeObject(bucket, key, { body: { bytes }, sha256: sha256(bytes) }, true)).outcome;
}

/** A server that overlooks conditions would let two writers take one number, and the later hide the earlier: found out by writing once more what is there. Throws an InputError then. */
async function requireConditions(bucket: BucketArchive, origin: string): Promise<void> {
  if ((await putText(bucket, LOG_ORIGIN, `${origin}\n`)) === 'written') throw new InputError(bucket.objects.name, 'the server overlooks If-None-Match: a second write of one object was taken', 'use Amazon S3, or a release of your S3 server that knows conditional writes');
}

/** Brings a bucket's log to that of a folder, which begins with all of it: leaf, then checkpoint, in order. */
export async function continueBucketLog(bucket: BucketArchive, copy: LogCopy, from: number): Promise<void> {
  if (from === 0 && (await putText(bucket, LOG_ORIGIN, `${copy.origin}\n`)) === 'exists' && (await readSmall(bucket.objects, LOG_ORIGIN))?.trim() !== copy.origin) throw new InputError(`${bucket.objects.name}/${LOG_ORIGIN}`, 'is of another log', 'another archive began there: name another prefix');
  await requireConditions(bucket, copy.origin);
  for (let sequence = from; sequence < copy.lines.length; sequence += 1) {
    const line = copy.lines[sequence] ?? '';
    if ((await putText(bucket, leafKey(sequence), line)) === 'exists' && (await readSmall(bucket.objects, leafKey(sequence))) !== line) throw new InputError(`${bucket.objects.name}/${leafKey(sequence)}`, 'was taken by another writer: the two logs have parted', 'rollcall archive push names where; fetch the bucket before people act on this folder again');
    const checkpoint = copy.checkpoints.get(sequence + 1);
    if (checkpoint !== undefined) await putText(bucket, `${LOG_CHECKPOINTS}/${sequence + 1}`, checkpoint);
  }
}
