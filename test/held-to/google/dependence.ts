// SPDX-License-Identifier: Apache-2.0
import { poolName } from '../../../fixtures/company/google/project.ts';
import { both, check, either, not, nothing, type Dependence, type Test } from '../dependence.ts';

const counts = (...kinds: readonly string[]): Dependence => ({ decided: nothing, elsewhere: nothing, kinds: kinds.map((kind) => `google.${kind}`) });
/** What is said of the pools, which the other list shows. */
const OF_POOLS: Test = either(({ subject }) => subject.includes(poolName('')) && !subject.includes('|binding|'), ({ subjectKind }) => subjectKind.startsWith('google.workload-identity'));

/** What is stored in the project has lists of its own. */
const OF_STORED: Test = check('google-api-key-unrestricted', 'google-other-credential-age');
const OF_SECRETS: Test = ({ subject, subjectKind }) => subject.includes('/secrets/') || subjectKind === 'google.secret';

/** Written from https://cloud.google.com/iam/docs/reference/rest/v1. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  // What it hangs from: whose rights it inherits. Where rights are found nearer, that stays.
  GetProject: { ...counts('project'), decided: nothing, elsewhere: check('google-nhi-administrator') },
  GetProjectPolicy: { ...counts('foreign-account', 'deleted-member'), decided: check('google-nhi-administrator') },
  GetServiceAccountPolicy: { ...counts('service-account-trust'), decided: check('google-impersonation-open') },
  // Only what a binding names of them turns on it.
  ListCustomRoles: { ...counts('custom-role'), elsewhere: check('google-nhi-administrator') },
  // Accounts, and the keys that are asked for by their addresses.
  ListServiceAccounts: { ...counts('service-account', 'service-account-trust', 'service-account-key', 'service-account-system-key'), decided: both(not(OF_POOLS), not(OF_STORED)) },
  ListServiceAccountKeys: { ...counts('service-account-key', 'service-account-system-key'), decided: check('google-user-key-age', 'google-user-key-unused') },
  // Pools, and the providers that are asked for by their names.
  ListWorkloadIdentityPools: { ...counts('workload-identity-pool', 'workload-identity-provider'), decided: both(OF_POOLS) },
  ListWorkloadIdentityPoolProviders: { ...counts('workload-identity-provider'), decided: check('google-provider-unconditioned') },
  // What limits rights and keys is told, and no verdict turns on it. Boundaries are bound in the organization, in folders and in projects.
  ListOrganizationPolicies: counts('organization-policy'),
  ListDenyPolicies: counts('deny-policy'),
  GetDenyPolicy: counts(),
  ListBoundaryBindings: counts('boundary-binding'),
  QueryAccountActivities: { ...counts(), decided: check('google-account-unused') },
  QueryKeyActivities: { ...counts(), decided: check('google-user-key-unused') },
  // What happened, beside what is there. No verdict turns on it.
  ListLogEntries: counts(),
  ListClusters: counts('cluster'),
  ListApiKeys: { ...counts('api-key'), decided: either(check('google-api-key-unrestricted'), both(check('google-other-credential-age'), ({ subject, subjectKind }) => subject.includes('/locations/global/keys/') || subjectKind === 'google.api-key')) },
  ListHmacKeys: { ...counts('hmac-key'), decided: both(check('google-other-credential-age'), ({ subject, subjectKind }) => subject.includes('/GOOG1') || subjectKind === 'google.hmac-key') },
  ListSecrets: { ...counts('secret', 'secret-version'), decided: both(check('google-other-credential-age'), OF_SECRETS) },
  ListSecretVersions: { ...counts('secret-version'), decided: both(check('google-other-credential-age'), OF_SECRETS) },
};
