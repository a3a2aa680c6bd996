// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Observation } from '../../src/model/row.ts';
import type { End, RowContext } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';

/** The unit kind of every source of Entra ID. */
export const TENANT = 'tenant';
/** The unit kind of every source of Azure resources. */
export const SUBSCRIPTION = 'subscription';
export const LANE = 'azure.graph';

/** The id of a subscription as the part of its tenant that it is. */
export function subscriptionUnit(tenant: string, subscription: string): string {
  return `${tenant}/${subscription}`;
}

/** The id of a subscription, of its unit. */
export function subscriptionOf({ nativeId }: Unit): string {
  return nativeId.split('/')[1] ?? '';
}

/** A page of a list. `value` must be there, empty or not; a link names the next page, and its absence is the end. https://learn.microsoft.com/en-us/graph/paging */
export function listOf<T extends z.ZodType>(item: T): z.ZodObject<{ '@odata.context': z.ZodOptional<z.ZodString>; '@odata.nextLink': z.ZodOptional<z.ZodString>; value: z.ZodArray<T> }> {
  return z.object({ '@odata.context': z.string().optional(), '@odata.nextLink': z.string().min(1).optional(), value: z.array(item) });
}

/** Whether a page is the last, or the link that it leaves. */
export function endOf(body: { readonly '@odata.nextLink'?: string | undefined }): End {
  const nextLink = body['@odata.nextLink'];
  return nextLink === undefined ? { last: true } : { next: { nextLink } };
}

/** The key of a row: `unit id/native id`. */
export function rowKey(unit: string, id: string): string {
  return `${unit}/${id}`;
}

/** Join material of one item of a page, with its place. */
export function observe(kind: string, id: string, value: object, context: RowContext, pointer: readonly (string | number)[]): Observation {
  return { type: 'observation', kind, key: rowKey(context.unit.id, id), unit: context.unit.id, value: plain(value), refs: [context.ref(...pointer)] };
}

/** An item that a schema has parsed, as the JSON that it is: members that were not sent are left out. */
function plain(item: object): JsonObject {
  return Object.fromEntries(Object.entries(item).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
