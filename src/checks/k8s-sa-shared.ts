// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet, whole } from './define.ts';
import { few, ofItsOwnMaking, workloadNames } from './kubernetes-accounts.ts';
import { workloadsOf } from './kubernetes-particulars.ts';

/** Several workloads run as one account. */
export const k8sSaShared = defineCheck({
  id: 'k8s-sa-shared',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'medium',
  title: 'Several workloads share one service account',
  rationale: 'Each holds the rights of all, a log cannot tell which of them acted, and none can be cut off without the others.',
  remediation: 'Make one account for each workload, with the rights that this one needs, and set it as serviceAccountName.',
  limits: 'Counts workloads as the cluster lists them, by kind and name: parts of one program that belong together count apart. Use from outside the cluster is not seen.',
  expected: 'at most {maxWorkloads} workload(s) run as it',
  applies: ofItsOwnMaking,
  needs: { workloads: workloadsOf },
  parameters: { maxWorkloads: whole(1, [1, 100_000], 'tool', 'no standard names a number; one account for one workload is what keeps rights and logs apart') },
  evaluate({ workloads }, { maxWorkloads }) {
    const names = workloadNames(workloads);
    const observed = { workloads: names };
    return names.length > maxWorkloads ? notMet(observed, `${names.length} workloads run as it: ${few(names)}`) : met(observed, `${names.length} workload(s) run as it`);
  },
});
