// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../../model/instant.ts';
import { personSchema } from '../../model/person.ts';
import { common, day, digest, words } from './common.ts';

/** What ties the log to the world outside management's control, and which keys sign in it. */
export const anchorEvents = [
  z.strictObject({
    event: z.literal('checkpoint.anchored'), ...common, size: z.int().min(1), checkpointSha256: digest,
    anchor: z.discriminatedUnion('kind', [
      /** A time stamp of RFC 3161 over the checkpoint's exact bytes; the token is a document of the archive. `time` is the authority's genTime. */
      z.strictObject({ kind: z.literal('rfc3161'), authority: z.string(), tokenSha256: digest, time: instantSchema }),
      /** The checkpoint or its digest was mailed, committed or handed to somebody who keeps it. */
      z.strictObject({ kind: z.literal('elsewhere'), where: words, by: personSchema }),
    ]),
  }),
  z.strictObject({ event: z.literal('key.added'), ...common, keyId: digest, publicKeyPem: z.string().max(2000), custody: words, by: personSchema }),
  z.strictObject({ event: z.literal('key.retired'), ...common, keyId: digest, reason: words, by: personSchema }),
  /** What was handed over: the digest of the pack's manifest. `extends` names the pack that later rows or runs belong to. */
  z.strictObject({ event: z.literal('pack.made'), ...common, pack: z.string(), from: day, to: day, manifestSha256: digest, extends: digest.nullable() }),
] as const;
