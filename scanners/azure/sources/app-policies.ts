// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';

const text = z.string().nullish();
const restriction = z.object({ restrictionType: text, state: text, maxLifetime: text, restrictForAppsCreatedAfterDateTime: text });
/** What is forbidden or limited, of passwords and of certificates. https://learn.microsoft.com/en-us/graph/api/resources/appmanagementconfiguration */
export const restrictionsSchema = z.object({ passwordCredentials: z.array(restriction).nullish(), keyCredentials: z.array(restriction).nullish() });
export type Restrictions = z.output<typeof restrictionsSchema>;

const common = { id: z.string(), displayName: text, isEnabled: z.boolean().nullish() };
export const defaultPolicySchema = z.object({ ...common, applicationRestrictions: restrictionsSchema.nullish(), servicePrincipalRestrictions: restrictionsSchema.nullish() });
export const ownPolicySchema = z.object({ ...common, restrictions: restrictionsSchema.nullish() });

export const DEFAULT_POLICY = 'azure.graph.default-app-policy';
export const DEFAULT_POLICY_ROW = 'azure.default-app-policy';
export const OWN_POLICIES = 'azure.graph.app-policies';
export const OWN_POLICY_ROW = 'azure.app-policy';

/** What holds for all applications of the tenant: one object, which is always there and off by default. https://learn.microsoft.com/en-us/graph/api/tenantappmanagementpolicy-get */
export const defaultAppPolicy = defineSource({
  id: DEFAULT_POLICY,
  title: 'What the tenant forbids of credentials of applications',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  operations: [declared('GetDefaultAppManagementPolicy', { input: {} })],
  request: (_seed, page) => ({ service: 'graph', operation: 'GetDefaultAppManagementPolicy', input: { ...page } }),
  page: { schema: z.object({ '@odata.context': z.string().optional(), ...defaultPolicySchema.shape }), count: () => 1, end: () => ({ last: true }) },
  rows: ({ '@odata.context': _context, ...policy }, context) => [observe(DEFAULT_POLICY_ROW, `default-app-policy|${policy.id}`, policy, context, [])],
  command: () => azRest('GetDefaultAppManagementPolicy'),
  blindSpots: ['A policy of application management limits credentials that are made while it is on; older ones stay as they are. What it exempts by who makes a credential, and restrictions of other things than passwords and certificates, are not read.'],
});

/** What holds for single applications in its place. https://learn.microsoft.com/en-us/graph/api/appmanagementpolicy-list */
export const ownAppPolicies = defineSource({
  id: OWN_POLICIES,
  title: 'What is forbidden of credentials of single applications',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  operations: [declared('ListAppManagementPolicies', { input: {} })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListAppManagementPolicies', input: { ...page } }),
  page: { schema: listOf(ownPolicySchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(OWN_POLICY_ROW, `app-policy|${item.id}`, item, context, ['value', index])),
  command: () => azRest('ListAppManagementPolicies'),
  blindSpots: ['To which applications a policy of their own was given is not read.'],
});
