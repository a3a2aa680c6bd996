// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { AwsServer } from '../../fixtures/servers/aws-query.ts';
import { entries, machine, rollcall } from './child.ts';
import { configure, serve } from './company-server.ts';

const here = machine();
let server: AwsServer;
beforeAll(async () => { server = await serve(); });
afterAll(() => server.close());
const FILES = ['controls.yaml', 'owners.yaml', 'rollcall.yaml'];

describe('init', () => {
  test('writes three files that scan accepts as they are, with the account that answered', async () => {
    server.setFaults([]);
    const folder = await here().folder('init');
    const env = here().environment(server.url);
    const written = await rollcall(['init'], { cwd: folder, env });
    expect(written).toMatchObject({ code: 0, stdout: 'wrote rollcall.yaml\nwrote controls.yaml\nwrote owners.yaml\n' });
    expect(await entries(folder)).toEqual(FILES);
    expect(await readFile(join(folder, 'rollcall.yaml'), 'utf8')).toMatch(/accounts:\n\s+- "111122223333"/);
    const scanned = await rollcall(['scan', '--bulk-only'], { cwd: folder, env });
    expect(scanned.stderr).not.toMatch(/→/);
    expect(scanned.code).toBe(0);
    expect(await entries(join(folder, 'evidence', 'runs'))).toHaveLength(1);
  });
  test('overwrites nothing without --force: one file that is there keeps all three from being written', async () => {
    const folder = await here().folder('init-twice');
    const env = here().environment();
    await writeFile(join(folder, 'owners.yaml'), 'mine\n');
    const refused = await rollcall(['init'], { cwd: folder, env });
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: 'rollcall: owners.yaml: is there already\n  → remove it, choose another --folder, or replace it with --force\n' });
    expect(await entries(folder)).toEqual(['owners.yaml']);
    expect(await readFile(join(folder, 'owners.yaml'), 'utf8')).toBe('mine\n');
    expect((await rollcall(['init', '--force', '--quiet'], { cwd: folder, env })).code).toBe(0);
    expect(await readFile(join(folder, 'owners.yaml'), 'utf8')).not.toBe('mine\n');
  });
  test('works without any login, says so, and names where to put one', async () => {
    const folder = await here().folder('init-alone');
    const { code, stderr } = await rollcall(['init', '--folder', 'compliance'], { cwd: folder, env: here().environment() });
    expect(code).toBe(0);
    expect(stderr).toMatch(/AWS: no login at hand/);
    expect(await entries(join(folder, 'compliance'))).toEqual(FILES);
    const scanned = await rollcall(['scan', '-c', 'compliance/rollcall.yaml'], { cwd: folder, env: here().environment() });
    expect(scanned.code).toBe(2);
    expect(scanned.stderr).toMatch(/NAME-OF-A-PROFILE/);
  });
});

describe('doctor', () => {
  const findingsSchema = z.object({ findings: z.array(z.object({ unit: z.string(), operation: z.string(), permission: z.string(), result: z.string(), detail: z.string() })).min(10) });
  async function doctor(...flags: readonly string[]): Promise<{ readonly code: number | null; readonly stderr: string; readonly findings: z.output<typeof findingsSchema>['findings'] }> {
    const folder = await here().folder('doctor');
    await configure(folder);
    const { code, stdout, stderr } = await rollcall(['doctor', '--json', ...flags], { cwd: folder, env: here().environment(server.url) });
    return { code, stderr, findings: findingsSchema.parse(JSON.parse(stdout)).findings };
  }
  test('0 where all that can be tested answers; what needs an object\'s name is not tested, with the reason', async () => {
    server.setFaults([]);
    const { code, findings } = await doctor();
    expect(code).toBe(0);
    expect(findings.filter(({ result }) => result === 'not tested').map(({ operation }) => operation)).toEqual(expect.arrayContaining(['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed']));
    for (const { result, detail } of findings) if (result === 'not tested') expect(detail).not.toBe('');
    expect(new Set(findings.map(({ operation }) => operation)).size).toBe(findings.length);
  });
  test('3 with an operation denied; the others are still asked', async () => {
    server.setFaults([{ operation: 'ListServerCertificates', kind: 'deny' }]);
    const before = server.requests.length;
    const { code, findings } = await doctor();
    expect(code).toBe(3);
    expect(findings.find(({ operation }) => operation === 'iam:ListServerCertificates')).toMatchObject({ permission: 'iam:ListServerCertificates', result: 'denied' });
    expect(findings.filter(({ result }) => !['ok', 'empty', 'not tested', 'not_found'].includes(result))).toHaveLength(1);
    expect(server.requests.slice(before).map(({ operation }) => operation)).toContain('ListInstanceProfiles');
  });
  test('the table names the permission that is missing and shows "not tested", never as a pass', async () => {
    server.setFaults([{ operation: 'ListServerCertificates', kind: 'deny' }]);
    const folder = await here().folder('doctor-table');
    await configure(folder);
    const { code, stdout, stderr } = await rollcall(['doctor'], { cwd: folder, env: here().environment(server.url) });
    expect(code).toBe(3);
    expect(stdout).toMatch(/iam:ListServerCertificates +iam:ListServerCertificates +denied/);
    expect(stdout).toMatch(/iam:ListAccessKeys +iam:ListAccessKeys +not tested/);
    expect(stderr).toMatch(/1 did not answer; `rollcall permissions aws` prints the policy/);
    expect(await entries(folder)).toEqual(['rollcall.yaml']);
  });
  test('--depth bulk asks less', async () => {
    server.setFaults([]);
    const [bulk, standard] = [await doctor('--depth', 'bulk'), await doctor()];
    expect(bulk.findings.length).toBeLessThan(standard.findings.length);
  });
});
