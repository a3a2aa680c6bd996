// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared, NEEDS_PRINCIPAL } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';

/** A resource with the roles that it offers: names of rights, by their ids. */
export const resourceSchema = z.object({ id: z.string(), appId: z.string().nullish(), displayName: z.string().nullish(), appRoles: z.array(z.object({ id: z.string(), value: z.string().nullish() })) });
export type Resource = z.output<typeof resourceSchema>;

export const APP_ROLES = 'azure.graph.app-roles';
export const RESOURCE_ROW = 'azure.resource-with-roles';

/** The roles that applications offer to others. A row for each that offers any, which is few of them. https://learn.microsoft.com/en-us/graph/api/serviceprincipal-list */
export const appRoles = defineSource({
  id: APP_ROLES,
  title: 'Roles that applications offer to others',
  unitKind: TENANT,
  lane: LANE,
  operations: [declared('ListAppRoles', { input: { top: 1 } })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListAppRoles', input: { ...page } }),
  page: { schema: listOf(resourceSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.flatMap((item, index) => (item.appRoles.length === 0 ? [] : [observe(RESOURCE_ROW, item.id, item, context, ['value', index])])),
  command: () => azRest('ListAppRoles'),
});

export const assignmentSchema = z.object({ id: z.string(), appRoleId: z.string(), createdDateTime: z.string().nullish(), principalId: z.string(), principalType: z.string().nullish(), resourceId: z.string() });
export type AppRoleAssignment = z.output<typeof assignmentSchema>;

export const APP_ROLE_ASSIGNMENTS = 'azure.graph.app-role-assignments';
export const APP_ROLE_ROW = 'azure.app-role-assignment';

/** Who holds roles of one resource; those of people are left out as rows are made. https://learn.microsoft.com/en-us/graph/api/serviceprincipal-list-approleassignedto */
export const appRoleAssignments = defineSource({
  id: APP_ROLE_ASSIGNMENTS,
  title: 'Who holds roles of an application',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  parent: APP_ROLES,
  operations: [declared('ListAppRoleAssignedTo', NEEDS_PRINCIPAL)],
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== RESOURCE_ROW) return null;
    const { id } = resourceSchema.parse(row.value);
    return { parent: id, parameters: { principal: id } };
  },
  request: (seed, page) => ({ service: 'graph', operation: 'ListAppRoleAssignedTo', input: { principal: seed.parameters['principal'] ?? '', ...page } }),
  page: { schema: listOf(assignmentSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.flatMap((item, index) => (item.principalType === 'ServicePrincipal' ? [observe(APP_ROLE_ROW, item.id, item, context, ['value', index])] : [])),
  command: (parameters) => azRest('ListAppRoleAssignedTo', parameters),
  blindSpots: ['Who may use an application that offers no role of its own is not read; nor are roles of applications that a group holds.'],
});
