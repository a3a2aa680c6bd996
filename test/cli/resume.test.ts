// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AWS_LOGIN } from '../../fixtures/company/company.ts';
import { startAwsServer, type AwsServer } from '../../fixtures/servers/aws-query.ts';
import { runSchema } from '../../src/bundle/records.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { ALL, idOf, listed, MANAGEMENT, member } from '../scanners/aws/support/organization.ts';
import { companyAccount, rightNow } from '../scanners/aws/support/scan.ts';
import { entries, machine, rollcall, start, type Ended } from './child.ts';
import { configure } from './company-server.ts';

const here = machine();
const ids = Array.from({ length: 5 }, (_, index) => idOf(index));
/** How many times a scan is killed: by how much it had asked, so that a slow machine kills at the same places, and some after it had asked all. */
const KILLS = 50;
const AFTER_ALL = 10;
let server: AwsServer;
let folder = '';
let wholeAsked = 0;
const env = (): NodeJS.ProcessEnv => here().environment(server.url);
const run = async (...args: readonly string[]): Promise<Ended> => rollcall(['scan', '--bulk-only', '--quiet', ...args], { cwd: folder, env: env() });

beforeAll(async () => {
  const list = [listed(MANAGEMENT, 'ACTIVE'), ...ids.map((id) => listed(id, 'ACTIVE')), listed('299999999999', 'SUSPENDED')];
  const whole = companyAccount();
  server = await startAwsServer({
    now: rightNow(), latencyMs: 12, pageSize: { '*': 5, ListAccounts: 3 }, accounts: {
      // One account of some size, so that lists of several pages are cut too.
      [AWS_LOGIN.accessKeyId]: { ...whole, report: { ...whole.report, existing: true }, organization: { id: 'o-harbor12345', managementAccount: MANAGEMENT, accounts: list } },
      ...Object.fromEntries(ids.map((id, index) => [`ROLLCALLMEMBER${id}`, member(id, index === 0 ? 'another-word' : 'agreed-word')])),
    },
  });
  folder = await here().folder('resume');
  await configure(folder, { targets: [{ name: 'organization', provider: 'aws', auth: { ambient: true }, scope: ALL }], limits: Object.fromEntries(['aws.iam', 'aws.sts', 'aws.organizations', 'aws.organizations.describe'].map((lane) => [lane, { rate: 1000, burst: 1000 }])) });
  expect((await run('--archive', 'undisturbed')).code).toBe(3);
  wholeAsked = server.requests.length;
});
afterAll(() => server.close());

/** Everything of a run's bundle that says what was found, without what differs from run to run: its id, and today's moments. */
async function found(archive: string): Promise<{ readonly [file: string]: string }> {
  const [id = ''] = await entries(join(folder, archive, 'runs'));
  const bundle = join(folder, archive, 'runs', id);
  const files = (await readdir(join(bundle, 'data'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const today = new Date().toISOString().slice(0, 10);
  const { startedAt } = runSchema.parse(JSON.parse(await readFile(join(bundle, 'data/run.json'), 'utf8')));
  const told: Record<string, string> = {};
  for (const file of files.filter((name) => /inventory|verdicts|scope\.json|populations.*csv|pages/.test(name))) {
    const bytes = await readFile(file);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    told[file.slice(bundle.length)] = text.replaceAll(id, 'RUN').replaceAll(new RegExp(`${today}T[0-9:.]+Z`, 'g'), 'NOW').replaceAll(new RegExp(`\\d{4}-\\d\\d-\\d\\d${startedAt.slice(10)}`, 'g'), 'START').replaceAll(/00000000-0000-4000-8000-\d{12}/g, 'REQUEST').replaceAll(/"call":"[^"]*"/g, '"call"').replaceAll(/november-review|ROLLCALLSESSION\d+/g, 'SESSION').replaceAll(/\.[23456]"/g, '.1"');
  }
  return told;
}

/** The first line in which each file differs: whole bundles would be unreadable. */
function differences(one: { readonly [file: string]: string }, other: { readonly [file: string]: string }): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((file) => {
    const [lines, others] = [(one[file] ?? 'not there').split('\n'), (other[file] ?? 'not there').split('\n')];
    const at = lines.findIndex((line, index) => line !== others[index]);
    return at === -1 && lines.length === others.length ? [] : [`${file}: ${lines[at]?.slice(0, 400) ?? ''} | ${others[at]?.slice(0, 400) ?? ''}`];
  });
}

/** Starts a scan, or goes on with one, and kills it when it has asked so much, and then so many milliseconds later. */
async function killAfter(archive: string, requests: number, milliseconds: number, ...more: readonly string[]): Promise<void> {
  await endAfter('SIGKILL', archive, requests, milliseconds, ...more);
}

/** The same with any signal. Returns what the scan ended with. */
async function endAfter(signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM', archive: string, requests: number, milliseconds: number, ...more: readonly string[]): Promise<number | null> {
  const before = server.requests.length;
  const child = start(['scan', '--bulk-only', '--quiet', '--archive', archive, ...more], { cwd: folder, env: env() });
  const closed = once(child, 'close');
  while (child.exitCode === null && child.signalCode === null && server.requests.length - before < requests) await delay(2);
  await Promise.race([delay(milliseconds), closed]);
  child.kill(signal);
  await closed;
  return child.exitCode;
}

describe('a scan that is killed', () => {
  test(`at ${KILLS} moments goes on each time, and has found what an undisturbed one finds`, { timeout: 600_000 }, async () => {
    const undisturbed = await found('undisturbed');
    expect(Object.keys(undisturbed).length).toBeGreaterThan(40);
    let resumed = 0;
    let kept = 0;
    for (let index = 0; index < KILLS; index += 1) {
      const archive = `killed-${index}`;
      const late = index - (KILLS - AFTER_ALL);
      await killAfter(archive, late < 0 ? 1 + Math.floor((index * (wholeAsked - 1)) / (KILLS - AFTER_ALL)) : wholeAsked, late < 0 ? index % 3 : late * 40);
      const left = await entries(join(folder, archive, 'work'));
      const [killed] = left.filter((name) => !name.endsWith('.json'));
      // Killed before it had written what it was begun with, there is nothing to go on from; after its last step, nothing is left to do.
      if (killed !== undefined && !left.includes(`${killed}.json`)) expect((await run('--archive', archive, '--resume', 'last')).code).toBe(2);
      else if (killed !== undefined) {
        const asked = server.requests.length;
        const result = await run('--archive', archive, '--resume', 'last');
        expect({ code: result.code, stderr: result.stderr, index }).toMatchObject({ code: 3, index });
        resumed += 1;
        if (server.requests.length - asked < wholeAsked * 0.6) kept += 1;
        expect(differences(await found(archive), undisturbed), `killed at moment ${index}`).toEqual([]);
        expect(await entries(join(folder, archive, 'work'))).toEqual([]);
        const [id = ''] = await entries(join(folder, archive, 'runs'));
        const verified = await rollcall(['verify', join(archive, 'runs', id), '--require', 'integrity,re-derivation'], { cwd: folder, env: env() });
        expect(verified.code, verified.stdout).toBe(0);
        expect((await readLog(join(folder, archive, 'log'))).events.map(({ event }) => event).filter((event) => event === 'run.resumed')).toHaveLength(1);
        expect(runSchema.parse(JSON.parse(await readFile(join(folder, archive, 'runs', id, 'data/run.json'), 'utf8'))).resumed?.length ?? 0).toBeLessThanOrEqual(1);
      }
      await rm(join(folder, archive), { recursive: true, force: true });
    }
    expect(resumed).toBeGreaterThan(KILLS / 2);
    // Those that were killed late had little left to ask.
    expect(kept).toBeGreaterThan(KILLS / 4);
  });
  test('twice goes on from what both had read', { timeout: 60_000 }, async () => {
    await killAfter('twice', Math.floor(wholeAsked * 0.5), 0);
    await killAfter('twice', Math.floor(wholeAsked * 0.3), 0, '--resume', 'last');
    if ((await entries(join(folder, 'twice/runs'))).length === 0) expect((await run('--archive', 'twice', '--resume', 'last')).code).toBe(3);
    expect(differences(await found('twice'), await found('undisturbed'))).toEqual([]);
  });
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s at several moments goes on like one that was killed', { timeout: 120_000 }, async (signal) => {
    const undisturbed = await found('undisturbed');
    let resumed = 0;
    for (const share of [0.02, 0.3, 0.6, 0.9]) {
      const archive = `${signal}-${share}`;
      const code = await endAfter(signal, archive, Math.max(1, Math.floor(wholeAsked * share)), 1);
      const [ended] = (await entries(join(folder, archive, 'work'))).filter((name) => !name.endsWith('.json'));
      if (ended === undefined) continue;
      expect(code).toBe(130);
      const asked = server.requests.length;
      expect((await run('--archive', archive, '--resume', ended)).code).toBe(3);
      if (share > 0.5) expect(server.requests.length - asked).toBeLessThan(wholeAsked * 0.7);
      expect(differences(await found(archive), undisturbed), `${signal} at ${share}`).toEqual([]);
      resumed += 1;
    }
    expect(resumed).toBeGreaterThan(1);
  });
  test('does not go on where it is too old, was begun otherwise, or still lives', { timeout: 60_000 }, async () => {
    await killAfter('refused', Math.floor(wholeAsked * 0.5), 0);
    const [id = ''] = (await entries(join(folder, 'refused/work'))).filter((name) => !name.endsWith('.json'));
    const file = join(folder, 'refused/work', `${id}.json`);
    const state = JSON.parse(await readFile(file, 'utf8')) as { readonly [name: string]: unknown };
    const put = async (change: object, age = 0): Promise<Ended> => {
      await writeFile(file, JSON.stringify({ ...state, ...change }));
      const then = new Date(Date.now() - age);
      await utimes(file, then, then);
      return run('--archive', 'refused', '--resume', id);
    };
    expect(await put({ startedAt: new Date(Date.now() - 25 * 3_600_000).toISOString() })).toMatchObject({ code: 2, stderr: expect.stringMatching(/began 25 hours ago/) });
    expect(await put({ configurationSha256: '0'.repeat(64) })).toMatchObject({ code: 2, stderr: expect.stringMatching(/another configuration/) });
    expect(await put({ tool: 'rollcall 0.0.9' })).toMatchObject({ code: 2, stderr: expect.stringMatching(/was begun by rollcall 0\.0\.9/) });
    expect(await put({ host: 'another-host' })).toMatchObject({ code: 2, stderr: expect.stringMatching(/said less than a minute ago that it lives, on another-host/) });
    expect(await put({ pid: process.pid })).toMatchObject({ code: 2, stderr: expect.stringMatching(/lives/) });
    expect(await run('--archive', 'refused', '--resume', '01990000-0000-7000-8000-000000000000')).toMatchObject({ code: 2, stderr: expect.stringContaining(`it holds ${id}`) });
    expect(await put({ host: 'another-host' }, 120_000)).toMatchObject({ code: 3 });
  });
});
