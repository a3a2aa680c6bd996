// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canary, type CanaryName } from '../../fixtures/company/canaries.ts';
import type { AwsFault } from '../../fixtures/servers/aws-faults.ts';
import type { AwsServer } from '../../fixtures/servers/aws-query.ts';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { findSecrets } from '../support/find-secrets.ts';
import { entries, machine, rollcall, type Ended } from './child.ts';
import { configure, serve } from './company-server.ts';

const here = machine();
let server: AwsServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const NAMES: readonly CanaryName[] = ['function-variable', 'function-variable-named', 'function-description', 'container-variable', 'container-log-token', 'container-command', 'build-variable', 'build-specification'];
const SECRETS = NAMES.map((name) => canary(name).secret);
const OPERATIONS = ['ListFunctions', 'DescribeTaskDefinition', 'BatchGetProjects'];
const told = ({ stdout, stderr }: Ended): readonly string[] => SECRETS.filter((secret) => stdout.includes(secret) || stderr.includes(secret));

/** A folder with a configuration, and a way to run commands in it with every word that the program can say. */
async function place(scope: object, faults: readonly AwsFault[] = []): Promise<{ readonly folder: string; readonly run: (...args: readonly string[]) => Promise<Ended> }> {
  server = await serve({ regions: true, faults });
  const folder = await here().folder('values');
  await configure(folder, { targets: [{ name: 'harbor', provider: 'aws', auth: { ambient: true }, scope: { regions: ['eu-west-1'], ...scope } }] });
  return { folder, run: async (...args) => rollcall(args, { cwd: folder, env: { ...here().environment(server?.url), ROLLCALL_DEBUG: '1', NODE_DEBUG: 'http' } }) };
}

describe('configurations whose answers carry values', () => {
  test('are not asked for, and the finding is not evaluated, where the scope does not opt in', async () => {
    const { folder, run } = await place({});
    const scan = await run('scan', '--archive', 'archive', '--json');
    expect(scan.stderr).toContain('Names, dates and policies only; no secret value is asked for.');
    expect(server?.requests.filter(({ operation }) => OPERATIONS.includes(operation))).toEqual([]);
    const [id = ''] = await entries(join(folder, 'archive', 'runs'));
    const found: string[] = [];
    for await (const { check, subject, result, reason } of readJsonLines(join(folder, 'archive', 'runs', id, BUNDLE.verdicts), z.object({ check: z.string(), subject: z.string().optional(), result: z.string().optional(), reason: z.string() }))) {
      if (check === 'aws-secret-in-configuration' && subject !== undefined) found.push(`${subject}: ${result ?? ''}: ${reason}`);
    }
    expect(found).toEqual(['aws:111122223333/eu-west-1: not_evaluated: read only where management opts in, with `configurationValues: true` in the target\'s scope']);
  });

  test('are told before they are read, and no value is in any output, file, log or temporary folder', { timeout: 60_000 }, async () => {
    const { folder, run } = await place({ configurationValues: true });
    const scan = await run('scan', '--archive', 'archive', '--json', '--explain-time');
    expect(scan.stderr).toContain('The scope opts into answers that carry values (configurationValues of harbor): they transit the memory of this program');
    expect(new Set(server?.requests.map(({ operation }) => operation).filter((operation) => OPERATIONS.includes(operation))).size).toBe(OPERATIONS.length);
    expect(scan.stdout).toContain('aws-secret-in-configuration');
    const [id = ''] = await entries(join(folder, 'archive', 'runs'));
    const others = [await run('doctor'), await run('verify', join('archive', 'runs', id), '--require', 'integrity,re-derivation'), await run('export', '--archive', 'archive', '--format', 'sarif')];
    for (const done of [scan, ...others]) expect(told(done)).toEqual([]);
    expect(others[1]?.code, others[1]?.stdout).toBe(0);
    expect(await findSecrets(here().root, SECRETS)).toEqual([]);
  });

  test.each(['cut_body', 'foreign_root', 'error500', 'unknown_field', 'deny'] as const)('leave no value either where they suffer %s', { timeout: 90_000 }, async (kind) => {
    const { folder, run } = await place({ configurationValues: true }, OPERATIONS.map((operation) => ({ operation, kind })));
    expect(told(await run('scan', '--archive', 'archive', '--json'))).toEqual([]);
    expect(await findSecrets(folder, SECRETS)).toEqual([]);
  });
});
