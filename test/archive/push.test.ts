// SPDX-License-Identifier: Apache-2.0
import { appendFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBucketLog } from '../../src/archive/bucket-log.ts';
import { bucketView } from '../../src/archive/bucket-view.ts';
import { checkArchive } from '../../src/archive/check.ts';
import { fetchArchive } from '../../src/archive/fetch.ts';
import { openBucket } from '../../src/archive/open-bucket.ts';
import { pushArchive } from '../../src/archive/push.ts';
import { beginRun } from '../../src/archive/run-folder.ts';
import { folderView } from '../../src/archive/view.ts';
import { filesOf } from '../../src/evidence/bag.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { sealBundle } from '../../src/evidence/seal.ts';
import { readRun } from '../../src/evidence/read-seal.ts';
import { instantOf } from '../../src/model/instant.ts';
import { judgeHistory } from '../../src/verify/log-history.ts';
import { BUCKET, openedBucket, s3Server, URL_OF_BUCKET } from '../support/bucket.ts';
import { rewriteLog } from '../support/forge.ts';
import { smallArchive } from '../support/small-archive.ts';
import { temporaryFolder } from '../support/temp.ts';

const at = (key: string): string => `${BUCKET}/northwind/${key}`;

async function findings(now = Date.now(), kept?: string): Promise<{ readonly lines: readonly string[]; readonly notes: readonly string[] }> {
  const view = await bucketView(await openBucket(URL_OF_BUCKET), instantOf(now));
  try {
    const report = await checkArchive(view, await judgeHistory(view.logFolder, kept, []));
    return { lines: report.findings.map(({ code, place, message }) => `${code} ${place}: ${message}`), notes: report.notes };
  } finally {
    await view.close();
  }
}

async function fetched(folder: string): ReturnType<typeof fetchArchive> {
  const objects = await openBucket(URL_OF_BUCKET);
  try {
    return await fetchArchive(objects, folder);
  } finally {
    objects.close();
  }
}

describe('pushing an archive', () => {
  test('sends everything once, locked and read back; a second time it verifies and sends nothing', async () => {
    const { server } = await s3Server({ pageSize: 7 });
    const [small, bucket] = [await smallArchive(), await openedBucket()];
    const first = await pushArchive(small.archive, bucket, Date.now);
    const { files } = await filesOf(small.bundle);
    expect(first).toMatchObject({ refused: null, findings: [], log: { relation: 'folder_ahead', sent: 7, entries: 7 }, runs: { sent: [small.run], there: [], held: [] }, objects: { written: files.length + 3, there: 0 } });
    expect([...server.objects.keys()].sort()).toEqual([...files.map((file) => `runs/${small.run}/${file}`), `documents/${small.document}`, `documents/${small.stamp}`, 'log/anchors/6.tsr', 'log/origin', ...[1, 2, 3, 4, 5, 6, 7].flatMap((size) => [`log/checkpoints/${size}`, `log/leaves/00000000000${size - 1}.json`])].map(at).sort());
    for (const [key, versions] of server.objects) expect([versions.length, versions[0]?.headers['x-amz-object-lock-mode']], key).toEqual([1, 'GOVERNANCE']);
    // What was written was read back, that very version.
    const put = server.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('?')[0] ?? '');
    for (const path of put) expect(server.requests.some((request) => request.method === 'GET' && request.path.startsWith(`${path}?`) && request.path.includes('versionId=')), path).toBe(true);
    // The seal goes out after all else of its run, the log after what it names.
    expect(put.indexOf(at(`runs/${small.run}/seal.dsse.json`))).toBe(put.indexOf(at('log/origin')) - 1);
    expect(await findings()).toMatchObject({ lines: [] });

    const count = server.requests.length;
    expect(await pushArchive(small.archive, bucket, Date.now)).toMatchObject({ refused: null, findings: [], log: { relation: 'same', sent: 0 }, runs: { sent: [], there: [small.run] }, objects: { written: 0, there: files.length + 3 } });
    expect(server.requests.slice(count).filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  test('goes on where it was cut short, and brings what came later', async () => {
    const { server } = await s3Server();
    const [small, bucket] = [await smallArchive(), await openedBucket()];
    await pushArchive(small.archive, bucket, Date.now);
    for (const key of [`runs/${small.run}/seal.dsse.json`, 'log/checkpoints/7', 'log/leaves/000000000006.json']) server.objects.delete(at(key));
    const open = await beginRun(small.archive, small.signer, { run: 'later-run', tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, Date.now);
    await open.abort('interrupted');
    expect(await pushArchive(small.archive, bucket, Date.now)).toMatchObject({ refused: null, findings: [], log: { relation: 'folder_ahead', entry: 6, sent: 3 }, objects: { written: 1 } });
    expect((await readBucketLog(bucket.objects)).lines).toHaveLength(9);
    expect(await findings()).toMatchObject({ lines: [] });
  });

  test('names the first entry that differs, or what is missing, and sends nothing', async () => {
    const { server } = await s3Server();
    const [small, bucket] = [await smallArchive(), await openedBucket()];
    await pushArchive(small.archive, bucket, Date.now);
    const { events } = await readLog(small.log);
    const before = server.requests.length;
    await rewriteLog(small.log, small.signer, events.map((event) => (event.event === 'run.aborted' ? { ...event, reason: 'nothing' } : event)));
    expect(await pushArchive(small.archive, bucket, Date.now)).toMatchObject({ refused: expect.stringMatching(/entry 4 is not the same/), log: { relation: 'forked', entry: 4, here: expect.stringContaining('nothing'), there: expect.stringContaining('interrupted') }, objects: { written: 0 } });
    await rewriteLog(small.log, small.signer, events.slice(0, 3));
    expect(await pushArchive(small.archive, bucket, Date.now)).toMatchObject({ refused: expect.stringMatching(/the folder's log is shorter: it ends after 3 entries, and the bucket has 7/) });
    const other = await smallArchive();
    expect(await pushArchive(other.archive, bucket, Date.now)).toMatchObject({ refused: expect.stringMatching(/the bucket holds another log/) });
    expect(server.requests.slice(before).filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  test('leaves a run that was altered, and one that the log does not know, where they are', async () => {
    const { server } = await s3Server();
    const [small, bucket] = [await smallArchive(), await openedBucket()];
    await cp(small.bundle, join(small.archive, 'runs/unlogged'), { recursive: true });
    await appendFile(join(small.bundle, 'data/README.md'), 'x');
    await appendFile(join(small.archive, 'documents', small.document), 'x');
    const outcome = await pushArchive(small.archive, bucket, Date.now);
    expect(outcome.findings.map(({ code, place }) => `${code} ${place}`)).toEqual([`document_altered documents/${small.document}`, `run_altered runs/${small.run}`, `run_altered runs/${small.run}`, 'run_not_logged runs/unlogged']);
    expect(outcome.runs).toEqual({ sent: [], there: [], held: [small.run, 'unlogged'] });
    expect([...server.objects.keys()].filter((key) => !key.startsWith(at('log/')))).toEqual([at(`documents/${small.stamp}`)]);
  });

  test('brings the newer version of a run that was sealed again, and keeps the older', async () => {
    const { server } = await s3Server();
    const [small, bucket] = [await smallArchive(), await openedBucket()];
    await pushArchive(small.archive, bucket, Date.now);
    await appendFile(join(small.bundle, 'data/README.md'), 'more\n');
    await sealBundle(small.bundle, { logDir: small.log, signer: small.signer, at: instantOf(Date.now()), run: await readRun(small.bundle) });
    expect(await pushArchive(small.archive, bucket, Date.now)).toMatchObject({ refused: null, findings: [], runs: { sent: [small.run] } });
    expect(server.objects.get(at(`runs/${small.run}/data/README.md`))).toHaveLength(2);
    const after = await findings();
    expect(after.lines).toEqual([]);
    expect(after.notes.join()).toMatch(/derived files of runs have earlier versions/);
  });

  test('without a lock says so', async () => {
    await s3Server({ versioning: false, objectLock: false });
    const small = await smallArchive();
    expect(await pushArchive(small.archive, await openedBucket('without lock'), Date.now)).toMatchObject({ keeping: 'without lock', refused: null, findings: [] });
    expect((await findings()).notes.join()).toMatch(/no Object Lock/);
  });
});

describe('an archive in a bucket', () => {
  test.each<readonly [string, (objects: Map<string, { versionId: string; marker: boolean; body: Buffer; headers: Record<string, string> }[]>, run: string, document: string) => void, readonly RegExp[]]>([
    ['an object hidden by a delete marker', (objects, run) => objects.get(at(`runs/${run}/data/README.md`))?.push({ versionId: 'gone', marker: true, body: Buffer.alloc(0), headers: {} }), [/^object_hidden runs\/.*README\.md: is hidden by a delete marker \(version gone\); version .* is still there/, /^run_altered .*README\.md is missing/, /^run_altered .*Payload-Oxum/]],
    ['an object put over', (objects, _run, document) => objects.get(at(`documents/${document}`))?.push({ versionId: 'new', marker: false, body: Buffer.from('other'), headers: {} }), [/^document_altered /, /^object_replaced documents\/.*was written 2 times/, /^lock_missing documents\//]],
    ['an object altered in place', (objects, run) => { for (const version of objects.get(at(`runs/${run}/data/scope.json`)) ?? []) version.body = Buffer.from('{}'); }, [/^run_altered .*scope\.json was changed/, /^run_altered .*Payload-Oxum/]],
    ['a run removed', (objects, run) => { for (const key of objects.keys()) if (key.startsWith(at(`runs/${run}/`))) objects.delete(key); }, [/^run_missing /]],
    ['a leaf rewritten over its older version', (objects) => { const leaf = objects.get(at('log/leaves/000000000004.json')); leaf?.push({ ...leaf[0], versionId: 'new', marker: false, headers: leaf[0]?.headers ?? {}, body: Buffer.from((leaf[0]?.body.toString() ?? '').replace('interrupted', 'nothing')) }); }, [/^log log\/checkpoint: .*history_rewritten/, /^object_replaced log\/leaves\/000000000004\.json/]],
    ['the last entries hidden', (objects) => { for (const key of ['log/leaves/000000000006.json', 'log/checkpoints/7']) objects.get(at(key))?.push({ versionId: 'gone', marker: true, body: Buffer.alloc(0), headers: {} }); }, [/^object_hidden log\/leaves\/000000000006/, /^object_hidden log\/checkpoints\/7/]],
    ['a checkpoint of another history', (objects) => { const [one, two] = [objects.get(at('log/checkpoints/2'))?.[0], objects.get(at('log/checkpoints/3'))?.[0]]; if (one !== undefined && two !== undefined) one.body = two.body; }, [/^log log\/checkpoints\/2: is no checkpoint of this log and of its name's size/]],
    ['what has no place there', (objects) => { for (const key of ['notes.txt', 'log/leaves/7.json', 'runs/../x', 'documents/x']) objects.set(at(key), [{ versionId: 'x', marker: false, body: Buffer.from('{}'), headers: {} }]); }, ['notes.txt', 'log/leaves/7.json', 'runs/../x', 'documents/x'].map((key) => new RegExp(`^unknown_file ${key}`)).concat(/^log log\/leaves\.jsonl/, /^lock_missing log\/leaves\/7/)],
  ])('with %s is told by a check, and nothing else is', async (_, damage, expected) => {
    const { server } = await s3Server();
    const small = await smallArchive();
    await pushArchive(small.archive, await openedBucket(), Date.now);
    damage(server.objects, small.run, small.document);
    const { lines } = await findings();
    for (const pattern of expected) expect(lines).toContainEqual(expect.stringMatching(pattern));
    expect(lines.filter((line) => !expected.some((pattern) => pattern.test(line)))).toEqual([]);
  });

  test('whose log was rewritten whole, where nothing locked it, shows by a checkpoint held elsewhere alone', async () => {
    const { server } = await s3Server({ versioning: false, objectLock: false });
    const [small, bucket] = [await smallArchive(), await openedBucket('without lock')];
    await pushArchive(small.archive, bucket, Date.now);
    const kept = await readFile(join(small.log, 'checkpoint'), 'utf8');
    expect((await findings(Date.now(), kept)).lines).toEqual([]);
    for (const key of server.objects.keys()) if (key.startsWith(at('log/'))) server.objects.delete(key);
    const { events } = await readLog(small.log);
    await rewriteLog(small.log, small.signer, events.map((event) => (event.event === 'run.aborted' ? { ...event, reason: 'nothing' } : event)));
    expect(await pushArchive(small.archive, bucket, Date.now)).toMatchObject({ refused: null });
    expect((await findings()).lines).toEqual([]);
    expect((await findings(Date.now(), kept)).lines).toEqual([expect.stringMatching(/^log log\/leaves\.jsonl: history_rewritten: its first 7 leaves are not those of the checkpoint that you kept/)]);
  });

  test('whose locks have ended says so, and is not at fault', async () => {
    await s3Server();
    await pushArchive((await smallArchive()).archive, await openedBucket(), Date.now);
    const later = await findings(Date.now() + 31 * 86_400_000);
    expect(later.lines).toEqual([]);
    expect(later.notes.join()).toMatch(/locks have ended/);
  });
});

describe('fetching an archive', () => {
  test('brings back the same bytes, then only what is new; the copy checks and goes on', async () => {
    await s3Server({ pageSize: 5 });
    const [small, bucket, folder] = [await smallArchive(), await openedBucket(), join(await temporaryFolder(), 'restored')];
    await pushArchive(small.archive, bucket, Date.now);
    expect(await fetched(folder)).toMatchObject({ refused: null, findings: [], runs: { fetched: [small.run], there: [], held: [] }, documents: { fetched: 2, there: 0 }, log: { relation: 'bucket_ahead', entries: 7 } });
    const [ours, theirs] = [await filesOf(small.archive), await filesOf(folder)];
    expect(theirs.files).toEqual(ours.files);
    for (const file of ours.files) expect((await readFile(join(folder, file))).equals(await readFile(join(small.archive, file))), file).toBe(true);
    expect(await readdir(join(folder, 'work'))).toEqual([]);
    expect((await checkArchive(await folderView(folder), await judgeHistory(join(folder, 'log'), undefined, []))).findings).toEqual([]);
    const open = await beginRun(folder, small.signer, { run: 'from-the-copy', tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, Date.now);
    await open.abort('interrupted');
    expect(await pushArchive(folder, bucket, Date.now)).toMatchObject({ refused: null, log: { sent: 2 } });
    expect(await fetched(small.archive)).toMatchObject({ refused: null, findings: [], runs: { there: [small.run] }, log: { relation: 'bucket_ahead', entry: 7 } });
    expect((await readLog(small.log)).events).toHaveLength(9);
    expect(await fetched(small.archive)).toMatchObject({ log: { relation: 'same' } });
  });

  test('keeps out what is not as it was sealed, and names that never come to be a path', async () => {
    const { server } = await s3Server();
    const [small, folder] = [await smallArchive(), join(await temporaryFolder(), 'restored')];
    await pushArchive(small.archive, await openedBucket(), Date.now);
    for (const version of server.objects.get(at(`runs/${small.run}/data/README.md`)) ?? []) version.body = Buffer.from('changed');
    for (const version of server.objects.get(at(`documents/${small.document}`)) ?? []) version.body = Buffer.from('changed');
    server.objects.set(at('runs/../../escaped'), [{ versionId: 'x', marker: false, body: Buffer.from('x'), headers: {} }]);
    const outcome = await fetched(folder);
    expect(outcome.findings.map(({ code }) => code).sort()).toEqual(['document_altered', 'run_altered', 'run_altered', 'unknown_file']);
    expect(outcome).toMatchObject({ runs: { fetched: [], held: [small.run] }, documents: { fetched: 1 } });
    expect((await filesOf(folder)).files.filter((file) => !file.startsWith('log/'))).toEqual([`documents/${small.stamp}`]);
  });

  test('refuses a folder whose log has parted or is another', async () => {
    await s3Server();
    const [small, other] = [await smallArchive(), await smallArchive()];
    await pushArchive(small.archive, await openedBucket(), Date.now);
    expect(await fetched(other.archive)).toMatchObject({ refused: expect.stringMatching(/holds another log/), runs: { fetched: [] } });
    const { events } = await readLog(small.log);
    await rewriteLog(small.log, small.signer, events.map((event) => (event.event === 'run.aborted' ? { ...event, reason: 'nothing' } : event)));
    const before = await readFile(join(small.log, 'leaves.jsonl'), 'utf8');
    expect(await fetched(small.archive)).toMatchObject({ refused: expect.stringMatching(/entry 4 is not the same/) });
    expect(await readFile(join(small.log, 'leaves.jsonl'), 'utf8')).toBe(before);
    await rm(join(small.log, 'checkpoint'));
    await mkdir(join(small.archive, 'empty'));
    await expect(fetched(small.archive)).rejects.toThrow(/does not fit its newest checkpoint/);
  });
});
