// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
/** A plain JSON value, as it stands in pages and rows. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };
export const jsonSchema: z.ZodType<Json> = z.json();
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema);

/**
 * One JSON text for one value: members sorted by code unit, no white space. Everything derived is written through
 * this, so equal content is equal bytes. Members whose value is `undefined` are left out, as JSON.stringify does.
 * Throws a TypeError on what JSON cannot hold (bigint, function, NaN, Infinity). After RFC 8785; numbers here are
 * counts and indexes within 2^53, whose ECMAScript form is the one that the RFC asks for.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold the number ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => (item === undefined ? 'null' : canonicalJson(item))).join(',')}]`;
  if (typeof value === 'object') {
    const members: string[] = [];
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record).sort(byCodeUnit)) {
      const member = record[key];
      if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
    }
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`JSON cannot hold a value of type ${typeof value}`);
}

/** Orders two texts by UTF-16 code unit: the same on every machine, unlike `localeCompare`. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
