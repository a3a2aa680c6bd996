// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../../model/instant.ts';
import { personSchema } from '../../model/person.ts';
import { common, digest, recordId, words } from './common.ts';

/**
 * A review of non-human identities and credentials. The population is frozen by its digest when the review starts; decisions stand in documents of the archive, named by digest, and
 * each batch is one more event. An item's decision in force is the newest one that its owner made and a second person approved.
 */
export const reviewEvents = [
  z.strictObject({
    event: z.literal('review.started'), ...common, review: recordId, run: z.string(), population: z.string(), populationSha256: digest,
    /** The frozen sheet: a document of the archive, one item a credential or identity. */
    sheetSha256: digest, count: z.int().min(0), opens: instantSchema, closes: instantSchema, control: z.string().nullable(), by: personSchema, authority: words,
  }),
  z.strictObject({ event: z.literal('review.decided'), ...common, review: recordId, role: z.enum(['owner', 'approver']), decisionsSha256: digest, count: z.int().min(1), by: personSchema, samePersonReason: words.nullable() }),
  z.strictObject({ event: z.literal('review.closed'), ...common, review: recordId, by: personSchema, note: words.nullable() }),
  /** Management's own list of credentials that this tool cannot read: represented, never read. */
  z.strictObject({ event: z.literal('representation.recorded'), ...common, documentSha256: digest, count: z.int().min(0), by: personSchema }),
] as const;
