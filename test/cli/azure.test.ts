// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { AZURE_CANARIES, azureFormsOf } from '../../fixtures/company/azure/canaries.ts';
import { CLUSTER, OLD_SUBSCRIPTION, SHOP_SUBSCRIPTION } from '../../fixtures/company/azure/resources.ts';
import { AZURE_READER, AZURE_TENANT, harborTenant, readerLogin } from '../../fixtures/company/azure/tenant.ts';
import { loginCertificate } from '../../fixtures/servers/kubernetes-tls.ts';
import { startGraphServer, type GraphServer } from '../../fixtures/servers/graph.ts';
import { harborProd } from '../../fixtures/company/kubernetes/cluster.ts';
import { startKubernetesServer } from '../../fixtures/servers/kubernetes.ts';
import { instantOf } from '../../src/model/instant.ts';
import { machine, onlyRun, rollcall, type Ended } from './child.ts';
import { configure, serve as serveAws } from './company-server.ts';

const UNIT = `azure:${AZURE_TENANT}`;
const here = machine();
let server: GraphServer;
let files: { readonly ca: string; readonly login: string };
beforeAll(async () => {
  const { key, certificate } = loginCertificate('rollcall-reader');
  const now = instantOf(Date.now());
  server = await startGraphServer({ tenant: harborTenant(now, [readerLogin({ certificatePem: certificate })]), now, pageSize: 5 });
  files = { ca: join(here().root, 'ca.pem'), login: join(here().root, 'login.pem') };
  await writeFile(files.ca, server.caPem);
  await writeFile(files.login, `${key}${certificate}`);
});
afterAll(() => server.close());

const LISTING = pathToFileURL(join(import.meta.dirname, 'list-modules.ts')).href;
/** The SDKs that a run with LISTING loaded, by the scope of their packages, with each provider's client. */
function sdksIn({ stderr }: Ended): readonly string[] {
  const found = [...stderr.matchAll(/^LOADED file:\S*?(?:\/node_modules\/(@aws-sdk|@azure|@kubernetes)\/|\/(scanners\/[a-z]+\/client\.ts)$)/gm)].map(([, sdk, client]) => sdk ?? client ?? '');
  return [...new Set(found)].sort();
}

/** The program in a new folder whose configuration names the tenant. */
async function run(name: string, ...args: readonly string[]): Promise<Ended & { readonly folder: string }> {
  const folder = await here().folder(name);
  await writeFile(join(folder, 'rollcall.yaml'), stringify({
    version: 1, limits: { 'azure.graph': { rate: 1000, burst: 1000 }, 'azure.graph.key-credentials': { rate: 1000, burst: 1000 }, 'azure.graph.reports': { rate: 1000, burst: 1000 } },
    targets: [{ name: 'harbor', provider: 'azure', auth: { clientCertificate: { clientId: AZURE_READER.appId, certificateFile: files.login }, endpoints: { authority: server.url, graph: server.url, vault: server.vaultUrl } }, scope: { tenants: [AZURE_TENANT] } }],
    // AKS lists it, and these tests have no cluster: what that means is held in the demo.
    exclude: [{ unit: `kubernetes:${CLUSTER}`, reason: 'run by a team of its own', approver: 'dana@northwind-harbor.test', expires: '2099-12-31' }],
  }));
  return { ...(await rollcall(args, { cwd: folder, env: { ...here().environment(), NODE_EXTRA_CA_CERTS: files.ca }, node: ['--import', LISTING] })), folder };
}

const outcomeSchema = z.object({ credentials: z.number(), gaps: z.array(z.json()), controlTotals: z.array(z.object({ name: z.string(), state: z.string() })), units: z.array(z.object({ unit: z.string(), outcome: z.string() })), principals: z.json() });

describe('an Entra tenant from login to verified evidence', () => {
  test('scan reads it whole and seals it; verify makes everything again from the pages; no value and no token is in any file', async () => {
    server.setFaults([]);
    const { code, stdout, stderr, folder } = await run('scan', 'scan', '--json');
    expect(sdksIn({ code, stdout, stderr, signal: null })).toEqual(['@azure', 'scanners/azure/client.ts']);
    expect(stderr).toMatch(new RegExp(`harbor: rollcall-reader \\(application ${AZURE_READER.appId}, object ${AZURE_READER.objectId}\\) answered at ${server.url}`));
    expect(code).toBe(0);
    expect(outcomeSchema.parse(JSON.parse(stdout))).toMatchObject({ credentials: 39, gaps: [], controlTotals: [{ name: 'Principals', state: 'equal' }, { name: 'Application registrations', state: 'equal' }, { name: 'Service principals', state: 'equal' }, ...['Roles on Azure resources', 'Custom roles on Azure resources', "Azure's own roles", 'Resources with managed identities', 'Management groups'].map((name) => ({ name, state: 'equal' }))], units: [{ unit: UNIT, outcome: 'scanned' }, { unit: `${UNIT}/${SHOP_SUBSCRIPTION}`, outcome: 'scanned' }, { unit: `${UNIT}/${OLD_SUBSCRIPTION}`, outcome: 'scanned' }, { unit: `kubernetes:${CLUSTER}`, outcome: 'excluded' }] });
    const bundle = await onlyRun(join(folder, 'evidence'));
    const verified = await rollcall(['verify', bundle, '--json'], { cwd: folder, env: here().environment() });
    expect(verified.code).toBe(0);
    const { verdicts } = z.object({ verdicts: z.array(z.object({ name: z.string(), result: z.string() })) }).parse(JSON.parse(verified.stdout));
    for (const name of ['integrity', 'completeness', 're-derivation']) expect(verdicts).toContainEqual(expect.objectContaining({ name, result: 'pass' }));
    const texts = await everyText(bundle);
    expect(texts).toContain('ledger-two-years');
    for (const canary of AZURE_CANARIES) for (const form of azureFormsOf(canary)) expect(texts.includes(form), canary.name).toBe(false);
    expect(server.tokens.length).toBeGreaterThan(0);
    for (const token of server.tokens) expect(texts).not.toContain(token.split('.')[2]);
  });

  test('a right that is missing is a gap with exit code 3, and names the permission', async () => {
    server.setFaults([{ operation: 'applications/owners', kind: 'deny' }]);
    const { code, stdout } = await run('denied', 'scan', '--json');
    expect(code).toBe(3);
    expect(stdout).toContain('Application.Read.All');
  });

  test('doctor asks each operation that it can, and permissions prints what to grant', async () => {
    server.setFaults([{ operation: 'organization', kind: 'deny' }]);
    const { code, stdout, stderr } = await run('doctor', 'doctor');
    expect(code).toBe(3);
    expect(stdout).toMatch(/graph:ListOrganization +Organization\.Read\.All +denied/);
    expect(stdout).toMatch(/graph:ListApplications +Application\.Read\.All +ok/);
    expect(stdout).toMatch(/graph:ListFederatedCredentials +Application\.Read\.All +not tested +needs the id of an application/);
    expect(stderr).toMatch(/6 of 6 permissions are held, as the roles in its token for Microsoft Graph say\./);
    const printed = await run('permissions', 'permissions', 'azure');
    expect(printed.code).toBe(0);
    expect(printed.stdout).toContain('9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30');
    expect(printed.stdout).not.toMatch(/ReadWrite/);
  });
});

test('a scan of another provider loads nothing of Azure', async () => {
  const aws = await serveAws();
  const now = instantOf(Date.now());
  const cluster = await startKubernetesServer({ cluster: harborProd(now), now });
  try {
    const awsFolder = await here().folder('aws');
    await configure(awsFolder);
    const ofAws = await rollcall(['scan', '--quiet'], { cwd: awsFolder, env: here().environment(aws.url), node: ['--import', LISTING] });
    expect(sdksIn(ofAws)).toEqual(['@aws-sdk', 'scanners/aws/client.ts']);
    const folder = await here().folder('kubernetes');
    await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig);
    await writeFile(join(folder, 'rollcall.yaml'), stringify({ version: 1, targets: [{ name: 'harbor', provider: 'kubernetes', auth: { ambient: true, kubeconfig: join(folder, 'kubeconfig') } }] }));
    const ofKubernetes = await rollcall(['scan', '--quiet'], { cwd: folder, env: here().environment(), node: ['--import', LISTING] });
    expect([ofKubernetes.code, sdksIn(ofKubernetes)]).toEqual([0, ['@kubernetes', 'scanners/kubernetes/client.ts']]);
  } finally {
    await Promise.all([aws.close(), cluster.close()]);
  }
});

async function everyText(folder: string): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(found.filter((entry) => entry.isFile()).map(async (entry) => {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  }));
  return texts.join('\n');
}
