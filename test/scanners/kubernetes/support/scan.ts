// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { harborProd } from '../../../../fixtures/company/kubernetes/cluster.ts';
import { kubeconfigOf, startKubernetesServer, type KubernetesServer, type KubernetesServerOptions } from '../../../../fixtures/servers/kubernetes.ts';
import type { KubernetesFault } from '../../../../fixtures/servers/kubernetes-faults.ts';
import { kubernetes } from '../../../../scanners/kubernetes/index.ts';
import type { Pace } from '../../../../src/collect/read.ts';
import { instantOf } from '../../../../src/model/instant.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Connection } from '../../../../src/model/source.ts';
import { collectOne, type Collected } from '../../../support/collect-one.ts';
import { temporaryFolder } from '../../../support/temp.ts';

export const NOW = instantOf(Date.UTC(2026, 10, 22, 9, 30));

/** A server of the company's cluster, closed when the test ends. */
export async function serve(options: Partial<KubernetesServerOptions> = {}): Promise<KubernetesServer> {
  const server = await startKubernetesServer({ cluster: harborProd(NOW), now: NOW, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** The path of a kubeconfig that holds this text. */
export async function kubeconfigFile(text: string): Promise<string> {
  const file = join(await temporaryFolder(), 'kubeconfig');
  await writeFile(file, text);
  return file;
}

export interface LoginOptions { readonly token?: string; readonly auth?: JsonObject; readonly scope?: JsonObject; readonly requestTimeoutMs?: number; readonly kubeconfig?: string }

/** Logs in through the real client-node with a kubeconfig in a file. */
export async function login(server: KubernetesServer, { token, auth = { ambient: true }, scope = {}, requestTimeoutMs, kubeconfig }: LoginOptions = {}): Promise<Connection> {
  const file = await kubeconfigFile(kubeconfig ?? (token === undefined ? server.kubeconfig : kubeconfigOf('harbor-prod', server.url, server.caPem, token)));
  const connection = await kubernetes.connect({ name: 'test', provider: 'kubernetes', auth: { kubeconfig: file, ...auth }, scope }, { userAgent: 'rollcall/0.0.0', ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }) });
  onTestFinished(() => connection.close());
  return connection;
}

export interface Scanned extends Collected { readonly server: KubernetesServer }

/** A whole scan of one cluster, or of the first namespace of the scope: real login, real collector, rows read back from disk, joined. */
export async function scanCluster({ token, scope: declared, afterLogin, requestTimeoutMs, attempts, detector = true, ...rest }: Partial<KubernetesServerOptions> & LoginOptions & { readonly afterLogin?: readonly KubernetesFault[]; readonly detector?: boolean; readonly attempts?: Pace['attempts'] } = {}): Promise<Scanned> {
  const server = await serve(rest);
  const connection = await login(server, { ...(token === undefined ? {} : { token }), ...(declared === undefined ? {} : { scope: declared }), ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }) });
  if (afterLogin !== undefined) server.setFaults(afterLogin);
  return { ...(await collectOne(kubernetes, connection, NOW, { detector, ...(attempts === undefined ? {} : { attempts }) })), server };
}
