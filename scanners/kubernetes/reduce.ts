// SPDX-License-Identifier: Apache-2.0
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { WireOperation } from './operations.ts';

export type Kept = { readonly ok: true; readonly body: Json } | { readonly ok: false; readonly problem: string };

/** What of a token Secret's labels and annotations is kept; nothing else of them outlives this module. */
export const TOKEN_LABELS: readonly string[] = ['kubernetes.io/legacy-token-last-used', 'kubernetes.io/legacy-token-invalid-since'];
export const TOKEN_ANNOTATIONS: readonly string[] = ['kubernetes.io/service-account.name', 'kubernetes.io/service-account.uid'];

// `kubectl apply` keeps the whole manifest in it, the values of a Secret too.
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The body without what may carry values: in a list of metadata only the named labels and annotations, elsewhere everything but what
 * `kubectl apply` left. A body of another kind, or a Table with objects in it, is none.
 */
export function reduced(operation: WireOperation, body: Json): Kept {
  if (!isObject(body)) return { ok: false, problem: 'the body is no object' };
  if (body['kind'] !== operation.kind) return { ok: false, problem: `the answer is no ${operation.kind}` };
  if (operation.kind === 'Table') return withoutObjects(body);
  const items = body['items'];
  if (!Array.isArray(items)) return { ok: true, body: isObject(body['metadata']) ? { ...body, metadata: withoutApplied(body['metadata']) } : body };
  const strict = operation.kind === 'PartialObjectMetadataList';
  return { ok: true, body: { ...body, items: items.map((item: Json) => (isObject(item) && isObject(item['metadata']) ? { ...item, metadata: strict ? onlyNamed(item['metadata']) : withoutApplied(item['metadata']) } : strict ? null : item)) } };
}

function withoutObjects(body: JsonObject): Kept {
  const rows = body['rows'];
  if (!Array.isArray(rows)) return { ok: true, body };
  if (rows.some((row: Json) => isObject(row) && row['object'] !== null && row['object'] !== undefined)) return { ok: false, problem: 'the Table has objects in it, which includeObject=None asks it not to' };
  return { ok: true, body };
}

function withoutApplied({ managedFields: _managed, ...metadata }: JsonObject): JsonObject {
  const annotations = metadata['annotations'];
  return isObject(annotations) && annotations[APPLIED] !== undefined ? { ...metadata, annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== APPLIED)) } : metadata;
}

function onlyNamed({ managedFields: _managed, labels, annotations, ...metadata }: JsonObject): JsonObject {
  return { ...metadata, labels: pick(labels, TOKEN_LABELS), annotations: pick(annotations, TOKEN_ANNOTATIONS) };
}

function pick(from: Json | undefined, names: readonly string[]): JsonObject {
  return isObject(from) ? Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name))) : {};
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The page with the mark that it is of a newer version than the pages before it. */
export function markInconsistent(body: Json): Json {
  return isObject(body) && isObject(body['metadata']) ? { ...body, metadata: { ...body['metadata'], rollcallInconsistent: true } } : body;
}
