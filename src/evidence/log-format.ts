// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../model/instant.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const common = { sequence: z.int().min(0), at: instantSchema, run: z.string() };

/** Events of the log. `sequence` is dense from 0; a run's start stands there before its first request, whatever becomes of it. */
export const eventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('run.started'), ...common, tool: z.string(), occasion: z.enum(['scheduled', 'ad hoc']), targets: z.array(z.string()) }),
  z.strictObject({ event: z.literal('run.collected'), ...common, collectedSha256: digest }),
  z.strictObject({ event: z.literal('run.sealed'), ...common, tagManifestSha256: digest, statementSha256: digest, keyId: digest }),
  z.strictObject({ event: z.literal('run.resealed'), ...common, tagManifestSha256: digest, statementSha256: digest, keyId: digest, earlierTagManifestSha256: digest }),
  z.strictObject({ event: z.literal('run.aborted'), ...common, reason: z.string() }),
]);
export type LogEvent = z.output<typeof eventSchema>;
/** An event before the log gives it its place. */
export type NewEvent = LogEvent extends infer E ? (E extends LogEvent ? Omit<E, 'sequence'> : never) : never;

export const LEAVES = 'leaves.jsonl';
export const CHECKPOINT = 'checkpoint';
export const CHECKPOINTS = 'checkpoints';
export const LOCK = 'lock';
export const ORIGIN = 'origin';
