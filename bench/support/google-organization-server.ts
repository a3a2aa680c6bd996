// SPDX-License-Identifier: Apache-2.0
// A process of its own: serves an organization of many projects, and says what it was asked. Arguments: projects, service accounts in each (each with one key that a person made).
import { accountFile } from '../../fixtures/company/google/part.ts';
import { GOOGLE_READER } from '../../fixtures/company/google/project.ts';
import type { GoogleProject } from '../../fixtures/servers/google-projects.ts';
import { startGoogleServer } from '../../fixtures/servers/google.ts';
import { instantOf } from '../../src/model/instant.ts';

const [count = 100, accounts = 15] = process.argv.slice(2).map(Number);
const ORGANIZATION = 'organizations/240955512345';

function projectOf(index: number): GoogleProject {
  const id = `bench-project-${String(index).padStart(6, '0')}`;
  const emails = Array.from({ length: accounts }, (_, one) => `service-${String(one).padStart(3, '0')}@${id}.iam.gserviceaccount.com`);
  return {
    id, number: String(500_000_000_000 + index), displayName: `project ${index}`, createTime: '2024-03-01T00:00:00Z', parent: ORGANIZATION, pools: [], providers: {},
    accounts: emails.map((email, one) => ({ name: `projects/${id}/serviceAccounts/${email}`, projectId: id, uniqueId: `1${String(index).padStart(10, '0')}${String(one).padStart(10, '0')}`, email, displayName: `service ${one}` })),
    keys: Object.fromEntries(emails.map((email, one) => [email, [{ name: `projects/${id}/serviceAccounts/${email}/keys/${String(index * accounts + one).padStart(40, '0')}`, keyType: 'USER_MANAGED', keyOrigin: 'GOOGLE_PROVIDED', keyAlgorithm: 'KEY_ALG_RSA_2048', validAfterTime: '2025-05-01T00:00:00Z', validBeforeTime: '9999-12-31T23:59:59Z' }]])),
    policy: [{ role: 'roles/viewer', members: emails.map((email) => `serviceAccount:${email}`) }],
  };
}

const { file, publicKeyPem } = accountFile();
const server = await startGoogleServer({ projects: Array.from({ length: count }, (_, index) => projectOf(index)), containers: [{ name: ORGANIZATION, displayName: 'bench', createTime: '2020-01-01T00:00:00Z' }], logins: [{ email: GOOGLE_READER, publicKeyPem }], now: instantOf(Date.now()) });
process.send?.({ url: server.url, caPem: server.caPem, file, organization: ORGANIZATION.slice('organizations/'.length) });
process.on('message', () => process.send?.({ calls: server.requests.length, notOk: server.requests.filter(({ status }) => status !== 200).length }));
process.on('disconnect', () => {
  void server.close();
});
