// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';

const text = z.string().nullish();
export const eligibilitySchema = z.object({
  id: z.string(), roleDefinitionId: z.string(), principalId: z.string(), directoryScopeId: text, appScopeId: text, startDateTime: text, endDateTime: text, memberType: text,
  principal: z.object({ '@odata.type': z.string().optional(), id: z.string() }).nullish(),
});

export const ELIGIBILITY = 'azure.graph.directory-role-eligibility';
export const ELIGIBILITY_ROW = 'azure.directory-role-eligibility';

/** Who may take a role of the directory for a time, and does not hold it. https://learn.microsoft.com/en-us/graph/api/rbacapplication-list-roleeligibilityscheduleinstances */
export const directoryRoleEligibility = defineSource({
  id: ELIGIBILITY,
  title: 'Who may take a role of the directory for a time',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  operations: [declared('ListDirectoryRoleEligibility', { input: {} })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListDirectoryRoleEligibility', input: { ...page } }),
  page: { schema: listOf(eligibilitySchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(ELIGIBILITY_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListDirectoryRoleEligibility'),
  // https://learn.microsoft.com/en-us/entra/id-governance/privileged-identity-management/pim-how-to-add-role-to-user
  blindSpots: ['Roles that may be taken for a time (Privileged Identity Management) are listed, people among who may, and not counted as held: a program cannot take one. Where Azure asks for a licence that the tenant lacks, the read is a gap with that cause: that nobody is eligible there is for people to say.'],
});
