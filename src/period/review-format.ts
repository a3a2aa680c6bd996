// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { isCalendarDay, instantSchema } from '../model/instant.ts';
import { personSchema } from '../model/person.ts';
import { DECISIONS, REVIEWED } from './review-words.ts';

export { DECISIONS, REVIEWED, ROLES, type Decision, type Reviewed, type ReviewRole } from './review-words.ts';

/** The most items that one review holds: people read every one, and sheet and page are held whole. */
export const MAX_ITEMS = 250_000;
/** The longest reason of one item, in characters. */
export const MAX_REASON = 1000;
/** A cell's longest text in management's own list. */
const MAX_REPRESENTED = 1000;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string();
const verdict = z.strictObject({ check: text, reason: text });
const acceptance = z.strictObject({ acceptance: text, check: text, expires: text });

/**
 * One row of the frozen population with all that a reviewer has to see. Cells are those of the population's CSV file, so that page, workbook and file read
 * alike; `key` and `recordedOwner` are exact, since acts refer to them.
 */
export const itemSchema = z.strictObject({
  number: z.int().min(1), key: z.string().min(1), unit: text, kind: text, identity: text, name: text, owner: text, ownerBasis: text, /** Null where none is recorded or it is not known. */ recordedOwner: text.nullable(),
  purpose: text, class: text, responsibility: text, created: text, createdBasis: text, ageDays: text, expires: text, lastUsed: text, /** Source, window and granularity of last use, or why there is none. */ lastUsedNote: text,
  privilege: text, status: text, notMet: z.array(verdict), acceptances: z.array(acceptance), /** Id of the group that it is folded into; null where it stands alone. */ group: text.nullable(),
});
export type ReviewItem = z.output<typeof itemSchema>;

const cell = z.string().max(MAX_REPRESENTED);
/** A line of management's own list of credentials in systems that this tool does not read. */
export const representedRowSchema = z.strictObject({ system: cell.min(1), credential: cell.min(1), owner: cell, purpose: cell, created: cell, last_rotated: cell, last_used: cell, note: cell });
export type RepresentedRow = z.output<typeof representedRowSchema>;
export const REPRESENTED_COLUMNS = ['system', 'credential', 'owner', 'purpose', 'created', 'last_rotated', 'last_used', 'note'] as const satisfies readonly (keyof RepresentedRow)[];
const representedItem = representedRowSchema.extend({ key: z.string().min(1) });
export type RepresentedItem = z.output<typeof representedItem>;

/** Items that are alike in what makes them little work: decided together, still listed one by one. */
export const groupSchema = z.strictObject({ id: text, title: text, count: z.int().min(1) });

/** The frozen sheet of a review: a document of the archive, named by its digest in `review.started`. */
export const sheetSchema = z.strictObject({
  format: z.literal('rollcall-review-sheet/1'), review: text, run: text, asOf: instantSchema, population: z.enum(REVIEWED), populationSha256: digest, opens: instantSchema, closes: instantSchema,
  items: z.array(itemSchema).max(MAX_ITEMS), groups: z.array(groupSchema),
  /** Management representation, as it was recorded last when the review started: never read by this tool, never counted as read. */
  represented: z.strictObject({ documentSha256: digest, recorded: instantSchema, by: personSchema, items: z.array(representedItem) }).nullable(),
});
export type ReviewSheet = z.output<typeof sheetSchema>;

/** One batch of decisions: a document of the archive, named by its digest in `review.decided`. */
export const decisionSchema = z.strictObject({ key: z.string().min(1), decision: z.enum(DECISIONS), reason: z.string().trim().min(1).max(MAX_REASON) });
export type ItemDecision = z.output<typeof decisionSchema>;
export const decisionsSchema = z.strictObject({ format: z.literal('rollcall-review-decisions/1'), review: text, sheetSha256: digest, items: z.array(decisionSchema).min(1).max(MAX_ITEMS) });
export type DecisionsDocument = z.output<typeof decisionsSchema>;

/** Management's own list as it is kept: a document of the archive, named by its digest in `representation.recorded`. */
export const representationSchema = z.strictObject({ format: z.literal('rollcall-representation/1'), origin: text, fileSha256: digest, rows: z.array(representedRowSchema) });
export type RepresentationDocument = z.output<typeof representationSchema>;

/** Last day of a review's window as the moment at which it ends: the day counts whole, in UTC. Null where the text is no day. */
export function endOfDay(day: string): z.output<typeof instantSchema> | null {
  return isCalendarDay(day) ? instantSchema.parse(`${day}T23:59:59.999Z`) : null;
}
