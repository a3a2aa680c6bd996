// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { countBelow, countOf, listRefs, notClosed, parsedRows } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Grant, ObjectRow, Privilege, Trust } from '../../src/model/row.ts';
import type { JoinContext, Related } from '../../src/model/source.ts';
import { externalOf, isServiceAgent, isWholePool, mayHoldAccounts, memberOf, poolOf, principalKind, projectOf, type Member } from './members.ts';
import { administers, impersonates, permissionsAdminister, permissionsImpersonate } from './rights.ts';
import { FOLDER, rowKey, UNIT, unitOfResource } from './shapes.ts';
import { FOLDER_ITSELF, folderSchema } from './sources/containers.ts';
import { ACCOUNT_POLICIES, ACCOUNT_POLICY_ROW, accountBindingSchema, bindingSchema, customRoleSchema, POLICY_OF, POLICY_ROW, ROLE_ROW, ROLES, type Binding } from './sources/policies.ts';
import { projectSchema } from './sources/project.ts';
import { ACCOUNTS } from './sources/service-accounts.ts';

export const ACCOUNT_TRUST = 'google.service-account-trust';

/** The identities of a unit, by what members of bindings call them: addresses of accounts, names of pools. */
export interface Holders { readonly accounts: ReadonlyMap<string, string>; readonly pools: ReadonlyMap<string, string> }
export interface JoinedPolicies {
  readonly grants: readonly Grant[];
  readonly trusts: readonly Trust[];
  readonly objects: readonly ObjectRow[];
  readonly privilegeOf: (identity: string) => Fact<Privilege>;
  readonly populations: { readonly [kind: string]: Fact<number> };
}

/** Rights of a project's accounts and pools in the project and, inherited, in the folders and the organization above it; who may act as each account; who of elsewhere holds a role. */
export function joinPolicies(related: Related, context: JoinContext, holders: Holders): JoinedPolicies {
  const [project] = parsedRows(related, 'google.resourcemanager.project', 'google.project', projectSchema);
  const chain = chainOf(related, context, project?.value.parent ?? null, project === undefined ? (notClosed(related, 'google.resourcemanager.project') ?? NO_PROJECT) : null);
  const roles = rolesOf(chain.units);
  const grants = chain.units.flatMap((at) => grantsOf(related, at, holders, roles));
  const unlisted = chain.units.map((at) => unlistedOf(related, at, roles)).find((each) => each !== null) ?? null;
  const held = Map.groupBy(grants, ({ identity }) => identity);
  const own = new Set([related.unit.nativeId, project?.value.name.slice('projects/'.length) ?? '']);
  const trusts = parsedRows(related, ACCOUNT_POLICIES, ACCOUNT_POLICY_ROW, accountBindingSchema).flatMap(({ value, row }): Trust[] => {
    const identity = holders.accounts.get(value.account);
    return identity === undefined || actsAs(value, roles) === false ? [] : (value.members ?? []).map((text): Trust => {
      const member = memberOf(text);
      return { type: 'trust', kind: ACCOUNT_TRUST, key: `${row.key}|${text}`, unit: related.unit.id, identity, principalKind: principalKind(member), principal: text, external: externalOf(member, own, context.ownUnits, row.refs), conditions: [{ operator: 'Role', key: 'role', values: [value.role] }, ...conditionsOf(value), ...(isWholePool(member) ? [{ operator: 'WholePool', key: 'pool', values: ['true'] }] : []), ...(member.deleted ? [{ operator: 'Deleted', key: 'member', values: ['true'] }] : [])], refs: row.refs };
    });
  });
  const { objects, unsure } = elsewhereOf(related, own, holders, project !== undefined);
  const policy = POLICY_OF[UNIT] ?? '';
  return {
    grants, trusts, objects,
    privilegeOf: (identity) => privilege(held.get(identity) ?? [], chain, unlisted),
    populations: {
      [ACCOUNT_TRUST]: countBelow(related, ACCOUNTS, ACCOUNT_POLICIES, [...holders.accounts.keys()], trusts.length),
      'google.foreign-account': unsure ?? countOf(related, policy, objects.filter(({ kind }) => kind === 'google.foreign-account').length), 'google.deleted-member': countOf(related, policy, objects.filter(({ kind }) => kind === 'google.deleted-member').length),
      'google.custom-role': countOf(related, ROLES, parsedRows(related, ROLES, ROLE_ROW, customRoleSchema).length),
    },
  };
}

const NO_PROJECT = unknown('not_reported', 'the project was not read, and so what it hangs from');

/** The unit and what lies above it, as far as it was read; `open`: why what is missing is not known. */
interface Chain { readonly units: readonly Related[]; readonly open: Unknown | null; readonly refs: readonly PageReference[] }

function chainOf(related: Related, { above }: JoinContext, parent: string | null, unread: Unknown | null): Chain {
  const units: Related[] = [related];
  const refs: PageReference[] = [...listRefs(related, POLICY_OF[related.unit.kind] ?? '')];
  let open: Unknown | null = notClosed(related, POLICY_OF[related.unit.kind] ?? '') ?? unread;
  let next = parent;
  const seen = new Set<string>();
  while (next !== null && !seen.has(next)) {
    seen.add(next);
    const at = above?.(unitOfResource(next)) ?? null;
    if (at === null) return { units, refs, open: open ?? unknown('no_source', `roles that are given in ${next} are inherited, and it is not in the scope of this scan`) };
    units.push(at);
    refs.push(...listRefs(at, POLICY_OF[at.unit.kind] ?? ''));
    open ??= notClosed(at, POLICY_OF[at.unit.kind] ?? '');
    const [itself] = at.unit.kind === FOLDER ? parsedRows(at, FOLDER_ITSELF, 'google.folder-itself', folderSchema) : [];
    if (at.unit.kind === FOLDER && itself?.value.parent === undefined) return { units, refs, open: open ?? notClosed(at, FOLDER_ITSELF) ?? unknown('not_reported', `${next} does not say what it hangs from, and so what is inherited from there`) };
    next = itself?.value.parent ?? null;
  }
  return { units, refs, open };
}

/** Custom roles by name, and whether the list of those of a project or an organization was read to its end. */
interface Roles { readonly permissions: ReadonlyMap<string, readonly string[]>; readonly unread: (role: string) => Unknown }

function rolesOf(units: readonly Related[]): Roles {
  const permissions = new Map(units.flatMap((at) => parsedRows(at, ROLES, ROLE_ROW, customRoleSchema).map(({ value }): [string, readonly string[]] => [value.name, value.includedPermissions ?? []])));
  return { permissions, unread: (role) => units.map((at) => (at.ended(ROLES).state === 'not_due' ? null : notClosed(at, ROLES))).find((each) => each !== null) ?? unknown('not_reported', `no list of roles that was read has ${role}`) };
}

function placeOf(related: Related, at: Related): string {
  return at === related ? 'in the project' : `inherited from ${at.unit.nativeId}`;
}

/** A group or the like that administers, or may: whether an account is in it nothing tells, so that of no account it is known that it does not administer. */
function unlistedOf(related: Related, at: Related, roles: Roles): Unknown | null {
  for (const { value, row } of parsedRows(at, POLICY_OF[at.unit.kind] ?? '', POLICY_ROW, bindingSchema)) {
    const member = (value.members ?? []).find((text) => mayHoldAccounts(memberOf(text)));
    const administrator = administratorOf(value, roles, row.refs);
    if (member !== undefined && !(administrator.status === 'known' && !administrator.value)) return unknown('no_source', `${member} has ${value.role} (${placeOf(related, at)}): whether the account is among those that it names stands in no source that is read`);
  }
  return null;
}

function grantsOf(related: Related, at: Related, { accounts, pools }: Holders, roles: Roles): readonly Grant[] {
  const where = placeOf(related, at);
  return parsedRows(at, POLICY_OF[at.unit.kind] ?? '', POLICY_ROW, bindingSchema).flatMap(({ value, row }) => (value.members ?? []).flatMap((text): Grant[] => {
    const member = memberOf(text);
    const identity = member.deleted ? undefined : member.type === 'serviceAccount' ? accounts.get(member.name) : pools.get(poolOf(member) ?? '');
    if (identity === undefined) return [];
    const { title, expression } = value.condition ?? {};
    const via = `${where}${value.condition === undefined ? '' : `, under the condition ${title ?? expression ?? 'without a name'}`}${member.type === 'serviceAccount' ? '' : `, as ${text.slice(text.lastIndexOf('/workloadIdentityPools/') + '/workloadIdentityPools/'.length)}`}`;
    return [{ type: 'grant', key: rowKey(related.unit.id, `${at.unit.nativeId}|${row.key.slice(at.unit.id.length + 1)}|${text}`), unit: related.unit.id, identity, policy: value.role, via, administrator: administratorOf(value, roles, row.refs), refs: row.refs }];
  }));
}

/** Whether a binding makes its members administrators. Under a condition that is for people to judge. */
function administratorOf({ role, condition }: Binding, roles: Roles, refs: readonly PageReference[]): Fact<boolean> {
  const permissions = roles.permissions.get(role);
  const administering = administers(role) ?? (permissions === undefined ? null : permissionsAdminister(permissions));
  if (administering === null) return roles.unread(role);
  if (administering && condition !== undefined) return unknown('unrecognized', `${role} is given under a condition, which has to be judged`);
  return known(administering, refs);
}

/** Whether a role on an account lets its members act as it; a custom role that was not read is taken for one, so that nobody is missed. */
function actsAs({ role }: Binding, roles: Roles): boolean {
  const permissions = roles.permissions.get(role);
  return impersonates(role) ?? (permissions === undefined ? true : permissionsImpersonate(permissions));
}

function conditionsOf({ condition }: Binding): Trust['conditions'] {
  return condition === undefined ? [] : [{ operator: 'CEL', key: 'condition', values: [condition.expression ?? condition.title ?? ''] }];
}

function privilege(grants: readonly Grant[], chain: Chain, unlisted: Unknown | null): Fact<Privilege> {
  const administering = grants.filter(({ administrator }) => administrator.status === 'known' && administrator.value);
  if (administering.length > 0) return known<Privilege>({ level: 'administrator', via: administering.map(({ policy, via }) => `${policy} (${via})`).toSorted(byCodeUnit) }, administering.flatMap(({ refs }) => refs));
  const unsure = grants.find(({ administrator }) => administrator.status === 'unknown')?.administrator;
  if (unsure?.status === 'unknown') return unsure;
  return chain.open ?? unlisted ?? known<Privilege>({ level: 'not_administrator', via: [] }, chain.refs, { note: 'by roles given in its project and above, where no group or the like administers; not in other projects' });
}

/** Service accounts of other projects, and members that are deleted, who hold roles in the unit itself. An address may name the project by its number: where that was not read, whose it is is not known. */
function elsewhereOf(related: Related, own: ReadonlySet<string>, { accounts }: Holders, numberKnown: boolean): { readonly objects: readonly ObjectRow[]; readonly unsure: Unknown | null } {
  const found = new Map<string, { readonly member: Member; readonly roles: string[]; readonly refs: PageReference[] }>();
  let unsure: Unknown | null = null;
  for (const { value, row } of parsedRows(related, POLICY_OF[related.unit.kind] ?? '', POLICY_ROW, bindingSchema)) {
    for (const text of value.members ?? []) {
      const member = memberOf(text);
      const project = member.type === 'serviceAccount' ? projectOf(member.name) : null;
      if (!member.deleted && (member.type !== 'serviceAccount' || isServiceAgent(member.name) || accounts.has(member.name) || (project !== null && own.has(project)))) continue;
      if (!member.deleted && !numberKnown && project !== null && /^\d+$/.test(project)) {
        unsure = unknown('incomplete', 'a member is named by the number of its project, and that of this project was not read');
        continue;
      }
      const entry = found.get(text) ?? { member, roles: [], refs: [] };
      entry.roles.push(value.role);
      entry.refs.push(...row.refs);
      found.set(text, entry);
    }
  }
  const objects = [...found].map(([text, { member, roles, refs }]): ObjectRow => ({
    type: 'object', key: rowKey(related.unit.id, `member|${text}`), id: text, kind: member.deleted ? 'google.deleted-member' : 'google.foreign-account', unit: related.unit.id, name: member.name,
    created: unknown('no_source', 'a policy tells no date of it'), expires: unknown('no_source', 'a policy tells no end of it'), detail: { type: member.type, roles: roles.toSorted(byCodeUnit) }, refs,
  }));
  return { objects, unsure };
}
