// SPDX-License-Identifier: Apache-2.0
import { Agent } from 'node:https';
import { z } from 'zod';
import { ask, type Cluster } from './cluster.ts';
import { fullName, type Seeded, type SeededCluster } from './expected.ts';
import type { Bundle } from './scan.ts';

const review = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });
const AT_ONCE = 16;

/** Differences in who administers the cluster, against the cluster's own authorizer: it is asked of each account whether it may do anything to anything. */
export async function rightDifferences(cluster: Cluster, { rows }: Bundle, { resources }: SeededCluster): Promise<readonly string[]> {
  const accounts = resources['serviceaccounts'] ?? [];
  const levels = new Map(rows.filter(({ kind }) => kind === 'kubernetes.service-account').map(({ name, privilege }) => [name, z.looseObject({ level: z.string() }).safeParse(privilege?.value).data?.level ?? privilege?.status]));
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, ca: cluster.caPem });
  const found: string[] = [];
  let administrators = 0;
  const check = async (account: Seeded): Promise<void> => {
    const allowed = await mayAll(cluster, agent, account.namespace ?? '', account.name);
    if (allowed) administrators += 1;
    const level = allowed ? 'administrator' : 'not_administrator';
    if (levels.get(fullName(account)) !== level) found.push(`${fullName(account)}: ${level} by the authorizer, listed as ${levels.get(fullName(account)) ?? 'nothing'}`);
  };
  const queue = [...accounts];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await check(next);
  }));
  agent.destroy();
  if (administrators === 0 || administrators === accounts.length) found.push(`${administrators} of ${accounts.length} accounts administer the cluster, so the difference is not shown`);
  return found;
}

async function mayAll(cluster: Cluster, agent: Agent, namespace: string, name: string): Promise<boolean> {
  const body = JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview',
    spec: { user: `system:serviceaccount:${namespace}:${name}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'], resourceAttributes: { verb: '*', group: '*', resource: '*' } },
  });
  const { status, text } = await ask(cluster, cluster.admin, '/apis/authorization.k8s.io/v1/subjectaccessreviews', { agent, method: 'POST', body });
  if (status !== 201) throw new Error(`the authorizer did not answer: ${status} ${text.slice(0, 300)}`);
  return review.parse(JSON.parse(text)).status.allowed;
}
