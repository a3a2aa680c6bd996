// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parsedRows } from '../../../../src/model/read-facts.ts';
import { defineSource, type Related } from '../../../../src/model/source.ts';
import { armRest } from '../../command.ts';
import { declared } from '../../operations.ts';
import { administersAzure, azureRoleId, type DefinedRoles } from '../../rights.ts';
import { observe, TENANT } from '../../shapes.ts';
import { groupSource } from '../directory-roles.ts';
import { ARM_LANE, armEnd, armPage } from './list.ts';
import { graphQuery } from './query.ts';

export const subscriptionSchema = z.object({ subscriptionId: z.string(), displayName: z.string().nullish(), state: z.string().nullish(), tenantId: z.string().nullish() });

export const SUBSCRIPTIONS = 'azure.arm.subscriptions';
export const SUBSCRIPTION_ROW = 'azure.subscription';

/** Subscriptions in which the login has a role, and no others: an empty list is no access or none. https://learn.microsoft.com/en-us/rest/api/resources/subscriptions/list */
export const subscriptions = defineSource({
  id: SUBSCRIPTIONS,
  title: 'Subscriptions in which the login has a role',
  unitKind: TENANT,
  lane: ARM_LANE,
  operations: [declared('ListSubscriptions', { input: {} }, 'arm')],
  request: (_seed, page) => ({ service: 'arm', operation: 'ListSubscriptions', input: { ...page } }),
  page: { schema: armPage(subscriptionSchema), count: (body) => body.value.length, end: armEnd },
  rows: (body, context) => body.value.map((item, index) => observe(SUBSCRIPTION_ROW, `subscription|${item.subscriptionId}`, item, context, ['value', index])),
  command: (parameters) => armRest('ListSubscriptions', parameters),
  blindSpots: ['Azure lists only subscriptions in which the login has a role: that there are no others is not shown by any list.'],
});

export const azureRoleSchema = z.object({ id: z.string(), principalId: z.string(), principalType: z.string().nullish(), roleDefinitionId: z.string(), scope: z.string(), createdOn: z.string().nullish() });
export type AzureRole = z.output<typeof azureRoleSchema>;

export const AZURE_ROLES = 'azure.arm.role-assignments';
export const AZURE_ROLE_ROW = 'azure.role-assignment';

/** Roles on Azure resources, of all subscriptions and management groups that the login sees, in one query. */
export const azureRoleAssignments = graphQuery({
  id: AZURE_ROLES, title: 'Roles on Azure resources', operation: 'QueryRoleAssignments', item: azureRoleSchema, kind: AZURE_ROLE_ROW,
  blindSpots: [
    'Roles on Azure resources are those that Resource Graph shows the login.',
    'Of groups that hold a role on Azure resources, members are read where it administers a subscription, a management group or all of them.',
  ],
});

export const customRoleSchema = z.object({
  id: z.string(), roleName: z.string().nullish(), permissions: z.array(z.object({ actions: z.array(z.string()).nullish(), notActions: z.array(z.string()).nullish() })).nullish(),
});
export const CUSTOM_ROLES = 'azure.arm.custom-roles';
export const CUSTOM_ROLE_ROW = 'azure.custom-role';

/** Roles that somebody made, with what they allow. https://learn.microsoft.com/en-us/azure/role-based-access-control/custom-roles */
export const customRoles = graphQuery({ id: CUSTOM_ROLES, title: 'Custom roles on Azure resources', operation: 'QueryCustomRoles', item: customRoleSchema, kind: CUSTOM_ROLE_ROW });

export const builtInRoleSchema = z.object({ id: z.string(), roleName: z.string().nullish() });
export const BUILT_IN_ROLES = 'azure.arm.built-in-roles';
export const BUILT_IN_ROLE_ROW = 'azure.built-in-role';

/** Azure's own roles, by name: a role that is among neither these nor those that somebody made was made where the login does not see. https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles */
export const builtInRoles = graphQuery({ id: BUILT_IN_ROLES, title: "Azure's own roles", operation: 'QueryBuiltInRoles', item: builtInRoleSchema, kind: BUILT_IN_ROLE_ROW });

export const identityUseSchema = z.object({ id: z.string(), type: z.string().nullish(), principalId: z.string().nullish(), userAssigned: z.array(z.string()).nullish() });
export const IDENTITY_USE = 'azure.arm.identity-use';
export const IDENTITY_USE_ROW = 'azure.identity-use';

/** Resources that have a managed identity, of their own or assigned to them. https://learn.microsoft.com/en-us/azure/governance/resource-graph/reference/supported-tables-resources */
export const identityUse = graphQuery({
  id: IDENTITY_USE, title: 'Resources that use managed identities', operation: 'QueryIdentityUse', item: identityUseSchema, kind: IDENTITY_USE_ROW,
  blindSpots: ['A managed identity may also be used from outside Azure, through its federated credentials, without any resource that has it.'],
});

export const managementGroupSchema = z.object({ id: z.string(), name: z.string(), displayName: z.string().nullish(), parent: z.string().nullish() });
export const MANAGEMENT_GROUPS = 'azure.arm.management-groups';
export const MANAGEMENT_GROUP_ROW = 'azure.management-group';

/** Management groups above the subscriptions. https://learn.microsoft.com/en-us/azure/governance/management-groups/overview */
export const managementGroups = graphQuery({ id: MANAGEMENT_GROUPS, title: 'Management groups', operation: 'QueryManagementGroups', item: managementGroupSchema, kind: MANAGEMENT_GROUP_ROW });

export const AZURE_GROUP_MEMBERS = 'azure.arm.group-principals';
export const AZURE_GROUP_MEMBER_ROW = 'azure.group-principal-of-azure';

/** Whether a row is about a group that administers a wide scope, or may; then its id. */
export const azureGroupPrincipals = groupSource(AZURE_GROUP_MEMBERS, 'Service principals in groups that administer Azure resources', AZURE_GROUP_MEMBER_ROW, AZURE_ROLES, (row, related) => {
  if (row.type !== 'observation' || row.kind !== AZURE_ROLE_ROW) return null;
  const { principalId, principalType, roleDefinitionId, scope } = azureRoleSchema.parse(row.value);
  return principalType === 'Group' && administersAzure(roleDefinitionId, scope, definedRolesOf(related)) !== false ? principalId : null;
}, [CUSTOM_ROLES, BUILT_IN_ROLES]);

/** What each custom role allows and what Azure's own roles are called, by the last part of their ids. */
export function definedRolesOf(related: Related): DefinedRoles {
  const custom = new Map(parsedRows(related, CUSTOM_ROLES, CUSTOM_ROLE_ROW, customRoleSchema).map(({ value }) => [azureRoleId(value.id), { name: value.roleName ?? value.id, actions: (value.permissions ?? []).flatMap(({ actions }) => actions ?? []) }]));
  const builtIn = new Map(parsedRows(related, BUILT_IN_ROLES, BUILT_IN_ROLE_ROW, builtInRoleSchema).map(({ value }) => [azureRoleId(value.id), value.roleName ?? value.id]));
  return { custom, builtIn };
}
