// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { LANE, observe, TENANT } from '../shapes.ts';

export const countSchema = z.object({ count: z.number() });

function countSource(id: string, title: string, after: readonly string[]): AnySource {
  return defineSource({
    id, title, unitKind: TENANT, lane: LANE, after,
    operations: [declared('CountApplications', { input: {} })],
    request: () => ({ service: 'graph', operation: 'CountApplications', input: {} }),
    page: { schema: z.int().min(0), count: () => 1, end: () => ({ last: true }) },
    rows: (body, context) => [observe('azure.application-count', 'applications', { count: body }, context, [])],
    command: () => azRest('CountApplications'),
  });
}

/** The directory's own count, before the list. https://learn.microsoft.com/en-us/graph/aad-advanced-queries */
export const applicationsCount = countSource('azure.graph.applications-count', 'Number of application registrations, before the list', []);
/** The same after it: where the two differ, the tenant changed while it was read. */
export const applicationsCountAfter = countSource('azure.graph.applications-count-after', 'Number of application registrations, after the list', ['azure.graph.applications']);
