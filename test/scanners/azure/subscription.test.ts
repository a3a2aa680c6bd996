// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { AZURE_CANARIES, azureFormsOf } from '../../../fixtures/company/azure/canaries.ts';
import { principalId } from '../../../fixtures/company/azure/principals.ts';
import { AUTOMATION, CLUSTER, COSMOS, LOCKED_STORAGE, OLD_SUBSCRIPTION, ORDERS_API, REGISTRY, SHOP_PAGE, SHOP_SUBSCRIPTION, STORAGE, VAULT } from '../../../fixtures/company/azure/resources.ts';
import { AZURE_TENANT } from '../../../fixtures/company/azure/tenant.ts';
import { joinSubscription } from '../../../scanners/azure/join-subscription.ts';
import { administersAzure, type DefinedRoles } from '../../../scanners/azure/rights.ts';
import { SOURCES } from '../../../scanners/azure/sources.ts';
import { dueReads } from '../../../src/model/due.ts';
import { plusDays } from '../../../src/model/instant.ts';
import { pageReference } from '../../../src/model/reference.ts';
import type { Credential } from '../../../src/model/row.ts';
import type { AnySource } from '../../../src/model/source.ts';
import { UnitReads } from '../../../src/model/unit-reads.ts';
import type { Unit } from '../../../src/model/unit.ts';
import { login, NOW, scanSubscription, scanTenant, serve, type Scanned } from './support/scan.ts';

const UNIT = `azure:${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`;
const credential = ({ inventory }: Scanned, id: string): Credential | undefined => inventory.credentials.find(({ key }) => key === `${UNIT}/${id}`);

test('keys of accounts by their age and the switch that turns them off: no value is asked for', async () => {
  const scanned = await scanSubscription();
  expect(credential(scanned, `${STORAGE}|key1`)).toMatchObject({ kind: 'azure.storage-account-key', idBasis: 'slot', identity: null, status: { value: 'active' }, created: { value: { to: plusDays(NOW, -90) } }, expires: { value: { never: true } } });
  expect(credential(scanned, `${LOCKED_STORAGE}|key2`)).toMatchObject({ status: { value: 'inactive', note: expect.stringContaining('no shared keys') as string } });
  expect(credential(scanned, `${COSMOS}|primaryMasterKey`)).toMatchObject({ status: { value: 'active' }, created: { value: { to: plusDays(NOW, -400) } } });
  expect(credential(scanned, `${COSMOS}|primaryReadonlyMasterKey`)?.created).toMatchObject({ status: 'unknown', cause: 'not_reported', detail: expect.stringContaining('2022') as string });
  expect(credential(scanned, `${REGISTRY}|admin`)).toMatchObject({ status: { value: 'active' }, created: { status: 'unknown' } });
  expect(credential(scanned, `${REGISTRY}/tokens/build|password1`)).toMatchObject({ kind: 'azure.registry-token-password', name: 'build password1', status: { value: 'active' }, expires: { value: { at: plusDays(NOW, 60) } } });
  expect(scanned.server.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'token')).toEqual([]);
});

test('what a vault holds by its dates, and who may become a managed identity', async () => {
  const scanned = await scanSubscription();
  expect(credential(scanned, `${VAULT}/secrets/shop-database`)).toMatchObject({ kind: 'azure.key-vault-secret', name: 'shop-database', status: { value: 'active' }, expires: { value: { never: true } }, created: { value: { from: plusDays(NOW, -300), to: plusDays(NOW, -300) } } });
  // Changed since: the value may be of either day.
  expect(credential(scanned, `${VAULT}/secrets/mail-relay`)).toMatchObject({ created: { value: { from: plusDays(NOW, -100), to: plusDays(NOW, -10) } }, expires: { value: { at: plusDays(NOW, 60) } } });
  expect(credential(scanned, `${VAULT}/secrets/old-relay`)?.status).toMatchObject({ value: 'inactive' });
  expect(credential(scanned, `${VAULT}/keys/orders-signing`)).toMatchObject({ kind: 'azure.key-vault-key' });
  expect(scanned.inventory.trusts).toMatchObject([{ identity: `azure:${AZURE_TENANT}/${principalId('orders-identity')}`, principalKind: 'oidc', conditions: [{ values: ['api://AzureADTokenExchange'] }, { values: ['system:serviceaccount:orders:api'] }] }]);
  expect(scanned.inventory.objects.find(({ kind }) => kind === 'azure.kubernetes-cluster')).toMatchObject({ name: 'harbor-prod', detail: { address: 'harbor-prod.hcp.westeurope.azmk8s.io', localAccountsOff: true, clusterEndpoint: ['https://harbor-prod.hcp.westeurope.azmk8s.io', 'https://harbor-prod.privatelink.westeurope.azmk8s.io'] } });
  expect(scanned.inventory.populations).toMatchObject({ 'azure.key-vault-secret': { value: 3 }, 'azure.federated-credential': { value: 1 }, 'azure.user-assigned-identity': { value: 1 }, 'azure.application': { status: 'not_applicable' } });
});

test('the publishing password of each app by what it opens, and as not read where that was refused', async () => {
  const scanned = await scanSubscription();
  expect(credential(scanned, `${ORDERS_API}|publishing`)).toMatchObject({ kind: 'azure.web-app-publishing-password', status: { status: 'known', value: 'active' }, audience: 'scm', created: { status: 'unknown', cause: 'not_reported' } });
  expect(credential(scanned, `${SHOP_PAGE}|publishing`)).toMatchObject({ status: { status: 'known', value: 'inactive' }, audience: null });
  expect(scanned.inventory.objects.filter(({ kind }) => kind === 'azure.web-app').map(({ name, detail }) => [name, detail['kind'], detail['httpsOnly'], detail['readsVaultsAs']])).toEqual([['orders-api', 'functionapp,linux', true, 'SystemAssigned'], ['shop-page', 'app', false, null]]);
  const refused = await scanSubscription({ afterLogin: [{ operation: 'Microsoft.Web/sites/basicPublishingCredentialsPolicies', kind: 'deny' }] });
  expect(credential(refused, `${ORDERS_API}|publishing`)?.status).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(refused.inventory.populations['azure.web-app-publishing-password']).toMatchObject({ status: 'known', value: 2 });
});

test('pages of one: the same rows', async () => {
  const [whole, small] = [await scanSubscription(), await scanSubscription({ pageSize: 1 })];
  expect(small.inventory.credentials.map(({ key }) => key).toSorted()).toEqual(whole.inventory.credentials.map(({ key }) => key).toSorted());
  expect(small.server.requests.filter(({ operation, query }) => operation === 'Microsoft.KeyVault/vaults/secrets' && query['$skiptoken'] !== undefined)).toHaveLength(2);
});

test('no value reaches the disk even without the detector: passwords of tokens, certificates, secrets of clusters', async () => {
  const { bundle } = await scanSubscription({ detector: false });
  const entries = await readdir(bundle, { recursive: true, withFileTypes: true });
  const text = (await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  }))).join('\n');
  expect(text).toContain('shop-database');
  for (const canary of AZURE_CANARIES) for (const form of azureFormsOf(canary)) expect(text.includes(form), canary.name).toBe(false);
});

test('a list that fails takes its own counts with it; one vault that cannot be read leaves the others known', async () => {
  const denied = await scanSubscription({ afterLogin: [{ operation: 'Microsoft.Storage/storageAccounts', kind: 'deny' }, { operation: 'Microsoft.KeyVault/vaults/secrets', kind: 'throttle' }] });
  expect(denied.inventory.populations).toMatchObject({
    'azure.storage-account-key': { status: 'unknown', cause: 'denied' }, 'azure.key-vault-secret': { status: 'unknown', cause: 'throttled', detail: expect.stringContaining(VAULT) as string }, 'azure.key-vault-key': { value: 1 }, 'azure.cosmos-account-key': { value: 4 },
  });
});

test('an empty subscription is listed completely, and has nothing', async () => {
  const { inventory, read } = await scanSubscription({}, 2);
  expect(read.unit).toMatchObject({ id: `azure:${AZURE_TENANT}/${OLD_SUBSCRIPTION}`, name: 'harbor-old' });
  expect(inventory.credentials).toEqual([]);
  expect(inventory.populations).toMatchObject({ 'azure.storage-account-key': { value: 0 }, 'azure.key-vault-secret': { value: 0 } });
});

test('subscriptions: those that a scope names; an empty list is never "none", and one that cannot be read is a gap of the tenant', async () => {
  const server = await serve();
  const units = async (scope: { [name: string]: string[] }): Promise<readonly string[]> => (await login(server, { scope })).units.map(({ kind, basis, name }) => `${kind} ${basis} ${name ?? ''}`);
  expect(await units({ tenants: [AZURE_TENANT], subscriptions: [OLD_SUBSCRIPTION.toUpperCase()] })).toEqual(['tenant declared Northwind Harbor', 'subscription declared harbor-old']);
  server.setFaults([{ operation: 'subscriptions', kind: 'deny' }]);
  expect(await units({ tenants: [AZURE_TENANT] })).toEqual(['tenant declared Northwind Harbor']);
  // Where resources do not answer at all, the directory is read all the same.
  server.setFaults([{ operation: 'subscriptions', kind: 'hang' }]);
  expect((await login(server, { requestTimeoutMs: 300 })).units.map(({ kind }) => kind)).toEqual(['tenant']);
  server.setFaults([{ operation: 'subscriptions', kind: 'throttle_retry_after', times: 1, retryAfterSeconds: 0 }]);
  expect((await login(server)).units).toHaveLength(3);
  const { inventory } = await scanTenant({ faults: [{ operation: 'subscriptions', kind: 'deny' }] });
  expect(inventory.populations['azure.subscription']).toMatchObject({ status: 'unknown', cause: 'denied' });
  const none = await scanTenant({ noSubscriptions: true });
  expect(none.inventory.populations['azure.subscription']).toMatchObject({ status: 'unknown', cause: 'incomplete' });
});

test('the answer of Resource Graph that was cut off is no complete list', async () => {
  const whole = await scanTenant({ pageSize: 2 });
  expect(whole.inventory.controlTotals.find(({ name }) => name === 'Roles on Azure resources')).toMatchObject({ listed: 6, after: 6, state: 'equal' });
  const cut = await scanTenant({ pageSize: 2, afterLogin: [{ operation: 'resourceGraph', kind: 'repeat_token' }] });
  expect(cut.inventory.controlTotals.find(({ name }) => name === 'Roles on Azure resources')).toMatchObject({ listed: null, state: 'unavailable' });
});

test('a resource whose id is in no form that can be asked for leaves what is below it unknown, and the scan goes on', () => {
  const source = (id: string): AnySource => {
    const found = SOURCES.find((candidate) => candidate.id === id);
    if (found === undefined) throw new Error(id);
    return found;
  };
  const unit: Unit = { id: UNIT, provider: 'azure', kind: 'subscription', nativeId: `${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`, name: null, target: 'test', basis: 'declared' };
  const rows = source('azure.arm.vaults').rows({ value: [VAULT, VAULT.replace('/shop/', '/Größe_(1)/'), `${VAULT}/../x`].map((id) => ({ id, name: 'v' })) }, { unit, parent: null, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT, source: 'azure.arm.vaults', parent: null }, 1, pointer) });
  const reads = new UnitReads(unit, 'standard');
  reads.read('azure.arm.vaults', null, { state: 'complete', pages: 1, calls: [] }, rows);
  expect(dueReads(source('azure.arm.vault-secrets'), reads).map((due) => (due.kind === 'read' ? due.seed.parent : due.reason.skip))).toEqual([VAULT, VAULT.replace('/shop/', '/Größe_(1)/'), 'parent_unread']);
  expect(dueReads(source('azure.arm.vaults'), reads)).toEqual([{ kind: 'read', seed: { parent: null, parameters: { subscription: SHOP_SUBSCRIPTION } } }]);
});

test.each([
  [{ fqdn: 'a.example' }, ['https://a.example']], [{ privateFQDN: 'p.example', fqdn: '' }, ['https://p.example']], [{ fqdn: 'a.example', privateFQDN: 'p.example', azurePortalFQDN: 'portal.example' }, ['https://a.example', 'https://p.example']],
  [{ azurePortalFQDN: 'portal.example' }, ['https://portal.example']], [{ fqdn: null }, []], [null, []],
])('a cluster with %j is held against the targets by %j', (properties, clusterEndpoint) => {
  const unit: Unit = { id: UNIT, provider: 'azure', kind: 'subscription', nativeId: `${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`, name: null, target: 'test', basis: 'declared' };
  const id = 'azure.arm.kubernetes-clusters';
  const source = SOURCES.find((candidate) => candidate.id === id);
  const rows = source?.rows({ value: [{ id: CLUSTER, name: 'c', properties }] }, { unit, parent: null, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT, source: id, parent: null }, 1, pointer) }) ?? [];
  const reads = new UnitReads(unit, 'standard');
  reads.read(id, null, { state: 'complete', pages: 1, calls: [] }, rows);
  expect(joinSubscription(reads, NOW, []).objects).toMatchObject([{ kind: 'azure.kubernetes-cluster', detail: { clusterEndpoint } }]);
});

test('local users by what they sign in by, and what Automation keeps for its runbooks', async () => {
  const scanned = await scanSubscription();
  expect(credential(scanned, `${STORAGE}/localUsers/partner`)).toMatchObject({ kind: 'azure.storage-local-user', audience: 'a password, an SSH key', status: { value: 'active' }, created: { status: 'unknown' } });
  expect(credential(scanned, `${STORAGE}/localUsers/nobody`)?.status).toMatchObject({ value: 'inactive', note: 'it has nothing to sign in by' });
  // SFTP is off there: nobody is asked for.
  expect(scanned.server.requests.some(({ path }) => path.includes('harborlocked/localUsers'))).toBe(false);
  expect(scanned.inventory.populations['azure.storage-local-user']).toMatchObject({ value: 2 });
  expect(credential(scanned, `${AUTOMATION}/certificates/run-as`)).toMatchObject({ status: { value: 'expired' }, audience: 'can be exported', created: { value: { to: plusDays(NOW, -400) } } });
  expect(credential(scanned, `${AUTOMATION}/credentials/ftp`)).toMatchObject({ status: { value: 'active' }, audience: 'harbor', created: { value: { from: plusDays(NOW, -900), to: plusDays(NOW, -900) } } });
  expect(scanned.inventory.objects.find(({ kind }) => kind === 'azure.deny-assignment')).toMatchObject({ detail: { title: 'Denied by the stack shop', ofAzure: true, principals: 1 } });
});

test('a managed identity with the resources that have it, its own and those that it is assigned to; not known where the query failed', async () => {
  const { inventory } = await scanTenant();
  const used = (name: string, of = inventory): unknown => of.identities.find(({ id }) => id === principalId(name))?.particulars?.['azure.used-by'];
  expect(used('orders-identity')).toMatchObject({ status: 'known', value: { count: 2, resources: [expect.stringContaining('orders-api') as string, expect.stringContaining('orders-worker') as string] } });
  expect(used('vm-batch')).toMatchObject({ status: 'known', value: { count: 1 } });
  expect(inventory.objects.filter(({ kind }) => kind === 'azure.management-group').map(({ name, detail }) => [name, detail['parent']])).toEqual([['Northwind Harbor', null], ['Shops', '/providers/Microsoft.Management/managementGroups/harbor']]);
  const refused = await scanTenant({ afterLogin: [{ operation: 'resourceGraph/identityUse', kind: 'deny' }] });
  expect(used('orders-identity', refused.inventory)).toMatchObject({ status: 'unknown', cause: 'denied' });
});

test('a role that somebody made administers by what it allows, and is not judged where it was not read', async () => {
  const privilege = ({ inventory }: Scanned, name: string): unknown => inventory.identities.find(({ id }) => id === principalId(name))?.privilege;
  expect(privilege(await scanTenant(), 'beacon-monitoring')).toMatchObject({ status: 'known', value: { level: 'administrator', via: [expect.stringContaining('Harbor operator') as string] } });
  const refused = await scanTenant({ afterLogin: [{ operation: 'resourceGraph/customRoles', kind: 'deny' }] });
  expect(privilege(refused, 'beacon-monitoring')).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(privilege(refused, 'rollcall-reader')).toMatchObject({ status: 'known', value: { level: 'not_administrator' } });
  const blind = await scanTenant({ afterLogin: [{ operation: 'resourceGraph/builtInRoles', kind: 'deny' }] });
  expect(privilege(blind, 'rollcall-reader')).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(privilege(blind, 'beacon-monitoring')).toMatchObject({ value: { level: 'administrator' } });
  // Owner is known by its id.
  expect(privilege(refused, 'vm-batch')).toMatchObject({ value: { level: 'administrator' } });
});

test.each([[['*'], true], [['*/write'], true], [['Microsoft.Authorization/*'], true], [['microsoft.authorization/roleAssignments/write'], true], [['Microsoft.Authorization/*/read', '*/read'], false], [['Microsoft.Storage/*'], false], [[], false]])('a role that allows %j over a subscription administers: %s', (actions, expected) => {
  const custom: DefinedRoles = { custom: new Map([['a', { name: 'A', actions }]]), builtIn: new Map([['b', 'Reader']]) };
  expect(administersAzure('/x/a', `/subscriptions/${SHOP_SUBSCRIPTION}`, custom)).toBe(expected);
  // Over one resource group it does not; nor does one of Azure's own that is not known to. What no list has somebody made where the login does not see.
  expect(administersAzure('/x/a', `/subscriptions/${SHOP_SUBSCRIPTION}/resourceGroups/shop`, custom)).toBe(false);
  expect(administersAzure('/x/b', `/subscriptions/${SHOP_SUBSCRIPTION}`, custom)).toBe(false);
  expect(administersAzure('/x/c', `/subscriptions/${SHOP_SUBSCRIPTION}`, custom)).toBeNull();
  expect(administersAzure('/x/c', `/subscriptions/${SHOP_SUBSCRIPTION}/resourceGroups/shop`, custom)).toBe(false);
});

test.each([['not_needed', { status: 'known', value: 0 }], ['parent_unread', { status: 'unknown', cause: 'incomplete' }], ['not_requested', { status: 'unknown', cause: 'not_requested' }]] as const)('local users that were not asked for because %s are counted as %j', (skip, expected) => {
  const unit: Unit = { id: UNIT, provider: 'azure', kind: 'subscription', nativeId: `${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`, name: null, target: 'test', basis: 'declared' };
  const accounts = SOURCES.find(({ id }) => id === 'azure.arm.storage-accounts');
  const rows = accounts?.rows({ value: [{ id: STORAGE, name: 's', properties: {} }] }, { unit, parent: null, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT, source: 'azure.arm.storage-accounts', parent: null }, 1, pointer) }) ?? [];
  expect(rows).toHaveLength(1);
  const reads = new UnitReads(unit, 'standard');
  reads.read('azure.arm.storage-accounts', null, { state: 'complete', pages: 1, calls: [] }, rows);
  reads.skipped('azure.arm.storage-local-users', STORAGE, { skip, reason: 'the test says so' });
  expect(joinSubscription(reads, NOW, []).populations['azure.storage-local-user']).toMatchObject(expected);
});
