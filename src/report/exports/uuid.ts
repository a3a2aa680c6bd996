// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../model/json.ts';

// Version 5 of `urn:rollcall:export` in the namespace for URLs (RFC 9562, 5.5 and appendix A): fixed for ever, since ids made with it are compared across runs.
const NAMESPACE = Buffer.from('bd10344891ec568cb1396431c4cf721e', 'hex');

/** A UUID of version 5 over what it names: equal parts give an equal id on every machine, and nothing random is in it. */
export function uuidOf(...parts: readonly unknown[]): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(canonicalJson(parts)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
