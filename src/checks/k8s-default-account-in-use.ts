// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { bindingsOf, isDefaultAccount, workloadsOf } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** The account that pods get when nobody chose one should hold no rights and hand out no token. */
export const k8sDefaultAccountInUse = defineCheck({
  id: 'k8s-default-account-in-use',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'medium',
  title: 'Default service account in use',
  rationale: 'Every pod of the namespace that names no account runs as it. What is bound to it is given to all of them, and who used its token cannot be told apart.',
  remediation: 'Give each workload an account of its own; take the default one out of bindings and set automountServiceAccountToken: false on it.',
  limits: 'What all service accounts hold through their groups is not counted. A workload that runs as it without a mounted token can still ask for one where it has another way to log in.',
  expected: 'no workload gets its token mounted, and no binding names it',
  applies: (identity) => (isDefaultAccount(identity) ? inNonHumanPopulation(identity) : 'not the default account of a namespace'),
  needs: { workloads: workloadsOf, bindings: bindingsOf },
  parameters: {},
  evaluate({ workloads, bindings }) {
    const mounted = workloads.filter(({ mountsToken }) => mountsToken);
    const observed = { workloads: workloads.length, withToken: mounted.map(({ kind, name }) => `${kind} ${name}`), bindings: [...bindings] };
    if (mounted.length > 0) return notMet(observed, `its token is mounted by ${mounted[0]?.kind ?? ''} ${mounted[0]?.name ?? ''}${mounted.length > 1 ? ` and ${mounted.length - 1} more` : ''}`);
    if (bindings.length > 0) return notMet(observed, `named by ${bindings.join('; ')}`);
    return met(observed, workloads.length === 0 ? 'nothing runs as it, and no binding names it' : `${workloads.length} run as it without its token, and no binding names it`);
  },
});
