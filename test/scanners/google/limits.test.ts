// SPDX-License-Identifier: Apache-2.0
import { protos } from '@google-cloud/iam';
import { expect, test } from 'vitest';
import { folderLimits, organizationLimits, projectLimits } from '../../../fixtures/company/google/limits.ts';
import { FOLDER_NAME, GOOGLE_ORGANIZATION, GOOGLE_PROJECT, harborProject } from '../../../fixtures/company/google/project.ts';
import { askedOf, wireOperation } from '../../../scanners/google/operations.ts';
import { constraintOf } from '../../../scanners/google/sources/organization-policies.ts';
import { readJsonLines } from '../../../src/bundle/jsonl.ts';
import { objectSchema, type ObjectRow } from '../../../src/model/row.ts';
import { join } from 'node:path';
import { BUNDLE } from '../../../src/bundle/layout.ts';
import { scanOrganization, type Played } from './support/organization.ts';
import { login, NOW, scanProject, serve } from './support/scan.ts';

const ORGANIZATION = `organizations/${GOOGLE_ORGANIZATION}`;

async function objectsOf({ bundle }: Played, unit: string): Promise<readonly ObjectRow[]> {
  const found: ObjectRow[] = [];
  for await (const row of readJsonLines(join(bundle, BUNDLE.objects), objectSchema)) if (row.unit === `google:${unit}`) found.push(row as ObjectRow);
  return found;
}

test('what the organization sets, denies and bounds, and which people of elsewhere it lets in', async () => {
  const objects = await objectsOf(await scanOrganization(), ORGANIZATION);
  const of = (kind: string): readonly ObjectRow[] => objects.filter((object) => object.kind === `google.${kind}`);
  expect(of('organization-policy').map(({ detail }) => [detail['constraint'], detail['rules']])).toEqual([['iam.allowedPolicyMemberDomains', ['allows C0example1']], ['iam.disableServiceAccountKeyCreation', ['enforced']]]);
  expect(of('deny-policy')).toMatchObject([{ name: 'Nobody makes keys but the platform', detail: { rules: [{ principals: ['principalSet://goog/public:all'], except: ['principalSet://goog/group/platform@northwind-harbor.test'], permissions: ['iam.googleapis.com/serviceAccountKeys.create'], condition: null }] } }]);
  expect(of('principal-access-boundary')).toMatchObject([{ name: 'Own resources', detail: { resources: [`//cloudresourcemanager.googleapis.com/${ORGANIZATION}`], enforcementVersion: '2' } }]);
  expect(of('boundary-binding')).toMatchObject([{ detail: { principals: '//iam.googleapis.com/locations/global/workforcePools/harbor-contractors' } }]);
  expect(of('workforce-pool')).toMatchObject([{ name: 'Contractors', detail: { state: 'ACTIVE', disabled: false, session: '3600s' } }]);
  expect(of('workforce-provider')).toMatchObject([{ detail: { pool: 'harbor-contractors', issuer: 'https://login.harbor-partner.test' } }]);
});

test('in a folder a deny policy under a condition; in a project, what a deep scan alone reads', async () => {
  const played = await scanOrganization();
  expect((await objectsOf(played, FOLDER_NAME)).filter(({ kind }) => kind === 'google.deny-policy')).toMatchObject([{ detail: { rules: [{ condition: "request.time.getDayOfWeek('Europe/Copenhagen') in [0, 6]" }] } }]);
  expect(played.listed.find(({ unit, kind }) => unit === `google:${GOOGLE_PROJECT}` && kind === 'google.deny-policy')?.count).toBeNull();
  const { inventory } = await scanProject({ depth: 'deep' });
  expect(inventory.objects.filter(({ kind }) => ['google.deny-policy', 'google.boundary-binding', 'google.organization-policy'].includes(kind)).map(({ kind, name }) => [kind, name])).toEqual([
    ['google.organization-policy', 'iam.managed.disableServiceAccountKeyCreation'], ['google.deny-policy', 'Keys of production stay'], ['google.boundary-binding', 'Pipelines'],
  ]);
  expect(inventory.objects.find(({ kind }) => kind === 'google.organization-policy')?.detail).toMatchObject({ rules: ['not enforced'] });
  const standard = (await scanProject()).inventory;
  expect(standard.populations['google.deny-policy']).toMatchObject({ status: 'unknown', cause: 'not_requested' });
  expect(standard.populations['google.organization-policy']).toMatchObject({ status: 'known', value: 1 });
});

test('what a policy sets is told in words, and a setting that is not read as that', async () => {
  const project = harborProject(NOW);
  const policy = (name: string, more: object): object => ({ name: `projects/440011223344/policies/${name}`, etag: 'x', ...more });
  const organizationPolicies = [policy('iam.serviceAccountKeyExpiryHours', { spec: { rules: [{ values: { allowedValues: ['24h'] } }, { denyAll: true, condition: { title: 'in tests' } }] } }), policy('iam.managed.disableServiceAccountKeyUpload', { spec: { rules: [{ parameters: { x: 1 } }] } }), policy('storage.restrictAuthTypes', { dryRunSpec: { rules: [{ enforce: true }] } })];
  const { inventory } = await scanProject({ projects: [{ ...project, limits: { organizationPolicies: organizationPolicies.map((one) => ({ ...one })) } }] });
  expect(inventory.objects.filter(({ kind }) => kind === 'google.organization-policy').map(({ detail }) => detail['rules'])).toEqual([['allows 24h', 'denies all, under the condition in tests'], ['set in a way that is not read'], null]);
});

test('a deny policy whose rules are refused is there, and its rules are not', async () => {
  const { inventory } = await scanProject({ depth: 'deep', afterLogin: [{ operation: 'GetDenyPolicy', kind: 'deny' }] });
  expect(inventory.objects.filter(({ kind }) => kind === 'google.deny-policy')).toMatchObject([{ name: 'Keys of production stay', detail: { rules: null } }]);
  expect(inventory.populations['google.deny-policy']).toMatchObject({ status: 'known', value: 1 });
});

test('the client library asks for a place by the name that the interface takes, its slashes in code once', async () => {
  const server = await serve();
  const connection = await login(server);
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('no unit');
  expect(await connection.send(unit, { service: 'iam', operation: 'ListDenyPolicies', input: {} }, new AbortController().signal)).toMatchObject({ ok: true });
  expect(server.requests.at(-1)).toMatchObject({ operation: 'ListDenyPolicies', path: `/v2/policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${GOOGLE_PROJECT}/denypolicies`, status: 200, headers: { 'x-goog-api-client': 'rollcall' } });
});

test.each([['denyPolicy', '../x'], ['denyPolicy', 'UPPER'], ['denyPolicy', ''], ['workforcePool', 'x/y'], ['workforcePool', '1abcdef']])('%s %j is none, and nothing is asked for by it', (name, value) => {
  const operation = wireOperation('iam', name === 'denyPolicy' ? 'GetDenyPolicy' : 'ListWorkforcePoolProviders');
  expect(() => askedOf(operation, name === 'denyPolicy' ? GOOGLE_PROJECT : ORGANIZATION, { [name]: value })).toThrow(`needs ${name}`);
});

test('only constraints on accounts and keys make rows, in their first form and the newer one', () => {
  expect(['iam.serviceAccountKeyExpiryHours', 'iam.managed.disableServiceAccountKeyUpload', 'storage.restrictAuthTypes', 'compute.vmExternalIpAccess', 'iam.managed.preventPrivilegedBasicRolesForDefaultServiceAccounts'].map((name) => constraintOf({ name: `projects/1/policies/${name}` }))).toEqual(['iam.serviceAccountKeyExpiryHours', 'iam.managed.disableServiceAccountKeyUpload', 'storage.restrictAuthTypes', null, null]);
});

// Google ships no discovery document of version 3; its own message types stand in for it.
test('answers of the fixture about boundaries and deny policies are messages of the interface', () => {
  const { v2, v3 } = protos.google.iam;
  for (const { boundaries = [], bindings = [], deny = [] } of [organizationLimits(NOW, GOOGLE_ORGANIZATION), folderLimits(NOW, FOLDER_NAME), projectLimits(NOW, '440011223344')]) {
    const members = (type: { readonly create: () => object }): readonly string[] => Object.keys(Object.getPrototypeOf(type.create()) as object);
    for (const item of boundaries) for (const name of Object.keys(item)) expect(members(v3.PrincipalAccessBoundaryPolicy), name).toContain(name);
    for (const item of bindings) for (const name of Object.keys(item)) expect(members(v3.PolicyBinding), name).toContain(name);
    for (const item of deny) for (const name of Object.keys(item)) expect(members(v2.Policy), name).toContain(name);
  }
});
