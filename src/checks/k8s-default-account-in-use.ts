// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { few, inOrder, isDefaultAccount, workloadNames } from './kubernetes-accounts.ts';
import { bindingsOf, workloadsOf } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** The account that every pod of a namespace falls back to is given rights, or hands out its token. The idea is that of CIS Kubernetes Benchmark 5.1.5. */
export const k8sDefaultAccountInUse = defineCheck({
  id: 'k8s-default-account-in-use',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'medium',
  title: 'Default account of a namespace is in use',
  rationale: 'A pod that names no account runs as this one: what is given to it is given to whatever is started in the namespace, and what it does cannot be told apart in a log.',
  remediation: 'Make an account for each workload that talks to the API, bind that one, take the default account out of all bindings, and set automountServiceAccountToken: false on it.',
  limits: 'Bindings that name it are counted, whatever they give; those of a group that it belongs to with every other account are not. That a token is mounted does not show that it is used.',
  expected: 'no workload runs as it with its token mounted, and no binding names it',
  applies(identity) {
    const population = inNonHumanPopulation(identity);
    if (population !== true) return population;
    return isDefaultAccount(identity) ? true : 'not the account that each namespace is given';
  },
  needs: { workloads: workloadsOf, bindings: bindingsOf },
  parameters: {},
  evaluate({ workloads, bindings }) {
    const mounting = workloadNames(workloads.filter(({ mountsToken }) => mountsToken));
    const without = workloadNames(workloads.filter(({ mountsToken }) => !mountsToken));
    const bound = inOrder(bindings);
    const observed = { workloadsWithToken: mounting, workloadsWithoutToken: without.length, bindings: bound };
    const found = [
      ...(mounting.length === 0 ? [] : [`${mounting.length} workload(s) run as it with its token mounted: ${few(mounting)}`]),
      ...(bound.length === 0 ? [] : [`named by ${few(bound)}`]),
    ];
    if (found.length > 0) return notMet(observed, found.join('; '));
    return met(observed, without.length === 0 ? 'no workload runs as it, and no binding names it' : `${without.length} workload(s) run as it, none with its token mounted, and no binding names it`);
  },
});
