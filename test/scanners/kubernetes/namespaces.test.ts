// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { KUBERNETES_NAMESPACE_TOKEN } from '../../../fixtures/company/kubernetes/cluster.ts';
import { uidOf } from '../../../fixtures/company/kubernetes/objects.ts';
import { kubernetes } from '../../../scanners/kubernetes/index.ts';
import { login, scanCluster, serve } from './support/scan.ts';

const CLUSTER = uidOf('Namespace', null, 'kube-system');
const SCOPE = { clusters: [CLUSTER], namespaces: ['payments'] };

test('a login of one namespace reads that one, and says of nothing else that it is not there', async () => {
  const { inventory, server, read } = await scanCluster({ token: KUBERNETES_NAMESPACE_TOKEN, scope: SCOPE });
  expect(read.unit).toMatchObject({ id: `kubernetes:${CLUSTER}:payments`, kind: 'namespace', basis: 'declared' });
  expect(inventory.identities.map(({ name }) => name).sort()).toEqual(['payments/default', 'payments/ledger', 'payments/vault-sync']);
  expect(inventory.populations).toMatchObject({ 'kubernetes.service-account': { value: 3 }, 'kubernetes.secret': { value: 2 }, 'kubernetes.service-account-token': { value: 1 }, 'kubernetes.role': { value: 1 }, 'kubernetes.workload': { value: 3 } });
  expect(Object.keys(inventory.populations).filter((kind) => /namespace$|cluster-role|signing|client-certificate/.test(kind))).toEqual([]);
  // Without the bindings of the cluster nobody is said to be no administrator.
  expect(inventory.identities.map(({ privilege }) => privilege.status)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(inventory.identities.map(({ particulars }) => particulars?.['kubernetes.powers']?.status)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(inventory.credentials.find(({ name }) => name === 'payments/ledger-token')?.lastUsed).toMatchObject({ status: 'known' });
  expect(inventory.controlTotals).toMatchObject([{ name: 'Principals', before: 3, listed: 3, state: 'equal' }, { name: 'TokenSecrets', before: 1, listed: 1, state: 'equal' }]);
  const afterLogin = server.requests.filter(({ operation }) => operation.startsWith('list '));
  expect(afterLogin.length).toBeGreaterThan(10);
  expect(afterLogin.filter(({ path }) => !path.includes('/namespaces/payments/'))).toEqual([]);
  expect(afterLogin.filter(({ status }) => status !== 200)).toEqual([]);
  expect(inventory.objects.filter(({ kind }) => kind === 'kubernetes.own-access').every(({ name, detail }) => name.endsWith('in payments') && detail['allowed'] === true)).toBe(true);
});

test('the same login without declared namespaces does not get in, and is told what to declare', async () => {
  const server = await serve();
  await expect(login(server, { token: KUBERNETES_NAMESPACE_TOKEN })).rejects.toMatchObject({ name: 'ConnectError', remedy: expect.stringContaining('scope.namespaces') as string });
  await expect(login(server, { token: KUBERNETES_NAMESPACE_TOKEN, scope: { namespaces: ['payments'] } })).rejects.toMatchObject({ name: 'ConnectError', remedy: expect.stringContaining('scope.clusters') as string });
});

test('with a login that sees kube-system, the declared cluster is held against the one that answered', async () => {
  const server = await serve();
  const connection = await login(server, { scope: { clusters: [CLUSTER], namespaces: ['payments', 'ops'] } });
  expect(connection.units.map(({ id }) => id)).toEqual([`kubernetes:${CLUSTER}:payments`, `kubernetes:${CLUSTER}:ops`]);
  await expect(login(server, { scope: { clusters: ['another'], namespaces: ['payments'] } })).rejects.toMatchObject({ message: expect.stringContaining('declares another') as string });
});

test.each([[{ namespaces: [] }], [{ namespaces: ['a', 'a'] }], [{ namespaces: ['../kube-system'] }], [{ namespaces: ['A'] }]])('the scope %j is refused', (scope) => {
  expect(kubernetes.targetSchema.safeParse({ auth: { ambient: true }, scope }).success).toBe(false);
});

test('permissions for a namespace name no resource of the cluster and open no Secret but in the optional one', () => {
  const [, , read, secrets] = kubernetes.permissions('standard').map(({ text }) => text);
  expect(read).toContain('kind: Role\n');
  expect(read).toContain('serviceaccounts');
  expect(read).not.toMatch(/clusterroles|[[ ]secrets[,\]]|namespaces|certificatesigningrequests/);
  expect(secrets).toContain('resources: [secrets], verbs: [list]');
});
