// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../../../src/model/json.ts';
import { defineSource, type AnySource, type End } from '../../../../src/model/source.ts';
import { armRest } from '../../command.ts';
import { declared, isResource, NEEDS_RESOURCE, NEEDS_SUBSCRIPTION } from '../../operations.ts';
import { observe, SUBSCRIPTION, subscriptionOf } from '../../shapes.ts';

export const ARM_LANE = 'azure.arm';

/** What every resource has. */
export const resource = { id: z.string(), name: z.string() };
const idSchema = z.object({ id: z.string() });

/** A page of Azure Resource Manager. `value` must be there, empty or not; a link names the next page, and its absence, or an empty one, is the end. https://learn.microsoft.com/en-us/rest/api/azure/ */
export function armPage<T extends z.ZodType>(item: T): z.ZodObject<{ nextLink: z.ZodOptional<z.ZodNullable<z.ZodString>>; value: z.ZodArray<T> }> {
  return z.object({ nextLink: z.string().nullable().optional(), value: z.array(item) });
}

export function armEnd({ nextLink }: { readonly nextLink?: string | null | undefined }): End {
  return nextLink === undefined || nextLink === null || nextLink === '' ? { last: true } : { next: { nextLink } };
}

interface ListOf { readonly id: string; readonly title: string; readonly operation: string; readonly kind: string; readonly item: z.ZodObject<{ id: z.ZodString }>; readonly parent?: string; readonly blindSpots?: readonly string[] }

/** A list of one kind of resource: of a subscription, or (with `parent`) below each resource of another list. */
export function armList({ id, title, operation, kind, item, parent, blindSpots = [] }: ListOf): AnySource {
  return defineSource({
    id, title, unitKind: SUBSCRIPTION, lane: ARM_LANE, blindSpots, ...(parent === undefined ? {} : { parent, depth: 'standard' as const }),
    operations: [declared(operation, parent === undefined ? NEEDS_SUBSCRIPTION : NEEDS_RESOURCE, 'arm')],
    ...(parent === undefined ? { plan: (related) => [{ parent: null, parameters: { subscription: subscriptionOf(related.unit) } }] } : {
      next: (row) => {
        if (row.type !== 'observation') return null;
        const { id: of } = idSchema.parse(row.value);
        return isResource(of) ? { parent: of, parameters: { resource: of } } : { parent: of, skip: 'parent_unread', reason: 'its id is not in the form of a resource, and nothing can be asked for below it' };
      },
    }),
    request: (seed, page): { service: string; operation: string; input: JsonObject } => ({ service: 'arm', operation, input: { ...seed.parameters, ...page } }),
    page: { schema: armPage(item), count: (body) => body.value.length, end: armEnd },
    rows: (body, context) => body.value.map((value, index) => observe(kind, value.id, { ...value, ...(context.parent === null ? {} : { parent: context.parent }) }, context, ['value', index])),
    command: (parameters) => armRest(operation, parameters),
  });
}
