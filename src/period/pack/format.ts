// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema, isCalendarDay } from '../../model/instant.ts';
import { personSchema } from '../../model/person.ts';

/** Where everything stands in a pack, relative to its folder. A pack is a BagIt bag as a run's bundle is. */
export const PACK = {
  about: 'data/pack.json', period: 'data/period.json', requests: 'data/requests.json',
  readme: 'data/README.md', cover: 'data/cover.pdf', page: 'data/index.html', workbook: 'data/period.xlsx', index: 'data/requests-index.csv', tables: 'data/tables',
  populations: 'data/populations', runs: 'data/runs', log: 'data/log', documents: 'data/documents', rows: 'data/rows.csv',
} as const;

/** What is made from `pack.json`, `period.json`, `requests.json` and the populations, and can be made again. */
export const RENDERED: readonly string[] = [PACK.readme, PACK.cover, PACK.page, PACK.workbook, PACK.index, PACK.tables];

const day = z.string().refine(isCalendarDay, 'expected a day');
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

/** `data/pack.json`: what was handed over. `kind`: a period, or runs and rows added to a pack that was handed over before. */
export const packSchema = z.strictObject({
  format: z.literal('rollcall-pack/1'), kind: z.enum(['period', 'addition']), pack: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), from: day, to: day, madeAt: instantSchema, tool: z.string(), organization: z.string(),
  /** Empty until a person says that they prepared it. */
  preparedBy: personSchema.nullable(),
  /** Every sealed run that the pack is about; whatever of a run is shown later can be held against its digest here. */
  runs: z.array(z.strictObject({ run: z.string(), tagManifestSha256: digest })),
  /** Documents of the archive that the log names and the pack does not hold, with the reason. */
  leftOut: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  /** Tag manifest digest of the pack that this adds to. */
  extends: digest.nullable(),
});
export type Pack = z.output<typeof packSchema>;

/** What is signed of a pack: an in-toto statement whose subject is the tag manifest, as for a bundle. */
export const packStatementSchema = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.tuple([z.strictObject({ name: z.literal('tagmanifest-sha256.txt'), digest: z.strictObject({ sha256: digest }) })]),
  predicateType: z.literal('urn:rollcall:pack:1'),
  predicate: z.strictObject({ pack: z.string(), from: day, to: day, madeAt: instantSchema, files: count, bytes: count, log: z.strictObject({ origin: z.string(), size: count, root: digest }) }),
});
export type PackStatement = z.output<typeof packStatementSchema>;

/** One request of an auditor's list, in their words, and what of the pack answers it: names that `answerFile` knows. */
export const requestSchema = z.strictObject({ id: z.string().min(1).max(128), wording: z.string().min(1).max(4000), answers: z.array(z.string()) });
export const requestsSchema = z.strictObject({ origin: z.string(), sha256: digest, requests: z.array(requestSchema) });
export type Requests = z.output<typeof requestsSchema>;
