// SPDX-License-Identifier: Apache-2.0
import { InputError } from '../model/errors.ts';
import type { Lock, LockMode, Objects } from './objects.ts';
import { plusDays, type Instant } from '../model/instant.ts';

/** How objects are written: locked for so many days, or, where a person said so, not at all. */
export type Keeping = { readonly mode: LockMode; readonly days: number } | 'without lock';
/** A bucket that is written to, and how. */
export interface BucketArchive { readonly objects: Objects; readonly keeping: Keeping; readonly versioning: boolean }

/** Whether an archive's name means a bucket. */
export function isBucket(archive: string): boolean {
  return /^s3:/i.test(archive);
}

/** Opens `s3://bucket/prefix` for reading. The SDK is loaded here and nowhere before. Throws an InputError for a name that is none. */
export async function openBucket(url: string): Promise<Objects> {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  const trimmed = prefix.replace(/\/$/, '');
  if (bucket === '' || (trimmed !== '' && trimmed.split('/').some((part) => !/^[A-Za-z0-9!_.*'()-]+$/.test(part) || part === '.' || part === '..'))) throw new InputError(url, 'is no place of a bucket', 'write s3://BUCKET or s3://BUCKET/FOLDER, with letters, digits, dot, hyphen and underscore');
  const { bucketObjects } = await import('./bucket-client.ts');
  return await bucketObjects({ bucket, prefix: trimmed });
}

/** Opens a bucket for writing: it must keep versions and locks, unless `keeping` says that it is done without. Throws an InputError where it does not. */
export async function openForWriting(url: string, keeping: Keeping): Promise<BucketArchive> {
  const objects = await openBucket(url);
  try {
    const { versioning, objectLock } = await objects.protection();
    if (keeping !== 'without lock' && !(versioning && objectLock)) throw new InputError(objects.name, versioning ? 'the bucket has no Object Lock' : 'the bucket keeps no versions, and so no Object Lock', 'make one with `aws s3api create-bucket --object-lock-enabled-for-bucket`, or turn versioning and Object Lock on (docs/archive.md); with --without-lock nothing stops whoever may write there from replacing evidence');
    return { objects, keeping, versioning };
  } catch (error) {
    objects.close();
    throw error;
  }
}

/** The lock of what is written at a moment, on the second: S3 gives it back no finer. */
export function lockFrom(keeping: Keeping, now: Instant): Lock | null {
  if (keeping === 'without lock') return null;
  return { mode: keeping.mode, until: plusDays(`${now.slice(0, 19)}.000Z` as Instant, keeping.days) };
}
