// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { appendToBucket, leafKey, readBucketLog } from '../../src/archive/bucket-log.ts';
import { readSmall } from '../../src/archive/object-reads.ts';
import { openForWriting } from '../../src/archive/open-bucket.ts';
import { checkpointIsSigned, parseCheckpoint } from '../../src/evidence/checkpoint.ts';
import { isRunEvent, type NewEvent } from '../../src/evidence/log-format.ts';
import { rootsBySize } from '../../src/evidence/merkle.ts';
import { instantOf } from '../../src/model/instant.ts';
import { BUCKET, openedBucket, s3Server, URL_OF_BUCKET } from '../support/bucket.ts';
import { testSigner } from '../support/signer.ts';

const run = promisify(execFile);
const signer = testSigner();
const KEYS = [createPublicKey(signer.publicKeyPem)];
const AT = instantOf(Date.UTC(2026, 0, 2));
const at = (key: string): string => `${BUCKET}/northwind/${key}`;

function aborted(id: string): NewEvent {
  return { event: 'run.aborted', at: AT, run: id, reason: 'why' };
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? `${error.message} / ${'remedy' in error ? String(error.remedy) : ''}` : String(error);
  }
  return 'nothing was refused';
}

describe('a log in a bucket', () => {
  test('is the tree and the checkpoints of a folder’s: dense from 0, one checkpoint each, locked, nothing written twice', async () => {
    const { server } = await s3Server({ pageSize: 2 });
    const bucket = await openedBucket();
    for (let index = 0; index < 5; index += 1) expect(await appendToBucket(bucket, aborted(`run ${index}`), signer)).toMatchObject({ placed: { sequence: index } });
    const { log, sizes } = await readBucketLog(bucket.objects);
    expect(sizes).toEqual([1, 2, 3, 4, 5]);
    const roots = rootsBySize(log.leaves);
    for (const size of sizes) {
      const checkpoint = parseCheckpoint((await readSmall(bucket.objects, `log/checkpoints/${size}`)) ?? '');
      expect(checkpoint !== null && checkpointIsSigned(checkpoint, KEYS) && roots[size]?.equals(checkpoint.root) === true && checkpoint.origin === log.origin, `size ${size}`).toBe(true);
    }
    expect([...server.objects].map(([, versions]) => versions.length)).toEqual(Array.from({ length: 11 }, () => 1));
    for (const [key, [version]] of server.objects) expect([version?.headers['x-amz-object-lock-mode'], (version?.headers['x-amz-object-lock-retain-until-date'] ?? '') > new Date(Date.now() + 29 * 86_400_000).toISOString()], key).toEqual(['GOVERNANCE', true]);
  });

  test('of eight processes at once loses nothing and repeats nothing', async () => {
    const { env } = await s3Server();
    const moduleOf = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const code = `const { appendToBucket } = await import(${moduleOf('../../src/archive/bucket-log.ts')}); const { openForWriting } = await import(${moduleOf('../../src/archive/open-bucket.ts')}); const { testSigner } = await import(${moduleOf('../support/signer.ts')});
      const [url, name, pem] = process.argv.slice(1); const signer = testSigner(pem); const bucket = await openForWriting(url, { mode: 'GOVERNANCE', days: 1 }); let known = [];
      for (let index = 0; index < 8; index += 1) known = (await appendToBucket(bucket, { event: 'run.aborted', at: '2026-01-02T00:00:00.000Z', run: name + ' ' + index, reason: 'ä' }, signer, known)).lines;`;
    await Promise.all(Array.from({ length: 8 }, (_, index) => run(process.execPath, ['--input-type=module', '-e', code, URL_OF_BUCKET, `process ${index}`, signer.pem], { env: { ...process.env, ...env } })));
    const { log, sizes } = await readBucketLog((await openedBucket()).objects);
    const events = log.events.filter(isRunEvent);
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 64 }, (_, index) => index));
    expect(new Set(events.map(({ run: id }) => id)).size).toBe(64);
    for (let index = 0; index < 8; index += 1) expect(events.filter(({ run: id }) => id.startsWith(`process ${index} `)).map(({ run: id }) => id)).toEqual(Array.from({ length: 8 }, (_, event) => `process ${index} ${event}`));
    expect(sizes).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
    expect(parseCheckpoint(log.checkpoint ?? '')?.root.equals(rootsBySize(log.leaves)[64] ?? Buffer.alloc(0))).toBe(true);
  }, 120_000);

  test('appends once where the answer to a write was lost', async () => {
    const { server } = await s3Server();
    const bucket = await openedBucket();
    await appendToBucket(bucket, aborted('first'), signer);
    for (const lost of [leafKey(1), 'log/checkpoints/3']) {
      server.loseAnswerTo((method, path) => method === 'PUT' && path === at(lost));
      await appendToBucket(bucket, aborted(`with ${lost} lost`), signer);
    }
    const { log, sizes } = await readBucketLog(bucket.objects);
    expect(log.events.filter(isRunEvent).map(({ run: id }) => id)).toEqual(['first', `with ${leafKey(1)} lost`, 'with log/checkpoints/3 lost']);
    expect(sizes).toEqual([1, 2, 3]);
  });

  test('asks an event that decides again with what another writer appended in between', async () => {
    await s3Server();
    const bucket = await openedBucket();
    await appendToBucket(bucket, aborted('first'), signer);
    const asked: number[] = [];
    const between: Promise<unknown>[] = [];
    const { placed } = await appendToBucket(bucket, (events) => {
      asked.push(events.length);
      if (events.length === 1) between.push(appendToBucket(bucket, aborted('quicker'), signer));
      return aborted(`sees ${events.length}`);
    }, signer);
    await Promise.all(between);
    const { log } = await readBucketLog(bucket.objects);
    // Whoever won, each event stands once and what decided saw all before it.
    expect(log.events).toHaveLength(3);
    expect(placed).toMatchObject({ run: `sees ${placed.sequence}` });
    expect(asked.at(-1)).toBe(placed.sequence);
  });

  test('whose last writer ended between leaf and checkpoint goes on, and loses nothing', async () => {
    const { server } = await s3Server();
    const bucket = await openedBucket();
    for (const id of ['a', 'b']) await appendToBucket(bucket, aborted(id), signer);
    server.objects.delete(at('log/checkpoints/2'));
    expect(await appendToBucket(bucket, aborted('c'), signer)).toMatchObject({ placed: { sequence: 2 } });
    expect((await readBucketLog(bucket.objects)).sizes).toEqual([1, 2, 3]);
  }, 40_000);

  test.each<readonly [string, (objects: Map<string, { body: Buffer }[]>) => void, RegExp]>([
    ['a leaf rewritten', (objects) => { for (const version of objects.get(at(leafKey(1))) ?? []) version.body = Buffer.from(version.body.toString().replace('why', 'who')); }, /does not fit its newest checkpoint/],
    ['a leaf gone from the middle', (objects) => objects.delete(at(leafKey(1))), /000000000001\.json: is missing/],
    ['its last leaf gone', (objects) => objects.delete(at(leafKey(2))), /does not fit its newest checkpoint: 2 leaves here, 3 there/],
    ['a leaf that is no event', (objects) => { for (const version of objects.get(at(leafKey(1))) ?? []) version.body = Buffer.from('{}'); }, /000000000001\.json/],
    ['its name replaced', (objects) => { for (const version of objects.get(at('log/origin')) ?? []) version.body = Buffer.from('rollcall-log/other\n'); }, /is of the log rollcall-log/],
    ['its checkpoints gone', (objects) => { for (const size of [1, 2, 3]) objects.delete(at(`log/checkpoints/${size}`)); }, /does not fit its newest checkpoint: 3 leaves here, and no checkpoint/],
  ])('with %s is not continued', async (_, change, expected) => {
    const { server } = await s3Server();
    const bucket = await openedBucket();
    for (const id of ['a', 'b', 'c']) await appendToBucket(bucket, aborted(id), signer);
    change(server.objects);
    const before = [...server.objects.keys()].sort();
    expect(await refusal(appendToBucket(bucket, aborted('d'), signer))).toMatch(expected);
    expect([...server.objects.keys()].sort()).toEqual(before);
  }, 40_000);
});

describe('a bucket', () => {
  test.each([[{ objectLock: false }, /has no Object Lock.*--object-lock-enabled-for-bucket/], [{ versioning: false, objectLock: false }, /keeps no versions/]])('that cannot keep evidence (%j) is refused with what to do, unless a person says without lock', async (options, expected) => {
    const { server } = await s3Server(options);
    expect(await refusal(openedBucket())).toMatch(expected);
    expect(server.objects.size).toBe(0);
    expect(await appendToBucket(await openedBucket('without lock'), aborted('a'), signer)).toMatchObject({ placed: { sequence: 0 } });
    expect([...server.objects.values()].flat().some(({ headers }) => 'x-amz-object-lock-mode' in headers)).toBe(false);
  });

  test('of a server that overlooks conditional writes gets no entry', async () => {
    const { server } = await s3Server({ conditions: false });
    expect(await refusal(appendToBucket(await openedBucket(), aborted('a'), signer))).toMatch(/overlooks If-None-Match.*conditional writes/);
    expect([...server.objects.keys()]).toEqual([at('log/origin')]);
  });

  test('that is not there, or gives no right, is told with a remedy', async () => {
    await s3Server();
    expect(await refusal(openForWriting('s3://another-bucket/x', 'without lock'))).toMatch(/NoSuchBucket.*docs\/archive\.md/);
    for (const name of ['s3://', 's3://UPPER/x', 's3://evidence-bucket/../x', 's3://evidence-bucket/a//b']) expect(await refusal(openForWriting(name, 'without lock')), name).toMatch(/is no place of a bucket/);
  });
});
