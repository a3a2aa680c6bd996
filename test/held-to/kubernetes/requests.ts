// SPDX-License-Identifier: Apache-2.0
import { KUBERNETES_FAULTS, KUBERNETES_PAGING_FAULTS, type KubernetesFault, type KubernetesFaultKind } from '../../../fixtures/servers/kubernetes-faults.ts';

/** The requests of an operation, as the server sees them, and what can be wrong with their answers. */
export interface Requests { readonly operation?: string; readonly when?: NonNullable<KubernetesFault['when']>; readonly faults: readonly KubernetesFaultKind[] }

const LISTS = KUBERNETES_FAULTS;
const ONE = LISTS.filter((kind) => kind !== 'no_list' && !KUBERNETES_PAGING_FAULTS.has(kind));
/** Reviews and discovery have one form, which the server never leaves. */
const PLAIN = ONE.filter((kind) => kind !== 'foreign_kind');
const list = (resource: string): Requests => ({ operation: `list ${resource}`, faults: LISTS });

/** Written from what `kubectl` sends: by verb and resource, and where two operations share those by what else tells them apart. */
export const REQUESTS: { readonly [operation: string]: Requests } = {
  CreateSelfSubjectReview: { operation: 'create selfsubjectreviews', faults: PLAIN },
  CreateSelfSubjectAccessReview: { operation: 'create selfsubjectaccessreviews', faults: PLAIN },
  ListNamespaces: list('namespaces'),
  // A count is a list cut to one item, whose rest is not asked for.
  CountServiceAccounts: { operation: 'list serviceaccounts', when: ({ query }) => query.get('limit') === '1', faults: LISTS.filter((kind) => !KUBERNETES_PAGING_FAULTS.has(kind)) },
  ListServiceAccounts: { ...list('serviceaccounts'), when: ({ query }) => query.get('limit') !== '1' },
  ListRoles: list('roles'),
  ListRoleBindings: list('rolebindings'),
  ListClusterRoles: list('clusterroles'),
  ListClusterRoleBindings: list('clusterrolebindings'),
  ReadTokenTracking: { operation: 'get configmaps', faults: ONE },
  ListTokenSecrets: { ...list('secrets'), when: ({ namespace }) => namespace === null },
  ListSecretsTable: { ...list('secrets'), when: ({ namespace }) => namespace !== null },
  ListPods: list('pods'),
  ListDeployments: list('deployments'),
  ListStatefulSets: list('statefulsets'),
  ListDaemonSets: list('daemonsets'),
  ListJobs: list('jobs'),
  ListCronJobs: list('cronjobs'),
  ListCertificateSigningRequests: list('certificatesigningrequests'),
  ListApiGroups: { operation: 'get /apis', faults: PLAIN },
  ListApiResources: { when: ({ path }) => /^\/apis\/[^/]+\/[^/]+$/.test(path), faults: PLAIN },
  ListCertificates: list('certificates'),
  ListExternalSecrets: list('externalsecrets'),
  ListSecretStores: list('secretstores'),
  ListClusterSecretStores: list('clustersecretstores'),
};
