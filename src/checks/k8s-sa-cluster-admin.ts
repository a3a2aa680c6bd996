// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Everything on everything in the whole cluster, bound to the account itself or to a group that it belongs to. */
export const k8sSaClusterAdmin = defineCheck({
  id: 'k8s-sa-cluster-admin',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'critical',
  title: 'Service account administers the cluster',
  rationale: 'Whoever runs a pod as it, or takes a token of it, holds every namespace, every Secret and the nodes.',
  remediation: 'Bind it to a role that holds what the workload does, in the namespaces where it does that; take it out of the binding to cluster-admin.',
  limits: 'Administration of a single namespace does not count. Rights that lead to administration by a detour do not count here: k8s-sa-reads-secrets and k8s-sa-mints-or-impersonates look at some, starting pods is looked at by none. Authorizers other than RBAC are not read.',
  expected: 'no binding that gives it every verb on every resource of the cluster',
  applies: inNonHumanPopulation,
  needs: { privilege: (identity) => identity.privilege },
  parameters: {},
  evaluate({ privilege }) {
    const observed = { level: privilege.level, via: [...privilege.via] };
    return privilege.level === 'administrator' ? notMet(observed, `administers the cluster through ${privilege.via.join('; ')}`) : met(observed, 'no binding that administers the cluster');
  },
});
