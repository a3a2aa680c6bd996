// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Fact } from '../model/fact.ts';
import type { Instant } from '../model/instant.ts';
import type { Json } from '../model/json.ts';
import type { Credential, Identity, Trust } from '../model/row.ts';
import type { Severity, SubjectType, Threshold } from '../model/verdict.ts';

/** What a check may look at beside its subject: the identity that holds or is entered, and all credentials of that identity. */
export interface Surroundings {
  /** The subject itself for an identity check; the holder of a credential (null for a unit's own); the identity that a trust enters. */
  readonly identity: Identity | null;
  /** Credentials of that identity that were listed; complete only where `identity.credentialCounts` says so. */
  readonly credentials: readonly Credential[];
}
export interface SubjectOf { readonly identity: Identity; readonly credential: Credential; readonly trust: Trust }

/** A number or list that management can set in `controls.yaml`. `origin` is the default's: a named standard, or this tool's own choice. */
export interface Parameter<T extends Json> { readonly schema: z.ZodType<T>; readonly default: T; readonly origin: 'standard' | 'tool'; readonly source: string }
export type ParameterValues<P> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };
export type FactValues<N> = { readonly [K in keyof N]: N[K] extends (...args: never[]) => Fact<infer T> ? T : never };

/** Whole days as a parameter. `source` names the standard and version, or says why the tool chose it. */
export function days(value: number, origin: 'standard' | 'tool', source: string): Parameter<number> {
  return { schema: z.int().min(0).max(36_500), default: value, origin, source };
}

/** A whole number of something else as a parameter, from `least` to `most`. `source` as for days. */
export function whole(value: number, [least, most]: readonly [least: number, most: number], origin: 'standard' | 'tool', source: string): Parameter<number> {
  return { schema: z.int().min(least).max(most), default: value, origin, source };
}

export type Evaluation =
  | { readonly result: 'met' | 'not_met' | 'needs_review'; readonly observed: { readonly [name: string]: Json }; readonly reason: string }
  | { readonly result: 'not_evaluated'; readonly observed: { readonly [name: string]: Json }; readonly reason: string }
  | { readonly result: 'not_applicable'; readonly reason: string };

export function met(observed: { readonly [name: string]: Json }, reason: string): Evaluation {
  return { result: 'met', observed, reason };
}
export function notMet(observed: { readonly [name: string]: Json }, reason: string): Evaluation {
  return { result: 'not_met', observed, reason };
}
/** Known facts that a person has to judge. */
export function needsReview(observed: { readonly [name: string]: Json }, reason: string): Evaluation {
  return { result: 'needs_review', observed, reason };
}
/** A known fact that still does not decide, e.g. an age known only as a lower bound. */
export function cannotSay(observed: { readonly [name: string]: Json }, reason: string): Evaluation {
  return { result: 'not_evaluated', observed, reason };
}
export function doesNotApply(reason: string): Evaluation {
  return { result: 'not_applicable', reason };
}

/** A check as its file writes it: metadata and pure functions. */
export interface CheckDefinition<S extends SubjectType, N extends { readonly [name: string]: (subject: SubjectOf[S], around: Surroundings) => Fact<unknown> }, P extends { readonly [name: string]: Parameter<Json> }> {
  readonly id: string;
  /** Raised with every change of what it concludes. */
  readonly version: number;
  readonly subject: S;
  /** Kinds of row it is held against, e.g. `aws.access-key`; `*` for every identity. */
  readonly kinds: readonly string[];
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters, in a sentence or two of our own. */
  readonly rationale: string;
  readonly remediation: string;
  /** What a verdict does not show. */
  readonly limits: string;
  /** The condition that is held to be met, with parameters as `{name}`. */
  readonly expected: string;
  /** Whether a subject of these kinds is concerned: true, or why not. Looks only at what is known without a fact, or narrows a fact's status itself. */
  readonly applies: (subject: SubjectOf[S], around: Surroundings) => true | string;
  /** Facts that must be known; an unknown one ends as `not_evaluated` with its cause before `evaluate` runs. */
  readonly needs: N;
  readonly parameters: P;
  readonly evaluate: (facts: FactValues<N>, parameters: ParameterValues<P>, asOf: Instant, subject: SubjectOf[S]) => Evaluation;
}

/** A check with its types closed over, so that all stand in one list. */
export interface Check {
  readonly id: string;
  readonly version: number;
  readonly subject: SubjectType;
  readonly kinds: readonly string[];
  readonly severity: Severity;
  readonly title: string;
  readonly rationale: string;
  readonly remediation: string;
  readonly limits: string;
  readonly expected: string;
  readonly parameters: { readonly [name: string]: Parameter<Json> };
  applies(subject: SubjectOf[SubjectType], around: Surroundings): true | string;
  readonly needs: { readonly [name: string]: (subject: SubjectOf[SubjectType], around: Surroundings) => Fact<unknown> };
  evaluate(facts: { readonly [name: string]: unknown }, parameters: { readonly [name: string]: Json }, asOf: Instant, subject: SubjectOf[SubjectType]): Evaluation;
}

/** Fixes a check's types. */
export function defineCheck<S extends SubjectType, N extends { readonly [name: string]: (subject: SubjectOf[S], around: Surroundings) => Fact<unknown> }, P extends { readonly [name: string]: Parameter<Json> }>(definition: CheckDefinition<S, N, P>): Check {
  return definition as unknown as Check;
}

/** Parameters in force for a check: management's where a control sets them, else the defaults, each with its origin. */
export interface ParametersInForce { readonly values: { readonly [name: string]: Json }; readonly thresholds: readonly Threshold[] }
