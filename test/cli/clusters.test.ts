// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { harborProd, KUBERNETES_NAMESPACE_TOKEN } from '../../fixtures/company/kubernetes/cluster.ts';
import { uidOf } from '../../fixtures/company/kubernetes/objects.ts';
import type { KubernetesCluster } from '../../fixtures/servers/kubernetes-cluster.ts';
import { startKubernetesServer, type KubernetesServer } from '../../fixtures/servers/kubernetes.ts';
import { instantOf } from '../../src/model/instant.ts';
import { machine, onlyRun, rollcall } from './child.ts';

const here = machine();
const NOW = instantOf(Date.now());
const PROD = uidOf('Namespace', null, 'kube-system');
const EDGE = '11111111-2222-4333-a444-555555555555';
let prod: KubernetesServer;
let edge: KubernetesServer;

/** The same cluster under another UID, so that it is another. */
function another(cluster: KubernetesCluster): KubernetesCluster {
  const namespaces = (cluster.objects['namespaces'] ?? []).map((each) => (each.metadata.name === 'kube-system' ? { ...each, metadata: { ...each.metadata, uid: EDGE } } : each));
  return { ...cluster, name: 'harbor-edge', objects: { ...cluster.objects, namespaces } };
}

beforeAll(async () => {
  prod = await startKubernetesServer({ cluster: harborProd(NOW), now: NOW });
  edge = await startKubernetesServer({ cluster: another(harborProd(NOW)), now: NOW });
});
afterAll(async () => {
  await prod.close();
  await edge.close();
});

/** One kubeconfig with two contexts of one cluster, one of another, one of nobody, and one whose login program gives the token of a namespace. */
async function kubeconfig(folder: string): Promise<string> {
  const cluster = (server: KubernetesServer): object => ({ server: server.url, 'certificate-authority-data': Buffer.from(server.caPem).toString('base64') });
  const program = join(folder, 'login.sh');
  await writeFile(program, `#!/bin/sh\nprintf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${KUBERNETES_NAMESPACE_TOKEN}"}}'\n`, { mode: 0o700 });
  const file = join(folder, 'kubeconfig');
  await writeFile(file, stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'gone',
    clusters: [{ name: 'prod', cluster: cluster(prod) }, { name: 'edge', cluster: cluster(edge) }, { name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'reader', user: { token: prod.token } }, { name: 'team', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: program, interactiveMode: 'Never' } } }],
    contexts: [
      { name: 'prod', context: { cluster: 'prod', user: 'reader' } }, { name: 'prod-again', context: { cluster: 'prod', user: 'reader' } }, { name: 'edge', context: { cluster: 'edge', user: 'reader' } },
      { name: 'gone', context: { cluster: 'gone', user: 'reader' } }, { name: 'team', context: { cluster: 'edge', user: 'team' } },
    ],
  }));
  return file;
}

const outcomeSchema = z.object({ exitCode: z.number(), units: z.array(z.object({ unit: z.string(), outcome: z.string() })) });

interface TargetOf { readonly context: string; readonly scope?: object }

async function scan(name: string, targets: readonly TargetOf[]): Promise<{ readonly code: number | null; readonly units: readonly string[]; readonly folder: string; readonly stderr: string }> {
  const folder = await here().folder(name);
  const file = await kubeconfig(folder);
  await writeFile(join(folder, 'rollcall.yaml'), stringify({ version: 1, targets: targets.map(({ context, scope = {} }) => ({ name: context, provider: 'kubernetes', auth: { context, kubeconfig: file }, scope })), output: { archive: './evidence' } }));
  const { code, stdout, stderr } = await rollcall(['scan', '--json'], { cwd: folder, env: here().environment() });
  if (stdout === '') throw new Error(stderr);
  const { units } = outcomeSchema.parse(JSON.parse(stdout));
  return { code, stderr, folder, units: units.map(({ unit, outcome }) => `${unit} ${outcome}`).sort() };
}

test('several contexts are read in one run, a cluster that two of them reach once, and one that does not answer is a gap', async () => {
  const { code, units, folder } = await scan('several', [{ context: 'prod' }, { context: 'prod-again' }, { context: 'edge', scope: { clusters: [EDGE] } }, { context: 'gone', scope: { clusters: ['99999999-2222-4333-a444-555555555555'] } }]);
  expect(code).toBe(3);
  expect(units).toEqual([`kubernetes:${EDGE} scanned`, `kubernetes:${PROD} scanned`, 'kubernetes:99999999-2222-4333-a444-555555555555 unreachable'].sort());
  const bundle = await onlyRun(join(folder, 'evidence'));
  const cover = await readFile(join(bundle, 'data', 'README.md'), 'utf8');
  expect(cover).toContain(EDGE);
  expect((await rollcall(['verify', bundle], { cwd: folder, env: here().environment() })).code).toBe(0);
});

test('a login program of a named context, two namespaces of one cluster: each a unit, sealed and derived again offline', async () => {
  const { code, units, folder, stderr } = await scan('team', [{ context: 'team', scope: { clusters: [EDGE], namespaces: ['payments', 'ops'] } }]);
  expect(units).toEqual([`kubernetes:${EDGE}:ops partially_scanned`, `kubernetes:${EDGE}:payments scanned`]);
  expect(code, stderr).toBe(3);
  const bundle = await onlyRun(join(folder, 'evidence'));
  expect((await rollcall(['verify', bundle, '--require', 'integrity,re-derivation'], { cwd: folder, env: here().environment() })).code).toBe(0);
});
