// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

// RFC 6962 section 2.1: leaf and node hashes differ by a first byte, so that a node can never pass as a leaf.
/** Hash of a leaf. */
export function leafHash(data: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(0)).update(data).digest();
}
/** Hash of an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

/** Root of the tree over leaf hashes; the empty tree's root is the hash of nothing (RFC 6962, 2.1). */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  return subtree(leaves, 0, leaves.length);
}

function subtree(leaves: readonly Buffer[], from: number, to: number): Buffer {
  const [only] = leaves.slice(from, from + 1);
  if (to - from === 1 && only !== undefined) return only;
  const middle = from + split(to - from);
  return nodeHash(subtree(leaves, from, middle), subtree(leaves, middle, to));
}

/** The largest power of two smaller than n. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The root at every size from 0: the perfect subtrees of each size, joined from the right (RFC 6962, 2.1), so that all cost n log n and not n squared. */
export function rootsBySize(leaves: readonly Buffer[]): readonly Buffer[] {
  const roots = [rootOf([])];
  const perfect: { readonly size: number; readonly hash: Buffer }[] = [];
  for (const leaf of leaves) {
    let last = { size: 1, hash: leaf };
    for (let before = perfect.at(-1); before !== undefined && before.size === last.size; before = perfect.at(-1)) {
      last = { size: before.size * 2, hash: nodeHash(before.hash, last.hash) };
      perfect.pop();
    }
    perfect.push(last);
    roots.push(perfect.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), last.hash));
  }
  return roots;
}

/** Audit path of leaf `index` in the tree of the first `size` leaves (RFC 6962, 2.1.1). Throws a RangeError for an index outside. */
export function inclusionProof(leaves: readonly Buffer[], index: number, size: number): readonly Buffer[] {
  if (!places(index, size) || index >= size || size > leaves.length) throw new RangeError(`no leaf ${index} in a tree of ${size} of ${leaves.length}`);
  const path: Buffer[] = [];
  let from = 0;
  let to = size;
  const steps: (() => Buffer)[] = [];
  while (to - from > 1) {
    const middle = from + split(to - from);
    const [a, b] = index < middle ? [middle, to] : [from, middle];
    steps.push(() => subtree(leaves, a, b));
    if (index < middle) to = middle;
    else from = middle;
  }
  for (const step of steps.reverse()) path.push(step());
  return path;
}

/** Whether an audit path leads from a leaf to a root (RFC 9162, 2.1.3.2). Never throws. */
export function verifyInclusion(leaf: Buffer, index: number, size: number, proof: readonly Buffer[], root: Buffer): boolean {
  if (!places(index, size) || index >= size) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else hash = nodeHash(hash, sibling);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && hash.equals(root);
}

/** Proof that the tree of `first` leaves is a beginning of the tree of `second` (RFC 6962, 2.1.2). Throws a RangeError where the sizes make no sense. */
export function consistencyProof(leaves: readonly Buffer[], first: number, second: number): readonly Buffer[] {
  if (!places(first, second) || first > second || second > leaves.length) throw new RangeError(`no proof from ${first} to ${second} of ${leaves.length}`);
  if (first === 0 || first === second) return [];
  return subproof(leaves, first, 0, second, true);
}

function subproof(leaves: readonly Buffer[], m: number, from: number, to: number, complete: boolean): Buffer[] {
  const n = to - from;
  if (m === n) return complete ? [] : [subtree(leaves, from, to)];
  const k = split(n);
  if (m <= k) return [...subproof(leaves, m, from, from + k, complete), subtree(leaves, from + k, to)];
  return [...subproof(leaves, m - k, from + k, to, false), subtree(leaves, from, from + k)];
}

/** Whether a proof shows that one root's tree begins with the other's (RFC 9162, 2.1.4.2). Never throws. */
export function verifyConsistency(first: number, second: number, firstRoot: Buffer, secondRoot: Buffer, proof: readonly Buffer[]): boolean {
  if (!places(first, second) || first > second) return false;
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot);
  if (first === 0) return proof.length === 0;
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : [...proof];
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  const start = path.shift();
  if (start === undefined) return false;
  let fr = start;
  let sr = start;
  for (const c of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else sr = nodeHash(sr, c);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
}

function places(...numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n));
}
