// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import type { Instant } from '../model/instant.ts';

/** How long, and how firmly, a bucket keeps one version of an object. `until` is the moment before which no one may delete it (governance: but for who holds the right to bypass). */
export interface Lock { readonly mode: LockMode; readonly until: Instant }
export const LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;
export type LockMode = (typeof LOCK_MODES)[number];

/** What a bucket says of one version of an object. `sha256` in hex, as the bucket counted it on arrival; null where it keeps none. `writer`: the token of the write that made it. */
export interface StoredObject { readonly size: number; readonly sha256: string | null; readonly versionId: string | null; readonly lock: Lock | null; readonly writer: string | null }
/** One version of a key; `deleted` marks a version that only hides those below it. */
export interface ObjectVersion { readonly key: string; readonly versionId: string; readonly latest: boolean; readonly deleted: boolean }
/** Bytes to store: held in memory, or a file that is read as it is sent. */
export type Body = { readonly bytes: Uint8Array } | { readonly file: string; readonly size: number };
export interface PutOptions { readonly sha256: string; readonly lock: Lock | null; /** Refused where the key has a current version (`If-None-Match: *`). */ readonly onlyNew: boolean; readonly writer: string }

/**
 * A bucket and a prefix in it, as an archive needs them; keys are relative to the prefix. Every call throws an InputError with a remedy where the bucket refuses, and repeats
 * what failed for a moment only, so a write may have arrived although its answer was lost: `writer` tells whose it is.
 */
export interface Objects {
  /** As in `s3://bucket/prefix`. */
  readonly name: string;
  protection(): Promise<{ readonly versioning: boolean; readonly objectLock: boolean }>;
  /** Keys of current versions below a folder, by code unit. `after`: only keys beyond this one. */
  list(under: string, after?: string): Promise<readonly string[]>;
  /** Every version of every key below a folder. */
  versions(under: string): Promise<readonly ObjectVersion[]>;
  head(key: string): Promise<StoredObject | null>;
  /** The bytes of a version (default: the current one); null where there is none. */
  read(key: string, versionId?: string): Promise<{ readonly object: StoredObject; readonly body: Readable } | null>;
  /** `exists`: the key has a current version, and `onlyNew` was asked for. */
  put(key: string, body: Body, options: PutOptions): Promise<{ readonly versionId: string | null } | 'exists'>;
  close(): void;
}
