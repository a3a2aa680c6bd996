// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PROVIDERS } from '../../scanners/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { buildProgram } from '../../src/cli/program.ts';
import { ended, entries, machine, rollcall, start } from './child.ts';

const here = machine();
const COMMANDS = buildProgram(() => {}).commands.map((command) => command.name());
const LISTING = pathToFileURL(join(import.meta.dirname, 'list-modules.ts')).href;
const run = async (...args: readonly string[]): ReturnType<typeof rollcall> => rollcall(args, { cwd: here().root, env: here().environment() });

/** Modules that the program loads for a command line, besides Node's own. */
async function loadedFor(...args: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await rollcall(args, { cwd: here().root, env: here().environment(), node: ['--import', LISTING] });
  return [...stderr.matchAll(/^LOADED (file:.*)$/gm)].map((match) => match[1] ?? '');
}

describe('help', () => {
  test('--version prints the package\'s version and nothing else', async () => {
    expect(await run('--version')).toEqual({ code: 0, signal: null, stdout: `${manifest.version}\n`, stderr: '' });
  });
  test('--help names every command and every exit code', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(COMMANDS.length).toBeGreaterThan(8);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(stdout).toMatch(/0 done; 1 .*; 2 .*\n3 .*; 4 /);
  });
  test.each(COMMANDS)('of %s ends with an example that begins with the program', async (command) => {
    const { code, stdout } = await run(command, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n(  \\$ .*\\n)*  \\$ ([A-Z_]+=\\S+ )?rollcall ${command}\\b`));
  });
  test.each([['--version'], ['--help'], ['scan', '--help'], ['verify', '--help']])('%s %s loads no command, no zod, no SDK', async (...args) => {
    const loaded = await loadedFor(...args);
    expect(loaded.some((url) => url.endsWith('/src/cli/program.ts'))).toBe(true);
    expect(loaded.filter((url) => /\/src\/cli\/commands\/|\/node_modules\/(?!commander\/)|\/scanners\//.test(url))).toEqual([]);
  });
  test('a command that runs is seen in the list, so that an empty list means something', async () => {
    const loaded = await loadedFor('checks');
    for (const part of ['/src/cli/commands/checks.ts', '/node_modules/zod/']) expect(loaded.some((url) => url.includes(part)), part).toBe(true);
    expect(loaded.filter((url) => url.includes('/@aws-sdk/'))).toEqual([]);
  });
  test.each([[[], /Usage: rollcall/], [['nosuch'], /unknown command 'nosuch'/], [['scan', '--nosuch'], /unknown option '--nosuch'/], [['verify'], /missing required argument 'bundle'/]] as const)('%j is a mistake of usage: exit 2, told on standard error', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/node:internal|at file:/);
  });
});

describe('the catalogue', () => {
  test('checks lists every check once, checks ID shows one whole, and what is on standard output alone is the list', async () => {
    const [list, json] = await Promise.all([run('checks'), run('checks', '--json')]);
    const { checks } = z.object({ checks: z.array(z.object({ check: z.string(), expected: z.string(), parameters: z.array(z.object({ parameter: z.string() })) })) }).parse(JSON.parse(json.stdout));
    expect(checks.length).toBeGreaterThan(10);
    for (const { check } of checks) expect(list.stdout.split('\n').filter((line) => line.startsWith(`${check} `)), check).toHaveLength(1);
    expect(list.stdout).not.toContain('rollcall checks CHECK');
    expect(list.stderr).toContain('rollcall checks CHECK');
    const one = await run('checks', 'aws-access-key-unused');
    expect(one.code).toBe(0);
    expect(one.stdout).toContain(checks.find(({ check }) => check === 'aws-access-key-unused')?.expected ?? 'no such check');
    expect(one.stdout).toContain('maxUnusedDays');
    expect(one.stdout).toMatch(/not management's threshold until a control sets it/);
  });
  test('an unknown check is a mistake of usage with a remedy', async () => {
    expect(await run('checks', 'nosuch')).toEqual({ code: 2, signal: null, stdout: '', stderr: 'rollcall: checks: there is no check nosuch\n  → `rollcall checks` lists them\n' });
  });
});

describe('permissions aws', () => {
  const policySchema = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(z.strictObject({ Sid: z.string().regex(/^[A-Za-z0-9]+$/), Effect: z.enum(['Allow', 'Deny']), Action: z.array(z.string().regex(/^[a-z0-9-]+:[A-Za-z0-9]+$/)), Resource: z.enum(['*', 'arn:*:apigateway:*::/apikeys']) })) });
  const order = ['bulk', 'standard', 'deep'] as const;
  test.each(order)('at depth %s allows exactly what the sources of that depth declare, and denies what returns a value', async (depth) => {
    const { code, stdout } = await run('permissions', 'aws', '--depth', depth);
    expect(code).toBe(0);
    const { Statement } = policySchema.parse(JSON.parse(stdout));
    const allowed = Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
    const denied = Statement.filter(({ Effect }) => Effect === 'Deny').flatMap(({ Action }) => Action);
    const declared = PROVIDERS.filter(({ id }) => id === 'aws').flatMap(({ sources }) => sources).filter((source) => source.unitKind !== 'organization' && source.optIn === undefined && order.indexOf(source.depth) <= order.indexOf(depth)).flatMap(({ operations }) => operations.map(({ permission }) => permission));
    expect(declared.length).toBeGreaterThan(5);
    expect([...allowed].sort()).toEqual([...new Set(declared)].sort());
    for (const action of ['iam:CreateAccessKey', 'iam:CreateServiceSpecificCredential', 'iam:ResetServiceSpecificCredential', 'secretsmanager:GetSecretValue', 'ssm:GetParameters', 'kms:Decrypt', 'sts:GetSessionToken', 'ec2:GetPasswordData']) expect(denied).toContain(action);
    expect(allowed.filter((action) => denied.includes(action) || !/:(Get|List|Generate|Lookup|Describe|GET$)/.test(action))).toEqual([]);
  });
  test('has more documents by name, each alone on standard output, and says so beside the first', async () => {
    expect((await run('permissions', 'aws')).stderr).toContain('Printed with --part: rollcall-organization');
    const { Statement } = JSON.parse((await run('permissions', 'aws', '--part', 'rollcall-organization')).stdout) as { readonly Statement: readonly { readonly Action: readonly string[] }[] };
    expect(Statement[0]?.Action).toEqual(['organizations:DescribeOrganization', 'organizations:ListAccounts']);
    expect((await run('permissions', 'aws', '--part', 'rollcall-member-role.yaml')).stdout).toMatch(/^AWSTemplateFormatVersion/);
    expect(await run('permissions', 'aws', '--part', 'nothing')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('rollcall-member-role.tf') });
  });
  test('of an unknown provider names those there are', async () => {
    const { code, stdout, stderr } = await run('permissions', 'moon');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/there is no provider moon\n {2}→ use one of: .*aws/);
  });
});

test('a reader that goes away (`| head -1`) is no error', async () => {
  const child = start(['checks', '--json'], { cwd: here().root, env: here().environment() });
  child.stdout?.destroy();
  const { code, stderr } = await ended(child);
  expect(stderr).not.toMatch(/EPIPE|fault of rollcall|node:internal/);
  expect(code).toBe(0);
});

test('the cache of compiled code is in the user\'s own cache folder, not in the shared temporary one', async () => {
  const { root } = here();
  await rollcall(['--version'], { cwd: root, env: here().environment() });
  expect(await entries(join(root, 'tmp'))).toEqual([]);
  expect(await entries(join(root, 'home', 'cache'))).toEqual(['rollcall']);
});
