// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { publicKeyOf } from '../../src/evidence/dsse.ts';
import { checkProof, proofSchema, proveConsistency, proveInclusion, type Proof } from '../../src/evidence/proof.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { instantOf } from '../../src/model/instant.ts';
import { testSigner } from '../support/signer.ts';
import { temporaryFolder } from '../support/temp.ts';

const signer = testSigner();
const KEYS = [publicKeyOf(signer.publicKeyPem)];
const SIZE = 9;

async function proofs(reason = 'why'): Promise<{ readonly consistency: readonly Proof[]; readonly inclusion: readonly Proof[] }> {
  const folder = await temporaryFolder();
  for (let number = 0; number < SIZE; number += 1) await appendEvent(folder, { event: 'run.aborted', at: instantOf(0), run: `run ${number}`, reason }, signer);
  const { leaves } = await readLog(folder);
  const lines = (await readFile(join(folder, 'leaves.jsonl'), 'utf8')).split('\n');
  const named = await Promise.all(Array.from({ length: SIZE }, async (_, index) => ({ size: index + 1, checkpoint: await readFile(join(folder, 'checkpoints', String(index + 1)), 'utf8') })));
  const consistency = named.flatMap((to) => named.slice(0, to.size).map((from) => proveConsistency(leaves, from, to)));
  const inclusion = named.flatMap((under) => lines.slice(0, under.size).map((leaf, sequence) => proveInclusion(leaves, { sequence, leaf }, under)));
  // As they come back from a file.
  const again = (proof: Proof): Proof => proofSchema.parse(JSON.parse(JSON.stringify(proof)));
  return { consistency: consistency.map(again), inclusion: inclusion.map(again) };
}

describe('a proof', () => {
  test('between any two checkpoints, and of any entry under any later one, holds from nothing but itself', async () => {
    const { consistency, inclusion } = await proofs();
    expect([consistency.length, inclusion.length]).toEqual([45, 45]);
    for (const proof of [...consistency, ...inclusion]) {
      expect(checkProof(proof, KEYS)).toMatchObject({ holds: true, signed: true });
      expect(checkProof(proof, [])).toMatchObject({ holds: true, signed: null });
      expect(checkProof(proof, [publicKeyOf(testSigner().publicKeyPem)])).toMatchObject({ holds: true, signed: false });
    }
  });

  test('in which anything was changed holds no longer', async () => {
    const { consistency, inclusion } = await proofs();
    const other = await proofs('another reason');
    const at = (size: number, from: number): number => consistency.findIndex((proof) => proof.proof === 'consistency' && proof.to.size === size && proof.from.size === from);
    const [whole, foreign] = [consistency[at(9, 5)], other.consistency[at(9, 5)]];
    if (whole?.proof !== 'consistency' || foreign?.proof !== 'consistency') throw new Error('no such proof');
    const [entry] = inclusion.filter((proof) => proof.proof === 'inclusion' && proof.size === 9 && proof.sequence === 3);
    if (entry?.proof !== 'inclusion') throw new Error('no such proof');
    const changed: readonly Proof[] = [
      { ...whole, hashes: whole.hashes.slice(1) }, { ...whole, hashes: [...whole.hashes, whole.hashes[0] ?? ''] }, { ...whole, hashes: whole.hashes.toReversed() }, { ...whole, hashes: whole.hashes.map(() => 'AAAA') },
      { ...whole, from: { ...whole.from, size: 4 } }, { ...whole, from: foreign.from }, { ...whole, to: foreign.to }, { ...whole, from: whole.to, to: whole.from }, { ...whole, from: { size: 5, checkpoint: 'none' } },
      { ...entry, leaf: entry.leaf.replace('why', 'who') }, { ...entry, sequence: 4 }, { ...entry, hashes: entry.hashes.slice(1) }, { ...entry, size: 8 }, { ...entry, checkpoint: foreign.to.checkpoint },
    ];
    for (const [index, proof] of changed.entries()) expect(checkProof(proof, KEYS).holds, `change ${index}`).toBe(false);
    expect(checkProof(whole, KEYS).holds && checkProof(entry, KEYS).holds).toBe(true);
  });
});
