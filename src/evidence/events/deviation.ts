// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../../model/instant.ts';
import { personSchema } from '../../model/person.ts';
import { common, day, recordId, words } from './common.ts';

/** What did not operate: results of a check on subjects, a slot of a schedule, a revoke that a review decided. */
export const deviationAboutSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('results'), check: z.string(), subjects: z.array(z.string()).min(1).max(1000) }),
  z.strictObject({ kind: z.literal('slots'), schedule: recordId, due: z.array(instantSchema).min(1).max(1000) }),
  z.strictObject({ kind: z.literal('review'), review: recordId, items: z.array(z.string()).min(1).max(1000) }),
]);

/** What management says of a deviation. Fields that nobody has filled in are null; a later note adds, it changes nothing that stands. */
export const deviationWordsSchema = z.strictObject({
  cause: words.nullable(), extent: words.nullable(), recurrence: z.enum(['isolated', 'recurring']).nullable(), compensatingControl: words.nullable(), response: words.nullable(),
  owner: z.string().min(2).max(256).nullable(), due: day.nullable(),
});

/** A control did not operate. Neither a repair nor a later acceptance takes a deviation out of its period. */
export const deviationEvents = [
  z.strictObject({
    event: z.literal('deviation.recorded'), ...common, deviation: recordId, control: z.string(), about: deviationAboutSchema,
    /** From when it did not operate, as far as known: no earlier than `from`, no later than `to`. */
    began: z.strictObject({ from: instantSchema.nullable(), to: instantSchema }), detected: instantSchema, detectedIn: z.string().nullable(), words: deviationWordsSchema, by: personSchema,
  }),
  z.strictObject({ event: z.literal('deviation.explained'), ...common, deviation: recordId, words: deviationWordsSchema, by: personSchema }),
  z.strictObject({ event: z.literal('deviation.approved'), ...common, deviation: recordId, by: personSchema, samePersonReason: words.nullable() }),
  z.strictObject({ event: z.literal('deviation.repaired'), ...common, deviation: recordId, repaired: instantSchema, /** The run that shows it. */ provenBy: z.string(), by: personSchema }),
  /** An improvement that management drew from a deviation, a review or its indicators (CSF 2.0 ID.IM). */
  z.strictObject({ event: z.literal('improvement.recorded'), ...common, improvement: recordId, text: words, from: z.string().min(1).max(512), owner: z.string().min(2).max(256), due: day.nullable(), by: personSchema }),
  z.strictObject({ event: z.literal('improvement.done'), ...common, improvement: recordId, text: words, by: personSchema }),
] as const;
