// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Observation } from '../../src/model/row.ts';
import type { End, RowContext } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';

/** The unit kind of what only a cluster has. */
export const CLUSTER = 'cluster';
/** One namespace of a cluster, for logins that may read no more. */
export const NAMESPACE = 'namespace';
/** The unit kinds of what is listed in a cluster or in one namespace of it. */
export const EITHER: readonly string[] = [CLUSTER, NAMESPACE];

/** The id of a namespace's unit within its provider: the cluster's UID and the name. */
export function namespaceUnit(cluster: string, namespace: string): string {
  return `${cluster}:${namespace}`;
}

/** The namespace that a unit is, or null for a cluster. Names hold no colon. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export function namespaceOf(unit: Unit): string | null {
  return unit.kind === NAMESPACE ? unit.nativeId.slice(unit.nativeId.lastIndexOf(':') + 1) : null;
}
export const LANE = 'kubernetes.api';
/** kubectl's own page size. */
export const LIMIT = 500;
/** Kind of the observation that a page makes of itself, where it has something to say. */
export const PAGE = 'kubernetes.page';

/**
 * A list's own metadata. `remainingItemCount` comes only for lists without a selector that go on. `rollcallInconsistent` is ours: the page
 * was had with the token that an expired list leaves, and so is of a newer version than the pages before it.
 */
export const listMetadata = z.object({ continue: z.string().optional(), remainingItemCount: z.number().optional(), rollcallInconsistent: z.literal(true).optional() });
export type ListMetadata = z.output<typeof listMetadata>;

export const objectMetadata = z.object({ name: z.string(), namespace: z.string().optional(), uid: z.string(), creationTimestamp: z.string() });

/** A member that is a list, and that Go writes as null where it is empty. One that is not there does not fit. */
export function list<T extends z.ZodType>(item: T): z.ZodNullable<z.ZodArray<T>> {
  return z.array(item).nullable();
}

/** Whether a page is the last: a token that is not there, or is empty, ends the list. https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export function endOf(body: { readonly metadata: ListMetadata }): End {
  const token = body.metadata.continue;
  return token === undefined || token === '' ? { last: true } : { next: { continue: token } };
}

/** The key of a row: `unit id/native id`. */
export function rowKey(unit: string, id: string): string {
  return `${unit}/${id}`;
}

/** Join material of one item of a page, with its place. */
export function observe(kind: string, id: string, value: object, context: RowContext, pointer: readonly (string | number)[]): Observation {
  return { type: 'observation', kind, key: rowKey(context.unit.id, id), unit: context.unit.id, value: plain(value), refs: [context.ref(...pointer)] };
}

/** What a page says of its whole list: how many items are still to come, and that it is of another version. None where it says neither. */
export function observePage(metadata: ListMetadata, items: number, first: string | undefined, context: RowContext): readonly Observation[] {
  if (metadata.remainingItemCount === undefined && metadata.rollcallInconsistent === undefined) return [];
  return [observe(PAGE, `page|${first ?? ''}|${metadata.remainingItemCount ?? ''}`, { remaining: metadata.remainingItemCount ?? null, inconsistent: metadata.rollcallInconsistent ?? false, items }, context, ['metadata'])];
}

/** An item that a schema has parsed, as the JSON that it is: members that were not sent are left out. */
export function plain(item: object): JsonObject {
  return Object.fromEntries(Object.entries(item).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** A parameter as text; empty where it is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
