// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../../model/instant.ts';
import { personSchema } from '../../model/person.ts';
import { common, recordId, words } from './common.ts';

/** How often: every so many hours, days, weeks or months of the calendar in UTC. */
export const everySchema = z.strictObject({ count: z.int().min(1).max(366), unit: z.enum(['hour', 'day', 'week', 'month']) });

/**
 * A schedule as management declares it, in force from `effective` until another of its name, or its end. A run counts for a slot from the slot's time
 * on; within `graceHours` it is on time, after that late, and where the next slot comes first, missed.
 */
export const scheduleEvents = [
  z.strictObject({
    event: z.literal('schedule.declared'), ...common, schedule: recordId, effective: instantSchema, firstSlot: instantSchema, every: everySchema, graceHours: z.int().min(1).max(24 * 31),
    /** Names of the targets that a run must have had; empty for all of its configuration. */
    targets: z.array(z.string()),
    /** The control whose wording states this frequency; null where none does, and then a missed run is a coverage gap and no deviation. */
    control: z.string().nullable(),
    reason: words, by: personSchema, approvedBy: personSchema.nullable(),
  }),
  z.strictObject({ event: z.literal('schedule.ended'), ...common, schedule: recordId, effective: instantSchema, reason: words, by: personSchema, approvedBy: personSchema.nullable() }),
] as const;
