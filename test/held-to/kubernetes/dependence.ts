// SPDX-License-Identifier: Apache-2.0
import { uidOf } from '../../../fixtures/company/kubernetes/objects.ts';
import { both, check, either, not, nothing, type Dependence, type Test } from '../dependence.ts';

const of = (uid: string): Test => ({ subject }) => subject.endsWith(`/${uid}`);
const ofAccounts: Test = ({ subjectKind }) => subjectKind === 'kubernetes.service-account';
/** Bound to cluster-admin, which the API server makes anew at each start: its name tells. */
const deployer = of(uidOf('ServiceAccount', 'ci', 'deployer'));
/** The one token that has no mark of a use: since when there is none, the start of the tracking tells. */
const brokerToken = of(uidOf('Secret', 'ops', 'token-broker-token-8xk2p'));
const TOKENS = ['k8s-legacy-token-exists', 'k8s-legacy-token-unused', 'k8s-sa-orphan'] as const;
/** What runs as an account, with which tokens. A workload may stand in any of the lists, so that none of them can be left out. */
const RUNNING = ['k8s-automount-not-needed', 'k8s-default-account-in-use', 'k8s-projected-token-long', 'k8s-sa-orphan', 'k8s-sa-shared'] as const;
/** What names an account, and what that lets it do. */
const BOUND = ['k8s-automount-not-needed', 'k8s-default-account-in-use'] as const;
const POWERS = ['k8s-automount-not-needed', 'k8s-sa-mints-or-impersonates', 'k8s-sa-reads-secrets'] as const;

/** None of the checks of this version is held against these rows. */
const counts = (...kinds: readonly string[]): Dependence => ({ decided: nothing, elsewhere: nothing, kinds: kinds.map((kind) => `kubernetes.${kind}`) });
/** Custom resources that a namespace has. */
const NAMESPACED = ['cert-manager-certificate', 'external-secret', 'secret-store'] as const;
const CUSTOM = [...NAMESPACED, 'cluster-secret-store'] as const;

const WORKLOADS: Dependence = { ...counts('workload'), decided: check(...RUNNING) };

/** Written from https://kubernetes.io/docs/reference/kubernetes-api/ and https://kubernetes.io/docs/reference/access-authn-authz/rbac/. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  // Who asks, and what that login may read. No verdict turns on either.
  CreateSelfSubjectReview: counts(),
  CreateSelfSubjectAccessReview: counts('own-access'),
  // Tables name no namespace, so they are asked for one by one.
  ListNamespaces: counts('namespace', 'secret', 'bootstrap-token', ...NAMESPACED),
  CountServiceAccounts: counts(),
  // The accounts themselves; a token is a Secret of its own, and names its account by itself.
  ListServiceAccounts: { ...counts('service-account'), decided: ofAccounts },
  // Of a namespace: nothing there administers the cluster.
  ListRoles: { ...counts('role'), decided: check(...POWERS) },
  ListRoleBindings: { ...counts('role-binding'), decided: check(...BOUND, ...POWERS) },
  ListClusterRoles: { ...counts('cluster-role'), decided: either(check(...POWERS), both(check('k8s-sa-cluster-admin'), not(deployer))), elsewhere: both(check('k8s-sa-cluster-admin'), deployer) },
  ListClusterRoleBindings: { ...counts('cluster-role-binding'), decided: check('k8s-sa-cluster-admin', ...BOUND, ...POWERS) },
  ReadTokenTracking: { ...counts(), decided: both(check('k8s-legacy-token-unused'), brokerToken) },
  ListTokenSecrets: { ...counts('service-account-token'), decided: check(...TOKENS) },
  ListSecretsTable: counts('secret', 'bootstrap-token'),
  ListPods: WORKLOADS,
  ListDeployments: WORKLOADS,
  ListStatefulSets: WORKLOADS,
  ListDaemonSets: WORKLOADS,
  ListJobs: WORKLOADS,
  ListCronJobs: WORKLOADS,
  ListCertificateSigningRequests: counts('certificate-signing-request', 'client-certificate'),
  // Which of them the cluster serves at all, and in which version.
  ListApiGroups: counts(...CUSTOM),
  ListApiResources: counts(...CUSTOM),
  ListCertificates: counts('cert-manager-certificate'),
  ListExternalSecrets: counts('external-secret'),
  ListSecretStores: counts('secret-store'),
  ListClusterSecretStores: counts('cluster-secret-store'),
};
