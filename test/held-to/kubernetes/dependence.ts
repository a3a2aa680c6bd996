// SPDX-License-Identifier: Apache-2.0
import { uidOf } from '../../../fixtures/company/kubernetes/objects.ts';
import { both, check, not, nothing, type Dependence, type Test } from '../dependence.ts';

const of = (uid: string): Test => ({ subject }) => subject.endsWith(`/${uid}`);
const ofAccounts: Test = ({ subjectKind }) => subjectKind === 'kubernetes.service-account';
/** Bound to cluster-admin, which the API server makes anew at each start: its name tells. */
const deployer = of(uidOf('ServiceAccount', 'ci', 'deployer'));
/** The one token that has no mark of a use: since when there is none, the start of the tracking tells. */
const brokerToken = of(uidOf('Secret', 'ops', 'token-broker-token-8xk2p'));
const TOKENS = ['k8s-legacy-token-exists', 'k8s-legacy-token-unused'] as const;

const NONE: Dependence = { decided: nothing, elsewhere: nothing };

/** Written from https://kubernetes.io/docs/reference/kubernetes-api/ and https://kubernetes.io/docs/reference/access-authn-authz/rbac/. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  // Who asks, and what that login may read. No verdict turns on either.
  CreateSelfSubjectReview: NONE,
  CreateSelfSubjectAccessReview: NONE,
  ListNamespaces: NONE,
  CountServiceAccounts: NONE,
  // The accounts themselves; a token is a Secret of its own, and names its account by itself.
  ListServiceAccounts: { decided: ofAccounts, elsewhere: nothing },
  // Of a namespace: nothing there administers the cluster.
  ListRoles: NONE,
  ListRoleBindings: NONE,
  ListClusterRoles: { decided: both(check('k8s-sa-cluster-admin'), not(deployer)), elsewhere: both(check('k8s-sa-cluster-admin'), deployer) },
  ListClusterRoleBindings: { decided: check('k8s-sa-cluster-admin'), elsewhere: nothing },
  ReadTokenTracking: { decided: both(check('k8s-legacy-token-unused'), brokerToken), elsewhere: nothing },
  ListTokenSecrets: { decided: check(...TOKENS), elsewhere: nothing },
  // None of the checks of this version is held against these.
  ListSecretsTable: NONE,
  ListPods: NONE,
  ListDeployments: NONE,
  ListStatefulSets: NONE,
  ListDaemonSets: NONE,
  ListJobs: NONE,
  ListCronJobs: NONE,
  ListCertificateSigningRequests: NONE,
  ListApiGroups: NONE,
  ListApiResources: NONE,
  ListCertificates: NONE,
  ListExternalSecrets: NONE,
  ListSecretStores: NONE,
  ListClusterSecretStores: NONE,
};
