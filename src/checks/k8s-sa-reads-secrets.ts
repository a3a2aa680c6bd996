// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { notAdministrator, placeOf, powersOf } from './kubernetes-particulars.ts';

/** The right to read every Secret of a namespace or of the cluster. */
export const k8sSaReadsSecrets = defineCheck({
  id: 'k8s-sa-reads-secrets',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'high',
  title: 'Service account reads all Secrets of a namespace or of the cluster',
  rationale: 'Get, list and watch each return values. Whoever takes the account over has every password, key and token that is kept there, those of other accounts among them.',
  remediation: 'Name the Secrets that the workload needs under resourceNames with the verb get, or mount them into its pods; keep list and watch for those who must have them.',
  limits: 'Looks at RBAC. Which Secrets are there, and whether the account ever read one, is not looked at; making a pod that mounts a Secret is another way to its value.',
  expected: 'no right to get, list or watch Secrets without names',
  applies: notAdministrator('reading Secrets is part of that, see k8s-sa-cluster-admin'),
  needs: { privilege: (identity) => identity.privilege, powers: powersOf },
  parameters: {},
  evaluate({ powers }) {
    const reads = powers.filter(({ power }) => power === 'reads_secrets');
    const all = reads.filter(({ names }) => names.length === 0);
    const observed = { everySecretOf: all.map(placeOf), names: reads.flatMap(({ names }) => names), via: reads.map(({ via }) => via) };
    if (all.length > 0) return notMet(observed, `reads every Secret of ${[...new Set(all.map(placeOf))].join(', ')}, by ${[...new Set(all.map(({ via }) => via))].join('; ')}`);
    return met(observed, reads.length === 0 ? 'no right to read Secrets' : `reads only the Secrets ${observed.names.join(', ')}`);
  },
});
