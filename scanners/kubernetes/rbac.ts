// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { listRefs } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Grant, Privilege } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { powersOfRule, type PowerKind } from './powers.ts';
import { notClosed, parsedRows, type Parsed } from './read-facts.ts';
import { bindingSchema, type Binding } from './sources/role-bindings.ts';
import { roleSchema, type Role, type Rule } from './sources/roles.ts';

const CLUSTER_ROLES = 'kubernetes.cluster-roles';
const CLUSTER_BINDINGS = 'kubernetes.cluster-role-bindings';

const ROLES = 'kubernetes.roles';
const BINDINGS = 'kubernetes.role-bindings';

/** A binding with how it reaches whom: cluster-wide, or in its own namespace. `role` null: it names one that is not there. */
interface Bound { readonly binding: Parsed<Binding>; readonly wide: boolean; readonly administrator: Fact<boolean>; readonly role: Parsed<Role> | null }

/** A right that leads beyond itself; `namespace` null: in the whole cluster; no `names`: not limited to any. */
export interface Power { readonly power: PowerKind; readonly namespace: string | null; readonly names: readonly string[]; readonly via: string }

/** All bindings of a cluster, by the subjects that they name. */
export interface Rights { readonly related: Related; readonly bySubject: ReadonlyMap<string, readonly Bound[]> }

/** Reads roles and bindings once for all accounts. */
export function readRights(related: Related): Rights {
  const clusterRoles = new Map(parsedRows(related, CLUSTER_ROLES, 'kubernetes.cluster-role', roleSchema).map((role) => [role.value.metadata.name, role]));
  const roles = new Map(parsedRows(related, ROLES, 'kubernetes.role', roleSchema).map((role) => [`${role.value.metadata.namespace ?? ''}/${role.value.metadata.name}`, role]));
  const bySubject = new Map<string, Bound[]>();
  const add = (binding: Parsed<Binding>, wide: boolean): void => {
    const bound: Bound = { binding, wide, administrator: administers(related, binding, wide, clusterRoles), role: (binding.value.roleRef.kind === 'Role' ? roles.get(`${binding.value.metadata.namespace ?? ''}/${binding.value.roleRef.name}`) : clusterRoles.get(binding.value.roleRef.name)) ?? null };
    // One binding may name a subject twice.
    for (const subject of new Set((binding.value.subjects ?? []).map((each) => subjectKey(each, binding.value.metadata.namespace)))) {
      const known = bySubject.get(subject);
      if (known === undefined) bySubject.set(subject, [bound]);
      else known.push(bound);
    }
  };
  for (const binding of parsedRows(related, CLUSTER_BINDINGS, 'kubernetes.cluster-role-binding', bindingSchema)) add(binding, true);
  for (const binding of parsedRows(related, BINDINGS, 'kubernetes.role-binding', bindingSchema)) add(binding, false);
  return { related, bySubject };
}

/** A subject as one text. RBAC takes the binding's namespace for a service account that names none. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/ */
function subjectKey(subject: { readonly kind: string; readonly name: string; readonly namespace?: string | undefined }, bindingNamespace: string | undefined): string {
  return subject.kind === 'ServiceAccount' ? `User system:serviceaccount:${subject.namespace ?? bindingNamespace ?? ''}:${subject.name}` : `${subject.kind} ${subject.name}`;
}

/** The subjects that a service account is: itself, and the groups that the API server puts each into. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
function subjectsOf(namespace: string, name: string): readonly (readonly [subject: string, words: string])[] {
  return [
    [`User system:serviceaccount:${namespace}:${name}`, ''], ['Group system:serviceaccounts', ', through group system:serviceaccounts'],
    [`Group system:serviceaccounts:${namespace}`, `, through group system:serviceaccounts:${namespace}`], ['Group system:authenticated', ', through group system:authenticated'],
  ];
}

/** Whether a binding gives every verb on every resource of the whole cluster. One of a namespace never does. */
function administers(related: Related, { value, row }: Parsed<Binding>, wide: boolean, clusterRoles: ReadonlyMap<string, Parsed<Role>>): Fact<boolean> {
  if (!wide) return known(false, row.refs, { note: 'in one namespace' });
  const { name } = value.roleRef;
  const role = clusterRoles.get(name);
  if (role !== undefined) return known((role.value.rules ?? []).some(isEverything), [...row.refs, ...role.row.refs]);
  // The API server makes cluster-admin anew with every right at each start.
  if (name === 'cluster-admin') return known(true, row.refs, { note: 'by its name; the role itself was not read' });
  return notClosed(related, CLUSTER_ROLES) ?? known(false, row.refs, { note: 'the role that it names is not there' });
}

/** A rule of `*` verbs on `*` resources of `*` groups. */
export function isEverything(rule: Rule): boolean {
  const all = (values: readonly string[] | null | undefined): boolean => values?.includes('*') === true;
  return all(rule.verbs) && all(rule.apiGroups) && all(rule.resources) && (rule.resourceNames ?? []).length === 0;
}

/** What a service account is bound to, and whether any of that administers the cluster. */
export function rightsOf(rights: Rights, account: { readonly key: string; readonly unit: string; readonly namespace: string; readonly name: string; readonly refs: readonly PageReference[] }): { readonly privilege: Fact<Privilege>; readonly grants: readonly Grant[] } {
  const grants: Grant[] = [];
  const administrator: string[] = [];
  const shown: PageReference[] = [];
  let undecided: Fact<Privilege> | null = null;
  for (const [subject, words] of subjectsOf(account.namespace, account.name)) {
    for (const { binding: { value, row }, wide, administrator: isAdministrator } of rights.bySubject.get(subject) ?? []) {
      const { metadata, roleRef } = value;
      const policy = `${roleRef.kind} ${roleRef.name}`;
      const via = wide ? `ClusterRoleBinding ${metadata.name}${words}` : `RoleBinding ${metadata.namespace ?? ''}/${metadata.name}${words}`;
      grants.push({ type: 'grant', key: `${account.key}|${metadata.uid}|${subject}`, unit: account.unit, identity: account.key, policy, via, administrator: isAdministrator, refs: row.refs });
      if (isAdministrator.status === 'known' && isAdministrator.value) {
        administrator.push(`${via} to ${policy}`);
        shown.push(...isAdministrator.refs);
      } else if (isAdministrator.status === 'unknown') undecided ??= unknown(isAdministrator.cause, `${policy}, bound by ${via}: ${isAdministrator.detail}`, isAdministrator.calls);
    }
  }
  if (administrator.length > 0) return { grants, privilege: known({ level: 'administrator', via: administrator }, shown) };
  return { grants, privilege: notClosed(rights.related, CLUSTER_BINDINGS) ?? undecided ?? known<Privilege>({ level: 'not_administrator', via: [] }, account.refs) };
}

/** Bindings that name an account itself, and the rights that lead beyond themselves, through groups too. Known only where all four lists closed. */
export function particularsOf({ related, bySubject }: Rights, account: { readonly namespace: string; readonly name: string; readonly refs: readonly PageReference[] }): { readonly bindings: Fact<readonly string[]>; readonly powers: Fact<readonly Power[]> } {
  const lists = [CLUSTER_BINDINGS, BINDINGS];
  const open = lists.map((source) => notClosed(related, source)).find((each) => each !== null) ?? null;
  if (open !== null) return { bindings: open, powers: open };
  const direct = bySubject.get(subjectKey({ kind: 'ServiceAccount', ...account }, undefined)) ?? [];
  const shown = [...account.refs, ...lists.flatMap((source) => listRefs(related, source))];
  const bindings = known(direct.map(({ binding, wide }) => bindingWords(binding.value, wide)), direct.length === 0 ? shown : direct.flatMap(({ binding }) => binding.row.refs));
  const unread = [CLUSTER_ROLES, ROLES].map((source) => notClosed(related, source)).find((each) => each !== null) ?? null;
  if (unread !== null) return { bindings, powers: unread };
  const powers: Power[] = [];
  const refs: PageReference[] = [];
  for (const [subject, words] of subjectsOf(account.namespace, account.name)) {
    for (const { binding, wide, role } of bySubject.get(subject) ?? []) {
      const given = (role?.value.rules ?? []).flatMap(powersOfRule);
      if (given.length > 0) refs.push(...binding.row.refs, ...(role?.row.refs ?? []));
      for (const { power, names } of given) {
        const via = `${bindingWords(binding.value, wide)} to ${binding.value.roleRef.kind} ${binding.value.roleRef.name}${words}`;
        const namespace = wide ? null : (binding.value.metadata.namespace ?? null);
        if (!powers.some((each) => each.power === power && each.via === via && each.names.join(' ') === names.join(' '))) powers.push({ power, namespace, names, via });
      }
    }
  }
  return { bindings, powers: known(powers, powers.length === 0 ? shown : refs) };
}

function bindingWords({ metadata }: Binding, wide: boolean): string {
  return wide ? `ClusterRoleBinding ${metadata.name}` : `RoleBinding ${metadata.namespace ?? ''}/${metadata.name}`;
}
