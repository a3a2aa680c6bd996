// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { common, digest } from './common.ts';

const ofRun = { ...common, run: z.string() };

/** What becomes of a run. Its start stands in the log before its first request, whatever becomes of it. */
export const runEvents = [
  z.strictObject({ event: z.literal('run.started'), ...ofRun, tool: z.string(), occasion: z.enum(['scheduled', 'ad hoc']), targets: z.array(z.string()) }),
  /** A person or a scheduler ended it before it was sealed; what it had read stays, and it can go on. */
  z.strictObject({ event: z.literal('run.interrupted'), ...ofRun, reason: z.string() }),
  /** A run that was killed or interrupted goes on under its own id: what it had read to its end is kept, and lists that had not ended are read again. */
  z.strictObject({ event: z.literal('run.resumed'), ...ofRun, tool: z.string() }),
  z.strictObject({ event: z.literal('run.collected'), ...ofRun, collectedSha256: digest }),
  z.strictObject({ event: z.literal('run.sealed'), ...ofRun, tagManifestSha256: digest, statementSha256: digest, keyId: digest }),
  z.strictObject({ event: z.literal('run.resealed'), ...ofRun, tagManifestSha256: digest, statementSha256: digest, keyId: digest, earlierTagManifestSha256: digest }),
  z.strictObject({ event: z.literal('run.aborted'), ...ofRun, reason: z.string() }),
] as const;
