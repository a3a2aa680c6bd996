// SPDX-License-Identifier: Apache-2.0
import { defineCheck, doesNotApply, met, notMet } from './define.ts';
import { byReach, few, powerNames } from './kubernetes-accounts.ts';
import { powersOf } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Every Secret of the cluster or of a namespace can be read. https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets */
export const k8sSaReadsSecrets = defineCheck({
  id: 'k8s-sa-reads-secrets',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'high',
  title: 'Service account reads every Secret of a namespace or of the cluster',
  rationale: 'Secrets hold what opens other systems and tokens of other accounts: whoever takes over the workload holds all of that too, and all that is put there later.',
  remediation: 'Give it a Role with the verb get on the Secrets that it needs, by resourceNames; mount into the pod what it only has to have; leave out list and watch, which hand out values as well.',
  limits: 'Starting a pod in a namespace gives its Secrets too; that detour is not followed. What the Secrets hold is not read, and neither are authorizers other than RBAC. Controllers of the control plane, in kube-system, hold this right by their make.',
  expected: 'it reads no Secret, or only Secrets that its roles name',
  applies: inNonHumanPopulation,
  needs: { privilege: (identity) => identity.privilege, powers: powersOf },
  parameters: {},
  evaluate({ privilege, powers }) {
    if (privilege.level === 'administrator') return doesNotApply('administers the cluster: k8s-sa-cluster-admin looks at it');
    const { unlimited, limited } = byReach(powers.filter(({ power }) => power === 'reads_secrets'));
    const observed = { everySecret: powerNames(unlimited), namedSecrets: powerNames(limited) };
    if (unlimited.length > 0) return notMet(observed, few(observed.everySecret));
    return met(observed, limited.length > 0 ? few(observed.namedSecrets) : 'no role gives it a Secret to read');
  },
});
