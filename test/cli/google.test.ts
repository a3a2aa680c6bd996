// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { accountFile } from '../../fixtures/company/google/part.ts';
import { GOOGLE_ORGANIZATION, GOOGLE_PROJECT, GOOGLE_READER, harborOrganization, harborProject } from '../../fixtures/company/google/project.ts';
import { startGoogleServer, type GoogleServer } from '../../fixtures/servers/google.ts';
import { instantOf } from '../../src/model/instant.ts';
import { machine, rollcall, type Ended } from './child.ts';

const here = machine();
const { file, publicKeyPem } = accountFile();
const now = instantOf(Date.now());
const { containers, projects } = harborOrganization(now);
let whole: GoogleServer;
let lacking: GoogleServer;
let unfit: GoogleServer;
beforeAll(async () => {
  const options = { projects: [harborProject(now), ...projects], containers, logins: [{ email: GOOGLE_READER, publicKeyPem }], now };
  [whole, unfit, lacking] = await Promise.all([startGoogleServer(options), startGoogleServer({ ...options, unfit: ['container.clusters.list'] }), startGoogleServer({ ...options, lacking: ['secretmanager.versions.list', 'resourcemanager.folders.getIamPolicy'] })]);
});
afterAll(async () => { await Promise.all([whole.close(), unfit.close(), lacking.close()]); });

async function doctor(server: GoogleServer, ...flags: readonly string[]): Promise<Ended> {
  const folder = await here().folder('google');
  await writeFile(join(folder, 'reader.json'), file, { mode: 0o600 });
  await writeFile(join(folder, 'ca.pem'), server.caPem);
  const endpoints = { iam: server.url, resourceManager: server.url, impersonation: server.url, others: server.url };
  await writeFile(join(folder, 'rollcall.yaml'), stringify({ version: 1, targets: [{ name: 'google', provider: 'google', auth: { credentialsFile: join(folder, 'reader.json'), endpoints }, scope: { organizations: [GOOGLE_ORGANIZATION] } }] }));
  return rollcall(['doctor', ...flags], { cwd: folder, env: { ...here().environment(), NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } });
}

const told = z.object({
  findings: z.array(z.object({ unit: z.string(), operation: z.string(), result: z.string() })),
  rights: z.array(z.object({ unit: z.string(), permission: z.string(), state: z.string(), exact: z.boolean(), unread: z.array(z.string()) })),
});

describe('doctor of an organization of Google Cloud', () => {
  test('goes down to the projects of its folders, and what the login has there is asked of Google', async () => {
    const { code, stdout } = await doctor(whole, '--json');
    const { findings, rights } = told.parse(JSON.parse(stdout));
    const units = ['google:folders', `google:organizations/${GOOGLE_ORGANIZATION}`, `google:${GOOGLE_PROJECT}`];
    for (const unit of units) expect(findings.some((finding) => finding.unit.startsWith(unit)), unit).toBe(true);
    const deep = [harborProject(now), ...projects].filter(({ parent, state }) => parent?.startsWith('folders/') === true && (state ?? 'ACTIVE') === 'ACTIVE').map(({ id }) => `google:${id}`);
    expect(deep.length).toBeGreaterThan(0);
    for (const unit of deep) expect(rights.some((right) => right.unit === unit), unit).toBe(true);
    expect(rights.length).toBeGreaterThan(30);
    expect(rights.filter(({ state }) => state !== 'held')).toEqual([]);
    // What no read can test is known all the same.
    expect(findings.find(({ operation }) => operation === 'secretmanager:ListSecretVersions')?.result).toBe('not tested');
    expect(rights.find(({ permission }) => permission === 'secretmanager.versions.list')?.state).toBe('held');
    expect(code).toBe(0);
  });

  test('says what is lacking and what is not read without it, and ends with 3', async () => {
    const { code, stdout } = await doctor(lacking, '--json');
    const { rights } = told.parse(JSON.parse(stdout));
    const missing = rights.filter(({ state }) => state === 'lacking');
    expect(new Set(missing.map(({ permission }) => permission))).toEqual(new Set(['secretmanager.versions.list', 'resourcemanager.folders.getIamPolicy']));
    expect(missing.every(({ unread, exact }) => unread.length > 0 && exact)).toBe(true);
    expect(missing.every(({ unit, permission }) => unit.startsWith('google:folders/') === permission.startsWith('resourcemanager.folders'))).toBe(true);
    expect(code).toBe(3);
    const table = await doctor(lacking);
    expect(table.stdout).toMatch(/secretmanager\.versions\.list +lacks it +Google's answer to testIamPermissions/);
    expect(table.code).toBe(3);
  });

  test('says nothing of a permission that Google does not know there, and what it says of the others stands', async () => {
    const { code, stdout } = await doctor(unfit, '--json');
    const { rights } = told.parse(JSON.parse(stdout));
    expect(rights.some(({ permission }) => permission === 'container.clusters.list')).toBe(false);
    expect(rights.find(({ permission }) => permission === 'iam.serviceAccounts.list')?.state).toBe('held');
    expect(code).toBe(0);
  });
});

test('gcp is another name of google where permissions are printed', async () => {
  const folder = await here().folder('alias');
  const [one, other] = await Promise.all(['gcp', 'google'].map((name) => rollcall(['permissions', name], { cwd: folder, env: here().environment() })));
  expect(one?.stdout).toBe(other?.stdout);
  expect(one?.stdout).toContain('secretmanager.secrets.list');
});
