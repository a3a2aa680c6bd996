// SPDX-License-Identifier: Apache-2.0
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Observation } from '../../src/model/row.ts';
import type { End, RowContext } from '../../src/model/source.ts';

/** The unit kind of what a project has. */
export const UNIT = 'project';
export const ORGANIZATION = 'organization';
export const FOLDER = 'folder';

/** The name that Resource Manager has for a unit: `projects/id`, `folders/number`, `organizations/number`. */
export function resourceOf(nativeId: string): string {
  return nativeId.includes('/') ? nativeId : `projects/${nativeId}`;
}

/** The unit of a resource that Resource Manager names so. */
export function unitOfResource(name: string): string {
  return `google:${name}`;
}

/** Whether a page is the last: a token that is not there, or is empty, ends the list. https://google.aip.dev/158 */
export function endOf(body: { readonly nextPageToken?: string | undefined }): End {
  const token = body.nextPageToken;
  return token === undefined || token === '' ? { last: true } : { next: { pageToken: token } };
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
