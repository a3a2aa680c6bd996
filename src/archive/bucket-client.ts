// SPDX-License-Identifier: Apache-2.0
import { GetBucketVersioningCommand, GetObjectCommand, GetObjectLockConfigurationCommand, HeadObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../model/errors.ts';
import { parseInstant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import { LOCK_MODES, type Body, type Lock, type Objects, type ObjectVersion, type PutOptions, type StoredObject } from './objects.ts';

const TRIES = 6;
const HTTP = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true };
const WRITER = 'rollcall-writer';

/** What a caller names: a bucket, and the folder in it, without slashes at its ends. */
export interface BucketPlace { readonly bucket: string; readonly prefix: string }

/** The bucket through the AWS SDK, with the login, region and endpoint that the SDK finds (environment, profile, instance). Opens no connection yet. */
export async function bucketObjects({ bucket, prefix }: BucketPlace): Promise<Objects> {
  const client = await openClient();
  const name = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const base = prefix === '' ? '' : `${prefix}/`;
  const at = (key: string): { readonly Bucket: string; readonly Key: string } => ({ Bucket: bucket, Key: `${base}${key}` });
  const ask = <T>(what: string, send: () => Promise<T>): Promise<T> => attempt(`${name}: ${what}`, send);
  return {
    name,
    async protection() {
      const versioning = await ask('GetBucketVersioning', () => client.send(new GetBucketVersioningCommand({ Bucket: bucket })));
      const lock = await orNull(['ObjectLockConfigurationNotFoundError'], () => ask('GetObjectLockConfiguration', () => client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))));
      return { versioning: versioning.Status === 'Enabled', objectLock: lock?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled' };
    },
    async list(under, after) {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const page = await ask('ListObjectsV2', () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${base}${under}`, ...(after === undefined ? {} : { StartAfter: `${base}${after}` }), ...(token === undefined ? {} : { ContinuationToken: token }) })));
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(base.length));
        token = followed(`${name}: ListObjectsV2`, page.IsTruncated, page.NextContinuationToken, token);
      } while (token !== undefined);
      return keys.sort(byCodeUnit);
    },
    async versions(under) {
      const versions: ObjectVersion[] = [];
      let token: string | undefined;
      let mark: string | undefined;
      do {
        const page = await ask('ListObjectVersions', () => client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${base}${under}`, ...(token === undefined ? {} : { KeyMarker: token }), ...(mark === undefined ? {} : { VersionIdMarker: mark }) })));
        for (const [found, deleted] of [[page.Versions ?? [], false], [page.DeleteMarkers ?? [], true]] as const) for (const { Key, VersionId, IsLatest } of found) if (Key !== undefined) versions.push({ key: Key.slice(base.length), versionId: VersionId ?? 'null', latest: IsLatest === true, deleted });
        const before = `${token ?? ''} ${mark ?? ''}`;
        token = page.IsTruncated === true ? page.NextKeyMarker : undefined;
        mark = page.IsTruncated === true ? page.NextVersionIdMarker : undefined;
        if (page.IsTruncated === true && (token === undefined || `${token} ${mark ?? ''}` === before)) throw new Error(`${name}: ListObjectVersions says that it goes on and not where`);
      } while (token !== undefined);
      return versions.sort((a, b) => byCodeUnit(a.key, b.key));
    },
    async head(key) {
      const answer = await orNull(['NotFound', 'NoSuchKey'], () => ask(`HeadObject ${key}`, () => client.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }))));
      return answer === null ? null : storedOf(answer);
    },
    async read(key, versionId) {
      const answer = await orNull(['NotFound', 'NoSuchKey', 'NoSuchVersion'], () => ask(`GetObject ${key}`, () => client.send(new GetObjectCommand({ ...at(key), ...(versionId === undefined ? {} : { VersionId: versionId }) }))));
      if (answer === null) return null;
      if (!(answer.Body instanceof Readable)) throw new Error(`${name}: GetObject ${key} gave no stream`);
      return { object: storedOf(answer), body: answer.Body };
    },
    async put(key, body, options) {
      try {
        const answer = await ask(`PutObject ${key}`, () => client.send(new PutObjectCommand({ ...at(key), ...putInput(body, options) })));
        return { versionId: answer.VersionId ?? null };
      } catch (error) {
        if (options.onlyNew && nameOf(error) === 'PreconditionFailed') return 'exists';
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}

/** Integrity is checked here by digest and not by the SDK, whose default checksums other S3 servers do not all know. */
async function openClient(): Promise<S3Client> {
  const base = { maxAttempts: 1, requestHandler: HTTP, followRegionRedirects: true, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' } as const;
  // A named endpoint is another S3 server, whose buckets are seldom names of the DNS.
  const named = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const style = named === undefined ? {} : { forcePathStyle: true };
  const client = new S3Client({ ...base, ...style });
  try {
    await client.config.region();
    return client;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    client.destroy();
    return new S3Client({ ...base, ...style, region: 'us-east-1' });
  }
}

function putInput(body: Body, { sha256, lock, onlyNew, writer }: PutOptions): object {
  return {
    Body: 'bytes' in body ? body.bytes : createReadStream(body.file), ContentLength: 'bytes' in body ? body.bytes.length : body.size,
    ChecksumAlgorithm: 'SHA256', ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'), Metadata: { [WRITER]: writer },
    ...(onlyNew ? { IfNoneMatch: '*' } : {}), ...(lock === null ? {} : { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: new Date(lock.until) }),
  };
}

interface Answer { readonly ContentLength?: number | undefined; readonly ChecksumSHA256?: string | undefined; readonly VersionId?: string | undefined; readonly ObjectLockMode?: string | undefined; readonly ObjectLockRetainUntilDate?: Date | undefined; readonly Metadata?: Readonly<Record<string, string>> | undefined }

function storedOf(answer: Answer): StoredObject {
  const sha256 = Buffer.from(answer.ChecksumSHA256 ?? '', 'base64');
  return {
    // A checksum of another form (of parts, with their number) is none over the bytes.
    size: answer.ContentLength ?? 0, sha256: sha256.length === 32 && sha256.toString('base64') === answer.ChecksumSHA256 ? sha256.toString('hex') : null,
    versionId: answer.VersionId ?? null, lock: lockOf(answer), writer: answer.Metadata?.[WRITER] ?? null,
  };
}

function lockOf({ ObjectLockMode, ObjectLockRetainUntilDate }: Answer): Lock | null {
  const mode = LOCK_MODES.find((known) => known === ObjectLockMode);
  const until = ObjectLockRetainUntilDate === undefined ? null : parseInstant(ObjectLockRetainUntilDate.toISOString());
  return mode === undefined || until === null ? null : { mode, until };
}

function followed(place: string, truncated: boolean | undefined, next: string | undefined, before: string | undefined): string | undefined {
  if (truncated !== true) return undefined;
  if (next === undefined || next === before) throw new Error(`${place} says that it goes on and not where`);
  return next;
}

/** One request, repeated while what failed may pass: throttles, server faults, lost connections, and 409, another conditional write of the same key under way. */
async function attempt<T>(place: string, send: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof S3ServiceException)) {
        if (isConnection(error) && count < TRIES) await sleep(100 * 2 ** count * Math.random());
        else throw refusal(place, error);
        continue;
      }
      const status = error.$metadata.httpStatusCode ?? 0;
      const passing = status >= 500 || status === 429 || (status === 409 && error.name === 'ConditionalRequestConflict') || error.name === 'RequestTimeout';
      if (!passing || count >= TRIES) throw refusal(place, error);
      await sleep(100 * 2 ** count * Math.random());
    }
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  NoSuchBucket: 'name a bucket that is there; docs/archive.md tells how to make one with Object Lock',
  AccessDenied: 'give the login the rights that docs/archive.md lists', Forbidden: 'give the login the rights that docs/archive.md lists',
  InvalidAccessKeyId: 'check the AWS login', SignatureDoesNotMatch: 'check the AWS login', ExpiredToken: 'log in again',
};

/** A refusal that a person can do something about; what a caller asks about by name (a missing key, a condition) stays as it is. */
function refusal(place: string, error: unknown): unknown {
  if (nameOf(error) === 'CredentialsProviderError') return new InputError(place, 'no AWS login was found', 'set AWS_PROFILE, or log in', { cause: error });
  if (isConnection(error)) return new InputError(place, `no answer: ${error instanceof Error ? error.message : String(error)}`, 'check network and endpoint, and run it again: what is there already is not sent twice', { cause: error });
  const remedy = REMEDIES[nameOf(error)];
  if (remedy === undefined) return error;
  return new InputError(place, `${nameOf(error)}${error instanceof Error && error.message !== '' ? `: ${error.message}` : ''}`, remedy, { cause: error });
}

async function orNull<T>(names: readonly string[], send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (names.includes(nameOf(error))) return null;
    throw error;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function isConnection(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes((error as NodeJS.ErrnoException).code ?? ''));
}
