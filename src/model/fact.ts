// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema, type Instant } from './instant.ts';
import type { CallId, PageReference } from './reference.ts';

/**
 * Why a fact is not known: a call that did not end well, or
 * `not_requested` (this depth of scan does not read it), `not_reported` (the provider answered without it),
 * `incomplete` (a list it needs did not close), `conflict` (two sources disagree), `unrecognized` (a value we do not know).
 */
export const UNKNOWN_CAUSES = [
  'denied', 'denied_by_org_policy', 'throttled', 'api_disabled', 'unlicensed', 'not_found', 'timeout', 'unreachable', 'malformed', 'rejected', 'login_expired',
  'not_requested', 'not_reported', 'incomplete', 'conflict', 'unrecognized', 'no_source',
] as const;
export type UnknownCause = (typeof UNKNOWN_CAUSES)[number];

export interface Known<T> {
  readonly status: 'known';
  readonly value: T;
  /** The pages it was read from; never empty, but for facts from inputs, which name `input` instead. */
  readonly refs: readonly PageReference[];
  /** An input file's reference `inputs/<name>#<pointer>`, where it came from one. */
  readonly input?: string;
  /** The time of the fact where it differs from the page's: the credential report's GeneratedTime, for one. */
  readonly asOf?: Instant;
  readonly granularity?: string;
  /** Start of the provider's tracking: "never" means "not since". */
  readonly trackedSince?: Instant;
  readonly note?: string;
}
export interface Unknown {
  readonly status: 'unknown';
  readonly cause: UnknownCause;
  /** In words: which read, and what would settle it. */
  readonly detail: string;
  /** The ledger entries that show it. */
  readonly calls: readonly CallId[];
}
export interface NotApplicable { readonly status: 'not_applicable'; readonly reason: string }

/** A value that can be read only together with its status. */
export type Fact<T> = Known<T> | Unknown | NotApplicable;

export function known<T>(value: T, refs: readonly PageReference[], more: Omit<Known<T>, 'status' | 'value' | 'refs'> = {}): Known<T> {
  return { status: 'known', value, refs, ...more };
}
export function unknown(cause: UnknownCause, detail: string, calls: readonly CallId[] = []): Unknown {
  return { status: 'unknown', cause, detail, calls };
}
export function notApplicable(reason: string): NotApplicable {
  return { status: 'not_applicable', reason };
}

/** All of several facts at once: known only where each is; else the first that is not. */
export function every<T>(facts: readonly Fact<T>[]): Fact<readonly T[]> {
  const values: T[] = [];
  const refs: PageReference[] = [];
  for (const fact of facts) {
    if (fact.status !== 'known') return fact;
    values.push(fact.value);
    refs.push(...fact.refs);
  }
  return known(values, refs);
}

/** A fact with its value changed; unknown and not applicable stay as they are. */
export function mapFact<T, U>(fact: Fact<T>, change: (value: T) => U): Fact<U> {
  if (fact.status !== 'known') return fact;
  const { value, ...rest } = fact;
  return { ...rest, value: change(value) };
}

const referenceText = z.string().transform((text) => text as PageReference);
const callText = z.string().transform((text) => text as CallId);

/** Zod schema of a fact over the schema of its value. */
export function factSchema<T>(value: z.ZodType<T>): z.ZodType<Fact<T>> {
  const schema = z.discriminatedUnion('status', [
    z.object({
      status: z.literal('known'), value, refs: z.array(referenceText), input: z.string().optional(), asOf: instantSchema.optional(),
      granularity: z.string().optional(), trackedSince: instantSchema.optional(), note: z.string().optional(),
    }),
    z.object({ status: z.literal('unknown'), cause: z.enum(UNKNOWN_CAUSES), detail: z.string(), calls: z.array(callText) }),
    z.object({ status: z.literal('not_applicable'), reason: z.string() }),
  ]);
  return schema as unknown as z.ZodType<Fact<T>>;
}
