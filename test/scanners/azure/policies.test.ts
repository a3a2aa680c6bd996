// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { azureId } from '../../../fixtures/company/azure/objects.ts';
import { SHOP_SUBSCRIPTION } from '../../../fixtures/company/azure/resources.ts';
import { plusDays } from '../../../src/model/instant.ts';
import { NOW, scanSubscription, scanTenant, type Scanned } from './support/scan.ts';

const objects = ({ inventory }: Scanned, kind: string): readonly object[] => inventory.objects.filter((object) => object.kind === kind);
const seconds = (days: number): string => plusDays(NOW, days).replace(/\.\d+Z$/, 'Z');

test('what the tenant forbids of credentials, and what it lets a single application do: in the words of the policy, off where it is off', async () => {
  const scanned = await scanTenant();
  expect(objects(scanned, 'azure.app-management-policy')).toMatchObject([
    { name: 'Default app management tenant policy', detail: { of: 'the tenant', enabled: true, applications: ['asymmetricKeyLifetime, at most P365D', `passwordAddition, made after ${seconds(-325)}`, 'passwordLifetime, at most P180D, off'], servicePrincipals: [] } },
    { name: 'Legacy sync may keep its password', detail: { of: 'single applications', enabled: true, restrictions: ['passwordLifetime, at most P730D'] } },
  ]);
  expect(scanned.inventory.populations['azure.app-management-policy']).toMatchObject({ status: 'known', value: 2 });
});

test('without Policy.Read.All the policies are a gap, and nothing else is', async () => {
  const scanned = await scanTenant({ login: { roles: ['Application.Read.All', 'AuditLog.Read.All', 'Directory.Read.All', 'Organization.Read.All', 'RoleManagement.Read.Directory'] } });
  expect(objects(scanned, 'azure.app-management-policy')).toEqual([]);
  expect(scanned.inventory.populations['azure.app-management-policy']).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(scanned.inventory.populations['azure.directory-role-eligibility']).toMatchObject({ status: 'known', value: 2 });
  expect(scanned.inventory.identities).toHaveLength((await scanTenant()).inventory.identities.length);
});

test('who may take a role for a time is listed with its type and time, and holds nothing by it', async () => {
  const scanned = await scanTenant();
  expect(objects(scanned, 'azure.directory-role-eligibility')).toMatchObject([
    { name: 'Application Administrator', detail: { principal: azureId('user', 'ravi'), principalType: 'user', scope: '/', until: null } },
    { name: 'Reports Reader', detail: { principal: azureId('group', 'application-admins'), principalType: 'group', until: seconds(40) } },
  ]);
  expect(scanned.inventory.grants.filter(({ key }) => key.includes(azureId('eligible', 'admins')))).toEqual([]);
  const shop = await scanSubscription();
  expect(objects(shop, 'azure.role-eligibility')).toMatchObject([{ detail: { principal: azureId('group', 'shop-operators'), principalType: 'Group', scope: `/subscriptions/${SHOP_SUBSCRIPTION}` } }]);
});

test('a refusal for want of a licence is a gap of that cause: that nobody is eligible was not read', async () => {
  const tenant = await scanTenant({ afterLogin: [{ operation: 'roleEligibilityScheduleInstances', kind: 'no_licence' }] });
  expect(tenant.inventory.populations['azure.directory-role-eligibility']).toMatchObject({ status: 'unknown', cause: 'unlicensed' });
  expect(tenant.read.calls.find(({ operation }) => operation === 'ListDirectoryRoleEligibility')).toMatchObject({ outcome: 'unlicensed', errorCode: 'AadPremiumLicenseRequired', willRetry: false });
  const shop = await scanSubscription({ afterLogin: [{ operation: 'Microsoft.Authorization/roleEligibilityScheduleInstances', kind: 'no_licence' }] });
  expect(shop.inventory.populations['azure.role-eligibility']).toMatchObject({ status: 'unknown', cause: 'unlicensed' });
  // Nor of the other form in which Graph says it.
  const refused = await scanTenant({ afterLogin: [{ operation: 'roleEligibilityScheduleInstances', kind: 'unlicensed' }] });
  expect(refused.inventory.populations['azure.directory-role-eligibility']).toMatchObject({ status: 'unknown', cause: 'unlicensed' });
});
