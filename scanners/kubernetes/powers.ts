// SPDX-License-Identifier: Apache-2.0
import type { Rule } from './sources/roles.ts';

/** Rights that lead beyond themselves. https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks */
export type PowerKind = 'reads_secrets' | 'mints_tokens' | 'impersonates' | 'binds_roles' | 'approves_certificates' | 'runs_pods';

interface Pattern { readonly power: PowerKind; readonly verbs: readonly string[]; readonly groups: readonly string[]; readonly resources: readonly string[] }

const RBAC = 'rbac.authorization.k8s.io';
const PATTERNS: readonly Pattern[] = [
  // A list and a watch hold the values as a get does.
  { power: 'reads_secrets', verbs: ['get', 'list', 'watch'], groups: [''], resources: ['secrets'] },
  { power: 'mints_tokens', verbs: ['create'], groups: [''], resources: ['serviceaccounts/token'] },
  { power: 'impersonates', verbs: ['impersonate'], groups: ['', 'authentication.k8s.io'], resources: ['users', 'groups', 'serviceaccounts', 'uids', 'userextras'] },
  { power: 'binds_roles', verbs: ['bind', 'escalate'], groups: [RBAC], resources: ['roles', 'clusterroles'] },
  { power: 'approves_certificates', verbs: ['update', 'patch'], groups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'] },
  // A pod runs as any account of its namespace; what makes pods does the same.
  { power: 'runs_pods', verbs: ['create'], groups: ['', 'apps', 'batch'], resources: ['pods', 'deployments', 'statefulsets', 'daemonsets', 'replicasets', 'replicationcontrollers', 'jobs', 'cronjobs'] },
];

/** What a rule gives of them, and the names that it is limited to; no names: to none. A list has the empty name, so that a rule limited to that is limited to nothing. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/ */
export function powersOfRule(rule: Rule): readonly { readonly power: PowerKind; readonly names: readonly string[] }[] {
  return PATTERNS.filter(({ verbs, groups, resources }) => verbs.some((verb) => holds(rule.verbs, verb)) && groups.some((group) => holds(rule.apiGroups, group)) && resources.some((resource) => covers(rule.resources, resource)))
    .map(({ power }) => ({ power, names: rule.resourceNames?.includes('') === true ? [] : (rule.resourceNames ?? []) }));
}

function holds(values: readonly string[] | null | undefined, value: string): boolean {
  return values?.some((each) => each === '*' || each === value) === true;
}

/** `*` covers subresources too, and `*` before a slash one subresource of everything; `userextras` has one subresource a key. */
function covers(values: readonly string[] | null | undefined, resource: string): boolean {
  const slash = resource.indexOf('/');
  return holds(values, resource) || values?.some((each) => (slash >= 0 && each === `*${resource.slice(slash)}`) || (resource === 'userextras' && each.startsWith('userextras/'))) === true;
}
