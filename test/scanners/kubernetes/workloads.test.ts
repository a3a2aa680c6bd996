// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { formsOf, KUBERNETES_CANARIES, kubernetesCanary } from '../../../fixtures/company/kubernetes/canaries.ts';
import { harborProd } from '../../../fixtures/company/kubernetes/cluster.ts';
import { KUBERNETES_RESOURCES } from '../../../fixtures/servers/kubernetes-cluster.ts';
import { protobufList, protobufStatus } from '../../../fixtures/servers/kubernetes-protobuf.ts';
import { powersOfRule } from '../../../scanners/kubernetes/powers.ts';
import { POD } from '../../../scanners/kubernetes/protobuf-fields.ts';
import { decodeList, decodeStatus } from '../../../scanners/kubernetes/protobuf.ts';
import { WORKLOAD_SOURCES } from '../../../scanners/kubernetes/sources/workloads.ts';
import type { Fact } from '../../../src/model/fact.ts';
import type { Json } from '../../../src/model/json.ts';
import { NOW, scanCluster, type Scanned } from './support/scan.ts';

const podResource = KUBERNETES_RESOURCES.find(({ resource }) => resource === 'pods');
if (podResource === undefined) throw new Error('the fixture serves no pods');
const pods = harborProd(NOW).objects['pods'] ?? [];
const listed = protobufList(podResource, 'v1', { resourceVersion: '77', continue: 'next', remainingItemCount: 3 }, pods);

function particular({ inventory }: Scanned, account: string, name: string): Fact<Json> | undefined {
  return inventory.identities.find((identity) => identity.name === account)?.particulars?.[`kubernetes.${name}`];
}

test('of a protobuf list only the named fields become values: no environment, argument, label or annotation', () => {
  const decoded = decodeList(listed, POD);
  if (!decoded.ok) throw new Error(decoded.problem);
  expect(decoded.body).toMatchObject({ kind: 'PodList', metadata: { resourceVersion: '77', continue: 'next', remainingItemCount: 3 } });
  const items = decoded.body['items'];
  expect(items).toHaveLength(pods.length);
  expect(items).toContainEqual(expect.objectContaining({ metadata: expect.objectContaining({ name: 'ledger-api-6b8d5f7c9-h2x4k', labels: { 'pod-template-hash': '6b8d5f7c9' }, ownerReferences: [expect.objectContaining({ kind: 'ReplicaSet', controller: true })] }) }));
  expect(items).toContainEqual(expect.objectContaining({ spec: expect.objectContaining({ serviceAccountName: 'default', containers: [{ env: [{ secretKeyRef: { name: 'ledger-database' } }] }] }) }));
  const text = JSON.stringify(decoded.body);
  expect(listed.includes(kubernetesCanary('pod-environment').text)).toBe(true);
  expect(KUBERNETES_CANARIES.filter((canary) => formsOf(canary).some((form) => text.includes(form)))).toEqual([]);
});

test('bytes that were cut or changed anywhere are either told or decoded, and never thrown at the caller', () => {
  fc.assert(fc.property(fc.nat(listed.byteLength - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
    const bytes = Buffer.from(cut ? listed.subarray(0, at) : listed);
    if (!cut) bytes[at] = (bytes[at] ?? 0) ^ change;
    const decoded = decodeList(bytes, POD);
    // After the list the envelope has two empty texts more, which may be missing without loss.
    if (cut && decoded.ok) expect(decoded.body['items']).toHaveLength(pods.length);
    else expect(decoded.ok && cut).toBe(false);
  }), { numRuns: 400 });
  expect(decodeList(Buffer.from('{"kind":"PodList"}'), POD)).toEqual({ ok: false, problem: 'the body is not the protobuf of Kubernetes' });
});

test('a failure in protobuf is read as the Status that it is', () => {
  const status = decodeStatus(protobufStatus({ metadata: { continue: 'resume-here' }, status: 'Failure', message: 'too old', reason: 'Expired', details: { retryAfterSeconds: 2 }, code: 410 }));
  expect(status).toEqual({ ok: true, body: { kind: 'Status', metadata: { continue: 'resume-here' }, message: 'too old', reason: 'Expired', details: { retryAfterSeconds: 2 } } });
});

test('the company\'s workloads, each once, with the accounts that they run as', async () => {
  const scanned = await scanCluster({ pageSize: { '*': 2 } });
  const { inventory } = scanned;
  const workloads = inventory.objects.filter(({ kind }) => kind === 'kubernetes.workload');
  expect(workloads.map(({ name, detail }) => `${String(detail['workload'])} ${name}`).sort()).toEqual([
    'CronJob ops/nightly', 'DaemonSet monitoring/node-agent', 'Deployment payments/ledger-api', 'Pod ci/deploy-controller', 'Pod default/web', 'Pod monitoring/rollcall-nightly', 'Pod payments/ledger-worker', 'Rollout payments/canary', 'StatefulSet ops/queue',
  ]);
  expect(inventory.populations).toMatchObject({ 'kubernetes.workload': { status: 'known', value: 9 } });
  expect(workloads.find(({ name }) => name === 'payments/ledger-api')?.detail).toMatchObject({ secrets: ['ledger-database'], accounts: [{ account: 'payments/ledger', mountsToken: true }] });
  expect(workloads.find(({ name }) => name === 'payments/canary')).toMatchObject({ created: { status: 'unknown', cause: 'no_source' }, detail: { imagePullSecrets: ['registry-pull'], accounts: [{ mountsToken: false }] } });
  expect(particular(scanned, 'payments/ledger', 'workloads')).toMatchObject({ value: [{ kind: 'Pod', name: 'payments/ledger-worker', mountsToken: true }, { kind: 'Deployment', name: 'payments/ledger-api', mountsToken: true }].sort((a, b) => (a.name < b.name ? -1 : 1)) });
  expect(particular(scanned, 'payments/ledger', 'projected-tokens')).toMatchObject({ value: expect.arrayContaining([{ workload: 'Deployment payments/ledger-api', audience: 'sts.amazonaws.com', seconds: 86_400 }]) });
  expect(particular(scanned, 'ops/batch-runner', 'workloads')).toMatchObject({ value: [{ kind: 'CronJob', name: 'ops/nightly', mountsToken: false }] });
  expect(particular(scanned, 'monitoring/default', 'workloads')).toMatchObject({ value: [{ kind: 'DaemonSet', name: 'monitoring/node-agent', mountsToken: true }] });
  // A pod that failed runs as nobody; nothing else runs as its account.
  expect(particular(scanned, 'ops/token-broker', 'workloads')).toMatchObject({ status: 'known', value: [] });
  expect(particular(scanned, 'ops/batch-runner', 'automount')).toMatchObject({ value: false });
});

test.each(WORKLOAD_SOURCES.map((source) => [source, source.slice('kubernetes.'.length).replaceAll('-', '')]))('without %s nobody is said to be unused', async (_source, resource) => {
  const scanned = await scanCluster({ afterLogin: [{ operation: `list ${resource}`, kind: 'deny' }] });
  expect(scanned.inventory.populations['kubernetes.workload']).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(scanned.inventory.identities.map(({ particulars }) => particulars?.['kubernetes.workloads']?.status)).toEqual(scanned.inventory.identities.map(() => 'unknown'));
  expect(particular(scanned, 'ci/deployer', 'bindings')).toMatchObject({ value: ['ClusterRoleBinding ci-deployer'] });
});

test.each([['foreign_kind', 'malformed'], ['no_list', 'malformed'], ['cut_body', 'malformed'], ['empty_body', 'malformed'], ['throttle_retry_after', 'throttled'], ['unauthorized', 'login_expired'], ['error500', 'unreachable'], ['repeat_token', 'malformed']] as const)('%s of the list of pods ends as %s', async (kind, cause) => {
  const scanned = await scanCluster({ pageSize: { pods: 3 }, afterLogin: [{ operation: 'list pods', kind, retryAfterSeconds: 0 }] });
  expect(scanned.inventory.populations['kubernetes.workload']).toMatchObject({ status: 'unknown', cause });
});

test('no value of a pod reaches the disk, even without the detector', async () => {
  const { bundle } = await scanCluster({ detector: false, afterLogin: [{ operation: 'list pods', kind: 'unknown_field' }] });
  const entries = await readdir(bundle, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  }));
  const text = texts.join('\n');
  expect(text).toContain('ledger-worker');
  expect(KUBERNETES_CANARIES.filter((canary) => formsOf(canary).some((form) => text.includes(form))).map(({ name }) => name)).toEqual([]);
});

test('powers: by role, by group and limited to names; none where a binding names nobody', async () => {
  const scanned = await scanCluster();
  expect(particular(scanned, 'payments/vault-sync', 'powers')).toMatchObject({ value: [{ power: 'reads_secrets', namespace: 'payments', names: [], via: 'RoleBinding payments/secrets-reader to Role secrets-reader' }] });
  expect(particular(scanned, 'ops/token-broker', 'powers')).toMatchObject({ value: expect.arrayContaining([expect.objectContaining({ power: 'mints_tokens', namespace: 'ops' }), expect.objectContaining({ power: 'impersonates' }), expect.objectContaining({ power: 'runs_pods', via: expect.stringContaining('through group system:serviceaccounts:ops') as string })]) });
  expect(particular(scanned, 'monitoring/rollcall', 'powers')).toMatchObject({ value: [{ power: 'reads_secrets', namespace: null, names: [] }] });
  expect(particular(scanned, 'payments/ledger', 'powers')).toMatchObject({ status: 'known', value: [] });
  expect(particular(scanned, 'payments/ledger', 'bindings')).toMatchObject({ status: 'known', value: [] });
  const powers = particular(scanned, 'ci/deployer', 'powers');
  expect(powers?.status === 'known' ? (powers.value as { power: string }[]).map(({ power }) => power).sort() : powers?.status).toEqual(['approves_certificates', 'binds_roles', 'impersonates', 'mints_tokens', 'reads_secrets', 'runs_pods']);
});

test('owners that name each other in a circle end somewhere, and nothing of them is lost', async () => {
  const cluster = harborProd(NOW);
  const circle = (uid: string, name: string, ownerUid: string): (typeof pods)[number] => ({ metadata: { name, namespace: 'ops', uid, creationTimestamp: '2026-01-01T00:00:00Z', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'other', uid: ownerUid, controller: true }] }, spec: { template: { spec: { serviceAccountName: 'batch-runner', containers: [] } } } });
  const jobs = [...(cluster.objects['jobs'] ?? []), circle('u-self', 'itself', 'u-self'), circle('u-a', 'a', 'u-b'), circle('u-b', 'b', 'u-a')];
  const { inventory } = await scanCluster({ cluster: { ...cluster, objects: { ...cluster.objects, jobs } } });
  expect(inventory.objects.filter(({ kind, name }) => kind === 'kubernetes.workload' && /itself|ops\/[ab]$/.test(name)).length).toBeGreaterThanOrEqual(2);
  expect(inventory.populations['kubernetes.workload']).toMatchObject({ status: 'known' });
});

test('identities of clouds are those that annotations name', async () => {
  const scanned = await scanCluster();
  expect(particular(scanned, 'payments/ledger', 'cloud-identities')).toMatchObject({ status: 'known', value: [{ cloud: 'aws', identity: 'arn:aws:iam::111122223333:role/ledger-writer' }] });
  expect(particular(scanned, 'ci/deployer', 'cloud-identities')).toMatchObject({ status: 'known', value: [] });
});

test('powers are unknown without roles; what is bound stays known', async () => {
  const scanned = await scanCluster({ afterLogin: [{ operation: 'list roles', kind: 'deny' }] });
  expect(particular(scanned, 'payments/vault-sync', 'powers')).toMatchObject({ status: 'unknown', cause: 'denied' });
  expect(particular(scanned, 'payments/vault-sync', 'bindings')).toMatchObject({ status: 'known', value: ['RoleBinding payments/secrets-reader'] });
});

test.each([
  [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['one'] }, [{ power: 'reads_secrets', names: ['one'] }]],
  // The name of a list is empty, so that a rule limited to the empty name lets every list through.
  [{ verbs: ['list'], apiGroups: [''], resources: ['secrets'], resourceNames: ['', 'one'] }, [{ power: 'reads_secrets', names: [] }]],
  [{ verbs: ['watch'], apiGroups: ['*'], resources: ['*'] }, [{ power: 'reads_secrets', names: [] }]],
  [{ verbs: ['delete'], apiGroups: [''], resources: ['secrets'] }, []],
  [{ verbs: ['get'], apiGroups: ['apps'], resources: ['secrets'] }, []],
  [{ verbs: ['create'], apiGroups: [''], resources: ['serviceaccounts'] }, []],
  [{ verbs: ['create'], apiGroups: [''], resources: ['*/token'] }, [{ power: 'mints_tokens', names: [] }]],
  [{ verbs: ['impersonate'], apiGroups: ['authentication.k8s.io'], resources: ['userextras/scopes'] }, [{ power: 'impersonates', names: [] }]],
  [{ verbs: ['escalate'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'] }, [{ power: 'binds_roles', names: [] }]],
  [{ verbs: ['update'], apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'] }, [{ power: 'approves_certificates', names: [] }]],
  [{ verbs: ['create'], apiGroups: ['batch'], resources: ['cronjobs'] }, [{ power: 'runs_pods', names: [] }]],
  [{ verbs: ['*'], nonResourceURLs: ['*'] }, []],
])('the rule %j gives %j', (rule, powers) => {
  expect(powersOfRule(rule)).toEqual(powers);
});
