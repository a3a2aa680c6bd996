// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from './instant.ts';
import { jsonObjectSchema, jsonSchema } from './json.ts';
import type { CallId } from './reference.ts';

/**
 * How a call ended. `ok`: a page that fits its schema; `empty`: such a page with no item. `rejected`: the provider
 * refused the request's form (a validation error); `malformed`: an answer that lacks its list element or end marker, has
 * a foreign root, repeats a token or cannot be parsed. Every other word is the cause that an unknown fact carries.
 */
export const OUTCOMES = ['ok', 'empty', 'denied', 'denied_by_org_policy', 'throttled', 'api_disabled', 'unlicensed', 'not_found', 'timeout', 'unreachable', 'malformed', 'rejected', 'login_expired'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type Failure = Exclude<Outcome, 'ok' | 'empty'>;

const key = { unit: z.string(), source: z.string(), parent: z.string().nullable() };

/** An attempt: one request that left, or was refused before it could. `waitedMs` is time in the lane before it. */
export const callSchema = z.object({
  type: z.literal('call'), id: z.string().transform((text) => text as CallId), ...key, page: z.int().min(1), attempt: z.int().min(1),
  service: z.string(), operation: z.string(), parameters: jsonObjectSchema,
  outcome: z.enum(OUTCOMES), httpStatus: z.int().nullable(), errorCode: z.string().nullable(), message: z.string().nullable(),
  requestId: z.string().nullable(), providerTime: instantSchema.nullable(), startedAt: instantSchema, durationMs: z.int(), waitedMs: z.int(),
  lane: z.string(), retryAfterMs: z.int().nullable(), willRetry: z.boolean(), endpoint: z.string(),
  items: z.int().nullable(), unknownFields: z.int(),
});
export type Call = z.output<typeof callSchema>;

/** A read that was due and not made, and why. `not_requested`: by the chosen depth; `not_needed`: a bulk read settles it; `parent_unread`: what it hangs from could not be read. */
export const skipSchema = z.object({
  type: z.literal('skip'), ...key, kind: z.enum(['not_requested', 'not_needed', 'parent_unread']), reason: z.string(),
});
export type Skip = z.output<typeof skipSchema>;

export const ledgerEntrySchema = z.discriminatedUnion('type', [callSchema, skipSchema]);
export type LedgerEntry = z.output<typeof ledgerEntrySchema>;

/** A page as it stands in `pages/<unit>/<source>.jsonl.gz`: decoded, reduced to the fields we name, redacted. */
export const pageLineSchema = z.object({
  ...key, page: z.int().min(1), call: z.string().transform((text) => text as CallId), providerTime: instantSchema.nullable(), receivedAt: instantSchema,
  body: jsonSchema,
  /** Fields that the provider sent and our schema does not name: place, type and count, never the value. */
  unknown: z.array(z.object({ path: z.string(), type: z.string(), count: z.int() })),
});
export type PageLine = z.output<typeof pageLineSchema>;

/** A value that the detector removed from a page. */
export const redactionSchema = z.object({ ...key, page: z.int(), pointer: z.string(), rule: z.string() });
export type Redaction = z.output<typeof redactionSchema>;
