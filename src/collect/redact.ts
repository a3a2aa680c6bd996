// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { Json, JsonObject } from '../model/json.ts';
import type { PageLine } from '../model/ledger.ts';
import { detectSecrets } from './detector.ts';

/** Raised with every change of what is removed. */
export const REDACTION_VERSION = 1;

export interface Removed { readonly pointer: readonly (string | number)[]; readonly rule: string }
export type Reduced =
  | { readonly fits: true; readonly body: Json; readonly unknown: PageLine['unknown'] }
  | { readonly fits: false; readonly problem: string };

export interface Redactor {
  readonly enabled: boolean;
  /** Keeps only the fields that the schema names; tells the others by place, type and count. */
  reduce(schema: z.ZodType, body: Json): Reduced;
  /** Replaces every value in which the detector sees a secret by `{"$redacted": rule}`. */
  detect(body: Json): Promise<{ readonly body: Json; readonly removed: readonly Removed[] }>;
  /** The same for one line of text, such as an error message: the value or `[redacted: rule]`. */
  text(value: string): Promise<string>;
}

/**
 * What stands between a response and the disk: first an allow-list (the page's schema), then a detector over every text that is
 * left (@secretlint's recommended rules), on the text as sent and, where it is percent-encoded, on the decoded text too.
 * `enabled: false` exists for the test that proves both are needed; a bundle says which it was.
 */
export function createRedactor(options: { readonly enabled: boolean }): Redactor {
  if (!options.enabled) {
    return {
      enabled: false,
      reduce: (schema, body) => {
        const parsed = schema.safeParse(body);
        return parsed.success ? { fits: true, body, unknown: [] } : { fits: false, problem: problemOf(parsed.error) };
      },
      detect: async (body) => ({ body, removed: [] }),
      text: async (value) => value,
    };
  }
  return { enabled: true, reduce, detect: detectIn, text: cleanText };
}

function reduce(schema: z.ZodType, body: Json): Reduced {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return { fits: false, problem: problemOf(parsed.error) };
  const kept = parsed.data as Json;
  const counts = new Map<string, { type: string; count: number }>();
  collectUnknown(body, kept, '', counts);
  const unknown = [...counts].map(([path, { type, count }]) => ({ path, type, count })).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { fits: true, body: kept, unknown };
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'does not fit the schema' : `${issue.path.map((part) => (typeof part === 'number' ? '[]' : String(part))).join('.') || 'body'}: ${issue.message}`;
}

/** Notes what `kept` no longer has. Names are the provider's; one that does not look like a field name is not repeated. */
function collectUnknown(sent: Json, kept: Json, path: string, counts: Map<string, { type: string; count: number }>): void {
  if (Array.isArray(sent) && Array.isArray(kept)) {
    sent.forEach((item, index) => {
      const counterpart = (kept as readonly Json[])[index];
      if (counterpart !== undefined) collectUnknown(item as Json, counterpart, `${path}[]`, counts);
    });
    return;
  }
  if (!isObject(sent) || !isObject(kept)) return;
  for (const [name, value] of Object.entries(sent)) {
    const shown = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(name) ? name : '<name>';
    const place = path === '' ? shown : `${path}.${shown}`;
    const counterpart = Object.hasOwn(kept, name) ? kept[name] : undefined;
    if (counterpart === undefined) {
      const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
      const entry = counts.get(place);
      if (entry === undefined) counts.set(place, { type, count: 1 });
      else entry.count += 1;
    } else collectUnknown(value, counterpart, place, counts);
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Ids, dates, numbers and switches: shapes that hold no secret, and the bulk of every page.
const HARMLESS = /^(?:[A-Z]{4}[A-Z0-9]{12,28}|\d{1,21}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|true|false|TRUE|FALSE|N\/A|Active|Inactive|no_information|not_supported|.{0,7})$/;

async function detectIn(body: Json): Promise<{ body: Json; removed: Removed[] }> {
  const places = new Map<string, (readonly (string | number)[])[]>();
  gather(body, [], places);
  if (places.size === 0) return { body, removed: [] };
  const found = await detectSecrets([...places.keys()]);
  if (found.size === 0) return { body, removed: [] };
  const removed = [...found].flatMap(([text, rule]) => (places.get(text) ?? []).map((pointer) => ({ pointer, rule })));
  return { body: replace(body, found), removed };
}

function gather(value: Json, pointer: readonly (string | number)[], places: Map<string, (readonly (string | number)[])[]>): void {
  if (typeof value === 'string') {
    if (HARMLESS.test(value)) return;
    const list = places.get(value);
    if (list === undefined) places.set(value, [pointer]);
    else list.push(pointer);
  } else if (Array.isArray(value)) value.forEach((item, index) => gather(item as Json, [...pointer, index], places));
  else if (isObject(value)) for (const [name, member] of Object.entries(value)) gather(member, [...pointer, name], places);
}

function replace(value: Json, found: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') {
    const rule = found.get(value);
    return rule === undefined ? value : { $redacted: rule };
  }
  if (Array.isArray(value)) return value.map((item) => replace(item as Json, found));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replace(member, found)]));
  return value;
}

async function cleanText(value: string): Promise<string> {
  const rule = (await detectSecrets([value])).get(value);
  return rule === undefined ? value : `[redacted: ${rule}]`;
}
