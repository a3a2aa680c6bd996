// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../../src/model/source.ts';
import { armRest } from '../../command.ts';
import { declared } from '../../operations.ts';
import { administersAzure } from '../../rights.ts';
import { observe, TENANT } from '../../shapes.ts';
import { groupSource } from '../directory-roles.ts';
import { ARM_LANE, armEnd, armPage } from './list.ts';

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
export const totalSchema = z.object({ total: z.number() });

export const AZURE_ROLES = 'azure.arm.role-assignments';
export const AZURE_ROLE_ROW = 'azure.role-assignment';
export const AZURE_ROLE_TOTAL = 'azure.role-assignment-total';

/**
 * Roles on Azure resources, of all subscriptions and management groups that the login sees, in one query. Resource Graph says how many there
 * are, and whether it cut the answer off. https://learn.microsoft.com/en-us/rest/api/azureresourcegraph/resourcegraph/resources/resources
 */
export const azureRoleAssignments = defineSource({
  id: AZURE_ROLES,
  title: 'Roles on Azure resources',
  unitKind: TENANT,
  lane: 'azure.resource-graph',
  depth: 'standard',
  operations: [declared('QueryRoleAssignments', { input: { top: 1 } }, 'arm')],
  request: (_seed, page) => ({ service: 'arm', operation: 'QueryRoleAssignments', input: { ...page } }),
  page: {
    schema: z.object({ totalRecords: z.number(), resultTruncated: z.string().optional(), $skipToken: z.string().optional(), data: z.array(azureRoleSchema) }),
    count: (body) => body.data.length,
    end: ({ $skipToken: skipToken, resultTruncated }) => (skipToken !== undefined && skipToken !== '' ? { next: { skipToken } } : resultTruncated === 'true' ? { missing: 'the answer was cut off and names no further page' } : { last: true }),
  },
  rows: (body, context) => [
    ...body.data.map((item, index) => observe(AZURE_ROLE_ROW, item.id, item, context, ['data', index])),
    ...(body.$skipToken === undefined || body.$skipToken === '' ? [observe(AZURE_ROLE_TOTAL, 'role-assignments', { total: body.totalRecords }, context, ['totalRecords'])] : []),
  ],
  command: (parameters) => armRest('QueryRoleAssignments', parameters),
  blindSpots: [
    'Roles on Azure resources are those that Resource Graph shows the login; roles that could be taken for a time, deny assignments and custom roles\' actions are not read.',
    'Of groups that hold a role on Azure resources, members are read where it administers a subscription, a management group or all of them.',
  ],
});

export const AZURE_GROUP_MEMBERS = 'azure.arm.group-principals';
export const AZURE_GROUP_MEMBER_ROW = 'azure.group-principal-of-azure';

/** Whether a row is about a group that administers a wide scope; then its id. */
export const azureGroupPrincipals = groupSource(AZURE_GROUP_MEMBERS, 'Service principals in groups that administer Azure resources', AZURE_GROUP_MEMBER_ROW, AZURE_ROLES, (row) => {
  if (row.type !== 'observation' || row.kind !== AZURE_ROLE_ROW) return null;
  const { principalId, principalType, roleDefinitionId, scope } = azureRoleSchema.parse(row.value);
  return principalType === 'Group' && administersAzure(roleDefinitionId, scope) ? principalId : null;
});
