// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';

/** `clientId` and `resourceId` are ids of service principals, not of applications; `principalId` is the user that a grant for one is about. */
export const delegatedSchema = z.object({ id: z.string(), clientId: z.string(), consentType: z.string(), principalId: z.string().nullish(), resourceId: z.string(), scope: z.string().nullish() });

export const DELEGATED = 'azure.graph.delegated-grants';
export const DELEGATED_ROW = 'azure.delegated-grant';

/** What applications may do in the name of who is signed in to them. https://learn.microsoft.com/en-us/graph/api/oauth2permissiongrant-list */
export const delegatedGrants = defineSource({
  id: DELEGATED,
  title: 'What applications may do in the name of people',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  operations: [declared('ListDelegatedGrants', { input: {} })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListDelegatedGrants', input: { ...page } }),
  page: { schema: listOf(delegatedSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(DELEGATED_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListDelegatedGrants'),
  blindSpots: ['When somebody consented to a delegated grant is not recorded; one that was just made may not be listed yet.'],
});
