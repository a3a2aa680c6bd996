// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';

export const deletedSchema = z.object({ '@odata.type': z.string().optional(), id: z.string(), appId: z.string().nullish(), displayName: z.string().nullish(), deletedDateTime: z.string().nullish() });

function deletedSource(id: string, row: string, operation: string, title: string): AnySource {
  return defineSource({
    id, title, unitKind: TENANT, lane: LANE, depth: 'standard',
    operations: [declared(operation, { input: { top: 1 } })],
    request: (_seed, page) => ({ service: 'graph', operation, input: { ...page } }),
    page: { schema: listOf(deletedSchema), count: (body) => body.value.length, end: endOf },
    rows: (body, context) => body.value.map((item, index) => observe(row, item.id, item, context, ['value', index])),
    command: () => azRest(operation),
  });
}

export const DELETED_APPLICATION = 'azure.deleted-application';
export const DELETED_PRINCIPAL = 'azure.deleted-service-principal';

/** Applications that were deleted and can be restored, with their credentials, for 30 days. https://learn.microsoft.com/en-us/graph/api/directory-deleteditems-list */
export const deletedApplications = deletedSource('azure.graph.deleted-applications', DELETED_APPLICATION, 'ListDeletedApplications', 'Deleted application registrations that can be restored');
export const deletedPrincipals = deletedSource('azure.graph.deleted-service-principals', DELETED_PRINCIPAL, 'ListDeletedServicePrincipals', 'Deleted service principals that can be restored');
