// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { formsOf, KUBERNETES_CANARIES } from '../../../fixtures/company/kubernetes/canaries.ts';
import { KUBERNETES_NARROW_TOKEN } from '../../../fixtures/company/kubernetes/cluster.ts';
import { dayAgo, uidOf } from '../../../fixtures/company/kubernetes/objects.ts';
import type { Credential, Identity } from '../../../src/model/row.ts';
import { NOW, scanCluster, type Scanned } from './support/scan.ts';

const account = ({ inventory }: Scanned, name: string): Identity | undefined => inventory.identities.find((identity) => identity.name === name);
const credential = ({ inventory }: Scanned, name: string): Credential | undefined => inventory.credentials.find((each) => each.name === name);
const levelOf = (identity: Identity | undefined): string | undefined => (identity?.privilege.status === 'known' ? identity.privilege.value.level : identity?.privilege.status);
const noon = (day: string): string => `${day}T00:00:00.000Z`;

test('the company\'s cluster: every account, token and Secret, with rights and use', async () => {
  const scanned = await scanCluster();
  const { inventory } = scanned;
  expect(inventory.identities.map(({ name }) => name).sort()).toEqual(['ci/default', 'ci/deployer', 'ci/old-runner', 'default/default', 'kube-system/default', 'monitoring/default', 'monitoring/rollcall', 'ops/batch-runner', 'ops/default', 'ops/token-broker', 'payments/default', 'payments/ledger', 'payments/vault-sync']);
  expect(inventory.identities.filter((identity) => levelOf(identity) === 'administrator').map(({ id }) => id)).toEqual([uidOf('ServiceAccount', 'ci', 'deployer')]);
  expect(inventory.identities.filter((identity) => levelOf(identity) === 'not_administrator')).toHaveLength(12);
  expect(account(scanned, 'ci/deployer')).toMatchObject({ address: 'system:serviceaccount:ci:deployer', classification: { class: 'non-human' }, self: false, privilege: { value: { via: ['ClusterRoleBinding ci-deployer to ClusterRole cluster-admin'] } }, credentialCounts: { 'kubernetes.service-account-token': { value: 1 } } });
  expect(inventory.identities.filter(({ self }) => self).map(({ name }) => name)).toEqual(['monitoring/rollcall']);
  expect(account(scanned, 'payments/ledger')?.tags).toMatchObject({ value: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/ledger-writer' } });
  expect(account(scanned, 'ci/deployer')?.tags).toMatchObject({ value: {} });
  expect(inventory.grants.filter(({ identity }) => identity === account(scanned, 'ops/batch-runner')?.key).map(({ policy, via }) => `${policy} by ${via}`).sort()).toEqual([
    'ClusterRole system:basic-user by ClusterRoleBinding system:basic-user, through group system:authenticated', 'ClusterRole view by ClusterRoleBinding accounts-view, through group system:serviceaccounts',
    'ClusterRole workload-runner by RoleBinding ops/ops-workloads, through group system:serviceaccounts:ops',
  ]);
  const tracked = noon(dayAgo(NOW, 400));
  expect(credential(scanned, 'ci/deployer-token')).toMatchObject({ kind: 'kubernetes.service-account-token', id: uidOf('Secret', 'ci', 'deployer-token'), identity: account(scanned, 'ci/deployer')?.key, status: { value: 'active' }, lastUsed: { value: { at: noon(dayAgo(NOW, 1)) }, trackedSince: tracked }, expires: { value: { never: true } } });
  expect(credential(scanned, 'ops/token-broker-token-8xk2p')).toMatchObject({ status: { value: 'active' }, lastUsed: { value: { none: true, since: tracked } } });
  expect(credential(scanned, 'ci/old-runner-token-x9w4c')).toMatchObject({ status: { value: 'inactive' } });
  const plain = inventory.credentials.filter(({ kind }) => kind === 'kubernetes.secret');
  expect(plain.map(({ id, audience }) => `${id} ${audience ?? ''}`).sort()).toEqual([
    'ci/artifact-store kubernetes.io/basic-auth', 'ci/registry-pull kubernetes.io/dockerconfigjson', 'default/webhook-shared Opaque', 'monitoring/sh.helm.release.v1.metrics.v3 helm.sh/release.v1',
    'ops/backup-ssh kubernetes.io/ssh-auth', 'payments/gateway-tls kubernetes.io/tls', 'payments/ledger-database Opaque',
  ]);
  expect(plain.every(({ idBasis, identity }) => idBasis === 'name' && identity === null)).toBe(true);
  expect(inventory.populations).toMatchObject({ 'kubernetes.service-account': { value: 13 }, 'kubernetes.service-account-token': { value: 4 }, 'kubernetes.secret': { value: 7 }, 'kubernetes.bootstrap-token': { value: 1 }, 'kubernetes.namespace': { value: 6 } });
  expect(inventory.controlTotals).toMatchObject([{ name: 'Principals', before: 13, listed: 13, state: 'equal' }, { name: 'TokenSecrets', before: 4, listed: 4, state: 'equal' }]);
});

test('the age of a Secret holds its real date between its bounds', async () => {
  const { inventory } = await scanCluster();
  for (const [name, days] of [['payments/ledger-database', 210], ['payments/gateway-tls', 45], ['ops/backup-ssh', 1500], ['kube-system/bootstrap-token-a1b2c3', 2], ['default/webhook-shared', 0.2]] as const) {
    const created = inventory.credentials.find(({ id }) => id === name)?.created;
    const made = new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
    if (created?.status !== 'known') throw new Error(`${name}: ${created?.status ?? 'not there'}`);
    expect(created.value.from !== null && created.value.from <= made && made <= created.value.to, `${name}: ${created.value.from ?? ''} to ${created.value.to}, made ${made}`).toBe(true);
  }
});

test('small pages: the same rows, and the server\'s own count of accounts agrees', async () => {
  const { inventory } = await scanCluster({ pageSize: { '*': 2 } });
  expect(inventory.identities).toHaveLength(13);
  expect(inventory.credentials).toHaveLength(13);
  expect(inventory.controlTotals).toMatchObject([{ name: 'Principals', before: 13, listed: 13, state: 'equal' }, { name: 'TokenSecrets', state: 'equal' }]);
});

test('every request is one that was meant: one clause, no resourceVersion, no Secret but as a table of a namespace or as tokens\' metadata', async () => {
  const { server } = await scanCluster({ pageSize: { '*': 2 } });
  expect(server.requests.length).toBeGreaterThan(20);
  for (const { method, path, query, accept, operation } of server.requests) {
    expect(method === 'GET' || operation === 'create selfsubjectreviews' || operation === 'create selfsubjectaccessreviews', operation).toBe(true);
    expect(query).not.toHaveProperty('resourceVersion');
    expect(accept).toMatch(/^application\/(json(;as=(Table|PartialObjectMetadataList);v=v1;g=meta\.k8s\.io)?|vnd\.kubernetes\.protobuf)$/);
    if (!path.endsWith('/secrets')) continue;
    if (path === '/api/v1/secrets') expect([accept, query['fieldSelector']]).toEqual(['application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'type=kubernetes.io/service-account-token']);
    else expect([accept, query['includeObject']]).toEqual(['application/json;as=Table;v=v1;g=meta.k8s.io', 'None']);
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

test('no value, no applied manifest and no annotation of another name reaches the disk, even without the detector', async () => {
  const { bundle } = await scanCluster({ detector: false, afterLogin: [{ operation: 'list serviceaccounts', kind: 'unknown_field' }, { operation: 'list secrets', kind: 'unknown_field' }] });
  const text = await everythingOnDisk(bundle);
  expect(text).toContain('ledger-database');
  expect(KUBERNETES_CANARIES.filter((canary) => formsOf(canary).some((form) => text.includes(form))).map(({ name }) => name)).toEqual([]);
});

test('an answer with the values in place of the table is not read, not kept and not asked for again', async () => {
  const { inventory, server, bundle } = await scanCluster({ detector: false, afterLogin: [{ operation: 'list secrets', kind: 'foreign_kind' }] });
  const text = await everythingOnDisk(bundle);
  expect(KUBERNETES_CANARIES.filter((canary) => formsOf(canary).some((form) => text.includes(form))).map(({ name }) => name)).toEqual([]);
  expect(text).toContain('the answer is a SecretList, not Table');
  // Those that were on their way when the first answer came may still be there.
  expect(server.requests.filter(({ operation }) => operation === 'list secrets').length).toBeLessThanOrEqual(5);
  // What comes of another list than that of Secrets stays.
  expect(inventory.credentials.map(({ kind }) => kind)).toEqual(['kubernetes.client-certificate']);
  expect(inventory.populations).toMatchObject({ 'kubernetes.secret': { status: 'unknown', cause: 'malformed' }, 'kubernetes.service-account-token': { status: 'unknown', cause: 'malformed' }, 'kubernetes.service-account': { value: 13 } });
});

test('a login that may not list Secrets leaves them unknown, and all else as it was', async () => {
  const { inventory } = await scanCluster({ token: KUBERNETES_NARROW_TOKEN });
  // What comes of another list than that of Secrets stays.
  expect(inventory.credentials.map(({ kind }) => kind)).toEqual(['kubernetes.client-certificate']);
  expect(inventory.populations).toMatchObject({ 'kubernetes.secret': { status: 'unknown', cause: 'denied' }, 'kubernetes.service-account-token': { status: 'unknown', cause: 'denied' }, 'kubernetes.service-account': { status: 'known', value: 13 } });
  expect(inventory.identities.every(({ credentialCounts }) => credentialCounts['kubernetes.service-account-token']?.status === 'unknown')).toBe(true);
  expect(inventory.controlTotals[1]).toMatchObject({ state: 'unavailable', listed: null });
});

test('tokens that only the tables show are counted as what they are, with everything else about them unknown', async () => {
  const { inventory } = await scanCluster({ afterLogin: [{ path: '/api/v1/secrets', kind: 'deny' }] });
  const tokens = inventory.credentials.filter(({ kind }) => kind === 'kubernetes.service-account-token');
  expect(tokens.map(({ id, idBasis, status, lastUsed }) => [id, idBasis, status.status, lastUsed.status])).toHaveLength(4);
  expect(tokens.every(({ idBasis, status, lastUsed, identity }) => idBasis === 'name' && status.status === 'unknown' && status.cause === 'denied' && lastUsed.status === 'unknown' && identity === null)).toBe(true);
  expect(inventory.populations).toMatchObject({ 'kubernetes.secret': { value: 7 }, 'kubernetes.service-account-token': { status: 'unknown', cause: 'denied' } });
});

test('without the tracking date a use stays known and no use is unknown', async () => {
  const scanned = await scanCluster({ afterLogin: [{ operation: 'get configmaps', kind: 'deny' }] });
  expect(credential(scanned, 'ci/deployer-token')?.lastUsed).toMatchObject({ status: 'known', value: { at: noon(dayAgo(NOW, 1)) } });
  expect(credential(scanned, 'ops/token-broker-token-8xk2p')?.lastUsed).toMatchObject({ status: 'unknown', cause: 'denied' });
});

test('without bindings privilege is unknown; without roles only the binding to cluster-admin is told by its name', async () => {
  const bindings = await scanCluster({ afterLogin: [{ operation: 'list clusterrolebindings', kind: 'deny' }] });
  expect(new Set(bindings.inventory.identities.map(levelOf))).toEqual(new Set(['unknown']));
  const roles = await scanCluster({ afterLogin: [{ operation: 'list clusterroles', kind: 'deny' }] });
  expect(levelOf(account(roles, 'ci/deployer'))).toBe('administrator');
  expect(levelOf(account(roles, 'ops/batch-runner'))).toBe('unknown');
});

test('a list that expires goes on with the token that it left and is marked as inconsistent; without one it is not complete', async () => {
  const resumed = await scanCluster({ pageSize: { serviceaccounts: 5 }, afterLogin: [{ operation: 'list serviceaccounts', kind: 'expired_410', page: 2, times: 1 }] });
  expect(resumed.inventory.identities).toHaveLength(13);
  expect(resumed.inventory.populations['kubernetes.service-account']).toMatchObject({ status: 'unknown', cause: 'incomplete', detail: expect.stringContaining('inconsistent') as string });
  expect(resumed.inventory.controlTotals[0]).toMatchObject({ state: 'unavailable', listed: null });
  const ended = await scanCluster({ pageSize: { serviceaccounts: 5 }, afterLogin: [{ operation: 'list serviceaccounts', kind: 'expired_410', page: 2, resume: false }] });
  expect(ended.inventory.populations['kubernetes.service-account']).toMatchObject({ status: 'unknown', cause: 'malformed' });
  expect(ended.inventory.identities).toHaveLength(5);
});

test.each([
  ['deny', 'denied'], ['unauthorized', 'login_expired'], ['throttle', 'throttled'], ['error500', 'unreachable'], ['cut_body', 'malformed'], ['empty_body', 'malformed'], ['foreign_kind', 'malformed'], ['no_list', 'malformed'],
] as const)('%s of the list of accounts ends as %s and leaves no count', async (kind, cause) => {
  const { inventory } = await scanCluster({ afterLogin: [{ operation: 'list serviceaccounts', kind }] });
  expect(inventory.populations['kubernetes.service-account']).toMatchObject({ status: 'unknown', cause });
  expect(inventory.populations['kubernetes.secret']).toMatchObject({ status: 'known', value: 7 });
  expect(inventory.credentials.filter(({ kind: each }) => each === 'kubernetes.service-account-token').every(({ identity }) => identity === null)).toBe(true);
});

test('a server that does not answer ends as timeout', async () => {
  const { inventory } = await scanCluster({ requestTimeoutMs: 300, afterLogin: [{ operation: 'list roles', kind: 'hang' }] });
  expect(inventory.populations['kubernetes.role']).toMatchObject({ status: 'unknown', cause: 'timeout' });
  expect(inventory.populations['kubernetes.cluster-role']).toMatchObject({ status: 'known' });
}, 20_000);

test('a token that repeats ends the list', async () => {
  const { inventory } = await scanCluster({ pageSize: { serviceaccounts: 5 }, afterLogin: [{ operation: 'list serviceaccounts', kind: 'repeat_token' }] });
  expect(inventory.populations['kubernetes.service-account']).toMatchObject({ status: 'unknown', cause: 'malformed' });
});
