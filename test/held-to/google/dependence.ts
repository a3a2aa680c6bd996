// SPDX-License-Identifier: Apache-2.0
import { poolName } from '../../../fixtures/company/google/project.ts';
import { both, check, either, not, nothing, type Dependence, type Test } from '../dependence.ts';

const counts = (...kinds: readonly string[]): Dependence => ({ decided: nothing, elsewhere: nothing, kinds: kinds.map((kind) => `google.${kind}`) });
/** What is said of the pools, which the other list shows. */
const OF_POOLS: Test = either(({ subject }) => subject.includes(poolName('')), ({ subjectKind }) => subjectKind.startsWith('google.workload-identity'));

/** Written from https://cloud.google.com/iam/docs/reference/rest/v1. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  GetProject: counts('project'),
  // Accounts, and the keys that are asked for by their addresses.
  ListServiceAccounts: { ...counts('service-account', 'service-account-key', 'service-account-system-key'), decided: not(OF_POOLS) },
  ListServiceAccountKeys: { ...counts('service-account-key', 'service-account-system-key'), decided: check('google-user-key-age') },
  // Pools, and the providers that are asked for by their names.
  ListWorkloadIdentityPools: { ...counts('workload-identity-pool', 'workload-identity-provider'), decided: both(OF_POOLS) },
  ListWorkloadIdentityPoolProviders: { ...counts('workload-identity-provider'), decided: check('google-provider-unconditioned') },
};
