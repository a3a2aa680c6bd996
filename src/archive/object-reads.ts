// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BundleFormatError } from '../bundle/jsonl.ts';
import type { Objects, StoredObject } from './objects.ts';

const AT_ONCE = 12;
// Leaves and checkpoints are a few kilobytes; more is something else, and must not fill the memory.
const SMALL = 4 * 1024 * 1024;

/** A small object as text; null where there is none. Throws a BundleFormatError where it is large or no UTF-8: read leniently, two leaves could come out as one text. */
export async function readSmall(objects: Objects, key: string): Promise<string | null> {
  const found = await objects.read(key);
  if (found === null) return null;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of found.body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > SMALL) {
      found.body.destroy();
      throw new BundleFormatError(`${objects.name}/${key}`, `is larger than ${SMALL} bytes`);
    }
    parts.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch (error) {
    throw new BundleFormatError(`${objects.name}/${key}`, 'is not UTF-8 text', { cause: error });
  }
}

/** Writes an object's bytes to a new file, folders and all; gives their digest and what the bucket says of them. Null where there is no such object. */
export async function download(objects: Objects, key: string, file: string): Promise<{ readonly sha256: string; readonly object: StoredObject } | null> {
  const found = await objects.read(key);
  if (found === null) return null;
  await mkdir(dirname(file), { recursive: true });
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(found.body, through, createWriteStream(file, { flags: 'wx', flush: true }));
  return { sha256: hash.digest('hex'), object: found.object };
}

/** Does something for each, a dozen at once; results in the order of what was given. After the first error nothing new is begun; it is thrown when what is under way has ended. */
export async function inParallel<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<readonly Out[]> {
  const results: Out[] = [];
  const queue = items.entries();
  let failed = false;
  const ended = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return results;
}

/** Whether a key can be a path below a folder: a bucket's keys are others' text. */
export function isPlainKey(key: string): boolean {
  return !/[\\\p{Cc}\u2028\u2029:]/u.test(key) && key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
