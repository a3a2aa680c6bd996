// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { checkpointIsSigned, parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { consistencyProof, inclusionProof, leafHash, verifyConsistency, verifyInclusion } from './merkle.ts';

// SHA-256 in base64: 32 bytes.
const hashes = z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/)).max(64);
const size = z.int().min(0);

/**
 * A proof that stands alone: the checkpoints are in it as signed, hashes in base64, in the order of RFC 6962. `consistency`: the log of `from` is the beginning of that
 * of `to`. `inclusion`: the leaf's exact text is entry `sequence` of the log of `checkpoint`.
 */
export const proofSchema = z.discriminatedUnion('proof', [
  z.strictObject({ proof: z.literal('consistency'), from: z.strictObject({ size, checkpoint: z.string() }), to: z.strictObject({ size, checkpoint: z.string() }), hashes }),
  z.strictObject({ proof: z.literal('inclusion'), sequence: size, leaf: z.string(), checkpoint: z.string(), size, hashes }),
]);
export type Proof = z.output<typeof proofSchema>;

/** What checking a proof gave. `signed`: whether a key that was given signed every checkpoint in it; null where no key was given. */
export interface ProofCheck { readonly holds: boolean; readonly signed: boolean | null; readonly origin: string | null; readonly reason: string }

/** Consistency of two checkpoints of a log, from its leaves. Throws a RangeError for sizes that the log does not have. */
export function proveConsistency(leaves: readonly Buffer[], from: { readonly size: number; readonly checkpoint: string }, to: { readonly size: number; readonly checkpoint: string }): Proof {
  return { proof: 'consistency', from: { size: from.size, checkpoint: from.checkpoint }, to: { size: to.size, checkpoint: to.checkpoint }, hashes: texts(consistencyProof(leaves, from.size, to.size)) };
}

/** Inclusion of one leaf under a checkpoint. Throws a RangeError for an entry that the checkpoint's log does not have. */
export function proveInclusion(leaves: readonly Buffer[], entry: { readonly sequence: number; readonly leaf: string }, under: { readonly size: number; readonly checkpoint: string }): Proof {
  return { proof: 'inclusion', sequence: entry.sequence, leaf: entry.leaf, checkpoint: under.checkpoint, size: under.size, hashes: texts(inclusionProof(leaves, entry.sequence, under.size)) };
}

/** Whether a proof holds, from nothing but itself and the keys of the reader. Never throws. */
export function checkProof(proof: Proof, keys: readonly KeyObject[]): ProofCheck {
  const [first, last] = proof.proof === 'consistency' ? [named(proof.from), named(proof.to)] : [named(proof), named(proof)];
  if (first === null || last === null) return { holds: false, signed: null, origin: null, reason: 'a checkpoint in it is none, or is over another size than it says' };
  if (first.origin !== last.origin) return { holds: false, signed: null, origin: null, reason: `its checkpoints are of two logs, ${first.origin} and ${last.origin}` };
  const path = proof.hashes.map((text) => Buffer.from(text, 'base64'));
  const plain = path.every((hash) => hash.length === 32);
  const holds = plain && (proof.proof === 'consistency' ? verifyConsistency(first.size, last.size, first.root, last.root, path) : verifyInclusion(leafHash(Buffer.from(proof.leaf)), proof.sequence, last.size, path, last.root));
  const signed = keys.length === 0 ? null : [first, last].every((checkpoint) => checkpointIsSigned(checkpoint, keys));
  const said = proof.proof === 'consistency' ? `the first ${first.size} entries of the log of ${last.size} are those that the earlier checkpoint was made over` : `the text is entry ${proof.sequence} of the log of ${last.size}`;
  return { holds, signed, origin: last.origin, reason: holds ? said : 'the hashes do not lead from the one to the other' };
}

function named({ size: stated, checkpoint }: { readonly size: number; readonly checkpoint: string }): Checkpoint | null {
  const parsed = parseCheckpoint(checkpoint);
  return parsed?.size === stated ? parsed : null;
}

function texts(path: readonly Buffer[]): string[] {
  return path.map((hash) => hash.toString('base64'));
}
