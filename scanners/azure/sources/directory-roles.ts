// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { SourceRow } from '../../../src/model/row.ts';
import { defineSource, type AnySource, type Related } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared, NEEDS_GROUP } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';

export const roleSchema = z.object({ id: z.string(), displayName: z.string().nullish(), isBuiltIn: z.boolean().nullish(), rolePermissions: z.array(z.object({ allowedResourceActions: z.array(z.string()).nullish() })).nullish() });
export type DirectoryRole = z.output<typeof roleSchema>;

export const ROLES = 'azure.graph.directory-roles';
export const ROLE_ROW = 'azure.directory-role';

/** The roles of the directory, with what custom ones allow. https://learn.microsoft.com/en-us/graph/api/rbacapplication-list-roledefinitions */
export const directoryRoles = defineSource({
  id: ROLES,
  title: 'Roles of the directory',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  operations: [declared('ListDirectoryRoles', { input: {} })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListDirectoryRoles', input: { ...page } }),
  page: { schema: listOf(roleSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(ROLE_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListDirectoryRoles'),
});

export const roleAssignmentSchema = z.object({
  id: z.string(), roleDefinitionId: z.string(), principalId: z.string(), directoryScopeId: z.string().nullish(), appScopeId: z.string().nullish(), principal: z.object({ '@odata.type': z.string().optional(), id: z.string() }).nullish(),
});
export type DirectoryRoleAssignment = z.output<typeof roleAssignmentSchema>;

export const ROLE_ASSIGNMENTS = 'azure.graph.directory-role-assignments';
export const ROLE_ASSIGNMENT_ROW = 'azure.directory-role-assignment';

/** Who holds a role of the directory, people and groups among them. https://learn.microsoft.com/en-us/graph/api/rbacapplication-list-roleassignments */
export const directoryRoleAssignments = defineSource({
  id: ROLE_ASSIGNMENTS,
  title: 'Who holds a role of the directory',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  operations: [declared('ListDirectoryRoleAssignments', { input: {} })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListDirectoryRoleAssignments', input: { ...page } }),
  page: { schema: listOf(roleAssignmentSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(ROLE_ASSIGNMENT_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListDirectoryRoleAssignments'),
});

export const memberSchema = z.object({ id: z.string() });
export const memberRowSchema = memberSchema.extend({ group: z.string() });

export const GROUP_MEMBERS = 'azure.graph.group-principals';
export const GROUP_MEMBER_ROW = 'azure.group-principal';
const GROUP_TYPE = '#microsoft.graph.group';

/** The service principals of groups that hold roles, through groups within them too. `groupOf`: the group that a row of the parent is about, or null. https://learn.microsoft.com/en-us/graph/api/group-list-transitivemembers */
export function groupSource(id: string, title: string, row: string, parent: string, groupOf: (of: SourceRow, related: Related) => string | null, after: readonly string[] = []): AnySource {
  return defineSource({
    id, title, unitKind: TENANT, lane: LANE, depth: 'standard', parent, after,
    operations: [declared('ListGroupPrincipals', NEEDS_GROUP)],
    next: (of, related) => {
      const group = groupOf(of, related);
      return group === null ? null : { parent: group, parameters: { group } };
    },
    request: (seed, page) => ({ service: 'graph', operation: 'ListGroupPrincipals', input: { group: seed.parameters['group'] ?? '', ...page } }),
    page: { schema: listOf(memberSchema), count: (body) => body.value.length, end: endOf },
    rows: (body, context) => body.value.map((item, index) => observe(row, `${context.parent ?? ''}|${item.id}`, { group: context.parent ?? '', ...item }, context, ['value', index])),
    command: (parameters) => azRest('ListGroupPrincipals', parameters),
  });
}

export const groupPrincipals = groupSource(GROUP_MEMBERS, 'Service principals in groups that hold a role of the directory', GROUP_MEMBER_ROW, ROLE_ASSIGNMENTS, (row) => {
  if (row.type !== 'observation' || row.kind !== ROLE_ASSIGNMENT_ROW) return null;
  const assignment = roleAssignmentSchema.parse(row.value);
  return isGroup(assignment) ? assignment.principalId : null;
});

/** Whether who holds a role is a group. */
export function isGroup({ principal }: DirectoryRoleAssignment): boolean {
  return principal?.['@odata.type'] === GROUP_TYPE;
}
