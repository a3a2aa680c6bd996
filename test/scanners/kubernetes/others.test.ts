// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { formsOf, KUBERNETES_CANARIES } from '../../../fixtures/company/kubernetes/canaries.ts';
import { harborProd, KUBERNETES_NARROW_TOKEN } from '../../../fixtures/company/kubernetes/cluster.ts';
import { targetOf, wireOperation } from '../../../scanners/kubernetes/operations.ts';
import { CUSTOM_KINDS } from '../../../scanners/kubernetes/sources/custom-tables.ts';
import { NOW, scanCluster } from './support/scan.ts';

const named = <T extends { readonly kind: string; readonly name: string }>(rows: readonly T[], kind: string): readonly T[] => rows.filter((row) => row.kind === kind);

test('custom resources that are served: their columns, without anything of their objects', async () => {
  const { inventory, server } = await scanCluster({ detector: false });
  expect(named(inventory.objects, 'kubernetes.cert-manager-certificate')).toMatchObject([{ name: 'payments/gateway', detail: { columns: { Ready: 'True', Secret: 'gateway-tls', Issuer: 'harbor-ca' } }, created: { status: 'known' }, expires: { status: 'unknown', cause: 'not_reported' } }]);
  expect(named(inventory.objects, 'kubernetes.external-secret')).toMatchObject([{ name: 'payments/ledger-database', detail: { columns: { Store: 'vault', StoreType: 'ClusterSecretStore' } } }]);
  expect(named(inventory.objects, 'kubernetes.secret-store')).toMatchObject([{ name: 'ci/runner-store', detail: { columns: { Ready: 'False' } } }]);
  expect(named(inventory.objects, 'kubernetes.cluster-secret-store')).toMatchObject([{ name: 'vault' }]);
  expect(inventory.populations).toMatchObject(Object.fromEntries(CUSTOM_KINDS.map(({ row }) => [row, { status: 'known', value: 1 }])));
  const text = JSON.stringify(inventory);
  expect(KUBERNETES_CANARIES.filter((canary) => formsOf(canary).some((form) => text.includes(form)))).toEqual([]);
  for (const { path, accept, query } of server.requests.filter((request) => /cert-manager|external-secrets/.test(request.path) && request.path.split('/').length > 4)) expect([path, accept, query['includeObject']]).toEqual([path, 'application/json;as=Table;v=v1;g=meta.k8s.io', 'None']);
});

test('custom resources that are not served are not asked for, and their number does not apply', async () => {
  const { inventory, server } = await scanCluster({ cluster: { ...harborProd(NOW), unserved: ['cert-manager.io', 'external-secrets.io'] } });
  expect(inventory.populations).toMatchObject(Object.fromEntries(CUSTOM_KINDS.map(({ row }) => [row, { status: 'not_applicable' }])));
  expect(server.requests.filter(({ path }) => /cert-manager|external-secrets/.test(path))).toEqual([]);
  expect(inventory.identities).toHaveLength(13);
});

test('a kind that only another version than the preferred one serves is read there, and is not said to be missing', async () => {
  const { inventory, server } = await scanCluster({ cluster: { ...harborProd(NOW), alsoServed: { 'external-secrets.io': 'v1beta1' } } });
  expect(server.requests.some(({ path }) => path === '/apis/external-secrets.io/v1beta1')).toBe(true);
  expect(inventory.populations['kubernetes.external-secret']).toMatchObject({ status: 'known', value: 1 });
});

test.each([['get /apis', 'kubernetes.cert-manager-certificate'], ['list namespaces', 'kubernetes.external-secret'], ['list externalsecrets', 'kubernetes.external-secret'], ['list clustersecretstores', 'kubernetes.cluster-secret-store'], ['list certificates', 'kubernetes.cert-manager-certificate']])('without %s the number of %s is unknown', async (operation, kind) => {
  const { inventory } = await scanCluster({ afterLogin: [{ operation, kind: 'deny' }] });
  expect(inventory.populations[kind]).toMatchObject({ status: 'unknown' });
  expect(inventory.populations['kubernetes.service-account']).toMatchObject({ status: 'known', value: 13 });
});

test('a certificate that was signed is a credential until its end; a request that waits is none', async () => {
  const { inventory } = await scanCluster();
  expect(named(inventory.objects, 'kubernetes.certificate-signing-request').map(({ name, detail }) => [name, detail['issued'], detail['requestor']])).toEqual([['dana-platform', true, 'dana@northwind-harbor.test'], ['edge-node-7', false, 'system:bootstrap:a1b2c3']]);
  expect(inventory.credentials.filter(({ kind }) => kind === 'kubernetes.client-certificate')).toMatchObject([{ name: 'O=platform, CN=dana@northwind-harbor.test', identity: null, status: { value: 'active' }, expires: { value: { at: '2054-04-10T03:49:38.000Z' } }, audience: 'kubernetes.io/kube-apiserver-client' }]);
  expect(inventory.populations).toMatchObject({ 'kubernetes.client-certificate': { value: 1 }, 'kubernetes.certificate-signing-request': { value: 2 } });
});

test('an issued certificate that cannot be read is kept, with its end unknown', async () => {
  const cluster = harborProd(NOW);
  const requests = (cluster.objects['certificatesigningrequests'] ?? []).map((each) => ({ ...each, status: { certificate: Buffer.from('no certificate').toString('base64') } }));
  const { inventory } = await scanCluster({ cluster: { ...cluster, objects: { ...cluster.objects, certificatesigningrequests: requests } } });
  expect(inventory.credentials.filter(({ kind }) => kind === 'kubernetes.client-certificate')).toMatchObject([{ expires: { status: 'unknown', cause: 'unrecognized' }, status: { status: 'unknown' } }, { expires: { status: 'unknown' } }]);
});

test('what the login may read, as the server\'s authorizer says it', async () => {
  const access = async (token?: string): Promise<Map<string, unknown>> => new Map(named((await scanCluster(token === undefined ? {} : { token })).inventory.objects, 'kubernetes.own-access').map(({ name, detail }) => [name, detail['allowed']]));
  const whole = await access();
  const narrow = await access(KUBERNETES_NARROW_TOKEN);
  expect(whole.get('list secrets in the whole cluster')).toBe(true);
  expect(narrow.get('list secrets in the whole cluster')).toBe(false);
  expect([whole.get('list serviceaccounts in the whole cluster'), narrow.get('list serviceaccounts in the whole cluster')]).toEqual([true, true]);
  expect(whole.get('get configmaps kube-apiserver-legacy-service-account-token-tracking in kube-system')).toBe(true);
  expect(whole.size).toBe(narrow.size);
});

test('reviews that are not answered leave their number unknown', async () => {
  const { inventory } = await scanCluster({ afterLogin: [{ operation: 'create selfsubjectaccessreviews', kind: 'error500' }] });
  expect(inventory.populations['kubernetes.own-access']).toMatchObject({ status: 'unknown', cause: 'unreachable' });
});

test('the server\'s own count differs where an account is made while accounts are listed', async () => {
  const { inventory } = await scanCluster({ afterLogin: [{ operation: 'list serviceaccounts', kind: 'deny', when: ({ query }) => query.get('limit') === '1' }] });
  expect(inventory.controlTotals[0]).toMatchObject({ name: 'Principals', state: 'unavailable', before: null, listed: 13 });
});

test.each([[{ group: 'a/../b', version: 'v1' }], [{ group: 'cert-manager.io', version: '../v1' }], [{ group: 'cert-manager.io', version: 'v1', resource: 'secrets' }], [{ group: 'cert-manager.io' }]])('the path of %j is not sent', (input) => {
  expect(() => targetOf(wireOperation('discovery', 'ListApiResources'), input)).toThrow(/not a parameter|needs \{version\}/);
});
