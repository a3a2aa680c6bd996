// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Observation } from '../../src/model/row.ts';
import type { End, Operation, RowContext } from '../../src/model/source.ts';

/** The unit kind of an account. */
export const ACCOUNT = 'account';
/** The unit kind of an organization, whose list has accounts. */
export const ORGANIZATION = 'organization';

/** The most items that IAM gives in one page. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
export const MOST_ITEMS = 1000;

/** A list element of AWS Query XML: an empty one has no child that would tell a list from a text, so it stands as `''`. A missing one does not fit. */
export function list<T extends z.ZodType>(item: T): z.ZodUnion<[z.ZodArray<T>, z.ZodLiteral<''>]> {
  return z.union([z.array(item), z.literal('')]);
}

/** The items of a parsed `list`. */
export function items<T>(value: readonly T[] | '' | undefined): readonly T[] {
  return value === undefined || value === '' ? [] : value;
}

/** The end marker of a paged IAM list. Optional here so that a page without it is told as such by `endOf`, in words. */
export const paging = { IsTruncated: z.string().optional(), Marker: z.string().optional() };

/** Whether a page is the last: only `IsTruncated` says so, never how many items it has. */
export function endOf(body: { readonly IsTruncated?: string | undefined; readonly Marker?: string | undefined }): End {
  if (body.IsTruncated === 'false') return { last: true };
  if (body.IsTruncated !== 'true') return { missing: body.IsTruncated === undefined ? 'IsTruncated is not there' : 'IsTruncated is neither true nor false' };
  return body.Marker === undefined || body.Marker === '' ? { missing: 'IsTruncated is true, but Marker is not there' } : { next: { Marker: body.Marker } };
}

/** An IAM operation with its permission (the same name), its page and what `doctor` may send. */
export function iam(operation: string, probe: Operation['probe']): Operation {
  return { service: 'iam', operation, permission: `iam:${operation}`, documentation: `https://docs.aws.amazon.com/IAM/latest/APIReference/API_${operation}.html`, probe };
}

/** The key of a row: `unit id/native id`. */
export function rowKey(unit: string, id: string): string {
  return `${unit}/${id}`;
}

/** Join material of one page: what the provider sent of one item, with its place. */
export function observe(kind: string, id: string, value: JsonObject, context: RowContext, pointer: readonly (string | number)[]): Observation {
  return { type: 'observation', kind, key: rowKey(context.unit.id, id), unit: context.unit.id, value, refs: [context.ref(...pointer)] };
}

/** An item that a schema has parsed, as the JSON that it is: members that were not sent are left out. */
export function plain(item: object): JsonObject {
  return Object.fromEntries(Object.entries(item).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** The unit kind of what is kept in one region of an account. */
export const REGION = 'region';

/** A region of an account as a unit's id. */
export function regionUnit(account: string, region: string): string {
  return `aws:${account}/${region}`;
}

/** The region that such a unit is. */
export function regionOf({ nativeId }: { readonly nativeId: string }): string {
  return nativeId.slice(nativeId.indexOf('/') + 1);
}
