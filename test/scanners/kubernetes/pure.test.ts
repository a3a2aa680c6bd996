// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { humanAge } from '../../../fixtures/servers/kubernetes-table.ts';
import { ageBounds, madeWithin } from '../../../scanners/kubernetes/age.ts';
import { kubernetes } from '../../../scanners/kubernetes/index.ts';
import { OPERATIONS, targetOf, wireOperation } from '../../../scanners/kubernetes/operations.ts';
import { classifyFailure, classifyStatus, retryAfterMs } from '../../../scanners/kubernetes/outcome.ts';
import { isEverything } from '../../../scanners/kubernetes/rbac.ts';
import { reduced } from '../../../scanners/kubernetes/reduce.ts';
import { SOURCES } from '../../../scanners/kubernetes/sources.ts';
import { inOrder } from '../../../src/collect/unit.ts';
import { instantOf } from '../../../src/model/instant.ts';

const SECOND = 1000;
const DAY = 86_400_000;
const NOW = instantOf(Date.UTC(2026, 10, 22, 9, 30));

test.each([
  ['0s', 0, SECOND], ['119s', 119 * SECOND, 120 * SECOND], ['5m', 300 * SECOND, 301 * SECOND], ['5m7s', 307 * SECOND, 308 * SECOND], ['12m', 720 * SECOND, 780 * SECOND], ['3h', 10_800 * SECOND, 10_860 * SECOND],
  ['9h', 32_400 * SECOND, 36_000 * SECOND], ['2d', 2 * DAY, 2 * DAY + 3_600_000], ['5d3h', 5 * DAY + 3 * 3_600_000, 5 * DAY + 4 * 3_600_000], ['200d', 200 * DAY, 201 * DAY], ['2y3d', 733 * DAY, 734 * DAY], ['9y', 9 * 365 * DAY, 10 * 365 * DAY],
])('the age %s is at least %d and below %d milliseconds', (text, least, below) => {
  expect(ageBounds(text)).toEqual({ least, below });
});

test.each(['', '<unknown>', '<invalid>', '5', 'd5', '5w', '-5d', '3h 2m', '2d3y'])('the text %j is no age', (text) => {
  expect(ageBounds(text)).toBeNull();
  expect(madeWithin(text, NOW)).toBeNull();
});

test('whatever the age, the real moment lies between the bounds that its text gives', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 12 * 365 * 86_400 }), fc.integer({ min: 0, max: 30 }), (seconds, delay) => {
    const made = instantOf(Date.parse(NOW) - seconds * SECOND);
    // The answer's Date may lie some seconds after the table was made.
    const when = madeWithin(humanAge(made, NOW), instantOf(Date.parse(NOW) + delay * SECOND));
    if (when === null || when.from === null) throw new Error('no bounds');
    expect(when.from <= made).toBe(true);
    expect(made <= instantOf(Date.parse(when.to) + 0)).toBe(true);
  }));
});

test.each([
  [400, 'BadRequest', 'rejected', false], [401, 'Unauthorized', 'login_expired', false], [403, 'Forbidden', 'denied', false], [404, 'NotFound', 'not_found', false], [406, 'NotAcceptable', 'rejected', false], [410, 'Expired', 'malformed', true],
  [429, 'TooManyRequests', 'throttled', true], [429, null, 'throttled', true], [500, 'InternalError', 'unreachable', true], [503, null, 'unreachable', true], [504, 'Timeout', 'timeout', true], [302, null, 'unreachable', false],
] as const)('status %d with reason %s is %s', (status, reason, outcome, transient) => {
  expect(classifyStatus(status, reason)).toEqual({ outcome, transient });
});

test.each([['ECONNREFUSED', 'unreachable', true], ['ECONNRESET', 'unreachable', true], ['ENOTFOUND', 'unreachable', false], ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable', false], ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable', false], ['ETIMEDOUT', 'timeout', true]])('the network error %s is %s', (code, outcome, transient) => {
  expect(classifyFailure(new Error('x', { cause: Object.assign(new Error('y'), { code }) }))).toEqual({ outcome, transient, code });
});

test('an error of our own is none of the network', () => {
  expect(classifyFailure(new TypeError('x'))).toBeNull();
  expect([retryAfterMs('3'), retryAfterMs(undefined), retryAfterMs('soon'), retryAfterMs('999999')]).toEqual([3000, null, null, 300_000]);
});

test.each([
  [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, true], [{ verbs: ['get', '*'], apiGroups: ['*'], resources: ['pods', '*'] }, true], [{ verbs: ['*'], apiGroups: [''], resources: ['*'] }, false], [{ verbs: ['get'], apiGroups: ['*'], resources: ['*'] }, false],
  [{ verbs: ['*'], apiGroups: ['*'], resources: ['pods'] }, false], [{ verbs: ['*'], nonResourceURLs: ['*'] }, false], [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: ['one'] }, false], [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] }, true],
])('the rule %j is everything: %s', (rule, expected) => {
  expect(isEverything(rule)).toBe(expected);
});

test('sources stand in an order without circle, and each request is one that its source declares, in one clause and without resourceVersion', () => {
  expect(inOrder(SOURCES)).toHaveLength(SOURCES.length);
  const lanes = kubernetes.lanes.map(({ id }) => id);
  for (const source of SOURCES) {
    expect(lanes).toContain(source.lane);
    const request = source.request({ parent: 'ops', parameters: Object.fromEntries(Object.entries({ namespace: 'ops', group: 'g.test', version: 'v1' }).filter(([name]) => wireOperation(source.operations[0]?.service ?? '', source.operations[0]?.operation ?? '').path.includes(`{${name}}`))) }, {});
    expect(source.operations.map(({ service, operation }) => `${service}:${operation}`)).toContain(`${request.service}:${request.operation}`);
    const operation = wireOperation(request.service, request.operation);
    expect(targetOf(operation, request.input)).not.toContain('resourceVersion');
    for (const { probe, service, operation: name } of source.operations) if ('input' in probe) expect(targetOf(wireOperation(service, name), probe.input)).toMatch(/^\/apis?(\/|$)/);
  }
  for (const { accept, method, operation } of OPERATIONS) {
    expect(accept).not.toContain(',');
    expect(method === 'GET' || operation === 'CreateSelfSubjectReview' || operation === 'CreateSelfSubjectAccessReview').toBe(true);
  }
});

test('of a token Secret only two labels and two annotations are left', () => {
  const metadata = {
    name: 't', namespace: 'n', uid: 'u', creationTimestamp: 'c', managedFields: [{}], labels: { 'kubernetes.io/legacy-token-last-used': '2026-01-01', other: 'x' },
    annotations: { 'kubernetes.io/service-account.name': 'a', 'kubernetes.io/service-account.uid': 'b', 'kubectl.kubernetes.io/last-applied-configuration': '{"data":1}' },
  };
  expect(reduced(wireOperation('core', 'ListTokenSecrets'), { kind: 'PartialObjectMetadataList', items: [{ metadata }] })).toEqual({ ok: true, body: { kind: 'PartialObjectMetadataList', items: [{ metadata: {
    name: 't', namespace: 'n', uid: 'u', creationTimestamp: 'c', labels: { 'kubernetes.io/legacy-token-last-used': '2026-01-01' }, annotations: { 'kubernetes.io/service-account.name': 'a', 'kubernetes.io/service-account.uid': 'b' },
  } }] } });
});

test('a Table with objects in it is refused, and one without is kept', () => {
  const table = wireOperation('core', 'ListSecretsTable');
  expect(reduced(table, { kind: 'Table', rows: [{ cells: [], object: null }] }).ok).toBe(true);
  expect(reduced(table, { kind: 'Table', rows: [{ cells: [], object: { kind: 'PartialObjectMetadata' } }] })).toMatchObject({ ok: false });
  expect(reduced(table, { kind: 'SecretList', items: [] })).toMatchObject({ ok: false });
});

test('a table whose columns are others is not read as if they were ours', () => {
  const source = SOURCES.find(({ id }) => id === 'kubernetes.secrets-table');
  const page = (columns: readonly string[], cells: readonly unknown[]): unknown => ({ kind: 'Table', metadata: {}, columnDefinitions: columns.map((name) => ({ name })), rows: [{ cells }] });
  expect(source?.page.schema.safeParse(page(['Name', 'Type', 'Data', 'Age'], ['s', 'Opaque', 1, '5d'])).success).toBe(true);
  expect(source?.page.schema.safeParse(page(['Name', 'Data', 'Type', 'Age'], ['s', 'Opaque', 1, '5d'])).success).toBe(false);
  expect(source?.page.schema.safeParse({ kind: 'Table', metadata: {}, columnDefinitions: [] }).success).toBe(false);
});

test('permissions: the first role opens no Secret; the second lists them, and says in words what that means', () => {
  const policies = kubernetes.permissions('standard');
  const [read, secrets] = policies.map(({ text }) => parse(text) as { kind: string; rules: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[] });
  expect([read?.kind, secrets?.kind]).toEqual(['ClusterRole', 'ClusterRole']);
  expect(read?.rules.flatMap(({ resources }) => resources)).not.toContain('secrets');
  expect(read?.rules).toEqual([
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] }, { apiGroups: [''], resources: ['namespaces', 'pods', 'serviceaccounts'], verbs: ['list'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'], verbs: ['list'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['kube-apiserver-legacy-service-account-token-tracking'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'statefulsets'], verbs: ['list'] }, { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: ['list'] },
    { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests'], verbs: ['list'] }, { apiGroups: ['cert-manager.io'], resources: ['certificates'], verbs: ['list'] }, { apiGroups: ['external-secrets.io'], resources: ['clustersecretstores', 'externalsecrets', 'secretstores'], verbs: ['list'] },
  ]);
  expect(secrets?.rules).toEqual([{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }]);
  expect(policies[1]?.note).toContain('can read the value of every Secret');
});

test.each([
  [{ auth: { ambient: true }, scope: {} }, true], [{ auth: { context: 'prod', kubeconfig: '/x' }, scope: { clusters: ['u'] } }, true], [{ auth: {}, scope: {} }, false], [{ auth: { ambient: true, context: 'prod' }, scope: {} }, false],
  [{ auth: { context: 'prod', token: 'x' }, scope: {} }, false], [{ auth: { context: 'prod' }, scope: { clusters: ['a', 'b'] } }, false], [{ auth: { context: 'prod' }, scope: { accounts: ['a'] } }, false],
])('a target of %j is taken: %s', (target, expected) => {
  expect(kubernetes.targetSchema.safeParse(target).success).toBe(expected);
});

test('a command is one that the user can paste', () => {
  const source = SOURCES.find(({ id }) => id === 'kubernetes.secrets-table');
  expect(source?.command({ namespace: 'ops' })).toBe('kubectl get secrets --namespace ops');
  expect(source?.command({ namespace: "a'; rm -rf \u001b" })).toBe(`kubectl get secrets --namespace 'a'\\''; rm -rf ?'`);
});
