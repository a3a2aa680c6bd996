// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

export const VERDICT_NAMES = ['integrity', 'authenticity', 'time', 'completeness', 'period-coverage', 're-derivation'] as const;
export type VerdictName = (typeof VERDICT_NAMES)[number];

const verdictSchema = z.strictObject({
  name: z.enum(VERDICT_NAMES), result: z.enum(['pass', 'fail', 'cannot_say']),
  /** What was seen, a file named where one is concerned. A pass may have findings too: what was looked at. */
  findings: z.array(z.strictObject({ file: z.string().optional(), message: z.string() })), doesNotShow: z.string(),
});
/** `rollcall verify --json`. There is no combined verdict, and none on a control. */
export const verifyReportSchema = z.strictObject({ bundle: z.string(), run: z.string().nullable(), verdicts: z.array(verdictSchema), required: z.array(z.enum(VERDICT_NAMES)), exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]) });
export type VerifyReport = z.output<typeof verifyReportSchema>;
export type VerifyVerdict = z.output<typeof verdictSchema>;
export type Finding = VerifyVerdict['findings'][number];

/** A verdict with its words. */
export function verdict(name: VerdictName, result: VerifyVerdict['result'], findings: readonly Finding[], doesNotShow: string): VerifyVerdict {
  return { name, result, findings: [...findings], doesNotShow };
}
