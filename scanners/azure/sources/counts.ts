// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { LANE, observe, TENANT } from '../shapes.ts';

export const countSchema = z.object({ count: z.number() });
export const COUNT = 'azure.count';

function countSource(id: string, operation: string, title: string, after: readonly string[]): AnySource {
  return defineSource({
    id, title, unitKind: TENANT, lane: LANE, after,
    operations: [declared(operation, { input: {} })],
    request: () => ({ service: 'graph', operation, input: {} }),
    page: { schema: z.int().min(0), count: () => 1, end: () => ({ last: true }) },
    rows: (body, context) => [observe(COUNT, id, { count: body }, context, [])],
    command: () => azRest(operation),
  });
}

/** The directory's own count, before the list. https://learn.microsoft.com/en-us/graph/aad-advanced-queries */
export const applicationsCount = countSource('azure.graph.applications-count', 'CountApplications', 'Number of application registrations, before the list', []);
/** The same after it: where the two differ, the tenant changed while it was read. */
export const applicationsCountAfter = countSource('azure.graph.applications-count-after', 'CountApplications', 'Number of application registrations, after the list', ['azure.graph.applications']);
export const principalsCount = countSource('azure.graph.service-principals-count', 'CountServicePrincipals', 'Number of service principals, before the list', []);
export const principalsCountAfter = countSource('azure.graph.service-principals-count-after', 'CountServicePrincipals', 'Number of service principals, after the list', ['azure.graph.service-principals']);
