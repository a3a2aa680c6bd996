// SPDX-License-Identifier: Apache-2.0
import { Agent } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { KUBERNETES_RESOURCES, type KubernetesLogin, type KubernetesObject, type KubernetesResource, type KubernetesRight } from '../../../fixtures/servers/kubernetes-cluster.ts';
import { startKubernetesServer } from '../../../fixtures/servers/kubernetes.ts';
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
  const restricted: KubernetesLogin = { user: 'no-secrets', uid: 'no-secrets-uid', groups: ['harbor:scanners', 'system:authenticated'], rights: policies.filter(({ rules }) => !rules.some(({ resources }) => resources.includes('secrets'))).flatMap(({ rules }) => rules.flatMap(rightsOf)) };
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
  } finally {
    agent.destroy();
    await fixture.close();
  }
  return found;
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
