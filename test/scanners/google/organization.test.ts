// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { emailOf, FOLDER_NAME, GOOGLE_ORGANIZATION, GOOGLE_PROJECT, harborProject, LABS_PROJECT } from '../../../fixtures/company/google/project.ts';
import { google } from '../../../scanners/google/index.ts';
import { completenessOf } from '../../../src/inventory/completeness.ts';
import type { Identity } from '../../../src/model/row.ts';
import { NOW } from './support/scan.ts';
import { COMPANY, outcomesOf, scanOrganization, type Played } from './support/organization.ts';

const ORGANIZATION = `organizations/${GOOGLE_ORGANIZATION}`;
const privilege = ({ identities }: Played, name: string): Identity['privilege'] | undefined => identities.find((identity) => identity.name === emailOf(name))?.privilege;

/** The company's organization without the group that administers it: what a group's members hold nothing tells. */
const BY_NAME: typeof COMPANY = { ...COMPANY, containers: (COMPANY.containers ?? []).map((one) => (one.name === ORGANIZATION ? { ...one, policy: [{ role: 'roles/resourcemanager.organizationAdmin', members: ['user:ines.duarte@northwind-harbor.test'] }] } : one)) };

describe('an organization', () => {
  test('ends with one outcome for each folder and project; what is to be deleted is listed and not read', async () => {
    const played = await scanOrganization({ pageSize: 1 });
    expect(outcomesOf(played)).toEqual({ [ORGANIZATION]: 'scanned', [FOLDER_NAME]: 'scanned', [GOOGLE_PROJECT]: 'scanned', [LABS_PROJECT]: 'scanned', 'northwind-harbor-old': 'closed' });
    expect(played.coverage.gaps).toEqual([]);
    expect(played.scope.statement).toContain(`The list of folders and projects of google:${ORGANIZATION} was read to its end: 2.`);
    expect(played.server.requests.some(({ path }) => path.includes('northwind-harbor-old'))).toBe(false);
    expect((await completenessOf(played.bundle, { depth: 'standard', failedLogins: [] }, played.scope, [google])).problems).toEqual([]);
    const silent = { ...played.scope, listed: (played.scope.listed ?? []).filter(({ unit }) => unit !== 'google:northwind-harbor-old') };
    expect((await completenessOf(played.bundle, { depth: 'standard', failedLogins: [] }, silent, [google])).problems).toEqual([`google:${FOLDER_NAME} lists google:northwind-harbor-old, and scope.json says nothing of it`]);
  });

  test('of which some projects are declared walks its folders, and the others are undeclared', async () => {
    const played = await scanOrganization({ scope: { organizations: [GOOGLE_ORGANIZATION], projects: [GOOGLE_PROJECT] } });
    expect(outcomesOf(played)).toMatchObject({ [FOLDER_NAME]: 'scanned', [GOOGLE_PROJECT]: 'scanned', [LABS_PROJECT]: 'undeclared' });
    expect(played.server.requests.some(({ path }) => path.includes(LABS_PROJECT))).toBe(false);
  });

  test('leaves out what is excluded, with reason and approver', async () => {
    const played = await scanOrganization({ configuration: { exclude: [{ unit: 'google:*-labs', reason: 'nothing of value', approver: 'Ines Duarte', expires: '2030-01-01' }] } });
    expect(outcomesOf(played)).toMatchObject({ [LABS_PROJECT]: 'excluded', [GOOGLE_PROJECT]: 'scanned' });
  });

  test('whose folder may not be listed has a gap there, and the rest is read', async () => {
    const played = await scanOrganization({ faults: [{ operation: 'ListProjects', kind: 'deny', when: (_path, query) => query.get('parent') === FOLDER_NAME }] });
    expect(outcomesOf(played)).toEqual({ [ORGANIZATION]: 'scanned', [FOLDER_NAME]: 'partially_scanned', [LABS_PROJECT]: 'scanned' });
    expect(played.coverage.gaps).toMatchObject([{ unit: `google:${FOLDER_NAME}`, operation: 'ListProjects', outcome: 'denied', permission: 'resourcemanager.projects.list' }]);
    expect(played.scope.statement).toContain(`The list of folders and projects of google:${FOLDER_NAME} could not be read to its end (denied).`);
  });

  test('one project of which everything is denied stops no other', async () => {
    const played = await scanOrganization({ faults: [{ operation: '*', kind: 'deny', when: (path, _query, body) => path.includes(LABS_PROJECT) || body.includes(LABS_PROJECT) }] });
    expect(outcomesOf(played)).toMatchObject({ [LABS_PROJECT]: 'failed', [GOOGLE_PROJECT]: 'scanned', [FOLDER_NAME]: 'scanned' });
  });
});

describe('a folder as the whole scope', () => {
  test('is walked from there, and what is inherited from above it is not known', async () => {
    const played = await scanOrganization({ scope: { folders: [FOLDER_NAME.slice('folders/'.length)] } });
    expect(outcomesOf(played)).toEqual({ [FOLDER_NAME]: 'scanned', [GOOGLE_PROJECT]: 'scanned', 'northwind-harbor-old': 'closed' });
    expect(privilege(played, 'ledger-export')).toMatchObject({ status: 'unknown', cause: 'no_source', detail: expect.stringContaining(ORGANIZATION) as string });
  });
});

test('a folder that does not say what it hangs from leaves what is inherited from there unknown', async () => {
  const containers = [{ name: FOLDER_NAME, displayName: 'Production', createTime: NOW, policy: [] }];
  const played = await scanOrganization({ scope: { folders: [FOLDER_NAME.slice('folders/'.length)] }, served: { ...BY_NAME, containers } });
  expect(privilege(played, 'ledger-export')).toMatchObject({ status: 'unknown', cause: 'not_reported', detail: expect.stringContaining('hangs from') as string });
});

describe('what an account may do', () => {
  test('is what it was given in its project and, inherited, in its folder and organization', async () => {
    const played = await scanOrganization({ served: BY_NAME });
    expect(privilege(played, '440011223344-compute@developer.gserviceaccount.com')).toMatchObject({ value: { level: 'administrator', via: ['roles/editor (in the project)'] } });
    expect(privilege(played, 'partner-feed')).toMatchObject({ value: { level: 'administrator', via: [`roles/resourcemanager.projectIamAdmin (inherited from ${FOLDER_NAME})`] } });
    // With the page of the folder behind it.
    expect(JSON.stringify(privilege(played, 'partner-feed'))).toContain(FOLDER_NAME);
    expect(privilege(played, 'ledger-export')).toMatchObject({ value: { level: 'not_administrator' } });
    expect(privilege(played, 'build-agent')).toMatchObject({ status: 'unknown', cause: 'unrecognized', detail: expect.stringContaining('under a condition') as string });
    expect(privilege(played, 'retired-sync')).toMatchObject({ value: { level: 'not_administrator' } });
  });

  test.each([['deny', 'denied'], ['throttle', 'throttled'], ['quota_403', 'throttled'], ['api_disabled', 'api_disabled']] as const)('is unknown where the policy of the folder above ended with %s, but of who administers already', async (kind, cause) => {
    const played = await scanOrganization({ faults: [{ operation: 'GetFolderPolicy', kind }] });
    expect(privilege(played, 'ledger-export')).toMatchObject({ status: 'unknown', cause });
    expect(privilege(played, '440011223344-compute@developer.gserviceaccount.com')).toMatchObject({ value: { level: 'administrator' } });
    expect(played.identities.find(({ name }) => name.startsWith('labs-runner'))?.privilege).toMatchObject({ value: { level: 'administrator' } });
  });

  test('through a role that somebody made is what that role allows; unknown where it was not read', async () => {
    const role = `organizations/${GOOGLE_ORGANIZATION}/roles/keeper`;
    const served = (permissions: readonly string[]): typeof COMPANY => ({
      projects: [{ ...harborProject(NOW), policy: [{ role, members: [`serviceAccount:${emailOf('ledger-export')}`] }] }],
      containers: (BY_NAME.containers ?? []).map((one) => (one.name === ORGANIZATION ? { ...one, roles: [{ name: role, includedPermissions: [...permissions] }] } : one)),
    });
    expect(privilege(await scanOrganization({ served: served(['resourcemanager.projects.setIamPolicy']) }), 'ledger-export')).toMatchObject({ value: { level: 'administrator', via: [`${role} (in the project)`] } });
    expect(privilege(await scanOrganization({ served: served(['storage.objects.get']) }), 'ledger-export')).toMatchObject({ value: { level: 'not_administrator' } });
    expect(privilege(await scanOrganization({ served: served(['storage.objects.get']), faults: [{ operation: 'ListCustomRoles', kind: 'deny' }] }), 'ledger-export')).toMatchObject({ status: 'unknown', cause: 'denied' });
  });

  test.each([
    ['group:platform@northwind-harbor.test', 'roles/owner'], ['group:platform@northwind-harbor.test', `organizations/${GOOGLE_ORGANIZATION}/roles/unlisted`], ['allAuthenticatedUsers', 'roles/editor'],
    ['principalSet://cloudresourcemanager.googleapis.com/projects/440011223344/type/ServiceAccount', 'roles/iam.serviceAccountTokenCreator'], ['somethingNew:of-another-day', 'roles/editor'],
  ])('is not known to be less where %s holds %s, whose members nothing lists', async (member, role) => {
    const given = (members: string[], own: string): typeof COMPANY => ({ ...BY_NAME, projects: [{ ...harborProject(NOW), policy: [{ role: own, members }, { role: 'roles/owner', members: [`serviceAccount:${emailOf('partner-feed')}`, 'domain:northwind-harbor.test', 'user:ines@northwind-harbor.test'] }] }] });
    const played = await scanOrganization({ served: given([member], role) });
    expect(privilege(played, 'ledger-export')).toMatchObject({ status: 'unknown', detail: expect.stringContaining(member) as string });
    expect(privilege(played, 'partner-feed')).toMatchObject({ value: { level: 'administrator' } });
    expect(privilege(await scanOrganization({ served: given([member], 'roles/browser') }), 'ledger-export')).toMatchObject({ value: { level: 'not_administrator' } });
  });

  test('is not known to be less in the company\'s own organization, which a group administers', async () => {
    const played = await scanOrganization();
    expect(privilege(played, 'ledger-export')).toMatchObject({ status: 'unknown', cause: 'no_source', detail: expect.stringContaining(`inherited from ${ORGANIZATION}`) as string });
    expect(privilege(played, 'partner-feed')).toMatchObject({ value: { level: 'administrator' } });
  });
});
