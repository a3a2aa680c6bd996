// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { azureId } from '../../../fixtures/company/azure/objects.ts';
import { GRAPH_PRINCIPAL, principalId } from '../../../fixtures/company/azure/principals.ts';
import { homeOf } from '../../../scanners/azure/tenants.ts';
import { plusDays } from '../../../src/model/instant.ts';
import type { Credential, Identity } from '../../../src/model/row.ts';
import { NOW, scanTenant, type Scanned } from './support/scan.ts';

const principal = ({ inventory }: Scanned, name: string): Identity | undefined => inventory.identities.find(({ id }) => id === principalId(name));
const credential = ({ inventory }: Scanned, slug: string): Credential | undefined => inventory.credentials.find(({ id, kind }) => id === azureId('credential', slug) && kind.startsWith('azure.service-principal'));
const grantsOf = (scanned: Scanned, name: string): readonly string[] => scanned.inventory.grants.filter(({ identity }) => identity === principal(scanned, name)?.key).map(({ policy, via }) => `${policy} | ${via}`);

test('every kind of service principal, whose it is, and whether it may sign in', async () => {
  const scanned = await scanTenant();
  const facts = (name: string): unknown => principal(scanned, name)?.particulars?.['azure.principal'];
  expect(principal(scanned, 'orders-identity')).toMatchObject({ kind: 'azure.managed-identity', responsibility: 'entity', created: { status: 'unknown', cause: 'not_reported' }, classification: { rule: 'a managed identity of a resource' } });
  expect(facts('orders-identity')).toMatchObject({ value: { resource: expect.stringMatching(/userAssignedIdentities\/orders-identity$/) as string } });
  expect(principal(scanned, 'support-agent')).toMatchObject({ kind: 'azure.agent-identity', owner: { value: { owner: 'dana@northwind-harbor.test' } } });
  expect(facts('beacon-monitoring')).toMatchObject({ value: { home: 'other', enabled: true } });
  expect(facts('old-legacy')).toMatchObject({ value: { home: 'not stated', enabled: false, type: 'Legacy' } });
  expect(principal(scanned, 'Azure Portal')).toMatchObject({ responsibility: 'provider', owner: { status: 'not_applicable' } });
  expect(principal(scanned, 'reporting-portal')).toMatchObject({ address: azureId('client', 'reporting-portal'), credentialCounts: { 'azure.service-principal-password': { value: 1 }, 'azure.service-principal-certificate': { value: 0 } } });
  // Not before its application, not after the scan.
  expect(principal(scanned, 'reporting-portal')?.created).toMatchObject({ value: { from: plusDays(NOW, -400), to: NOW } });
});

test('credentials of a service principal: its own, those that sign for people, those that Azure makes', async () => {
  const scanned = await scanTenant();
  expect(credential(scanned, 'portal-hidden')).toMatchObject({ kind: 'azure.service-principal-password', identity: principal(scanned, 'reporting-portal')?.key, status: { value: 'active' }, lastUsed: { value: { at: plusDays(NOW, -2) } }, responsibility: 'entity' });
  expect(credential(scanned, 'legacy-principal')).toMatchObject({ status: { value: 'inactive', note: expect.stringContaining('switched off') as string } });
  expect(credential(scanned, 'vm-batch-of-azure')).toMatchObject({ responsibility: 'provider', audience: 'Verify' });
  // On an application of Microsoft: whoever added it did so in this tenant.
  expect(credential(scanned, 'planted')).toMatchObject({ responsibility: 'entity', status: { value: 'active' } });
  const signing = scanned.inventory.credentials.filter(({ identity }) => identity === principal(scanned, 'expense-tool')?.key);
  expect(signing.map(({ kind, audience }) => `${kind} ${audience ?? ''}`).sort()).toEqual(['azure.service-principal-certificate signs tokens of single sign-on', 'azure.service-principal-certificate signs tokens of single sign-on', 'azure.service-principal-password signs tokens of single sign-on']);
});

test('owners: its own, else those of its application; who is listed as without an owner is not asked', async () => {
  const scanned = await scanTenant();
  expect(principal(scanned, 'ledger-export')?.owner).toMatchObject({ value: { owner: 'ravi@northwind-harbor.test', source: 'owners in Entra ID' } });
  expect(principal(scanned, 'harbor-deploy')?.owner).toMatchObject({ value: { owner: 'dana@northwind-harbor.test', source: 'owners of its application in Entra ID' } });
  expect(principal(scanned, 'legacy-sync')?.owner).toMatchObject({ status: 'known', value: null });
  expect(principal(scanned, 'beacon-monitoring')?.owner).toMatchObject({ status: 'known', value: null });
  expect(scanned.server.requests.filter(({ operation }) => operation === 'servicePrincipals/owners')).toHaveLength(3);
  // Without that list each is asked, and the answer is the same.
  const without = await scanTenant({ afterLogin: [{ operation: 'servicePrincipals?ownerless', kind: 'deny' }] });
  expect(without.server.requests.filter(({ operation }) => operation === 'servicePrincipals/owners')).toHaveLength(18);
  for (const name of ['ledger-export', 'harbor-deploy']) expect(principal(without, name)?.owner).toMatchObject({ value: { owner: expect.stringContaining('@') as string } });
  expect(principal(without, 'beacon-monitoring')?.owner).toMatchObject({ status: 'known', value: null });
  // And where one cannot be read, it is unknown for that one.
  const denied = await scanTenant({ afterLogin: [{ operation: 'servicePrincipals/owners', application: principalId('expense-tool'), kind: 'deny' }] });
  expect(principal(denied, 'expense-tool')?.owner).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(principal(denied, 'ledger-export')?.owner).toMatchObject({ status: 'known' });
});

test('rights: application permissions, delegated grants, roles held directly, over one application, and through a group', async () => {
  const scanned = await scanTenant();
  expect(grantsOf(scanned, 'harbor-deploy')).toEqual(['Microsoft Graph: AppRoleAssignment.ReadWrite.All | application permission']);
  expect(grantsOf(scanned, 'beacon-monitoring')).toEqual(['Microsoft Graph: Directory.Read.All | application permission', 'Microsoft Graph: Mail.Read User.Read | delegated, in the name of anybody in the tenant', 'Harbor operator | role on /subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333']);
  expect(grantsOf(scanned, 'partner-gateway')).toEqual([expect.stringMatching(/^Application Administrator \| directory role at \/, through group /) as string]);
  expect(grantsOf(scanned, 'rollcall-reader')).toHaveLength(7);
  expect(grantsOf(scanned, 'vm-batch')).toEqual(['Owner | role on /subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333']);
  expect(grantsOf(scanned, 'flexible-release')).toEqual([expect.stringMatching(/^Contributor \| role on \/subscriptions\/[0-9a-f-]+, through group /) as string]);
  const level = (name: string): unknown => { const fact = principal(scanned, name)?.privilege; return fact?.status === 'known' ? fact.value.level : fact; };
  expect(['legacy-sync', 'partner-gateway', 'harbor-deploy', 'reporting-portal', 'vm-batch', 'flexible-release'].map(level)).toEqual(Array.from({ length: 6 }, () => 'administrator'));
  expect(['aks-orders', 'expense-tool', 'rollcall-reader', 'orders-identity'].map(level)).toEqual(Array.from({ length: 4 }, () => 'not_administrator'));
  // The application has what its service principal has; one without any has none.
  const application = (name: string): Identity | undefined => scanned.inventory.identities.find(({ id }) => id === azureId('application', name));
  expect(application('legacy-sync')?.privilege).toMatchObject({ value: { level: 'administrator' } });
  expect(application('old-batch')?.privilege).toMatchObject({ value: { level: 'not_administrator' }, note: expect.stringContaining('no service principal') as string });
  // A person who holds a role is nobody's row here.
  expect(scanned.inventory.unplaced).toEqual([]);
});

test.each([
  ['servicePrincipals?appRoles', undefined, 'denied'], ['servicePrincipals/appRoleAssignedTo', GRAPH_PRINCIPAL, 'denied'], ['roleAssignments', undefined, 'denied'], ['groups/servicePrincipals', undefined, 'denied'], ['resourceGraph', undefined, 'denied'],
] as const)('without %s nobody is called no administrator; who was seen to be one still is', async (operation, application, cause) => {
  const scanned = await scanTenant({ afterLogin: [{ operation, kind: 'deny', ...(application === undefined ? {} : { application }) }] });
  expect(principal(scanned, 'orders-identity')?.privilege).toMatchObject({ status: 'unknown', cause: expect.stringMatching(new RegExp(`^(${cause}|incomplete)$`)) as string });
  const still = operation.startsWith('servicePrincipals') ? 'legacy-sync' : 'harbor-deploy';
  expect(principal(scanned, still)?.privilege).toMatchObject({ value: { level: 'administrator' } });
});

test('a custom role whose definition could not be read is unknown; a built-in one is known by its id', async () => {
  const scanned = await scanTenant({ afterLogin: [{ operation: 'roleDefinitions', kind: 'throttle' }] });
  expect(principal(scanned, 'reporting-portal')?.privilege).toMatchObject({ status: 'unknown', cause: 'throttled' });
  expect(principal(scanned, 'legacy-sync')?.privilege).toMatchObject({ value: { level: 'administrator', via: ['Cloud Application Administrator (directory role at /)'] } });
  expect(principal(scanned, 'orders-identity')?.privilege).toMatchObject({ value: { level: 'not_administrator' } });
});

test('last use: at a moment, not in the report, and no report, each told apart; as a resource is no use of its own', async () => {
  const scanned = await scanTenant();
  expect(principal(scanned, 'partner-gateway')?.lastUsed).toMatchObject({ value: { at: plusDays(NOW, -90) } });
  expect(principal(scanned, 'legacy-sync')?.lastUsed).toMatchObject({ value: { none: true, since: null }, note: expect.stringContaining('without a sign-in') as string });
  expect(principal(scanned, 'vm-batch')?.lastUsed).toMatchObject({ value: { none: true, since: null }, note: expect.stringContaining('not in the report') as string });
  for (const [kind, cause] of [['unlicensed', 'unlicensed'], ['deny', 'denied'], ['throttle', 'throttled']] as const) {
    const without = await scanTenant({ afterLogin: [{ operation: 'servicePrincipalSignInActivities', kind }, { operation: 'appCredentialSignInActivities', kind }] });
    expect(principal(without, 'partner-gateway')?.lastUsed, kind).toMatchObject({ status: 'unknown', cause });
    expect(credential(without, 'portal-hidden')?.lastUsed, kind).toMatchObject({ status: 'unknown', cause });
    // The betas degrade last use and nothing else.
    const { lastUsed: _before, ...rest } = principal(scanned, 'partner-gateway') ?? {};
    const { lastUsed: _after, ...same } = principal(without, 'partner-gateway') ?? {};
    expect(same).toEqual(rest);
    expect(without.inventory.populations).toEqual(scanned.inventory.populations);
  }
});

test('what was deleted and can be restored is listed; where that list fails, nobody says that there is none', async () => {
  const scanned = await scanTenant();
  expect(scanned.inventory.objects.filter(({ kind }) => kind.startsWith('azure.deleted'))).toMatchObject([{ kind: 'azure.deleted-application', name: 'trial-bot', detail: { deleted: plusDays(NOW, -4).replace('.000Z', 'Z') } }, { kind: 'azure.deleted-service-principal' }]);
  const without = await scanTenant({ afterLogin: [{ operation: 'deletedItems/application', kind: 'error500' }] });
  expect(without.inventory.populations).toMatchObject({ 'azure.deleted-application': { status: 'unknown', cause: 'unreachable' }, 'azure.deleted-service-principal': { value: 1 } });
});

test('events: what was made, removed and changed, by whom; what failed made nothing, and a log that was not read is no empty one', async () => {
  const { inventory } = await scanTenant();
  const events = (inventory.events ?? []).flatMap((row) => (row.type === 'event' ? [`${row.kind} ${row.subjectKind} ${row.name ?? ''} by ${row.actor ?? ''}`] : []));
  expect(events).toEqual([
    'created azure.application trial-bot by dana@northwind-harbor.test', 'created azure.service-principal trial-bot by dana@northwind-harbor.test', 'deleted azure.application trial-bot by dana@northwind-harbor.test',
    'created azure.application next-quarter by dana@northwind-harbor.test', 'changed azure.application next-quarter by dana@northwind-harbor.test',
  ]);
  const windows = (inventory.events ?? []).flatMap((row) => (row.type === 'event-window' ? [row] : []));
  expect(windows).toHaveLength(9);
  expect(windows.every(({ complete, from }) => complete && from === plusDays(NOW, -6))).toBe(true);
  const unread = await scanTenant({ afterLogin: [{ operation: 'directoryAudits', kind: 'deny' }] });
  expect((unread.inventory.events ?? []).map((row) => (row.type === 'event-window' ? row.complete : 'an event'))).toEqual(Array.from({ length: 9 }, () => false));
  expect((await scanTenant({ depth: 'bulk' })).inventory.events).toEqual([]);
});

test('a list of service principals that breaks off counts nothing, and each of its control totals says so', async () => {
  const { inventory } = await scanTenant({ pageSize: 5, afterLogin: [{ operation: 'servicePrincipals', kind: 'deny', page: 2 }] });
  for (const kind of ['azure.service-principal', 'azure.managed-identity', 'azure.agent-identity', 'azure.service-principal-password']) expect(inventory.populations[kind]).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(inventory.populations['azure.application']).toMatchObject({ value: 13 });
  expect(inventory.controlTotals.map(({ name, state }) => `${name}: ${state}`)).toEqual(['Principals: unavailable', 'Application registrations: equal', 'Service principals: unavailable', 'Roles on Azure resources: equal', 'Custom roles on Azure resources: equal', "Azure's own roles: equal", 'Resources with managed identities: equal', 'Management groups: equal']);
});

test.each([
  ['A', 'own'], ['b', 'ours'], ['B', 'ours'], ['c', 'other'], ['', 'not stated'], [null, 'not stated'],
  // Microsoft's own are Microsoft's, whatever is declared.
  ['F8CDEF31-a31e-4b4a-93e4-5f571e91255a', 'microsoft'],
] as const)('an application of tenant %j is, in tenant a of a company that has b too: %s', (owner, home) => {
  expect(homeOf('a', owner, new Set(['azure:a', 'azure:b', 'azure:f8cdef31-a31e-4b4a-93e4-5f571e91255a', 'aws:c']))).toBe(home);
});
