// SPDX-License-Identifier: Apache-2.0
import { Agent } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { KUBERNETES_RESOURCES, type KubernetesLogin, type KubernetesObject, type KubernetesResource, type KubernetesRight } from '../../../fixtures/servers/kubernetes-cluster.ts';
import { startKubernetesServer, type KubernetesServer } from '../../../fixtures/servers/kubernetes.ts';
import { instantOf } from '../../../src/model/instant.ts';
import { comparable, differsAt, subsetOf } from './comparable.ts';
import { ask, type Answer, type Cluster } from './cluster.ts';
import type { Policy } from './permissions.ts';
import { pathOf, PROBES, type Probe } from './probes.ts';

const page = z.object({ metadata: z.looseObject({ resourceVersion: z.string(), continue: z.string().optional() }), items: z.array(z.custom<KubernetesObject>((value) => typeof value === 'object' && value !== null && 'metadata' in value)) });

/**
 * Asks the real server and a fixture server of the same objects and logins the same things, and tells every answer in which they differ.
 * What cannot be the same is set aside: ages, versions, tokens, and the words in which the real one describes a column.
 */
export async function answerDifferences(cluster: Cluster, policies: readonly Policy[]): Promise<readonly string[]> {
  const agent = new Agent({ keepAlive: true, ca: cluster.caPem });
  const logins = { admin: cluster.admin, restricted: cluster.tokens['no-secrets'] ?? '', unknown: 'a-token-that-nobody-has' };
  const mirrored = await mirror(cluster, agent);
  const readsAll: KubernetesLogin = { user: 'administrator', uid: 'administrator-uid', groups: ['system:masters', 'system:authenticated'], rights: [{ verbs: ['*'], group: '*', resources: ['*'] }] };
  const restricted: KubernetesLogin = { user: 'no-secrets', uid: 'no-secrets-uid', groups: ['harbor:scanners', 'system:authenticated'], rights: policies.filter(({ kind, rules }) => kind === 'ClusterRole' && !rules.some(({ resources }) => resources.includes('secrets'))).flatMap(({ rules }) => rules.flatMap(rightsOf)) };
  const fixture = await startKubernetesServer({ cluster: { name: 'mirrored', resourceVersion: 1, objects: mirrored, logins: { [logins.admin]: readsAll, [logins.restricted]: restricted } }, now: instantOf(Date.now()) });
  const found: string[] = [];
  try {
    for (const probe of PROBES) {
      let tokens: readonly [string, string] = ['', ''];
      // A list that goes on is asked for its second page with each server's own token.
      for (const turn of probe.pages === true ? ['first', 'second'] : ['']) {
        const [real, ours] = await Promise.all([
          ask(cluster, logins[probe.as ?? 'admin'], pathOf(probe, tokens[0]), { ...probe, agent }), ask({ url: fixture.url, caPem: fixture.caPem }, logins[probe.as ?? 'admin'], pathOf(probe, tokens[1]), probe),
        ]);
        const told = difference(probe, real, ours);
        if (told !== null) found.push(`${probe.method ?? 'GET'} ${probe.path}${probe.accept === undefined ? '' : ` as ${probe.accept}`} by ${probe.as ?? 'admin'}${turn === '' ? '' : `, ${turn} page`}: ${told}`);
        tokens = [tokenOf(real), tokenOf(ours)];
      }
    }
    found.push(...(await expiryDifferences(cluster, agent, fixture)));
  } finally {
    agent.destroy();
    await fixture.close();
  }
  return found;
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const LISTS: readonly Probe[] = [{ path: '/api/v1/secrets?limit=2&includeObject=None', accept: TABLE }, { path: '/api/v1/namespaces/harbor-00/secrets?limit=2&includeObject=None', accept: TABLE }, { path: '/api/v1/serviceaccounts?limit=2' }, { path: '/apis/cert-manager.io/v1/certificates?limit=1' }];

/**
 * Lists that expire while they are read: etcd drops the version that the first page was of. kube-apiserver 1.37 on etcd 3.4 answers 410 with
 * a token of version -1 in the Status' metadata, which goes on behind the same object at the newest version. An exact old version
 * is 410 without a token.
 */
async function expiryDifferences(cluster: Cluster, agent: Agent, fixture: KubernetesServer): Promise<readonly string[]> {
  const servers = [(path: string, probe: Probe): Promise<Answer> => ask(cluster, cluster.admin, path, { ...probe, agent }), (path: string, probe: Probe): Promise<Answer> => ask(fixture, cluster.admin, path, probe)] as const;
  const firsts = await Promise.all(LISTS.map(async (probe) => ({ probe, tokens: await Promise.all(servers.map(async (get) => tokenOf(await get(probe.path, probe)))) })));
  await compact(cluster, agent);
  fixture.setFaults([{ kind: 'expired_410' }]);
  const found: string[] = [];
  for (const { probe, tokens: [theirs = '', ours = ''] } of firsts) {
    const [real, fixtures] = [await servers[0](pathOf(probe, theirs), probe), await servers[1](pathOf(probe, ours), probe)];
    if (real.status !== 410) found.push(`${probe.path}, second page of a version that etcd has dropped: ${real.status}, so nothing is shown`);
    const told = difference(probe, real, fixtures);
    if (told !== null) found.push(`${probe.path}, second page of a version that etcd has dropped: ${told}`);
    fixture.setFaults([]);
    const resumed = difference(probe, await servers[0](pathOf(probe, tokenOf(real)), probe), await servers[1](pathOf(probe, tokenOf(fixtures)), probe));
    if (resumed !== null) found.push(`${probe.path}, gone on with the token of a 410: ${resumed}`);
    fixture.setFaults([{ kind: 'expired_410' }]);
  }
  const { status, text } = await servers[0]('/api/v1/secrets?limit=2&resourceVersion=5&resourceVersionMatch=Exact&includeObject=None', { path: '', accept: TABLE });
  if (status !== 410 || text.includes('"continue"')) found.push(`an exact old version: ${status} ${text.slice(0, 300)}, not 410 without a token`);
  return found;
}

const revision = z.object({ header: z.object({ revision: z.string() }) });

/** Moves the store on by a write and drops every version before it, by the HTTP gateway of etcd. https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/ */
async function compact(cluster: Cluster, agent: Agent): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'moves-on-' } });
  const made = await ask(cluster, cluster.admin, '/api/v1/namespaces/default/configmaps', { method: 'POST', body, agent });
  if (made.status !== 201) throw new Error(`no write, so that nothing can expire: ${made.status} ${made.text.slice(0, 300)}`);
  const etcd = async (path: string, asked: object): Promise<unknown> => {
    const response = await fetch(`${cluster.etcd}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(asked) });
    if (!response.ok) throw new Error(`etcd ${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  const { header } = revision.parse(await etcd('range', { key: 'AA==' }));
  await etcd('compaction', { revision: header.revision, physical: true });
}

function rightsOf({ apiGroups, resources, verbs, resourceNames }: Policy['rules'][number]): readonly KubernetesRight[] {
  return apiGroups.map((group) => ({ verbs, group, resources, ...(resourceNames === undefined ? {} : { names: resourceNames }) }));
}

/** Everything of the resources that the fixture server knows, as the real one holds it. */
async function mirror(cluster: Cluster, agent: Agent): Promise<{ readonly [resource: string]: readonly KubernetesObject[] }> {
  const objects: { [resource: string]: readonly KubernetesObject[] } = {};
  for (const resource of KUBERNETES_RESOURCES) {
    const { status, text } = await ask(cluster, cluster.admin, listPath(resource), { agent });
    if (status === 404) continue; // a resource of a definition that this cluster does not have
    if (status !== 200) throw new Error(`${listPath(resource)}: ${status} ${text.slice(0, 300)}`);
    objects[resource.resource] = page.parse(JSON.parse(text)).items;
  }
  return objects;
}

function listPath({ group, version, resource }: KubernetesResource): string {
  return `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}/${resource}`;
}

const paged = z.looseObject({ metadata: z.looseObject({ continue: z.string().optional() }) });

function tokenOf({ text }: Answer): string {
  return paged.safeParse(json(text)).data?.metadata.continue ?? '';
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

const HEADERS = ['content-type', 'cache-control', 'retry-after', 'warning'] as const;
const PRESENT = ['audit-id', 'x-kubernetes-pf-flowschema-uid', 'x-kubernetes-pf-prioritylevel-uid', 'date'] as const;

function difference(probe: Probe, real: Answer, ours: Answer): string | null {
  if (real.status !== ours.status) return `${real.status} ${real.text.slice(0, 300)}; the fixture ${ours.status} ${ours.text.slice(0, 300)}`;
  for (const name of HEADERS) if (real.headers[name] !== ours.headers[name]) return `header ${name}: ${String(real.headers[name])}; the fixture ${String(ours.headers[name])}`;
  for (const name of PRESENT) if ((real.headers[name] === undefined) !== (ours.headers[name] === undefined)) return `header ${name}: ${real.headers[name] === undefined ? 'none; the fixture sends one' : 'sent; the fixture sends none'}`;
  const [theirs, fixtures] = [comparable(json(real.text)), comparable(json(ours.text))];
  if (probe.subset === true) return subsetOf(fixtures, theirs, '');
  if (isDeepStrictEqual(theirs, fixtures)) return null;
  return differsAt(theirs, fixtures, '') ?? 'the bodies differ in the order of their members';
}
