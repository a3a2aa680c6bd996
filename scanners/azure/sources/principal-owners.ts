// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type Related, type Seed, type SkipReason } from '../../../src/model/source.ts';
import type { SourceRow } from '../../../src/model/row.ts';
import { azRest } from '../command.ts';
import { declared, NEEDS_PRINCIPAL } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';
import { homeOf } from '../tenants.ts';
import { ownerSchema } from './application-owners.ts';
import { PRINCIPAL_ROW, PRINCIPALS, principalSchema } from './service-principals.ts';

const idSchema = z.object({ id: z.string() });

export const OWNERLESS = 'azure.graph.service-principals-without-owner';
export const OWNERLESS_ROW = 'azure.principal-without-owner';

/** Service principals that nobody owns, counted by the directory: one list in place of a read for each of them. https://learn.microsoft.com/en-us/graph/api/serviceprincipal-list */
export const principalsWithoutOwner = defineSource({
  id: OWNERLESS,
  title: 'Service principals without an owner',
  unitKind: TENANT,
  lane: LANE,
  operations: [declared('ListServicePrincipalsWithoutOwner', { input: { top: 1 } })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListServicePrincipalsWithoutOwner', input: { ...page } }),
  page: { schema: listOf(idSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(OWNERLESS_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListServicePrincipalsWithoutOwner'),
  blindSpots: ['That a service principal has no owner is told by an index of the directory that follows changes with a delay.'],
});

/** An owner as a row has it, with the service principal that it owns. */
export const principalOwnerSchema = ownerSchema.extend({ principal: z.string() });
export type PrincipalOwner = z.output<typeof principalOwnerSchema>;

export const PRINCIPAL_OWNERS = 'azure.graph.service-principal-owners';
export const PRINCIPAL_OWNER_ROW = 'azure.principal-owner';

// Made once for what was read of a unit: a set for every service principal anew would be one of all of them for each of them.
const ownerless = new WeakMap<Related, ReadonlySet<string>>();

/** The ids of those without owner, or null where that list did not end well. */
export function withoutOwner(related: Related): ReadonlySet<string> | null {
  if (related.ended(OWNERLESS).state !== 'complete') return null;
  const known = ownerless.get(related);
  if (known !== undefined) return known;
  const ids = new Set(related.rows(OWNERLESS).flatMap((row) => (row.type === 'observation' ? [idSchema.parse(row.value).id] : [])));
  ownerless.set(related, ids);
  return ids;
}

/** Owners of one service principal. Read page by page: where owners are expanded within a list, at most twenty come and no link to the rest. https://learn.microsoft.com/en-us/graph/api/serviceprincipal-list-owners */
export const principalOwners = defineSource({
  id: PRINCIPAL_OWNERS,
  title: 'Owners of service principals',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  parent: PRINCIPALS,
  after: [OWNERLESS],
  operations: [declared('ListServicePrincipalOwners', NEEDS_PRINCIPAL)],
  next: follow,
  request: (seed, page) => ({ service: 'graph', operation: 'ListServicePrincipalOwners', input: { principal: seed.parameters['principal'] ?? '', ...page } }),
  page: { schema: listOf(ownerSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(PRINCIPAL_OWNER_ROW, `${context.parent ?? ''}|${item.id}`, { principal: context.parent ?? '', ...item }, context, ['value', index])),
  command: (parameters) => azRest('ListServicePrincipalOwners', parameters),
});

function follow(row: SourceRow, related: Related): Seed | (SkipReason & { readonly parent: string }) | null {
  if (row.type !== 'observation' || row.kind !== PRINCIPAL_ROW) return null;
  const { id, appOwnerOrganizationId: owner } = principalSchema.parse(row.value);
  if (homeOf(related.unit.nativeId, owner) === 'microsoft') return { parent: id, skip: 'not_needed', reason: 'an application of Microsoft, which answers for it' };
  if (withoutOwner(related)?.has(id) === true) return { parent: id, skip: 'not_needed', reason: 'the directory lists it among those without an owner' };
  return { parent: id, parameters: { principal: id } };
}
