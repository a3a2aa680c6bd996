// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../model/instant.ts';

const count = z.int().min(0);
/** What is signed: an in-toto Statement v1 whose subject is the tag manifest, and so every byte of the bag. https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const statementSchema = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.tuple([z.strictObject({ name: z.literal('tagmanifest-sha256.txt'), digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) })]),
  predicateType: z.literal('urn:rollcall:bundle:1'),
  predicate: z.strictObject({
    run: z.string(), derivationVersion: z.int(), tool: z.string(), sealedAt: instantSchema,
    counts: z.strictObject({ files: count, bytes: count, calls: count, pages: count, identities: count, credentials: count, verdicts: z.record(z.string(), count) }),
    /** Reads that were due and did not end well: a required number, so that leaving gaps out cannot look like having none. */
    gaps: count,
  }),
});
export type Statement = z.output<typeof statementSchema>;
