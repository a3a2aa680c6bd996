// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AWS_LOGIN } from '../../fixtures/company/company.ts';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import type { AwsServer } from '../../fixtures/servers/aws-query.ts';
import { entries, machine, onlyRun, PROGRAM, rollcall, type Ended } from './child.ts';
import { configure, day, serve, UNIT } from './company-server.ts';

const here = machine();
let server: AwsServer;
beforeAll(async () => { server = await serve(); });
afterAll(() => server.close());

const outcomeSchema = z.object({
  bundle: z.string(), exitCode: z.number(), gapInScope: z.boolean(), findingAtOrAbove: z.object({ severity: z.string(), found: z.boolean() }).nullable(),
  gaps: z.array(z.object({ source: z.string(), parent: z.string().nullable(), expected: z.boolean() })), units: z.array(z.object({ unit: z.string(), outcome: z.string(), reason: z.string() })), credentials: z.number(),
});
type Outcome = z.output<typeof outcomeSchema>;

/** A scan under a configuration, in a folder of its own. */
async function scan(name: string, more: { readonly [field: string]: unknown }, ...flags: readonly string[]): Promise<Ended & { readonly folder: string; readonly outcome: Outcome }> {
  const folder = await here().folder(name);
  await configure(folder, more);
  const done = await rollcall(['scan', '--json', ...flags], { cwd: folder, env: here().environment(server.url) });
  return { ...done, folder, outcome: outcomeSchema.parse(JSON.parse(done.stdout)) };
}

const named = (expires: string): { readonly [field: string]: unknown } => ({ expectedGaps: [{ unit: UNIT, source: 'aws.iam.ssh-public-keys', cause: 'denied_by_org_policy', reason: 'policy P-7', approver: 'jane@example.com', expires }] });

describe('exit codes of scan', () => {
  test('3 for a gap that nobody named, and the gap is in the result', async () => {
    const { code, outcome } = await scan('unnamed', {});
    expect(code).toBe(3);
    expect(outcome).toMatchObject({ exitCode: 3, gapInScope: true, findingAtOrAbove: null });
    expect(outcome.gaps).toMatchObject([{ source: 'aws.iam.ssh-public-keys', expected: false }]);
  });
  test('0 where the gap is named, and it is still told', async () => {
    const { code, outcome } = await scan('named', named(day(30)));
    expect(code).toBe(0);
    expect(outcome).toMatchObject({ exitCode: 0, gapInScope: false, gaps: [{ source: 'aws.iam.ssh-public-keys', expected: true }] });
  });
  test('3 again when the end of the expected gap is past', async () => {
    expect(await scan('expired', named(day(-2)))).toMatchObject({ code: 3, outcome: { gapInScope: true, gaps: [{ expected: false }] }, stderr: expect.stringMatching(/expected gap aws\.iam\.ssh-public-keys of aws:111122223333 ended on/) });
  });
  test('3 where another cause was named than the one that came', async () => {
    const other = { expectedGaps: [{ unit: UNIT, source: 'aws.iam.ssh-public-keys', cause: 'throttled', reason: 'r', approver: 'a', expires: day(30) }] };
    expect(await scan('cause', other)).toMatchObject({ code: 3, outcome: { gaps: [{ expected: false }] } });
  });
  test('1 for a finding that --fail-on names, where nothing else is wrong', async () => {
    expect(await scan('finding', named(day(30)), '--fail-on', 'critical')).toMatchObject({ code: 1, outcome: { exitCode: 1, gapInScope: false, findingAtOrAbove: { severity: 'critical', found: true } } });
  });
  test('--new-since: 0 where the earlier run had it too, 1 for what is new since then; no result changes by it', async () => {
    const first = await scan('since', named(day(30)));
    const again = async (...flags: readonly string[]): Promise<{ readonly code: number | null; readonly notMet: readonly { readonly check: string; readonly count: number; readonly known: number; readonly open: number }[] }> => {
      const { code, stdout } = await rollcall(['scan', '--bulk-only', '--quiet', '--json', '--fail-on', 'low', ...flags], { cwd: first.folder, env: here().environment(server.url) });
      return { code, notMet: (JSON.parse(stdout) as { readonly notMet: never }).notMet };
    };
    expect(await again()).toMatchObject({ code: 1 });
    const known = await again('--new-since', 'last');
    expect(known.code).toBe(0);
    expect(known.notMet.length).toBeGreaterThan(3);
    for (const one of known.notMet) expect(one, one.check).toMatchObject({ known: one.count, open: 0 });
    // A stricter control makes something new of what was there before.
    await writeFile(join(first.folder, 'controls.yaml'), CONTROLS_YAML.replace('maxAgeDays: 60', 'maxAgeDays: 1'));
    await configure(first.folder, { ...named(day(30)), controls: 'controls.yaml' });
    const stricter = await again('--new-since', 'last');
    expect(stricter.code).toBe(1);
    expect(stricter.notMet.find(({ check }) => check === 'aws-access-key-age')?.open).toBeGreaterThan(0);
    const refused = await rollcall(['scan', '--new-since', 'last'], { cwd: first.folder, env: here().environment(server.url) });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/decides what --fail-on fails on/) });
  });
  test('3 before 1, and the result has both facts', async () => {
    expect(await scan('both', {}, '--fail-on', 'high')).toMatchObject({ code: 3, outcome: { exitCode: 3, gapInScope: true, findingAtOrAbove: { severity: 'high', found: true } } });
  });
});

describe('scope', () => {
  test('an excluded unit is not read, and stands in the result with reason and approver', async () => {
    const before = server.requests.length;
    const { code, outcome } = await scan('excluded', { exclude: [{ unit: UNIT, reason: 'sandbox', approver: 'jane@example.com', expires: day(30) }] });
    expect(code).toBe(0);
    expect(outcome.units).toMatchObject([{ unit: UNIT, outcome: 'excluded', reason: expect.stringMatching(/sandbox.*jane@example\.com/) }]);
    expect(outcome.credentials).toBe(0);
    expect(server.requests.slice(before).map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
  });
  test('with an account, what is in its regions is excluded; one region alone can be', async () => {
    const own = await serve({ regions: true });
    try {
      const reached = async (folder: string, unit: string): Promise<readonly string[]> => {
        const place = await here().folder(folder);
        await configure(place, { exclude: [{ unit, reason: 'sandbox', approver: 'jane@example.com', expires: day(30) }] });
        const { stdout } = await rollcall(['scan', '--bulk-only', '--json', '--quiet', '--archive', 'archive'], { cwd: place, env: here().environment(own.url) });
        return z.object({ units: z.array(z.object({ unit: z.string(), outcome: z.string() })) }).parse(JSON.parse(stdout)).units.map(({ unit: id, outcome }) => `${id} ${outcome}`);
      };
      expect(await reached('excluded-account', UNIT)).toEqual([`${UNIT} excluded`]);
      expect(await reached('excluded-region', `${UNIT}/us-east-1`)).toEqual([`${UNIT} scanned`, `${UNIT}/eu-west-1 scanned`, `${UNIT}/us-east-1 excluded`]);
    } finally {
      await own.close();
    }
  });
  test('an exclusion that has ended excludes nothing', async () => {
    const { code, outcome, stderr } = await scan('exclusion-ended', { exclude: [{ unit: UNIT, reason: 'sandbox', approver: 'jane@example.com', expires: day(-2) }], ...named(day(30)) });
    expect(code).toBe(0);
    expect(outcome.units).toMatchObject([{ unit: UNIT, outcome: 'partially_scanned' }]);
    expect(outcome.credentials).toBeGreaterThan(10);
    expect(stderr).toMatch(/exclusion of aws:111122223333 ended on .*: it is in scope again/);
  });
  test('of two targets whose one login fails, the other is read, the failure is told, and the exit code is 3', async () => {
    const profiles = [`[profile good]\naws_access_key_id=${AWS_LOGIN.accessKeyId}\naws_secret_access_key=${AWS_LOGIN.secretAccessKey}`, '[profile stale]\naws_access_key_id=ROLLCALLSTALE0000001\naws_secret_access_key=not-a-secret-either'];
    await writeFile(join(here().root, 'home', 'aws-config'), `${profiles.join('\n')}\n`);
    const { code, outcome, stderr } = await scan('two', { targets: ['good', 'stale'].map((name) => ({ name, provider: 'aws', auth: { profile: name } })), ...named(day(30)) });
    expect(code).toBe(3);
    expect(outcome.credentials).toBeGreaterThan(10);
    expect(stderr).toMatch(/^stale: no login: .+/m);
    expect(JSON.stringify(outcome.units)).toMatch(/stale/);
  });
  test('--bulk-only asks at most 20 times', async () => {
    const before = server.requests.length;
    const { code, outcome } = await scan('bulk', {}, '--bulk-only');
    expect(code).toBe(0);
    expect(outcome.credentials).toBeGreaterThan(10);
    const asked = server.requests.length - before;
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThanOrEqual(20);
  });
});

test('without a configuration the login at hand is taken, and before the first read it is told who answered and what will be read', async () => {
  const folder = await here().folder('ambient');
  const told = join(folder, 'told.txt');
  let before: string | null = null;
  // Asked by the server for each request, before it answers.
  const own = await serve({ faults: [{ operation: '*', kind: 'error500', when: ({ Action }) => {
    if (Action !== 'GetCallerIdentity') before ??= readFileSync(told, 'utf8');
    return false;
  } }] });
  try {
    const file = await open(told, 'w');
    const child = spawn(process.execPath, [PROGRAM, 'scan', '--archive', 'archive', '--bulk-only'], { cwd: folder, env: here().environment(own.url), stdio: ['ignore', 'pipe', file.fd] });
    const closed = once(child, 'close');
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
    await closed;
    await file.close();
    expect(child.exitCode).toBe(0);
    expect(before).toMatch(/assumed-role\/rollcall-reader\/november-review answered at http:\/\/127\.0\.0\.1/);
    expect(before).toMatch(/About to read aws:111122223333.*, depth bulk: .*Users, groups, roles and policies/);
    // What the depth does not read is not announced as read.
    expect(before).not.toMatch(/signing certificates/);
    expect(stdout).toMatch(/report +archive\/runs\/[0-9a-f-]+\/data\/report\/index\.html/);
    expect(await entries(join(folder, 'archive', 'runs'))).toHaveLength(1);
    expect(await entries(join(folder, 'archive', 'work'))).toEqual([]);
    expect(JSON.parse(await readFile(join(await onlyRun(join(folder, 'archive')), 'data', 'scope.json'), 'utf8'))).toMatchObject({ declaredBy: 'own login only' });
  } finally {
    await own.close();
  }
});

test('no colour where nobody looks, progress on standard error alone, and --quiet silences it', async () => {
  const folder = await here().folder('quiet');
  await configure(folder);
  const env = { ...here().environment(server.url), NO_COLOR: '1' };
  const [loud, quiet] = [await rollcall(['scan', '--bulk-only', '--archive', 'one'], { cwd: folder, env }), await rollcall(['scan', '--bulk-only', '--archive', 'two', '--quiet'], { cwd: folder, env })];
  expect([loud.code, quiet.code]).toEqual([0, 0]);
  expect(`${loud.stdout}${loud.stderr}`).not.toContain('\u001b');
  expect(loud.stderr).toMatch(/Sealing\./);
  expect(loud.stdout).not.toMatch(/About to read|Deriving|Sealing/);
  expect(quiet.stderr).toBe('');
  expect(quiet.stdout.replaceAll(/two\/runs\/\S+?(?=[/\n])/g, 'RUN').replace(/as of .*/, '')).toBe(loud.stdout.replaceAll(/one\/runs\/\S+?(?=[/\n])/g, 'RUN').replace(/as of .*/, ''));
});
