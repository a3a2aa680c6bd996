// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { copyFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwsServer } from '../../fixtures/servers/aws-query.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { shellBlocks } from '../../tools/shell-blocks.ts';
import { stamps, startAuthority, type TestAuthority } from '../support/authority.ts';
import { authorities } from '../support/authorities.ts';
import { entries, machine, onlyRun, rollcall, type Ended } from './child.ts';
import { configure, serve } from './company-server.ts';

const here = machine();
const trusted = authorities();
let authority: TestAuthority;
let aws: AwsServer;
beforeAll(async () => { [authority, aws] = [await startAuthority(() => undefined), await serve()]; });
afterAll(async () => { await authority.close(); await aws.close(); });

const run = (folder: string, ...args: readonly string[]): Promise<Ended> => rollcall(args, { cwd: folder, env: here().environment(aws.url) });
const BY = ['--by', 'Ines Duarte'] as const;

/** An archive whose log has one entry: a key of the register. */
async function archiveOf(name: string): Promise<string> {
  const folder = await here().folder(name);
  const { code, stderr } = await run(folder, 'keys', 'add', '--custody', 'a test', ...BY);
  expect(code, stderr).toBe(0);
  return folder;
}

const eventsOf = async (folder: string): ReturnType<typeof readLog> => readLog(join(folder, 'evidence/log'));

describe('rollcall anchor --tsa', () => {
  test('keeps the answer twice, logs it, and the documented commands of openssl agree', async () => {
    authority.behaviour = stamps(trusted().signer);
    const folder = await archiveOf('granted');
    const checkpoint = await readFile(join(folder, 'evidence/log/checkpoint'));
    const { code, stdout, stderr } = await run(folder, 'anchor', '--tsa', authority.url, '--json');
    expect(code, stderr).toBe(0);
    const answer = await readFile(join(folder, 'evidence/log/anchors/1.tsr'));
    const { events } = await eventsOf(folder);
    expect(events[1]).toMatchObject({ event: 'checkpoint.anchored', size: 1, checkpointSha256: sha256(checkpoint), anchor: { kind: 'rfc3161', authority: 'CN=Stamps, O=Test', tokenSha256: sha256(answer) } });
    expect(await readFile(join(folder, 'evidence/documents', sha256(answer)))).toEqual(answer);
    expect(JSON.parse(stdout)).toMatchObject({ anchored: true, size: 1, sequence: 1, checkpointSha256: sha256(checkpoint) });
    await copyFile(trusted().ca.certificate, join(folder, 'authority-ca.pem'));
    const page = await readFile(join(import.meta.dirname, '../../docs/anchors.md'), 'utf8');
    const [block = ''] = shellBlocks(page, true);
    const said = await promisify(execFile)('sh', ['-e', '-c', block], { cwd: folder });
    expect(`${said.stdout}${said.stderr}`).toMatch(/Verification: OK[\s\S]*Time stamp: /);
    expect(said.stdout).toContain(sha256(checkpoint));
    await writeFile(join(folder, 'evidence/log/checkpoints/1'), `${checkpoint.toString('utf8')}\n`);
    await expect(promisify(execFile)('sh', ['-e', '-c', block], { cwd: folder })).rejects.toThrow(/FAILED|message imprint/);
  });

  test.each<readonly [string, () => void, number, RegExp]>([
    ['refuses', () => { authority.behaviour = (_, response) => void response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(Buffer.from('30053003020102', 'hex')); }, 3, /the authority refused: status 2/],
    ['answers with a page', () => { authority.behaviour = (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'); }, 3, /text\/html/],
    ['fails', () => { authority.behaviour = (_, response) => void response.writeHead(500).end(); }, 3, /HTTP status 500/],
    ['never answers', () => { authority.behaviour = () => undefined; }, 3, /did not answer within 1 s/],
    ['answers wrongly', () => { authority.behaviour = stamps(trusted().signer, (answer) => Buffer.concat([answer.subarray(0, -1), Buffer.from([(answer.at(-1) ?? 0) ^ 1])])); }, 1, /the answer of .* is not taken: its signature is not/],
  ])('of an authority that %s keeps and logs nothing', async (_, behave, code, expected) => {
    behave();
    const folder = await archiveOf('refused');
    const ended = await run(folder, 'anchor', '--tsa', authority.url, '--timeout', '1');
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(expected)]);
    expect(ended.stderr).toContain('nothing was kept or logged');
    expect((await eventsOf(folder)).events).toHaveLength(1);
    expect([await entries(join(folder, 'evidence/log/anchors')), await entries(join(folder, 'evidence/documents'))]).toEqual([[], []]);
  });

  test('does not have a log stamped that its checkpoint does not fit', async () => {
    authority.behaviour = stamps(trusted().signer);
    const [folder, other] = [await archiveOf('damaged'), await archiveOf('other')];
    await copyFile(join(other, 'evidence/log/leaves.jsonl'), join(folder, 'evidence/log/leaves.jsonl'));
    const asked = authority.requests.length;
    expect(await run(folder, 'anchor', '--tsa', authority.url)).toMatchObject({ code: 2, stderr: expect.stringMatching(/is no checkpoint of the leaves beside it/) });
    expect(authority.requests).toHaveLength(asked);
  });
});

describe('rollcall anchor without an authority', () => {
  test('prints the checkpoint and its digest, logs that it was handed over, and lists what is anchored', async () => {
    const folder = await archiveOf('by-hand');
    const checkpoint = await readFile(join(folder, 'evidence/log/checkpoint'));
    const { stdout } = await run(folder, 'anchor', '--digest');
    expect(stdout).toBe(`${checkpoint.toString('utf8').trimEnd()}\n\n${sha256(checkpoint)}  evidence/log/checkpoints/1\n`);
    await writeFile(join(folder, 'mail.eml'), 'Dear auditor\n');
    expect((await run(folder, 'anchor', '--kept-at', 'mailed to the auditor', '--size', '1', ...BY, '--approval', 'mail.eml')).code).toBe(0);
    expect((await eventsOf(folder)).events[1]).toMatchObject({ size: 1, checkpointSha256: sha256(checkpoint), anchor: { kind: 'elsewhere', where: 'mailed to the auditor', by: { name: 'Ines Duarte', basis: 'approval attached', file: 'mail.eml' } } });
    authority.behaviour = stamps(trusted().signer);
    await run(folder, 'anchor', '--tsa', authority.url);
    const listed = await run(folder, 'anchor', '--list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({ entries: 3, anchored: [{ from: 0, to: 0, handOver: { sequence: 1 }, stamp: { size: 2 } }, { from: 1, to: 1, handOver: null, stamp: { size: 2 } }], unanchored: [{ from: 2, to: 2, stamp: null }] });
    expect((await run(folder, 'anchor', '--list')).stdout).toMatch(/0 to 0 .*CN=Stamps.*mailed to the auditor \(Ines Duarte, approval attached\)\n1 to 1 .*\n2 to 2 .*unanchored/);
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['nobody is named', ['--kept-at', 'x'], /--by/], ['a role is named', ['--kept-at', 'x', '--by', 'admin'], /does not name a person/], ['two things are asked for', ['--list', '--digest'], /at once/],
    ['no authority is named', [], /no time stamp authority/], ['the address holds a password', ['--tsa', 'https://a:b@tsa.example.com'], /password/], ['there is no such checkpoint', ['--kept-at', 'x', '--size', '9', ...BY], /no such checkpoint/],
    ['there is no log', ['--list', '--archive', 'nowhere'], /holds no log/], ['a flag belongs to another act', ['--list', ...BY], /belongs to --kept-at/],
  ])('is a mistake of usage where %s, and logs nothing', async (_, flags, expected) => {
    const folder = await archiveOf('usage');
    expect(await run(folder, 'anchor', ...flags)).toMatchObject({ code: 2, stderr: expect.stringMatching(expected) });
    expect((await eventsOf(folder)).events).toHaveLength(1);
  });
});

describe('a scan with an authority in its configuration', () => {
  test('has its seal stamped; verify then says so with the reader\'s CA, and of the key that sealed', async () => {
    authority.behaviour = stamps(trusted().signer);
    const folder = await here().folder('scan');
    await configure(folder, { anchor: { url: authority.url } });
    const scanned = await run(folder, 'scan', '--json');
    const result = JSON.parse(scanned.stdout) as { readonly anchor: { readonly size: number }; readonly exitCode: number };
    expect(result.anchor).toMatchObject({ anchored: true, size: 3, authority: 'CN=Stamps, O=Test' });
    const bundle = await onlyRun(join(folder, 'evidence'));
    const verified = await run(folder, 'verify', bundle, '--tsa-ca', trusted().ca.certificate, '--require', 'time');
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/time +pass +\(required\)\n.*CN=Stamps, O=Test, by a CA that you gave/) });
    expect(verified.stdout).toMatch(/has no register of keys/);
    expect(await run(folder, 'verify', bundle, '--require', 'time')).toMatchObject({ code: 3, stdout: expect.stringMatching(/name it with --tsa-ca/) });
    expect(await run(folder, 'verify', bundle, '--tsa-ca', join(folder, 'rollcall.yaml'))).toMatchObject({ code: 2, stderr: expect.stringMatching(/--tsa-ca/) });
    // A copy of the log alone will do.
    await cp(join(folder, 'evidence/log'), join(folder, 'kept-log'), { recursive: true });
    await rm(join(folder, 'evidence/log'), { recursive: true });
    expect((await run(folder, 'verify', bundle, '--log', 'kept-log', '--tsa-ca', trusted().ca.certificate, '--require', 'time')).code).toBe(0);
  });

  test('is as good without an answer: the same exit code, and it says unanchored', async () => {
    const folder = await here().folder('scan-silent');
    await configure(folder);
    const plain = await run(folder, 'scan', '--archive', 'plain', '--json');
    authority.behaviour = (_, response) => void response.writeHead(503).end();
    await configure(folder, { anchor: { url: authority.url } });
    const { code, stdout, stderr } = await run(folder, 'scan', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([plain.code, expect.objectContaining({ anchor: { anchored: false, code: 'unreachable', reason: expect.stringMatching(/HTTP status 503/) } })]);
    expect(JSON.parse(plain.stdout)).toMatchObject({ anchor: null });
    expect(stderr).toMatch(/^Unanchored: nothing outside bears witness to this run's time/m);
    expect(await onlyRun(join(folder, 'evidence'))).toContain('runs');
  });
});
