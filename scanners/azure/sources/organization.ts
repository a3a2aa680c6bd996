// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';

export const organizationSchema = z.object({ id: z.string(), displayName: z.string().nullish() });

/** The tenant itself, as it names itself: the proof of which one answered. https://learn.microsoft.com/en-us/graph/api/organization-list */
export const organization = defineSource({
  id: 'azure.graph.organization',
  title: 'The tenant that this scan reads',
  unitKind: TENANT,
  lane: LANE,
  operations: [declared('ListOrganization', { input: {} })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListOrganization', input: { ...page } }),
  page: { schema: listOf(organizationSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe('azure.organization', item.id, item, context, ['value', index])),
  command: () => azRest('ListOrganization'),
});
