// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { RESPONSIBILITY_STATEMENT } from '../bundle/records.ts';
import { instantSchema, isCalendarDay } from '../model/instant.ts';
import { personSchema } from '../model/person.ts';
import { changeSchema } from './changes.ts';
import { uncoveredSchema } from './covered-days.ts';
import { coverageGapSchema } from './coverage-gaps.ts';
import { indicatorSchema } from './indicators.ts';
import { spanSchema } from './spans.ts';

const day = z.string().refine(isCalendarDay, 'expected a day');
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

/** A run of the archive as the log tells of it: also one that was aborted, never ended, or whose bundle is not there any more. */
export const periodRunSchema = z.object({
  run: z.string(), tool: z.string(), occasion: z.enum(['scheduled', 'ad hoc']), started: instantSchema, ended: instantSchema.nullable(),
  state: z.enum(['sealed', 'resealed', 'aborted', 'unfinished', 'bundle missing', 'bundle damaged']), note: z.string().nullable(), inPeriod: z.boolean(),
  tagManifestSha256: digest.nullable(), sequence: count,
  units: z.object({ scanned: count, partially_scanned: count, failed: count, excluded: count, unreachable: count, undeclared: count.default(0), closed: count.default(0) }).nullable(), gaps: count.nullable(),
});
export type PeriodRun = z.output<typeof periodRunSchema>;

/** A slot of a schedule and what became of it. */
export const periodSlotSchema = z.object({
  schedule: z.string(), due: instantSchema, closes: instantSchema, state: z.enum(['done', 'late', 'missed', 'superseded', 'open', 'declared afterwards']),
  run: z.string().nullable(), lateByMinutes: count.nullable(), beside: z.array(z.string()), control: z.string().nullable(), deviations: z.array(z.string()),
});
export type PeriodSlot = z.output<typeof periodSlotSchema>;

/** A population as it stood in the newest run at or before a moment. */
export const periodPopulationSchema = z.object({ asOf: instantSchema, run: z.string().nullable(), runAt: instantSchema.nullable(), files: z.array(z.object({ name: z.string(), count, sha256: digest })), notClosed: z.array(z.object({ unit: z.string(), kind: z.string(), why: z.string() })) });

const when = z.object({ from: instantSchema.nullable(), to: instantSchema });
/** A credential or identity that came or went. `when`: no earlier than `from`, no later than `to`; equal where an event dates it. */
export const movementSchema = z.object({
  key: z.string(), kind: z.string(), unit: z.string(), holder: z.string().nullable(), name: z.string().nullable(), when, basis: z.enum(['event', 'snapshot', 'both']), inPeriod: z.enum(['yes', 'no', 'cannot say']), note: z.string().nullable(),
});
export type Movement = z.output<typeof movementSchema>;

const wordsAt = z.object({ at: instantSchema, by: personSchema, field: z.string(), text: z.string() });
export const periodDeviationSchema = z.object({
  deviation: z.string(), control: z.string(), about: z.string(), subjects: z.array(z.string()), began: when, detected: instantSchema, detectedIn: z.string().nullable(), logged: instantSchema, recordedBy: personSchema,
  said: z.array(wordsAt), missing: z.array(z.string()), approvedBy: z.array(z.object({ at: instantSchema, by: personSchema, samePersonReason: z.string().nullable() })),
  repaired: z.object({ at: instantSchema, logged: instantSchema, provenBy: z.string(), proof: z.enum(['holds', 'does not hold', 'cannot say']), by: personSchema }).nullable(),
});
export type PeriodDeviation = z.output<typeof periodDeviationSchema>;

/** What management has not yet said anything about. `kind`: results of a control's check, a slot that a control asks for, a revoke that a review decided. */
export const unexplainedSchema = z.object({ kind: z.enum(['results', 'slot', 'review', 'deviation']), control: z.string().nullable(), what: z.string(), subject: z.string().nullable(), name: z.string().nullable(), since: instantSchema.nullable(), detail: z.string() });
export type Unexplained = z.output<typeof unexplainedSchema>;

export const periodAcceptanceSchema = z.object({
  acceptance: z.string(), checks: z.array(z.string()), units: z.array(z.string()), subjects: z.array(z.string()), reason: z.string(), ticket: z.string().nullable(), requestedBy: personSchema, approvedBy: personSchema, samePersonReason: z.string().nullable(),
  effective: instantSchema, logged: instantSchema, retroactive: z.boolean(), expires: day, withdrawn: z.object({ at: instantSchema, by: personSchema, reason: z.string() }).nullable(), state: z.string(), covers: count,
});
export const periodReviewSchema = z.object({
  review: z.string(), population: z.string(), populationSha256: digest, run: z.string(), count, opens: instantSchema, closes: instantSchema, by: personSchema, authority: z.string(), control: z.string().nullable(), closed: instantSchema.nullable(),
  decided: z.object({ keep: count, rotate: count, revoke: count, undecided: count, approved: count, samePerson: count, late: count }),
  followThrough: z.array(z.object({ key: z.string(), decision: z.enum(['rotate', 'revoke']), owner: z.string().nullable(), approvedBy: z.string().nullable(), decidedAt: instantSchema, state: z.enum(['done', 'not done', 'cannot say']), when: when.nullable(), run: z.string().nullable(), why: z.string() })), problems: z.array(z.string()),
});
export type PeriodReview = z.output<typeof periodReviewSchema>;

/** `period.json`: all that is said of a period. Everything else about a period (page, workbook, print, CSV) is made from it. */
export const periodSchema = z.object({
  format: z.literal('rollcall-period/1'), responsibility: z.literal(RESPONSIBILITY_STATEMENT),
  from: day, to: day, /** What lay after this moment was not looked at. */ asOf: instantSchema,
  log: z.object({ origin: z.string(), size: count, root: digest, anchors: z.array(z.object({ size: count, kind: z.enum(['rfc3161', 'elsewhere']), time: instantSchema.nullable(), where: z.string() })) }),
  runs: z.array(periodRunSchema), selection: z.string(),
  schedules: z.array(z.object({ schedule: z.string(), effective: instantSchema, logged: instantSchema, every: z.string(), graceHours: count, control: z.string().nullable(), by: personSchema, ended: instantSchema.nullable() })), slots: z.array(periodSlotSchema),
  notCovered: z.array(uncoveredSchema), coverageGaps: z.array(coverageGapSchema), changes: z.array(changeSchema),
  opening: periodPopulationSchema, closing: periodPopulationSchema, additions: z.array(movementSchema), removals: z.array(movementSchema),
  reconciliation: z.array(z.object({ population: z.string(), opening: count, additions: count, removals: count, closing: count, additionsUnsaid: count, removalsUnsaid: count, remainder: z.array(z.object({ reason: z.string(), difference: z.int(), keys: z.array(z.string()) })) })),
  differences: z.array(z.object({ key: z.string(), text: z.string() })), eventWindows: z.array(z.object({ unit: z.string(), from: instantSchema, to: instantSchema, complete: z.boolean(), operations: z.array(z.string()), retention: z.string() })),
  controls: z.array(z.object({ id: z.string(), wording: z.string(), owner: z.string(), frequency: z.string(), criteria: z.array(z.string()), checks: z.array(z.string()), spans: z.array(spanSchema.extend({ name: z.string().nullable(), deviations: z.array(z.string()), acceptances: z.array(z.string()) })) })),
  observations: z.array(z.object({ check: z.string(), spans: count, open: count })),
  deviations: z.array(periodDeviationSchema), unexplained: z.array(unexplainedSchema), acceptances: z.array(periodAcceptanceSchema), reviews: z.array(periodReviewSchema),
  represented: z.array(z.object({ documentSha256: digest, count, logged: instantSchema, by: personSchema })),
  indicators: z.array(indicatorSchema), improvements: z.array(z.object({ improvement: z.string(), text: z.string(), from: z.string(), owner: z.string(), due: day.nullable(), logged: instantSchema, by: personSchema, done: z.object({ at: instantSchema, text: z.string(), by: personSchema }).nullable() })),
  blindSpots: z.array(z.string()),
});
export type Period = z.output<typeof periodSchema>;
