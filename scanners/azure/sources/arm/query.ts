// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../../src/model/source.ts';
import { armRest } from '../../command.ts';
import { declared } from '../../operations.ts';
import { observe, TENANT } from '../../shapes.ts';

export const totalSchema = z.object({ total: z.number() });
/** The kind of the row that has how many rows a query found, by the kind of those. */
export function totalRow(kind: string): string {
  return `${kind}-total`;
}

interface Query<Item extends { readonly id: string }> { readonly id: string; readonly title: string; readonly operation: string; readonly item: z.ZodType<Item>; readonly kind: string; readonly blindSpots?: readonly string[] }

/**
 * One query of Resource Graph over all subscriptions and management groups that the login sees. It says how many rows there are, and
 * whether it cut the answer off. https://learn.microsoft.com/en-us/rest/api/azureresourcegraph/resourcegraph/resources/resources
 */
export function graphQuery<Item extends { readonly id: string }>({ id, title, operation, item, kind, blindSpots = [] }: Query<Item>): AnySource {
  return defineSource({
    id, title, unitKind: TENANT, lane: 'azure.resource-graph', depth: 'standard', blindSpots,
    operations: [declared(operation, { input: { top: 1 } }, 'arm')],
    request: (_seed, page) => ({ service: 'arm', operation, input: { ...page } }),
    page: {
      schema: z.object({ totalRecords: z.number(), resultTruncated: z.string().optional(), $skipToken: z.string().optional(), data: z.array(item) }),
      count: (body) => body.data.length,
      end: ({ $skipToken: skipToken, resultTruncated }) => (skipToken !== undefined && skipToken !== '' ? { next: { skipToken } } : resultTruncated === 'true' ? { missing: 'the answer was cut off and names no further page' } : { last: true }),
    },
    rows: (body, context) => [
      ...body.data.map((one, index) => observe(kind, one.id, one, context, ['data', index])),
      ...(body.$skipToken === undefined || body.$skipToken === '' ? [observe(totalRow(kind), totalRow(kind), { total: body.totalRecords }, context, ['totalRecords'])] : []),
    ],
    command: (parameters) => armRest(operation, parameters),
  });
}
