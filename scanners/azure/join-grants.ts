// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { listRefs, notClosed, parsedRows, type Parsed } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Grant, Privilege, SourceRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { ADMINISTRATOR_APP_ROLES, administersAzure, administersDirectory, azureRoleName, GRAPH_APP, roleName, type DefinedRoles } from './rights.ts';
import { rowKey } from './shapes.ts';
import { AZURE_GROUP_MEMBER_ROW, AZURE_GROUP_MEMBERS, AZURE_ROLE_ROW, AZURE_ROLES, azureRoleSchema, BUILT_IN_ROLES, CUSTOM_ROLES, definedRolesOf, type AzureRole } from './sources/arm/tenant.ts';
import { APP_ROLE_ASSIGNMENTS, APP_ROLE_ROW, APP_ROLES, assignmentSchema, RESOURCE_ROW, resourceSchema, type Resource } from './sources/app-roles.ts';
import { DELEGATED, DELEGATED_ROW, delegatedSchema } from './sources/delegated-grants.ts';
import { GROUP_MEMBER_ROW, GROUP_MEMBERS, isGroup, memberRowSchema, ROLE_ASSIGNMENT_ROW, ROLE_ASSIGNMENTS, roleAssignmentSchema, ROLE_ROW, ROLES, roleSchema, type DirectoryRoleAssignment } from './sources/directory-roles.ts';

const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000';

export interface JoinedGrants {
  readonly grants: readonly Grant[];
  /** What a service principal may do, as far as it bears on administration. */
  readonly privilegeOf: (principal: string) => Fact<Privilege>;
  /** Rows of rights whose holder is none of the listed service principals. */
  readonly unplaced: readonly SourceRow[];
}

/** Rights of service principals: application permissions, delegated grants, roles of the directory held directly or through a group. `listed`: names of the service principals that have rows, by id. */
export function joinGrants(related: Related, listed: ReadonlyMap<string, string>): JoinedGrants {
  const unplaced: SourceRow[] = [];
  const grants: Grant[] = [];
  for (const { holder, grant, row } of [...appRoleGrants(related), ...delegatedGrantsOf(related, listed), ...directoryGrants(related), ...azureGrants(related)]) {
    if (listed.has(holder)) grants.push(grant);
    else unplaced.push(row);
  }
  const held = Map.groupBy(grants, ({ identity }) => identity);
  const open = firstOpen(related);
  const refs = baseRefs(related);
  return { grants, unplaced, privilegeOf: (principal) => privilege(held.get(rowKey(related.unit.id, principal)) ?? [], open, refs) };
}

interface Held { readonly holder: string; readonly grant: Grant; readonly row: SourceRow }

function appRoleGrants(related: Related): readonly Held[] {
  const resources = new Map(parsedRows(related, APP_ROLES, RESOURCE_ROW, resourceSchema).map(({ value }): [string, Resource] => [value.id, value]));
  return parsedRows(related, APP_ROLE_ASSIGNMENTS, APP_ROLE_ROW, assignmentSchema).map(({ value, row }): Held => {
    const resource = resources.get(value.resourceId);
    const role = resource?.appRoles.find(({ id }) => id === value.appRoleId);
    const name = value.appRoleId === DEFAULT_ACCESS ? 'default access' : (role?.value ?? value.appRoleId);
    const administrator: Fact<boolean> = resource?.appId !== GRAPH_APP || value.appRoleId === DEFAULT_ACCESS ? known(false, row.refs)
      : role?.value === null || role?.value === undefined ? unknown('unrecognized', `Microsoft Graph lists no role ${value.appRoleId}`) : known(ADMINISTRATOR_APP_ROLES.has(role.value), row.refs);
    return { holder: value.principalId, row, grant: { type: 'grant', key: rowKey(related.unit.id, `app-role|${value.id}`), unit: related.unit.id, identity: rowKey(related.unit.id, value.principalId), policy: `${resource?.displayName ?? value.resourceId}: ${name}`, via: 'application permission', administrator, refs: row.refs } };
  });
}

function delegatedGrantsOf(related: Related, names: ReadonlyMap<string, string>): readonly Held[] {
  return parsedRows(related, DELEGATED, DELEGATED_ROW, delegatedSchema).map(({ value, row }): Held => ({
    holder: value.clientId, row,
    grant: {
      type: 'grant', key: rowKey(related.unit.id, `delegated|${value.id}`), unit: related.unit.id, identity: rowKey(related.unit.id, value.clientId), policy: `${names.get(value.resourceId) ?? value.resourceId}: ${(value.scope ?? '').trim().split(/\s+/).toSorted(byCodeUnit).join(' ')}`,
      via: value.consentType === 'AllPrincipals' ? 'delegated, in the name of anybody in the tenant' : 'delegated, in the name of one user', administrator: notApplicable('it acts with the rights of who is signed in'), refs: row.refs,
    },
  }));
}

function directoryGrants(related: Related): readonly Held[] {
  const roles = new Map(parsedRows(related, ROLES, ROLE_ROW, roleSchema).map(({ value }) => [value.id, value]));
  const members = Map.groupBy(parsedRows(related, GROUP_MEMBERS, GROUP_MEMBER_ROW, memberRowSchema), ({ value }) => value.group);
  const make = ({ value, row }: Parsed<DirectoryRoleAssignment>, holder: string, through: string | null, refs: readonly PageReference[]): Held => {
    const role = roles.get(value.roleDefinitionId);
    const administers = administersDirectory(value.roleDefinitionId, role);
    const scope = value.directoryScopeId ?? value.appScopeId ?? 'an unstated scope';
    return {
      holder, row,
      grant: {
        type: 'grant', key: rowKey(related.unit.id, `directory-role|${value.id}${through === null ? '' : `|${holder}`}`), unit: related.unit.id, identity: rowKey(related.unit.id, holder), policy: roleName(value.roleDefinitionId, role),
        via: `directory role at ${scope}${through === null ? '' : `, through group ${through}`}`,
        // A role over one application or one administrative unit can enter what is in it; whether that leads further is not searched for.
        administrator: administers === null ? (notClosed(related, ROLES) ?? unknown('unrecognized', `the directory lists no role ${value.roleDefinitionId}`)) : known(administers && scope === '/', refs), refs,
      },
    };
  };
  return parsedRows(related, ROLE_ASSIGNMENTS, ROLE_ASSIGNMENT_ROW, roleAssignmentSchema).flatMap((assignment): readonly Held[] => {
    if (isGroup(assignment.value)) return (members.get(assignment.value.principalId) ?? []).map(({ value, row }) => make(assignment, value.id, assignment.value.principalId, [...assignment.row.refs, ...row.refs]));
    // People hold roles too; they are not what is listed here.
    return assignment.value.principal?.['@odata.type'] === '#microsoft.graph.user' ? [] : [make(assignment, assignment.value.principalId, null, assignment.row.refs)];
  });
}

/** Roles on Azure resources, held directly or, where they administer a wide scope, through a group. */
function azureGrants(related: Related): readonly Held[] {
  const roles = definedRolesOf(related);
  const members = Map.groupBy(parsedRows(related, AZURE_GROUP_MEMBERS, AZURE_GROUP_MEMBER_ROW, memberRowSchema), ({ value }) => value.group);
  const make = ({ value, row }: Parsed<AzureRole>, holder: string, through: string | null, refs: readonly PageReference[]): Held => ({
    holder, row,
    grant: {
      type: 'grant', key: rowKey(related.unit.id, `azure-role|${value.id}${through === null ? '' : `|${holder}`}`), unit: related.unit.id, identity: rowKey(related.unit.id, holder), policy: azureRoleName(value.roleDefinitionId, roles),
      via: `role on ${value.scope}${through === null ? '' : `, through group ${through}`}`, administrator: administering(related, value, roles, row.refs), refs,
    },
  });
  return parsedRows(related, AZURE_ROLES, AZURE_ROLE_ROW, azureRoleSchema).flatMap((role): readonly Held[] => {
    const { principalId, principalType } = role.value;
    if (principalType === 'Group') return (members.get(principalId) ?? []).map(({ value, row }) => make(role, value.id, principalId, [...role.row.refs, ...row.refs]));
    return principalType === 'ServicePrincipal' ? [make(role, principalId, null, role.row.refs)] : [];
  });
}

function administering(related: Related, { roleDefinitionId, scope }: AzureRole, roles: DefinedRoles, refs: readonly PageReference[]): Fact<boolean> {
  const administers = administersAzure(roleDefinitionId, scope, roles);
  if (administers !== null) return known(administers, refs);
  return notClosed(related, CUSTOM_ROLES) ?? notClosed(related, BUILT_IN_ROLES) ?? unknown('unrecognized', `no list has the role ${azureRoleName(roleDefinitionId, roles)}: it was made where the login does not see`);
}

/** The first list of rights that was not read to its end, as the unknown that stands for all that it would show. */
function firstOpen(related: Related): Unknown | null {
  const roles = parsedRows(related, APP_ROLES, RESOURCE_ROW, resourceSchema);
  const groups = parsedRows(related, ROLE_ASSIGNMENTS, ROLE_ASSIGNMENT_ROW, roleAssignmentSchema).filter(({ value }) => isGroup(value));
  const azureGroups = parsedRows(related, AZURE_ROLES, AZURE_ROLE_ROW, azureRoleSchema).filter(({ value }) => value.principalType === 'Group' && administersAzure(value.roleDefinitionId, value.scope, definedRolesOf(related)) !== false);
  const graph = roles.find(({ value }) => value.appId === GRAPH_APP);
  return notClosed(related, APP_ROLES)
    // Only roles of Microsoft Graph are looked at for administration; those of other resources are theirs to judge.
    ?? (graph === undefined ? unknown('not_reported', 'Microsoft Graph itself is not in the list of service principals') : notClosed(related, APP_ROLE_ASSIGNMENTS, graph.value.id))
    ?? notClosed(related, ROLE_ASSIGNMENTS)
    ?? groups.map(({ value }) => notClosed(related, GROUP_MEMBERS, value.principalId)).find((each) => each !== null)
    ?? notClosed(related, AZURE_ROLES)
    ?? azureGroups.map(({ value }) => notClosed(related, AZURE_GROUP_MEMBERS, value.principalId)).find((each) => each !== null)
    ?? null;
}

function baseRefs(related: Related): readonly PageReference[] {
  const graph = parsedRows(related, APP_ROLES, RESOURCE_ROW, resourceSchema).find(({ value }) => value.appId === GRAPH_APP);
  return [...(graph === undefined ? [] : listRefs(related, APP_ROLE_ASSIGNMENTS, graph.value.id)), ...listRefs(related, ROLE_ASSIGNMENTS), ...listRefs(related, AZURE_ROLES)];
}

function privilege(grants: readonly Grant[], open: Unknown | null, refs: readonly PageReference[]): Fact<Privilege> {
  const administering = grants.filter(({ administrator }) => administrator.status === 'known' && administrator.value);
  if (administering.length > 0) return known<Privilege>({ level: 'administrator', via: administering.map(({ policy, via }) => `${policy} (${via})`).toSorted(byCodeUnit) }, administering.flatMap((grant) => grant.refs));
  const unsure = grants.find(({ administrator }) => administrator.status === 'unknown')?.administrator;
  if (unsure?.status === 'unknown') return unsure;
  return open ?? known<Privilege>({ level: 'not_administrator', via: [] }, refs, { note: 'by roles of the directory, application permissions of Microsoft Graph, and those roles on Azure resources that the login sees' });
}
