// SPDX-License-Identifier: Apache-2.0
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwsServer } from '../../fixtures/servers/aws-query.ts';
import { startS3, type FixtureS3 } from '../../fixtures/servers/s3.ts';
import { editFile } from '../support/forge.ts';
import { smallArchive } from '../support/small-archive.ts';
import { entries, machine, rollcall, type Ended } from './child.ts';
import { configure, day, serve, UNIT } from './company-server.ts';

const here = machine();
let aws: AwsServer;
let s3: FixtureS3;
beforeAll(async () => { [aws, s3] = [await serve(), await startS3('evidence-bucket')]; });
afterAll(async () => { await Promise.all([aws.close(), s3.close()]); });

async function run(cwd: string, ...args: readonly string[]): Promise<Ended & { readonly json: { readonly [member: string]: unknown } }> {
  const done = await rollcall(args, { cwd, env: { ...here().environment(aws.url), AWS_ENDPOINT_URL_S3: s3.url } });
  return { ...done, json: done.stdout.startsWith('{') ? (JSON.parse(done.stdout) as { readonly [member: string]: unknown }) : {} };
}

describe('rollcall archive', () => {
  test('push, check, fetch and prove, with exit codes that scripts can use', async () => {
    const small = await smallArchive();
    const folder = await here().folder('archive');
    const bucket = 's3://evidence-bucket/commands';
    expect(await run(folder, 'archive', 'check', '--archive', small.archive)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/7 log entries, 1 runs, 2 documents; nothing found/) });
    expect(await run(folder, 'archive', 'push', bucket, '--archive', small.archive, '--mode', 'compliance', '--retain-days', '3')).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/7 of 7 log entries sent[^]*1 sent, 0 there already[^]*locked for 3 days, mode COMPLIANCE/) });
    expect(await run(folder, 'archive', 'push', bucket, '--archive', small.archive, '--json')).toMatchObject({ code: 0, json: { exitCode: 0, refused: null, objects: { written: 0 }, runs: { there: [small.run] } } });
    expect(await run(folder, 'archive', 'check', '--archive', bucket, '--json')).toMatchObject({ code: 0, json: { exitCode: 0, findings: [], counts: { entries: 7, runs: 1, documents: 2 } } });
    expect(await run(folder, 'archive', 'fetch', bucket, '--archive', 'restored')).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 runs fetched and verified.*2 documents; 7 log entries/) });
    const pub = join(folder, 'signer.pub.pem');
    await writeFile(pub, small.signer.publicKeyPem);
    for (const flags of [['--from', '2', '--to', '6'], ['--leaf', '4'], ['--leaf', '0', '--to', '3']]) {
      const proof = await run(folder, 'archive', 'prove', ...flags, '--archive', flags[0] === '--leaf' ? bucket : 'restored');
      expect(proof.code, proof.stderr).toBe(0);
      await writeFile(join(folder, 'proof.json'), proof.stdout);
      expect(await run(folder, 'archive', 'prove', '--check', 'proof.json', '--key', pub)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^holds: [^]*signed by a key that was given/) });
      expect(await run(folder, 'archive', 'prove', '--check', 'proof.json')).toMatchObject({ code: 0, stdout: expect.stringMatching(/cannot be said/) });
    }
    await editFile(join(folder, 'proof.json'), (text) => text.replace(/"leaf": "/, '"leaf": "x'));
    expect(await run(folder, 'archive', 'prove', '--check', 'proof.json', '--json')).toMatchObject({ code: 1, json: { holds: false, exitCode: 1 } });
    await editFile(join(small.log, 'leaves.jsonl'), (text) => text.replace('interrupted', 'nothing'));
    expect(await run(folder, 'archive', 'check', '--archive', small.archive)).toMatchObject({ code: 1, stdout: expect.stringMatching(/history_rewritten/) });
    for (const [args, expected] of [
      [['archive', 'check', '--archive', 'nowhere'], /there is no folder nowhere/], [['archive', 'push', 's3://no-such-bucket/x', '--archive', 'restored'], /NoSuchBucket/], [['archive', 'push', 'bucket', '--archive', 'restored'], /is no place of a bucket/],
      [['archive', 'prove', '--archive', 'restored'], /nothing to prove was named/], [['archive', 'prove', '--from', '5', '--to', '9', '--archive', 'restored'], /the log has 7 entries/], [['archive', 'push', 's3://evidence-bucket/x', '--retain-days', '0'], /1 to 36500/],
    ] as const) expect(await run(folder, ...args), args.join(' ')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(expected) });
  }, 120_000);
});

describe('a scan into a bucket', () => {
  const more = { output: { archive: 's3://evidence-bucket/scans', folder: './local', retainDays: 5 }, expectedGaps: [{ unit: UNIT, source: 'aws.iam.ssh-public-keys', cause: 'denied_by_org_policy', reason: 'policy P-7', approver: 'jane@example.com', expires: day(30) }] };

  test('has its start in the bucket’s log before its first request, and ends there sealed, sent and read back', async () => {
    const folder = await here().folder('scan');
    await configure(folder, more);
    s3.requests.length = 0;
    const first = await run(folder, 'scan', '--json', '--bulk-only');
    expect(first.code, first.stderr).toBe(0);
    const id = (await entries(join(folder, 'local/runs')))[0] ?? '';
    expect(first.json).toMatchObject({ archive: { refused: null, findings: [], runs: { sent: [id] }, log: { relation: 'same', entries: 3 } } });
    expect(s3.objects.get('evidence-bucket/scans/log/leaves/000000000000.json')?.[0]?.body.toString()).toContain('"run.started"');
    expect(await readFile(join(folder, 'local/log/leaves.jsonl'), 'utf8')).toBe([0, 1, 2].map((sequence) => `${s3.objects.get(`evidence-bucket/scans/log/leaves/00000000000${sequence}.json`)?.[0]?.body.toString() ?? ''}\n`).join(''));
    expect(await run(folder, 'archive', 'check', '--archive', 's3://evidence-bucket/scans', '--json')).toMatchObject({ code: 0, json: { findings: [], counts: { entries: 3, runs: 1 } } });
    // The log's times fit the calls': the start is no later than the first request.
    expect(await run(folder, 'verify', '--json', join('local/runs', id))).toMatchObject({ code: 0, json: { verdicts: expect.arrayContaining([expect.objectContaining({ name: 'time', result: 'cannot_say' })]) } });

    // Another machine, with an empty folder of its own, goes on in the same log.
    const other = await here().folder('other');
    await configure(other, more);
    expect((await run(other, 'scan', '--quiet', '--bulk-only')).code).toBe(0);
    expect(await run(other, 'archive', 'check', '--archive', 's3://evidence-bucket/scans', '--json')).toMatchObject({ code: 0, json: { findings: [], counts: { entries: 6, runs: 2 } } });
    expect((await entries(join(other, 'local/log/checkpoints'))).length).toBe(6);
  }, 120_000);

  test('asks nothing of a provider where folder and bucket disagree, or the bucket keeps no locks', async () => {
    const folder = await here().folder('refused');
    await configure(folder, { output: { archive: 's3://evidence-bucket/refused', folder: './local' } });
    const small = await smallArchive();
    await cp(small.archive, join(folder, 'local'), { recursive: true });
    const other = await smallArchive();
    expect((await run(folder, 'archive', 'push', 's3://evidence-bucket/refused', '--archive', other.archive)).code).toBe(0);
    const count = aws.requests.length;
    expect(await run(folder, 'scan', '--quiet', '--bulk-only')).toMatchObject({ code: 2, stderr: expect.stringMatching(/the bucket holds another log/) });
    const bare = await startS3('evidence-bucket', { objectLock: false });
    try {
      const done = await rollcall(['scan', '--quiet', '--bulk-only'], { cwd: folder, env: { ...here().environment(aws.url), AWS_ENDPOINT_URL_S3: bare.url } });
      expect(done).toMatchObject({ code: 2, stderr: expect.stringMatching(/has no Object Lock/) });
    } finally {
      await bare.close();
    }
    expect(aws.requests.length).toBe(count);
  }, 120_000);
});
