// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineCheck, met, notMet } from './define.ts';
import { isDefaultAccount, workloadsOf } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** One account for several workloads: each has the rights of all. */
export const k8sSaShared = defineCheck({
  id: 'k8s-sa-shared',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'medium',
  title: 'Several workloads share the service account',
  rationale: 'Each of them holds the rights of all, one that is broken into opens the others, and none can be shut out alone.',
  remediation: 'Give each workload an account of its own with the rights that it needs.',
  limits: 'Pods count under what made them; workloads that are parts of one application are counted apart, since nothing in the cluster says for certain that they are one.',
  expected: 'at most {maxWorkloads} workloads run as it',
  applies: (identity) => (isDefaultAccount(identity) ? 'the default account of a namespace, which k8s-default-account-in-use looks at' : inNonHumanPopulation(identity)),
  needs: { workloads: workloadsOf },
  parameters: { maxWorkloads: { schema: z.int().min(1).max(10_000), default: 1, origin: 'tool', source: 'no standard names a number; one account a workload is what lets rights and use be told apart' } },
  evaluate({ workloads }, { maxWorkloads }) {
    const names = workloads.map(({ kind, name }) => `${kind} ${name}`);
    const observed = { workloads: names };
    return workloads.length > maxWorkloads ? notMet(observed, `${workloads.length} workloads run as it, more than ${maxWorkloads}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`) : met(observed, `${workloads.length} run as it`);
  },
});
