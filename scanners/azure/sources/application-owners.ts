// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { follow } from '../follow.ts';
import { declared, NEEDS_APPLICATION } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';
import { APPLICATIONS } from './applications.ts';

/** An owner: with `Application.Read.All` alone only its id and type are shown, and names come as null. */
export const ownerSchema = z.object({ '@odata.type': z.string().optional(), id: z.string(), displayName: z.string().nullish(), userPrincipalName: z.string().nullish() });
/** The same as a row has it, with the application that it owns. */
export const ownerRowSchema = ownerSchema.extend({ application: z.string() });
export type OwnerRow = z.output<typeof ownerRowSchema>;

export const OWNERS = 'azure.graph.application-owners';

/** Owners of one application, as the directory records them. https://learn.microsoft.com/en-us/graph/api/application-list-owners */
export const applicationOwners = defineSource({
  id: OWNERS,
  title: 'Owners of application registrations',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  parent: APPLICATIONS,
  operations: [declared('ListApplicationOwners', NEEDS_APPLICATION)],
  next: follow,
  request: (seed, page) => ({ service: 'graph', operation: 'ListApplicationOwners', input: { application: seed.parameters['application'] ?? '', ...page } }),
  page: { schema: listOf(ownerSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe('azure.application-owner', `${context.parent ?? ''}|${item.id}`, { application: context.parent ?? '', ...item }, context, ['value', index])),
  command: (parameters) => azRest('ListApplicationOwners', parameters),
  blindSpots: ['An owner in Entra ID is whoever may change the application, often the person who made it; that this person answers for it today is not shown.'],
});
