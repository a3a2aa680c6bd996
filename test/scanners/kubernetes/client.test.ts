// SPDX-License-Identifier: Apache-2.0
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { KUBERNETES_NAMESPACE_TOKEN } from '../../../fixtures/company/kubernetes/cluster.ts';
import { uidOf } from '../../../fixtures/company/kubernetes/objects.ts';
import type { KubernetesServer } from '../../../fixtures/servers/kubernetes.ts';
import { kubernetes } from '../../../scanners/kubernetes/index.ts';
import { ConnectError } from '../../../src/model/source.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { kubeconfigFile, login, serve, type LoginOptions } from './support/scan.ts';

const CLUSTER = uidOf('Namespace', null, 'kube-system');

async function refusal(server: KubernetesServer, options: LoginOptions = {}): Promise<ConnectError> {
  try {
    await login(server, options);
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error('the login worked');
}

/** The server's kubeconfig with its user entry replaced. */
function withUser(server: KubernetesServer, user: object): string {
  return stringify({ ...(parse(server.kubeconfig) as object), users: [{ name: 'harbor-prod', user }] });
}

test('a login names the cluster by its kube-system, and itself as the cluster does', async () => {
  const server = await serve();
  const connection = await login(server);
  expect(connection.units).toEqual([{ id: `kubernetes:${CLUSTER}`, provider: 'kubernetes', kind: 'cluster', nativeId: CLUSTER, name: 'harbor-prod', target: 'test', basis: 'own_login' }]);
  expect(connection.login).toMatchObject({ principal: 'system:serviceaccount:monitoring:rollcall', operation: 'authentication.k8s.io:CreateSelfSubjectReview', endpoint: server.url, requestId: expect.stringMatching(/^00000000-/) as string });
  expect((await login(server, { auth: { context: 'harbor-prod' }, scope: { clusters: [CLUSTER] } })).units[0]?.basis).toBe('declared');
});

test('a cluster that cannot say who asks is read under the name that the kubeconfig has', async () => {
  const server = await serve({ faults: [{ operation: 'create selfsubjectreviews', kind: 'deny' }] });
  expect((await login(server)).login).toMatchObject({ principal: 'harbor-prod (as the kubeconfig names it)', operation: 'core:ReadKubeSystem' });
});

test('refusals say what to do', async () => {
  const server = await serve();
  expect(await refusal(server, { token: 'nobody' })).toMatchObject({ message: expect.stringContaining('refused the login') as string, remedy: expect.stringContaining('fresh login') as string });
  expect(await refusal(server, { token: KUBERNETES_NAMESPACE_TOKEN })).toMatchObject({ message: expect.stringContaining('may not read the namespace kube-system') as string, remedy: expect.stringContaining('rollcall permissions kubernetes') as string });
  expect(await refusal(server, { auth: { context: 'elsewhere' } })).toMatchObject({ message: expect.stringContaining('no context elsewhere') as string, remedy: expect.stringContaining('harbor-prod') as string });
  expect(await refusal(server, { scope: { clusters: ['another'] } })).toMatchObject({ message: expect.stringContaining(`reaches cluster ${CLUSTER}`) as string });
  expect(await refusal(server, { auth: { ambient: true, kubeconfig: '/nowhere/config' } })).toMatchObject({ message: expect.stringContaining('cannot be read') as string });
});

test('a certificate that the kubeconfig does not vouch for is no answer', async () => {
  const server = await serve();
  const other = await serve();
  const kubeconfig = server.kubeconfig.replace(Buffer.from(server.caPem).toString('base64'), Buffer.from(other.caPem).toString('base64'));
  expect(kubeconfig).not.toBe(server.kubeconfig);
  expect(await refusal(server, { kubeconfig })).toMatchObject({ message: expect.stringContaining('did not answer') as string, remedy: expect.stringContaining('certificate authority') as string });
  expect(server.requests).toEqual([]);
});

test('a program of the kubeconfig runs for a named context and for no other', async () => {
  const server = await serve();
  const folder = await temporaryFolder();
  const program = join(folder, 'login.sh');
  const ran = join(folder, 'ran');
  await writeFile(program, `#!/bin/sh\ntouch '${ran}'\nprintf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${server.token}"}}'\n`);
  await chmod(program, 0o700);
  const kubeconfig = withUser(server, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: program, interactiveMode: 'Never' } });
  expect(await refusal(server, { kubeconfig })).toMatchObject({ message: expect.stringContaining('runs a program') as string, remedy: expect.stringContaining('context: harbor-prod') as string });
  await expect(stat(ran)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await login(server, { kubeconfig, auth: { context: 'harbor-prod' } })).login.principal).toBe('system:serviceaccount:monitoring:rollcall');
  expect(await readFile(ran, 'utf8')).toBe('');
});

test.each(['gcp', 'azure'])('the login form %s is refused, named context or not', async (name) => {
  const server = await serve();
  const kubeconfig = withUser(server, { 'auth-provider': { name, config: { 'cmd-path': '/bin/false' } } });
  for (const auth of [{ ambient: true as const }, { context: 'harbor-prod' }]) expect(await refusal(server, { kubeconfig, auth })).toMatchObject({ message: expect.stringContaining(`provider ${name}`) as string });
  expect(server.requests).toEqual([]);
});

test('a server without TLS is refused before anything is sent', async () => {
  const file = await kubeconfigFile(stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'c', clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:9' } }], users: [{ name: 'u', user: { token: 't' } }], contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }] }));
  await expect(kubernetes.connect({ name: 'test', provider: 'kubernetes', auth: { ambient: true, kubeconfig: file }, scope: {} }, { userAgent: 'rollcall/0' })).rejects.toMatchObject({ name: 'ConnectError', message: expect.stringContaining('https') as string });
});

test('only declared operations, only their parameters, only the own cluster', async () => {
  const server = await serve();
  const connection = await login(server);
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('no unit');
  const before = server.requests.length;
  const { signal } = new AbortController();
  await expect(connection.send(unit, { service: 'core', operation: 'ListSecrets', input: {} }, signal)).rejects.toThrow('only those are ever sent');
  await expect(connection.send(unit, { service: 'core', operation: 'ListSecretsTable', input: {} }, signal)).rejects.toThrow('needs {namespace}');
  for (const namespace of ['a/../b', '..', '', 'A', 'x?watch=true']) await expect(connection.send(unit, { service: 'core', operation: 'ListSecretsTable', input: { namespace } }, signal), namespace).rejects.toThrow('not a parameter that is sent');
  await expect(connection.send(unit, { service: 'core', operation: 'ListServiceAccounts', input: { resourceVersion: '0' } }, signal)).rejects.toThrow('not a parameter that is sent');
  await expect(connection.send({ ...unit, id: 'kubernetes:other' }, { service: 'core', operation: 'ListServiceAccounts', input: {} }, signal)).rejects.toThrow('not kubernetes:other');
  expect(server.requests).toHaveLength(before);
});

test('an outcome carries what the server said: audit id, its clock, how long to wait', async () => {
  const server = await serve();
  const connection = await login(server);
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('no unit');
  const ask = (): ReturnType<typeof connection.send> => connection.send(unit, { service: 'core', operation: 'ListServiceAccounts', input: { limit: 1 } }, new AbortController().signal);
  server.setFaults([{ operation: 'list serviceaccounts', kind: 'throttle_retry_after', retryAfterSeconds: 7 }]);
  expect(await ask()).toMatchObject({ ok: false, outcome: 'throttled', transient: true, retryAfterMs: 7000, httpStatus: 429, requestId: expect.stringMatching(/^00000000-/) as string, providerTime: expect.stringMatching(/^2026-11-22T09:3/) as string });
  server.setFaults([{ operation: 'list serviceaccounts', kind: 'deny' }]);
  expect(await ask()).toMatchObject({ ok: false, outcome: 'denied', transient: false, errorCode: 'Forbidden', message: expect.stringContaining('cannot list resource "serviceaccounts"') as string });
  server.setFaults([]);
  expect(await ask()).toMatchObject({ ok: true, httpStatus: 200, body: { kind: 'ServiceAccountList' } });
});
