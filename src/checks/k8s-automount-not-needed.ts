// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { bindingsOf, isDefaultAccount, workloadsOf } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** A token that opens nothing which was given to the account need not lie in its pods. */
export const k8sAutomountNotNeeded = defineCheck({
  id: 'k8s-automount-not-needed',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'low',
  title: 'Token is mounted although the account was given no rights',
  rationale: 'A mounted token lets whoever breaks into the pod speak to the API server as an authenticated account; where no binding names the account, the workload was given nothing to do there.',
  remediation: 'Set automountServiceAccountToken: false on the account or in the pod; bind the account to what it needs where it does need the API.',
  limits: 'Rights through groups that all service accounts are in do not count as given. Tokens with an audience of their own, which prove to others who the pod is, do not count as mounted; a workload that shows its token for the API server to somebody else is not seen.',
  expected: 'a binding names the account, or none of its workloads gets a token for the API server mounted',
  applies: (identity) => (isDefaultAccount(identity) ? 'the default account of a namespace, which k8s-default-account-in-use looks at' : inNonHumanPopulation(identity)),
  needs: { workloads: workloadsOf, bindings: bindingsOf },
  parameters: {},
  evaluate({ workloads, bindings }) {
    const mounted = workloads.filter(({ mountsToken }) => mountsToken);
    const observed = { withToken: mounted.map(({ kind, name }) => `${kind} ${name}`), bindings: [...bindings] };
    if (mounted.length === 0) return met(observed, 'no workload gets its token mounted');
    return bindings.length > 0 ? met(observed, `named by ${bindings.join('; ')}`) : notMet(observed, `no binding names it, and ${mounted[0]?.kind ?? ''} ${mounted[0]?.name ?? ''}${mounted.length > 1 ? ` and ${mounted.length - 1} more` : ''} get its token mounted`);
  },
});
