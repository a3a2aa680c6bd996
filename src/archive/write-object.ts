// SPDX-License-Identifier: Apache-2.0
import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { InputError } from '../model/errors.ts';
import { instantOf, millisecondsOf } from '../model/instant.ts';
import type { Body, Lock, StoredObject } from './objects.ts';
import { lockFrom, type BucketArchive } from './open-bucket.ts';

/** What became of one object: written and read back, or it was there already. */
export type Written = { readonly outcome: 'written'; readonly object: StoredObject } | { readonly outcome: 'exists' };

/**
 * Writes an object with its lock, reads the very version back, and holds bytes, lock and version against what was asked for: an answer of 200 says that something was kept, not what.
 * `onlyNew` makes the write conditional; `exists` then means that another's object is there. Throws an InputError where what is read back differs.
 */
export async function writeObject(bucket: BucketArchive, key: string, content: { readonly body: Body; readonly sha256: string }, onlyNew: boolean): Promise<Written> {
  const { objects, keeping, versioning } = bucket;
  const writer = randomUUID();
  const lock = lockFrom(keeping, instantOf(Date.now()));
  const put = await objects.put(key, content.body, { sha256: content.sha256, lock, onlyNew, writer });
  // Where the answer to a first try was lost, the second meets our own object.
  if (put === 'exists' && (await objects.head(key))?.writer !== writer) return { outcome: 'exists' };
  const place = `${objects.name}/${key}`;
  const back = await objects.read(key, put === 'exists' || put.versionId === null ? undefined : put.versionId);
  if (back === null) throw differs(place, 'is not there');
  const { sha256 } = await digestOf(back.body);
  if (sha256 !== content.sha256) throw differs(place, `has the digest ${sha256}, and ${content.sha256} was written`);
  if (versioning && (back.object.versionId ?? 'null') === 'null') throw differs(place, 'has no version id');
  if (lock !== null) requireLock(place, back.object.lock, lock);
  return { outcome: 'written', object: back.object };
}

function requireLock(place: string, there: Lock | null, asked: Lock): void {
  if (there === null) throw differs(place, 'has no lock, or the login may not read it (s3:GetObjectRetention)');
  if (there.mode !== asked.mode) throw differs(place, `is locked in mode ${there.mode}, not ${asked.mode}`);
  if (millisecondsOf(there.until) < millisecondsOf(asked.until)) throw differs(place, `is locked until ${there.until}, not ${asked.until}`);
}

function differs(place: string, what: string): InputError {
  return new InputError(place, `was written, and read back it ${what}`, 'nothing may be taken for kept here: look at the bucket with `aws s3api head-object`, and run it again');
}

/** SHA-256 and length of a stream. */
export async function digestOf(body: Readable): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
