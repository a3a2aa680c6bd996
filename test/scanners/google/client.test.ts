// SPDX-License-Identifier: Apache-2.0
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GOOGLE_PROJECT, GOOGLE_READER, harborProject } from '../../../fixtures/company/google/project.ts';
import { memberOf, projectOf } from '../../../scanners/google/members.ts';
import { administers, impersonates } from '../../../scanners/google/rights.ts';
import { google } from '../../../scanners/google/index.ts';
import { askedOf, addressOf, OPERATIONS, wireOperation } from '../../../scanners/google/operations.ts';
import { classifyStatus } from '../../../scanners/google/outcome.ts';
import { SOURCES } from '../../../scanners/google/sources.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { fileWith, login, NOW, serve } from './support/scan.ts';

const federated = (url: string, token: string, more: object = {}): string => JSON.stringify({
  type: 'external_account', audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x', subject_token_type: 'urn:ietf:params:oauth:token-type:jwt', token_url: `${url}/sts/v1/token`, credential_source: { file: token }, ...more,
});

test('an account\'s own file: its key signs the token, nobody else is asked, and the project that it names is the unit', async () => {
  const server = await serve();
  const connection = await login(server, { scope: {} });
  expect(connection.login).toMatchObject({ principal: `${GOOGLE_READER} (as the file of credentials says)`, operation: 'cloudresourcemanager:GetProject' });
  expect(connection.units).toMatchObject([{ id: `google:${GOOGLE_PROJECT}`, kind: 'project', basis: 'own_login' }]);
  expect(server.requests.map(({ operation }) => operation)).toEqual(['GetProject']);
});

test('workload identity federation: the token of a file is exchanged, and a stale one is told', async () => {
  const server = await serve();
  const good = await login(server, { file: federated(server.url, await fileWith('a-token-of-an-issuer')) });
  expect(good.login.principal).toContain('workloadIdentityPools/p/providers/x');
  await expect(login(server, { file: federated(server.url, await fileWith('stale')) })).rejects.toMatchObject({ name: 'ConnectError', message: expect.stringContaining('refused the login') as string, remedy: expect.stringContaining('GOOGLE_APPLICATION_CREDENTIALS') as string });
});

const AUDITOR = `auditor@${GOOGLE_PROJECT}.iam.gserviceaccount.com`;

test('as another account: whoever may act as it reads as it, with one token for all; the key at hand asks nobody else for one', async () => {
  const server = await serve({ impersonable: { [AUDITOR]: [GOOGLE_READER] } });
  const connection = await login(server, { auth: { impersonate: AUDITOR } });
  expect(connection.login.principal).toBe(`${AUDITOR}, as whom ${GOOGLE_READER} (as the file of credentials says) acts`);
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('the login has a project');
  expect(await connection.send(unit, { service: 'iam', operation: 'ListServiceAccounts', input: {} }, AbortSignal.timeout(10_000))).toMatchObject({ ok: true });
  expect(server.requests.map(({ operation }) => operation)).toEqual(['GenerateAccessToken', 'GetProject', 'ListServiceAccounts']);
  expect(server.tokens()).toBe(2);
});

test('as an account as which the login may not act: refused, with what to do', async () => {
  const server = await serve({ impersonable: { [AUDITOR]: ['somebody-else@example.com'] } });
  await expect(login(server, { auth: { impersonate: AUDITOR } })).rejects.toMatchObject({ name: 'ConnectError', message: expect.stringContaining('refused the login') as string, remedy: expect.stringContaining('roles/iam.serviceAccountTokenCreator') as string });
  expect(server.requests.map(({ operation }) => operation)).not.toContain('GetProject');
});

test.each([
  ['{', 'is no file of credentials'], ['{}', 'is no file of credentials'], [JSON.stringify({ type: 'external_account', credential_source: { executable: { command: 'sh -c true' } } }), 'from a program'],
])('the file %j is refused before anything is sent', async (file, message) => {
  const server = await serve();
  await expect(login(server, { file })).rejects.toMatchObject({ name: 'ConnectError', message: expect.stringContaining(message) as string });
  expect(server.requests).toEqual([]);
});

test('refusals say what to do', async () => {
  const unknown = await serve({ logins: [] });
  await expect(login(unknown)).rejects.toMatchObject({ message: expect.stringContaining('refused the login') as string });
  const html = await serve({ faults: [{ operation: 'GetProject', kind: 'html' }] });
  await expect(login(html)).rejects.toMatchObject({ message: expect.stringContaining('is not the API of Google Cloud') as string });
  const broken = await serve({ faults: [{ operation: 'GetProject', kind: 'error500' }] });
  await expect(login(broken)).rejects.toMatchObject({ message: expect.stringContaining('did not answer') as string });
  // What may not be seen of the project is a gap, and not the end.
  const denied = await serve({ faults: [{ operation: 'GetProject', kind: 'deny' }] });
  expect((await login(denied)).units).toHaveLength(1);
});

test('an answer for another project is none', async () => {
  const server = await serve({ projects: [{ ...harborProject(NOW), id: 'another-project' }, harborProject(NOW)], answersFor: { 'another-project': GOOGLE_PROJECT } });
  await expect(login(server, { scope: { projects: ['another-project'] } })).rejects.toMatchObject({ message: expect.stringContaining('is not that project') as string });
});

test('no program runs to find a project that nobody named', async () => {
  const server = await serve();
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'gcloud'), `#!/bin/sh\ntouch '${join(folder, 'ran')}'\n`, { mode: 0o700 });
  const path = process.env['PATH'];
  onTestFinished(() => { process.env['PATH'] = path; });
  process.env['PATH'] = `${folder}:${path ?? ''}`;
  const file = federated(server.url, await fileWith('a-token-of-an-issuer'));
  await expect(login(server, { file, scope: {} })).rejects.toMatchObject({ message: expect.stringContaining('names no project') as string });
  await login(server, { file });
  await expect(stat(join(folder, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('only declared operations, only their parameters, only the projects that were declared', async () => {
  const server = await serve();
  const connection = await login(server);
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('no unit');
  const send = (operation: string, input: { [name: string]: string }, to = unit): Promise<unknown> => connection.send(to, { service: 'iam', operation, input }, new AbortController().signal);
  await expect(send('CreateServiceAccountKey', {})).rejects.toThrow('not an operation that a source declares');
  await expect(send('ListServiceAccounts', { view: 'FULL' })).rejects.toThrow('view is not a parameter');
  await expect(send('ListServiceAccounts', {}, { ...unit, id: 'google:another' })).rejects.toThrow('was not asked to read');
  expect(server.requests).toHaveLength(1);
});

test.each([[{ account: '../x' }], [{ account: 'a@b' }], [{}], [{ account: 'a@b.gserviceaccount.com', pool: 'p' }]])('keys of %j are not asked for', (input) => {
  expect(() => askedOf(wireOperation('iam', 'ListServiceAccountKeys'), GOOGLE_PROJECT, input)).toThrow();
});

test('a path is made of checked parts alone, with exactly the fields that are read', () => {
  const operation = wireOperation('iam', 'ListServiceAccountKeys');
  const url = addressOf(operation, askedOf(operation, GOOGLE_PROJECT, { account: `a@${GOOGLE_PROJECT}.iam.gserviceaccount.com` }), new URL('https://iam.googleapis.com'));
  expect(url.pathname).toBe(`/v1/projects/${GOOGLE_PROJECT}/serviceAccounts/a@${GOOGLE_PROJECT}.iam.gserviceaccount.com/keys`);
  expect(url.searchParams.get('fields')).toBe('keys(name,keyType,keyOrigin,keyAlgorithm,validAfterTime,validBeforeTime,disabled,disableReason,extendedStatus)');
  for (const { path } of OPERATIONS) expect(path).not.toMatch(/credentials|scimTenants|getKeyString|:access/);
  expect(() => askedOf(operation, '../x', {})).toThrow('the id of the unit');
  // What is asked of a project is asked of no folder.
  expect(() => askedOf(operation, 'folders/1', { account: `a@${GOOGLE_PROJECT}.iam.gserviceaccount.com` })).toThrow('the id of the unit');
  const folders = wireOperation('cloudresourcemanager', 'ListFolders');
  expect(addressOf(folders, askedOf(folders, 'folders/1', { pageToken: 'x' }), new URL('https://cloudresourcemanager.googleapis.com')).search).toBe('?parent=folders%2F1&showDeleted=true&pageSize=300&pageToken=x&fields=folders%28name%2Cparent%2CdisplayName%2Cstate%2CcreateTime%29%2CnextPageToken');
  expect(() => askedOf(folders, 'folders/1/../2', {})).toThrow('the id of the unit');
});

const plain = { status: null, reason: null, message: '' };
test.each([
  [403, { ...plain, reason: 'SERVICE_DISABLED' }, 'api_disabled'], [403, { ...plain, reason: 'IAM_PERMISSION_DENIED' }, 'denied'], [403, { ...plain, reason: 'rateLimitExceeded' }, 'throttled'], [403, { ...plain, message: 'Quota exceeded for x' }, 'throttled'], [403, { ...plain, reason: 'SECURITY_POLICY_VIOLATED' }, 'denied_by_org_policy'],
  [429, plain, 'throttled'], [401, plain, 'login_expired'], [404, plain, 'not_found'], [500, plain, 'unreachable'], [504, plain, 'timeout'], [302, plain, 'unreachable'], [400, plain, 'rejected'],
])('status %d of %j is %s', (status, told, outcome) => {
  expect(classifyStatus(status, told).outcome).toBe(outcome);
});

test.each([
  [{ auth: { ambient: true }, scope: {} }, true], [{ auth: { credentialsFile: 'x.json', impersonate: `a@${GOOGLE_PROJECT}.iam.gserviceaccount.com` }, scope: { projects: [GOOGLE_PROJECT] } }, true], [{ auth: {}, scope: {} }, false], [{ auth: { ambient: true, credentialsFile: 'x' }, scope: {} }, false],
  [{ auth: { ambient: true, impersonate: 'somebody' }, scope: {} }, false], [{ auth: { ambient: true }, scope: { projects: ['UPPER'] } }, false], [{ auth: { ambient: true }, scope: { organizations: ['660011223344'], folders: ['441122'] } }, true], [{ auth: { ambient: true }, scope: { organizations: ['organizations/1'] } }, false], [{ auth: { ambient: true }, scope: { projects: [GOOGLE_PROJECT, GOOGLE_PROJECT] } }, false], [{ auth: { ambient: true, endpoints: { iam: 'http://x.test', resourceManager: 'https://x.test', impersonation: 'https://x.test', others: 'https://x.test' } }, scope: {} }, false],
])('a target of %j is taken: %s', (target, expected) => {
  expect(google.targetSchema.safeParse(target).success).toBe(expected);
});

test('permissions name what the sources need and nothing that writes or gives a token', () => {
  const documents = google.permissions('standard');
  const role = documents.find(({ name }) => name === 'rollcall-organization')?.text;
  for (const { operations } of SOURCES) for (const { permission } of operations) expect(role).toContain(permission);
  // A role of a project can hold no right on folders or organizations.
  expect(documents[0]?.text).not.toMatch(/resourcemanager\.(folders|organizations)/);
  expect(documents[0]?.text).toContain('resourcemanager.projects.getIamPolicy');
  expect(role).not.toMatch(/create|update|delete|getAccessToken|setIamPolicy|signBlob/i);
  expect(google.permissions('bulk')[0]?.text).not.toContain('workloadIdentityPools');
  const included = (text = ''): readonly string[] => [...text.matchAll(/^ {4}"(.+)",$/gm)].map(([, permission = '']) => permission);
  for (const [yaml, terraform] of [['rollcall-read', 'rollcall-project-terraform'], ['rollcall-organization', 'rollcall-organization-terraform']] as const) {
    const listed = included(documents.find(({ name }) => name === terraform)?.text);
    expect(listed.length).toBeGreaterThan(10);
    expect(listed).toEqual([...(documents.find(({ name }) => name === yaml)?.text ?? '').matchAll(/^ {2}- (.+)$/gm)].map(([, permission]) => permission));
  }
  const interfaces = (depth: 'bulk' | 'standard'): string | undefined => google.permissions(depth).find(({ name }) => name === 'rollcall-interfaces')?.text;
  expect(interfaces('standard')).toMatch(/enable apikeys\.googleapis\.com cloudresourcemanager\.googleapis\.com .*logging\.googleapis\.com .*--project "\$QUOTA_PROJECT"\n$/);
  expect(interfaces('bulk')).not.toContain('policyanalyzer');
});

test.each([
  ['serviceAccount:northwind-harbor-prod.svc.id.goog[orders/api]', 'northwind-harbor-prod'], ['serviceAccount:sync@elsewhere.iam.gserviceaccount.com', 'elsewhere'], ['serviceAccount:example.test:old.svc.id.goog[ns/ksa]', 'example.test:old'],
  ['serviceAccount:1-compute@developer.gserviceaccount.com', '1'], ['serviceAccount:x@elsewhere.test', null], ['serviceAccount:evil.svc.id.goog', null],
])('%s is of the project %s', (member, project) => {
  expect(projectOf(memberOf(member).name)).toBe(project);
});

test('a role of a form that we do not know is not taken for one that administers nothing', () => {
  expect([administers('roles/viewer'), administers('roles/owner'), administers('projects/p/roles/r'), administers('folders/1/roles/r')]).toEqual([false, true, null, null]);
  expect([impersonates('roles/viewer'), impersonates('roles/iam.workloadIdentityUser'), impersonates('strange')]).toEqual([false, true, null]);
});
