// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, needsReview, notMet } from './define.ts';
import { ofItsOwnMaking, workloadNames } from './kubernetes-accounts.ts';
import { workloadsOf } from './kubernetes-particulars.ts';
import { active } from './listed.ts';

/** Nothing that can be listed acts as the account: no workload, and no token in a Secret that still works. */
export const k8sSaOrphan = defineCheck({
  id: 'k8s-sa-orphan',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'medium',
  title: 'Nothing is seen that uses the service account',
  rationale: 'An account that outlives its workload keeps its rights, and whoever can start a pod in its namespace can act as it without anybody missing it.',
  remediation: "Find out first: look in the API server's audit log for requests by the account and for tokens that were asked for it (serviceaccounts, subresource token), over as long as its rarest work takes to come round. Where there are none, remove its bindings, wait, delete it.",
  limits: 'Shows what was there at the time of the scan. Tokens that were asked for through the TokenRequest API (by CI from outside, for one) are no objects and are not seen, nor are pods that something starts only when it needs them, or whoever impersonates the account. In kube-system, where controllers of the control plane ask for tokens themselves, a person has to say.',
  expected: 'a workload runs as it, or a Secret holds an active token of it',
  applies: ofItsOwnMaking,
  needs: { workloads: workloadsOf, tokens: (identity, around) => active(identity, around, 'kubernetes.service-account-token') },
  parameters: {},
  evaluate({ workloads, tokens }, _, __, identity) {
    const observed = { workloads: workloadNames(workloads), activeTokens: tokens.length };
    if (workloads.length > 0) return met(observed, `${observed.workloads.length} workload(s) run as it`);
    if (tokens.length > 0) return met(observed, `no workload runs as it; ${tokens.length} active token(s) of it are kept in Secrets`);
    const reason = 'no workload runs as it, and no Secret holds an active token of it';
    // The controller manager and its like take tokens of accounts in kube-system and run as no pod of theirs: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles
    if (identity.name.startsWith('kube-system/')) return needsReview(observed, `${reason}; in kube-system a controller of the control plane may be what uses it`);
    return notMet(observed, reason);
  },
});
