// SPDX-License-Identifier: Apache-2.0
import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PARTS } from '../../fixtures/company/parts.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { coverageSchema } from '../../src/bundle/records.ts';
import { entries, machine, onlyRun, rollcall, type Ended } from './child.ts';

const here = machine();
let folder = '';
let bundle = '';
let plain: Ended;
let json: Ended;
const run = async (...args: readonly string[]): Promise<Ended> => rollcall(args, { cwd: folder, env: here().environment() });

beforeAll(async () => {
  folder = await here().folder('demo');
  // A login of another's lies about: the demonstration must not touch it.
  const env = { ...here().environment('http://127.0.0.1:9'), AWS_PROFILE: 'production', AWS_SESSION_TOKEN: 'not-a-token', KUBECONFIG: join(folder, 'nothing-here'), KUBERNETES_SERVICE_HOST: '127.0.0.1' };
  [plain, json] = await Promise.all([rollcall(['demo', '--archive', 'plain'], { cwd: folder, env }), rollcall(['demo', '--archive', 'json', '--json'], { cwd: folder, env: { ...env, XDG_CONFIG_HOME: join(folder, 'other-config') } })]);
  bundle = await onlyRun(join(folder, 'plain'));
});

describe('demo', () => {
  test('ends with 0 and the path of a report that is there', async () => {
    expect(plain).toMatchObject({ code: 0, signal: null });
    const path = /^Open the report: (.+)$/m.exec(plain.stdout)?.[1] ?? '';
    expect(path).toMatch(/^plain\/runs\//);
    expect(await readFile(join(folder, path), 'utf8')).toMatch(/^<!doctype html>/i);
    expect(plain.stderr).toMatch(/fictional company.*Nothing leaves this machine/);
  });
  test('leaves the archive and nothing else: not in the temporary folder, not under work', async () => {
    expect(await entries(folder)).toEqual(['json', 'other-config', 'plain']);
    expect(await entries(join(here().root, 'tmp'))).toEqual([]);
    expect(await entries(join(folder, 'plain'))).toEqual(['log', 'runs', 'work']);
    expect(await entries(join(folder, 'plain', 'work'))).toEqual([]);
  });
  test('--json is one document on standard output, with a passing verification', () => {
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ bundle: expect.stringMatching(/^json\/runs\//), report: expect.stringMatching(/index\.html$/), differences: [], verify: { exitCode: 0 } });
    expect(json.stdout.startsWith('{')).toBe(true);
  });
});

describe('one run over every provider', () => {
  test('every unit of the company is in scope, told by name, and its principals are counted apart and together', async () => {
    for (const { title, expected } of PARTS) {
      expect(plain.stderr).toContain(`as ${title} would`);
      expect(plain.stdout).toContain(`  ${expected.unit}: ${expected.principals.listed} principals listed`);
    }
    const cover = await readFile(join(bundle, BUNDLE.cover), 'utf8');
    for (const { provider, expected: { unit } } of PARTS) {
      // Where a list of the part shows the unit, what is told before is that list's own.
      expect(plain.stderr).toMatch(new RegExp(`^About to read ${provider}:`, 'm'));
      expect(cover).toContain(unit);
      expect(cover).toContain(`\n${provider}:\n\n- `);
    }
    const total = PARTS.flatMap(({ expected: { others = [], ...own } }) => [own, ...others]).reduce((sum, { principals }) => sum + (principals?.listed ?? 0), 0);
    // One unit whose provider gives no count leaves the whole without one.
    const [counted, ties] = PARTS.some(({ expected }) => expected.controlTotals['Principals'] === undefined) ? ['not read', 'cannot say'] : [String(total), 'yes'];
    expect(cover).toMatch(new RegExp(`^\\| \\*all units\\* \\|.*\\| ${total} \\| ${counted} \\| ${ties} \\|$`, 'm'));
    for (const { expected } of PARTS) expect(cover).toMatch(new RegExp(`^\\| ${expected.unit} \\|.*\\| ${expected.principals.listed} \\| ${expected.controlTotals['Principals'] ?? 'not read'} \\|`, 'm'));
  });
  test('what no interface shows is said once for each provider, and only of what was read', async () => {
    const { blindSpots } = coverageSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.coverage), 'utf8')));
    const texts = blindSpots.map(({ provider, text }) => `${provider} ${text}`);
    expect(texts).toEqual([...new Set(texts)]);
    expect([...new Set(blindSpots.map(({ provider }) => provider))]).toEqual(PARTS.map(({ provider }) => provider));
  });
});

describe('from a row to the source and back', () => {
  const followed = z.array(z.object({ reference: z.string(), file: z.string(), line: z.number(), call: z.object({ service: z.string(), operation: z.string(), outcome: z.string() }), command: z.string() })).min(1);
  test('trace credentials:1 leads to pages of the bundle, their calls and the AWS command, and its key leads back', async () => {
    const there = await run('trace', 'credentials:1', '--archive', 'plain', '--json');
    expect(there).toMatchObject({ code: 0, stderr: '' });
    const traced = z.object({ key: z.string(), number: z.literal(1), followed, problems: z.array(z.string()).max(0) }).parse(JSON.parse(there.stdout));
    for (const { file, call, command } of traced.followed) {
      expect(file).toMatch(/^data\/pages\//);
      expect((await readFile(join(bundle, file))).length).toBeGreaterThan(0);
      expect(command).toMatch(new RegExp(`^aws ${call.service} [a-z-]+`));
    }
    const back = await run('trace', '--id', traced.key, '--run', bundle, '--json');
    expect(z.object({ rows: z.array(z.object({ population: z.string(), number: z.number(), key: z.string() })) }).parse(JSON.parse(back.stdout)).rows).toContainEqual({ population: 'credentials', number: 1, key: traced.key });
    const words = await run('trace', 'credentials:1', '--archive', 'plain');
    expect(words.stdout).toContain(traced.key);
    expect(words.stdout).toMatch(/same record +aws iam /);
  });
  test('a row past the last is refused with the range', async () => {
    const { code, stderr } = await run('trace', 'credentials:99999', '--archive', 'plain');
    expect(code).toBe(2);
    expect(stderr).toMatch(/credentials has no row 99999\n {2}→ .*credentials\.csv/);
  });
  test('explain shows verdict, observation, threshold with its origin, and page; --check narrows it', async () => {
    const all = await run('explain', 'ci-deploy', '--archive', 'plain');
    expect(all).toMatchObject({ code: 0 });
    expect(all.stdout).toMatch(/^aws\.user ci-deploy$/m);
    expect(all.stdout).toMatch(/threshold .*management's: control NHI-05/);
    expect(all.stdout).toMatch(/ page +\S+/);
    const one = await run('explain', 'ci-deploy', '--archive', 'plain', '--check', 'nhi-owner-missing', '--json');
    const { verdicts } = z.object({ verdicts: z.array(z.object({ check: z.string() })) }).parse(JSON.parse(one.stdout));
    expect(verdicts.map(({ check }) => check)).toEqual(['nhi-owner-missing']);
    const none = await run('explain', 'nobody', '--archive', 'plain');
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/no identity or credential .* is called nobody\n {2}→ /);
  });
});

describe('verify', () => {
  const key = (): string => join(here().root, 'home', 'config', 'rollcall', 'signing-key.pub.pem');
  const verdict = (name: string, result: string): RegExp => new RegExp(`^ {2}${name} +${result}`, 'm');
  test('0 for a whole bundle, with key or without', async () => {
    const [bare, keyed] = await Promise.all([run('verify', bundle), run('verify', bundle, '--key', key(), '--require', 'integrity,authenticity')]);
    expect([bare.code, keyed.code]).toEqual([0, 0]);
    expect(keyed.stdout).toMatch(verdict('authenticity', 'pass'));
  });
  test('3 where a required verdict cannot be said, with that verdict in the output', async () => {
    const { code, stdout } = await run('verify', bundle, '--require', 'integrity,time', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 3, required: ['integrity', 'time'] });
  });
  test('1 for another signer\'s key', async () => {
    const other = join(folder, 'other-config', 'rollcall', 'signing-key.pub.pem');
    expect((await run('verify', bundle, '--key', other, '--require', 'authenticity')).code).toBe(1);
  });
  test.concurrent.each<[string, (copy: string) => Promise<void>, RegExp]>([
    ['a page that is gone', async (copy) => rm(join(copy, BUNDLE.pages), { recursive: true }), /data\/pages/],
    ['a table that was edited', async (copy) => writeFile(join(copy, 'data/populations/credentials.csv'), 'number,key\n'), /credentials\.csv/],
    ['a ledger cut in half', async (copy) => truncate(join(copy, BUNDLE.calls), 200), /calls\.jsonl\.gz/],
    ['a run.json that is not JSON', async (copy) => writeFile(join(copy, BUNDLE.run), '{'), /run\.json/],
    ['a file too many', async (copy) => writeFile(join(copy, 'data/extra.txt'), 'x'), /extra\.txt/],
    ['no seal', async (copy) => rm(join(copy, BUNDLE.seal)), /seal\.dsse\.json/],
  ])('1 for %s, named, and every other command fails in words', async (name, damage, message) => {
    const copy = join(folder, `damaged-${name.replaceAll(/[^a-z]/g, '-')}`);
    await cp(bundle, copy, { recursive: true });
    await damage(copy);
    const [verified, ...others] = await Promise.all([run('verify', copy), run('trace', 'credentials:1', '--run', copy), run('explain', 'ci-deploy', '--run', copy)]);
    expect(verified).toMatchObject({ code: 1, stderr: '' });
    expect(verified.stdout).toMatch(verdict('integrity', 'fail'));
    expect(verified.stdout).toMatch(message);
    for (const { code, stdout, stderr } of others) {
      expect(`${stdout}${stderr}`).not.toMatch(/fault of rollcall|node:internal|at file:/);
      expect([0, 1, 2]).toContain(code);
      if (code === 2) expect(stderr).toMatch(/ {2}→ /);
    }
    await rm(copy, { recursive: true });
  });
});

describe('seal', () => {
  test('makes derived files again as they were and keeps the seal; a bundle whose pages are gone keeps what it has', async () => {
    const copy = join(folder, 'again', 'runs', 'one');
    await cp(join(folder, 'plain'), join(folder, 'again'), { recursive: true });
    await cp(bundle, copy, { recursive: true });
    await rm(join(copy, 'data/report'), { recursive: true });
    await rm(join(copy, BUNDLE.verdicts));
    const again = await run('seal', copy);
    expect(again.stdout).toMatch(/came out as it was sealed; the seal stays/);
    expect(again.code).toBe(0);
    expect(await readFile(join(copy, BUNDLE.verdicts))).toEqual(await readFile(join(bundle, BUNDLE.verdicts)));
    await rm(join(copy, BUNDLE.pages), { recursive: true });
    const damaged = await run('seal', copy);
    expect(damaged.stderr).toMatch(/ {2}→ /);
    expect(damaged.code).toBe(2);
    expect(await readFile(join(copy, BUNDLE.verdicts))).toEqual(await readFile(join(bundle, BUNDLE.verdicts)));
    expect(await entries(join(folder, 'again', 'work'))).toEqual([]);
  });
});
