// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AZURE_CANARIES, AZURE_DETECTED_CANARIES, azureFormsOf } from '../../../fixtures/company/azure/canaries.ts';
import { AZURE_EXPECTED_NOT_MET } from '../../../fixtures/company/azure/expected.ts';
import { azureId } from '../../../fixtures/company/azure/objects.ts';
import { AZURE_TENANT, GITHUB_ISSUER } from '../../../fixtures/company/azure/tenant.ts';
import { CHECKS } from '../../../src/checks/all.ts';
import { parametersInForce } from '../../../src/evidence/controls.ts';
import { NO_OWNERS } from '../../../src/inventory/owners-file.ts';
import { withOwner } from '../../../src/inventory/owners.ts';
import { plusDays } from '../../../src/model/instant.ts';
import type { Credential, Identity } from '../../../src/model/row.ts';
import { NOW, scanTenant, type Scanned } from './support/scan.ts';
import { runAll } from '../../support/run-checks.ts';

const application = ({ inventory }: Scanned, name: string): Identity | undefined => inventory.identities.find((identity) => identity.kind === 'azure.application' && identity.name === name);
const applications = ({ identities }: Scanned['inventory']): readonly Identity[] => identities.filter(({ kind }) => kind === 'azure.application');
const credential = ({ inventory }: Scanned, slug: string): Credential | undefined => inventory.credentials.find(({ id }) => id === azureId('credential', slug));
const DEPLOY = azureId('application', 'harbor-deploy');

test('the company\'s tenant: every application with the dates of its credentials, its owners and who may enter it', async () => {
  const scanned = await scanTenant();
  const { inventory } = scanned;
  expect(applications(inventory).map(({ name }) => name).sort()).toEqual(['aks-orders', 'flexible-release', 'harbor-deploy', 'ledger-export', 'legacy-sync', 'locked-out', 'next-quarter', 'old-batch', 'partner-gateway', 'reporting-portal', 'rollcall-reader', 'shared-key', 'shop-frontend']);
  expect(application(scanned, 'harbor-deploy')).toMatchObject({
    id: DEPLOY, key: `azure:${AZURE_TENANT}/${DEPLOY}`, address: azureId('client', 'harbor-deploy'), kind: 'azure.application', responsibility: 'entity', classification: { class: 'non-human' }, created: { value: { to: plusDays(NOW, -700) } },
    owner: { status: 'known', value: { owner: 'dana@northwind-harbor.test', source: 'owners in Entra ID', confidence: 'exact' } }, tags: { value: { owner: 'platform@northwind-harbor.test', HideApp: '', description: 'Deploys the web shop' } },
    credentialCounts: { 'azure.application-password': { value: 1 }, 'azure.application-certificate': { value: 0 }, 'azure.federated-credential': { value: 1 } }, lastUsed: { value: { at: plusDays(NOW, -1) } }, privilege: { value: { level: 'administrator' } },
  });
  expect(application(scanned, 'legacy-sync')?.owner).toMatchObject({ status: 'known', value: null });
  expect(application(scanned, 'shared-key')?.owner).toMatchObject({ value: { owner: `servicePrincipal ${azureId('principal', 'provisioner')}` } });
  expect(credential(scanned, 'ledger-two-years')).toMatchObject({ kind: 'azure.application-password', name: 'ledger-two-years', status: { value: 'active' }, created: { value: { from: plusDays(NOW, -30), to: plusDays(NOW, -30) } }, expires: { value: { at: plusDays(NOW, 700) } } });
  expect(credential(scanned, 'legacy-never')?.expires).toMatchObject({ value: { at: '2299-12-31T00:00:00.000Z' } });
  expect(credential(scanned, 'reporting-365')).toMatchObject({ kind: 'azure.application-certificate', name: 'CN=reporting-365', audience: 'Verify', identity: application(scanned, 'reporting-portal')?.key });
  expect(credential(scanned, 'shared-symmetric')).toMatchObject({ kind: 'azure.application-password', audience: 'Sign' });
  expect(['batch-ended', 'not-yet', 'locked', 'deploy-secret'].map((slug) => credential(scanned, slug)?.status)).toMatchObject([{ value: 'expired' }, { value: 'inactive', note: expect.stringContaining('not valid before') as string }, { value: 'inactive', note: expect.stringContaining('Violation') as string }, { value: 'active' }]);
  expect(inventory.trusts.find(({ identity }) => identity === application(scanned, 'harbor-deploy')?.key)).toMatchObject({
    kind: 'azure.federated-credential', principalKind: 'oidc', principal: GITHUB_ISSUER,
    conditions: [{ operator: 'StringEquals', key: `${GITHUB_ISSUER}:aud`, values: ['api://AzureADTokenExchange'] }, { operator: 'StringEquals', key: `${GITHUB_ISSUER}:sub`, values: ['repo:northwind-harbor/deploy:ref:refs/heads/main'] }],
  });
  expect(inventory.trusts.find(({ identity }) => identity === application(scanned, 'flexible-release')?.key)).toMatchObject({ principalKind: 'other', external: { status: 'unknown', cause: 'not_reported' } });
  expect(inventory.populations).toMatchObject({ 'azure.application': { value: 13 }, 'azure.application-password': { value: 8 }, 'azure.application-certificate': { value: 3 }, 'azure.federated-credential': { value: 3 } });
  expect(inventory.controlTotals).toMatchObject([{ name: 'Principals', before: 34, after: 34, listed: 34, state: 'equal' }, { name: 'Application registrations', before: 13, listed: 13, state: 'equal' }, { name: 'Service principals', after: 21, listed: 21, state: 'equal' }, { name: 'Roles on Azure resources', after: 6, listed: 6, state: 'equal' }, { name: 'Custom roles on Azure resources', listed: 1, state: 'equal' }, { name: "Azure's own roles", listed: 3, state: 'equal' }, { name: 'Resources with managed identities', listed: 3, state: 'equal' }, { name: 'Management groups', listed: 2, state: 'equal' }]);
  expect(new Set([...inventory.identities, ...inventory.credentials, ...inventory.trusts].map(({ key }) => key)).size).toBe(34 + 18 + 3);
});

test('what the company\'s stories ask for is what the checks say: no more, no fewer', async () => {
  const { inventory: joined, read } = await scanTenant();
  const inventory = { ...joined, identities: joined.identities.map((identity) => withOwner(identity, NO_OWNERS, false)) };
  const { verdicts } = runAll(CHECKS, read.unit.id, inventory, parametersInForce(CHECKS, []), NOW);
  const notMet = verdicts.filter(({ result, check }) => result === 'not_met' && check !== 'nhi-purpose-missing').map(({ check, subject }) => `${check} ${subject.replace(`${read.unit.id}/`, '')}`);
  // Whose owner stands in the owners file alone has none here.
  const inFile = ['beacon-monitoring', 'orders-identity', 'vm-batch'].map((name) => `nhi-owner-missing ${azureId('principal', name)}`);
  expect(notMet.toSorted()).toEqual([...AZURE_EXPECTED_NOT_MET.map(({ check, subject }) => `${check} ${subject}`), ...inFile].toSorted());
  expect(verdicts.filter(({ check }) => check === 'azure-app-credential-lifetime').map(({ result }) => result).toSorted()).toEqual(['met', 'met', 'met', 'met', 'met', 'met', 'not_met', 'not_met', 'not_met']);
  // Checks of other providers find that their kinds do not exist here, and say nothing.
  expect(verdicts.filter(({ check }) => /^(aws|k8s)-/.test(check))).toEqual([]);
});

test('names of owners are shown to a login that may read the directory, and ids to one that may not', async () => {
  expect(application(await scanTenant({ login: { roles: ['Directory.Read.All'] } }), 'ledger-export')?.owner).toMatchObject({ value: { owner: 'dana@northwind-harbor.test, ravi@northwind-harbor.test' } });
  expect(application(await scanTenant({ login: { roles: ['Application.Read.All', 'Organization.Read.All'] } }), 'harbor-deploy')?.owner).toMatchObject({ value: { owner: `user ${azureId('user', 'dana')}` } });
});

test('small pages: the same rows, the links of Graph followed as they are', async () => {
  const { inventory, server } = await scanTenant({ pageSize: 1 });
  expect(inventory.identities).toHaveLength(34);
  expect(inventory.credentials).toHaveLength(18);
  expect(inventory.identities.find(({ name }) => name === 'ledger-export')?.owner).toMatchObject({ value: { owner: expect.stringContaining(', ') as string } });
  expect(inventory.controlTotals[0]).toMatchObject({ state: 'equal' });
  expect(server.requests.filter(({ operation, query }) => operation === 'applications' && query['$skiptoken'] !== undefined)).toHaveLength(12);
});

/** What is asked of the index of the directory, which lags: counts, and lists that only it can make. */
const EVENTUAL = ['applications/$count', 'servicePrincipals/$count', 'servicePrincipals?ownerless', 'groups/servicePrincipals'];
/** Lists of which Graph takes no selection: the parser alone drops what no schema names. */
const UNSELECTED = ['applications/$count', 'servicePrincipals/$count', 'oauth2PermissionGrants', 'roleAssignments', 'roleEligibilityScheduleInstances', 'defaultAppManagementPolicy', 'appManagementPolicies', 'servicePrincipalSignInActivities', 'appCredentialSignInActivities', 'directoryAudits'];

/** Reads of Azure Resource Manager, which takes no selection; the query is a POST that reads. */
const QUERIES = ['resourceGraph', 'resourceGraph/customRoles', 'resourceGraph/builtInRoles', 'resourceGraph/identityUse', 'resourceGraph/managementGroups'];
const OF_AZURE = ['subscriptions', ...QUERIES];

test('every request is a GET that selects its fields where it can, and asks for what may lag only where nothing else answers', async () => {
  const { server } = await scanTenant({ pageSize: 3 });
  const reads = server.requests.filter(({ operation }) => operation !== 'token' && operation !== 'metadata');
  expect(reads.length).toBeGreaterThan(30);
  for (const { method, operation, query, consistency, status } of reads) {
    expect([method, status], operation).toEqual([QUERIES.includes(operation) ? 'POST' : 'GET', 200]);
    expect(consistency, operation).toBe(EVENTUAL.includes(operation) ? 'eventual' : null);
    if (UNSELECTED.includes(operation) || OF_AZURE.includes(operation)) continue;
    expect(query['$select'], operation).toMatch(/^id(,|$)/);
    expect(query['$select']).not.toMatch(/secretText|hint|notes|\*/);
  }
});

async function everythingOnDisk(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  }));
  return texts.join('\n');
}

const seenIn = (text: string): readonly string[] => AZURE_CANARIES.filter((canary) => azureFormsOf(canary).some((form) => text.includes(form))).map(({ name }) => name);

test('no value, hint, key or thumbprint reaches the disk even without the detector, and no token ever does', async () => {
  const { bundle, server } = await scanTenant({ detector: false, afterLogin: [{ operation: 'applications', kind: 'unknown_field' }, { operation: 'applications/owners', kind: 'unknown_field' }, { operation: 'servicePrincipals', kind: 'unknown_field' }, { operation: 'directoryAudits', kind: 'unknown_field' }] });
  const text = await everythingOnDisk(bundle);
  expect(text).toContain('ledger-two-years');
  expect(seenIn(text).toSorted()).toEqual([...AZURE_DETECTED_CANARIES].toSorted());
  expect(server.tokens.length).toBeGreaterThan(0);
  for (const token of server.tokens) for (const part of token.split('.').slice(1)) expect(text).not.toContain(part);
});

test('what people wrote into names, tags and descriptions is removed by the detector, and a name that held a secret is none', async () => {
  const scanned = await scanTenant();
  expect(seenIn(await everythingOnDisk(scanned.bundle))).toEqual([]);
  expect(credential(scanned, 'legacy-ended')?.name).toMatch(/^\[redacted: /);
});

test.each([
  ['deny', 'denied'], ['unlicensed', 'unlicensed'], ['unauthorized', 'login_expired'], ['throttle', 'throttled'], ['throttle_retry_after', 'throttled'], ['error500', 'unreachable'], ['cut_body', 'malformed'], ['empty_body', 'malformed'], ['html', 'malformed'],
  ['no_list', 'malformed'], ['no_credentials', 'malformed'], ['twice', 'malformed'], ['foreign_link', 'malformed'], ['redirect', 'unreachable'],
] as const)('%s of the list of applications ends as %s, and leaves no count and no verdict', async (kind, cause) => {
  const { inventory, read } = await scanTenant({ afterLogin: [{ operation: 'applications', kind, retryAfterSeconds: 0 }] });
  for (const kind of ['azure.application', 'azure.agent-blueprint', 'azure.application-password', 'azure.application-certificate', 'azure.federated-credential']) expect(inventory.populations[kind], kind).toMatchObject({ status: 'unknown', cause: expect.stringMatching(new RegExp(`^(${cause}|incomplete)$`)) as string });
  expect(inventory.populations['azure.application']).toMatchObject({ cause });
  expect(inventory.controlTotals[0]).toMatchObject({ state: 'unavailable', listed: null });
  const { verdicts } = runAll(CHECKS, read.unit.id, inventory, parametersInForce(CHECKS, []), NOW);
  // Service principals were listed; of applications nothing is concluded.
  expect(new Set(verdicts.filter(({ subjectKind }) => subjectKind.startsWith('azure.application')).map(({ result }) => result))).toEqual(new Set(['not_evaluated']));
});

test('a list that breaks off on its second page keeps what it had, counts nothing, and its follow-ups are not called complete', async () => {
  for (const kind of ['deny', 'repeat_token', 'expired_page', 'other_link'] as const) {
    const { inventory } = await scanTenant({ pageSize: 5, afterLogin: [{ operation: 'applications', kind, ...(kind === 'repeat_token' ? {} : { page: 2 }) }] });
    expect(applications(inventory), kind).toHaveLength(5);
    expect(inventory.populations['azure.application'], kind).toMatchObject({ status: 'unknown', cause: kind === 'deny' ? 'denied' : 'malformed' });
    expect(inventory.populations['azure.federated-credential'], kind).toMatchObject({ status: 'unknown' });
  }
});

test('owners or federated credentials of one application that cannot be read are unknown for that one', async () => {
  const scanned = await scanTenant({ afterLogin: [{ operation: 'applications/owners', application: DEPLOY, kind: 'deny' }, { operation: 'applications/federatedIdentityCredentials', application: DEPLOY, kind: 'throttle' }] });
  expect(application(scanned, 'harbor-deploy')).toMatchObject({ owner: { status: 'unknown', cause: 'denied' }, credentialCounts: { 'azure.federated-credential': { status: 'unknown', cause: 'throttled' } } });
  expect(application(scanned, 'ledger-export')).toMatchObject({ owner: { status: 'known' }, credentialCounts: { 'azure.federated-credential': { value: 0 } } });
  expect(scanned.inventory.populations['azure.federated-credential']).toMatchObject({ status: 'unknown', cause: 'throttled', detail: expect.stringContaining(azureId('client', 'harbor-deploy')) as string });
});

test('with bulk lists only, owners and federated credentials are not requested, and say so', async () => {
  const scanned = await scanTenant({ depth: 'bulk' });
  expect(scanned.inventory.identities).toHaveLength(34);
  expect(application(scanned, 'legacy-sync')).toMatchObject({ owner: { status: 'unknown', cause: 'not_requested' }, credentialCounts: { 'azure.application-password': { value: 2 }, 'azure.federated-credential': { status: 'unknown', cause: 'not_requested' } } });
  expect(scanned.server.requests.filter(({ operation }) => operation === 'applications/owners')).toEqual([]);
});

test('the directory\'s count is held against the list: it differs, it moved while we read, or it was not to be had', async () => {
  const differs = await scanTenant({ afterLogin: [{ operation: 'applications/$count', kind: 'other_count' }] });
  expect(differs.inventory.controlTotals[0]).toMatchObject({ before: 35, after: 35, listed: 34, state: 'differs' });
  const moved = await scanTenant({ afterLogin: [{ operation: 'applications/$count', kind: 'other_count', times: 1 }] });
  expect(moved.inventory.controlTotals[0]).toMatchObject({ before: 35, after: 34, state: 'changed_during_scan' });
  const denied = await scanTenant({ afterLogin: [{ operation: 'applications/$count', kind: 'deny' }] });
  expect(denied.inventory.controlTotals[0]).toMatchObject({ before: null, after: null, listed: 34, state: 'unavailable' });
});

test('a server that does not answer ends as timeout', async () => {
  const { inventory } = await scanTenant({ requestTimeoutMs: 300, afterLogin: [{ operation: 'applications', kind: 'hang' }] });
  expect(inventory.populations['azure.application']).toMatchObject({ status: 'unknown', cause: 'timeout' });
}, 20_000);
