// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { jsonObjectSchema, jsonSchema } from './json.ts';
import type { CallId, PageReference } from './reference.ts';

export const RESULTS = ['met', 'not_met', 'not_evaluated', 'needs_review', 'not_applicable', 'not_occurring'] as const;
export type Result = (typeof RESULTS)[number];
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const SUBJECTS = ['identity', 'credential', 'trust'] as const;
export type SubjectType = (typeof SUBJECTS)[number];

/** Where a number comes from: a control that management adopted, a named standard, or this tool's default, which nobody adopted. */
export const thresholdSchema = z.object({ name: z.string(), value: jsonSchema, origin: z.enum(['management', 'standard', 'tool']), source: z.string() });
export type Threshold = z.output<typeof thresholdSchema>;

const references = { refs: z.array(z.string().transform((text) => text as PageReference)), inputs: z.array(z.string()), calls: z.array(z.string().transform((text) => text as CallId)) };

/**
 * A check held against one subject. It always stands on something: `met` and `not_met` on pages or inputs,
 * `not_evaluated` on ledger entries or a stated reason. `severity` is the check's; it is not a score.
 */
export const verdictSchema = z.object({
  type: z.literal('verdict'), check: z.string(), checkVersion: z.int(), subjectType: z.enum(SUBJECTS), subject: z.string(), subjectKind: z.string(), unit: z.string(),
  result: z.enum(RESULTS), severity: z.enum(SEVERITIES),
  observed: jsonObjectSchema, expected: z.string(), thresholds: z.array(thresholdSchema), reason: z.string(), ...references,
});
export type Verdict = z.output<typeof verdictSchema>;

/** Verdicts of `not_applicable`, folded: one row a check, unit and reason, with the count and the digest of the sorted subjects. */
export const foldedVerdictSchema = z.object({
  type: z.literal('not_applicable'), check: z.string(), checkVersion: z.int(), subjectType: z.enum(SUBJECTS), unit: z.string(), reason: z.string(), count: z.int(), subjectsSha256: z.string(),
});
export type FoldedVerdict = z.output<typeof foldedVerdictSchema>;
