// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../../model/instant.ts';
import { personSchema } from '../../model/person.ts';
import { common, day, pattern, recordId, words } from './common.ts';

/** What an acceptance is over: verdicts whose check, unit and subject each match one of the patterns. */
export const acceptanceMatchSchema = z.strictObject({ checks: z.array(pattern).min(1).max(100), units: z.array(pattern).min(1).max(1000), subjects: z.array(pattern).min(1).max(1000) });

/** A risk that somebody asked to bear and somebody approved. Nothing edits or removes one: it ends by expiry or withdrawal, and each change is one more event. */
export const acceptanceEvents = [
  z.strictObject({
    event: z.literal('acceptance.recorded'), ...common, acceptance: recordId, match: acceptanceMatchSchema, reason: words, ticket: z.string().min(1).max(512).nullable(),
    requestedBy: personSchema, approvedBy: personSchema,
    /** Required where requester and approver are one person; shown as "same person" wherever the acceptance is. */
    samePersonReason: words.nullable(),
    effective: instantSchema, expires: day,
  }),
  z.strictObject({ event: z.literal('acceptance.withdrawn'), ...common, acceptance: recordId, effective: instantSchema, reason: words, by: personSchema }),
] as const;
