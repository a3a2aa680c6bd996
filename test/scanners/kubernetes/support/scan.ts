// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { harborProd } from '../../../../fixtures/company/kubernetes/cluster.ts';
import { kubeconfigOf, startKubernetesServer, type KubernetesServer, type KubernetesServerOptions } from '../../../../fixtures/servers/kubernetes.ts';
import type { KubernetesFault } from '../../../../fixtures/servers/kubernetes-faults.ts';
import { kubernetes } from '../../../../scanners/kubernetes/index.ts';
import { BUNDLE } from '../../../../src/bundle/layout.ts';
import type { Scope } from '../../../../src/bundle/records.ts';
import { startLane } from '../../../../src/collect/lane.ts';
import type { Pace } from '../../../../src/collect/read.ts';
import { createRedactor } from '../../../../src/collect/redact.ts';
import { collectUnit } from '../../../../src/collect/unit.ts';
import { joinGzip } from '../../../../src/collect/work-files.ts';
import { readUnits, type ReadUnit } from '../../../../src/inventory/read-units.ts';
import { instantOf } from '../../../../src/model/instant.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { sourcesOf, type Connection, type UnitInventory } from '../../../../src/model/source.ts';
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

export interface Scanned { readonly read: ReadUnit; readonly inventory: UnitInventory; readonly server: KubernetesServer; readonly bundle: string }

/** A whole scan of one cluster, or of the first namespace of the scope: real login, real collector, rows read back from disk, joined. */
export async function scanCluster({ token, scope: declared, afterLogin, requestTimeoutMs, attempts = { throttled: 3, transient: 3, malformed: 3 }, detector = true, ...rest }: Partial<KubernetesServerOptions> & LoginOptions & { readonly afterLogin?: readonly KubernetesFault[]; readonly detector?: boolean; readonly attempts?: Pace['attempts'] } = {}): Promise<Scanned> {
  const server = await serve(rest);
  const connection = await login(server, { ...(token === undefined ? {} : { token }), ...(declared === undefined ? {} : { scope: declared }), ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }) });
  if (afterLogin !== undefined) server.setFaults(afterLogin);
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('the login has no unit');
  const bundle = await temporaryFolder();
  const work = join(bundle, 'work');
  await mkdir(work, { recursive: true });
  const lanes = new Map(kubernetes.lanes.map((lane) => [lane.id, startLane({ ...lane, rate: 500, burst: 100 })]));
  const redactor = createRedactor({ enabled: true });
  await collectUnit({
    // Without the detector, the schemas alone stand between an answer and the disk.
    unit, sources: sourcesOf(kubernetes, unit), connection, depth: 'standard', redactor: detector ? redactor : { ...redactor, detect: async (body) => ({ body, removed: [] }), text: async (value) => value }, signal: new AbortController().signal, progress: () => undefined, clock: Date.now, bundle, work,
    lane: (source) => {
      const lane = lanes.get(source.lane);
      if (lane === undefined) throw new Error(`no lane ${source.lane}`);
      return lane;
    },
    pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 20, attempts },
  });
  await joinGzip(join(work, 'ledger'), join(bundle, BUNDLE.calls));
  await joinGzip(join(work, 'redactions'), join(bundle, BUNDLE.redactions));
  const scope: Scope = { declaredBy: 'own login only', parentRead: false, statement: 'test', units: [unit], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
  await writeFile(join(bundle, BUNDLE.scope), JSON.stringify(scope));
  for await (const read of readUnits(bundle, scope, [kubernetes], 'standard')) {
    const inventory = kubernetes.join(read.reads, { asOf: NOW, ownUnits: new Set([unit.id]), vendorUnits: new Set(), depth: 'standard', related: read.reads });
    return { read, inventory, server, bundle };
  }
  throw new Error('no unit was read back');
}
