// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consistencyProof, inclusionProof, leafHash, nodeHash, rootOf, verifyConsistency, verifyInclusion } from '../../src/evidence/merkle.ts';

// Leaves, root and proofs as the reference implementations of Certificate Transparency publish them.
const VECTOR = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) => leafHash(Buffer.from(hex, 'hex')));
const VECTOR_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The definition of RFC 6962, 2.1, written down once more over the data itself. */
function naiveRoot(data: readonly Buffer[]): Buffer {
  const hash = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  const [first] = data;
  if (first === undefined) return hash();
  if (data.length === 1) return hash(Buffer.from([0]), first);
  const k = [1, 2, 4, 8, 16, 32, 64].findLast((power) => power < data.length) ?? 1;
  return hash(Buffer.from([1]), naiveRoot(data.slice(0, k)), naiveRoot(data.slice(k)));
}

function naiveInclusion(index: number, data: readonly Buffer[]): readonly Buffer[] {
  if (data.length <= 1) return [];
  const k = [1, 2, 4, 8, 16, 32, 64].findLast((power) => power < data.length) ?? 1;
  return index < k ? [...naiveInclusion(index, data.slice(0, k)), naiveRoot(data.slice(k))] : [...naiveInclusion(index - k, data.slice(k)), naiveRoot(data.slice(0, k))];
}

function data(size: number): readonly Buffer[] {
  return Array.from({ length: size }, (_, index) => Buffer.from(`event ${index}`));
}

function flipped(hash: Buffer, at: number): Buffer {
  const copy = Buffer.from(hash);
  copy.writeUInt8(copy.readUInt8(at) ^ 0x40, at);
  return copy;
}

/** Every proof that has one byte changed, one hash less, one more, or two hashes swapped. */
function wrongProofs(proof: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const [first] = proof;
  return [
    ...proof.flatMap((hash, index) => Array.from({ length: 32 }, (_, byte) => proof.with(index, flipped(hash, byte)))),
    ...proof.map((_, index) => proof.toSpliced(index, 1)),
    [...proof, leafHash(Buffer.alloc(0))],
    [leafHash(Buffer.alloc(0)), ...proof],
    ...(first === undefined || proof.length < 2 ? [] : [[...proof.slice(1), first]]),
  ];
}

const SIZES = Array.from({ length: 65 }, (_, size) => size);

describe('the tree of RFC 6962', () => {
  test('gives the published roots', () => {
    expect(VECTOR_ROOTS.map((_, index) => rootOf(VECTOR.slice(0, index + 1)).toString('hex'))).toEqual(VECTOR_ROOTS);
    expect(rootOf([]).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('gives the published proofs', () => {
    const hex = (proof: readonly Buffer[]): readonly string[] => proof.map((hash) => hash.toString('hex'));
    expect(hex(inclusionProof(VECTOR, 0, 8))).toEqual(['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']);
    expect(hex(consistencyProof(VECTOR, 6, 8))).toEqual(['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']);
  });

  test('gives the roots of the definition for every size up to 64', () => {
    for (const size of SIZES) expect(rootOf(data(size).map(leafHash)).equals(naiveRoot(data(size))), `size ${size}`).toBe(true);
  });

  test('keeps leaves and nodes apart', () => {
    const [a, b] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
    expect(leafHash(Buffer.concat([a, b])).equals(nodeHash(a, b))).toBe(false);
    expect(rootOf([b, a]).equals(rootOf([a, b]))).toBe(false);
  });
});

describe('inclusion', () => {
  test('is the definition’s path, and leads to the root, for every leaf of every size up to 64', () => {
    for (const size of SIZES) {
      const leaves = data(size).map(leafHash);
      const root = rootOf(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const proof = inclusionProof(leaves, index, size);
        expect(proof, `leaf ${index} of ${size}`).toEqual(naiveInclusion(index, data(size)));
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
      }
    }
  });

  test('is refused for another leaf, place, root or proof', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 64 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1))), ([size, index]) => {
      const leaves = data(size).map(leafHash);
      const root = rootOf(leaves);
      const leaf = leafHash(data(size)[index] ?? Buffer.alloc(0));
      const proof = inclusionProof(leaves, index, size);
      for (let other = -1; other <= size; other += 1) if (other !== index) expect(verifyInclusion(leaf, other, size, proof, root), `place ${other}`).toBe(false);
      for (let byte = 0; byte < 32; byte += 1) {
        expect(verifyInclusion(flipped(leaf, byte), index, size, proof, root)).toBe(false);
        expect(verifyInclusion(leaf, index, size, proof, flipped(root, byte))).toBe(false);
      }
      for (const wrong of wrongProofs(proof)) expect(verifyInclusion(leaf, index, size, wrong, root)).toBe(false);
    }), { numRuns: 40 });
  });

  test('never throws on a place that is none, and makes no proof for it', () => {
    const leaves = data(5).map(leafHash);
    const root = rootOf(leaves);
    for (const index of [-1, 5, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => inclusionProof(leaves, index, 5), String(index)).toThrow(RangeError);
      expect(verifyInclusion(leafHash(Buffer.from('event 0')), index, 5, inclusionProof(leaves, 0, 5), root), String(index)).toBe(false);
    }
    expect(() => inclusionProof(leaves, 0, 6)).toThrow(RangeError);
    expect(verifyInclusion(root, 0, Number.POSITIVE_INFINITY, [], root)).toBe(false);
  });
});

describe('consistency', () => {
  test('is shown for every two sizes up to 64', () => {
    const leaves = data(64).map(leafHash);
    const roots = SIZES.map((size) => rootOf(leaves.slice(0, size)));
    for (const second of SIZES) {
      for (let first = 0; first <= second; first += 1) {
        const [a, b] = [roots[first] ?? Buffer.alloc(0), roots[second] ?? Buffer.alloc(0)];
        expect(verifyConsistency(first, second, a, b, consistencyProof(leaves, first, second)), `${first} to ${second}`).toBe(true);
      }
    }
  });

  test('is refused for other roots, sizes and proofs', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 64 }).chain((second) => fc.tuple(fc.integer({ min: 1, max: second - 1 }), fc.constant(second))), ([first, second]) => {
      const leaves = data(64).map(leafHash);
      const [a, b] = [rootOf(leaves.slice(0, first)), rootOf(leaves.slice(0, second))];
      const proof = consistencyProof(leaves, first, second);
      for (let byte = 0; byte < 32; byte += 1) {
        expect(verifyConsistency(first, second, flipped(a, byte), b, proof)).toBe(false);
        expect(verifyConsistency(first, second, a, flipped(b, byte), proof)).toBe(false);
      }
      for (let other = 1; other <= 64; other += 1) if (other !== first) expect(verifyConsistency(other, second, a, b, proof), `from ${other}`).toBe(false);
      expect(verifyConsistency(second, first, a, b, proof)).toBe(false);
      for (const wrong of wrongProofs(proof)) expect(verifyConsistency(first, second, a, b, wrong)).toBe(false);
    }), { numRuns: 40 });
  });

  test('cannot be shown for a history with one leaf changed', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(20), fc.nat(39), (first, more, place) => {
      const honest = data(first).map(leafHash);
      const changed = data(first + more).map(leafHash).with(place % first, leafHash(Buffer.from('another event')));
      expect(verifyConsistency(first, first + more, rootOf(honest), rootOf(changed), consistencyProof(changed, first, first + more))).toBe(false);
    }), { numRuns: 200 });
  });

  test('makes and takes no proof for sizes that make no sense', () => {
    const leaves = data(5).map(leafHash);
    for (const [first, second] of [[-1, 3], [4, 3], [2, 6], [1.5, 4], [Number.NaN, 4]] as const) {
      expect(() => consistencyProof(leaves, first, second), `${first} to ${second}`).toThrow(RangeError);
      expect(verifyConsistency(first, second, rootOf(leaves), rootOf(leaves), []), `${first} to ${second}`).toBe(false);
    }
  });
});
