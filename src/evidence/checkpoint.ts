// SPDX-License-Identifier: Apache-2.0
import { createHash, verify, type KeyObject } from 'node:crypto';
import type { Signer } from './signer.ts';

/** What a checkpoint says: the log, how many leaves, and the root over them. */
export interface Checkpoint { readonly origin: string; readonly size: number; readonly root: Buffer; readonly body: string; readonly signatures: readonly { readonly name: string; readonly keyHash: Buffer; readonly signature: Buffer }[] }

/** A checkpoint as a signed note. https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note; the key's name is the log's origin. */
export async function signCheckpoint(origin: string, size: number, root: Buffer, signer: Signer, rawPublicKey: Buffer): Promise<string> {
  const body = `${origin}\n${size}\n${root.toString('base64')}\n`;
  const signature = Buffer.concat([keyHash(origin, rawPublicKey), await signer.sign(Buffer.from(body))]);
  return `${body}\n— ${origin} ${signature.toString('base64')}\n`;
}

/** A checkpoint from its text, or null where the text is none. Says nothing about its signature. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const at = text.indexOf('\n\n');
  if (at < 0) return null;
  const body = text.slice(0, at + 1);
  const [origin = '', size = '', root = '', ...rest] = body.slice(0, -1).split('\n');
  if (origin === '' || rest.length > 0 || !/^(?:0|[1-9]\d{0,14})$/.test(size)) return null;
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== root) return null;
  const signatures: Checkpoint['signatures'][number][] = [];
  if (!text.endsWith('\n')) return null;
  for (const line of text.slice(at + 2, -1).split('\n')) {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    // Only the one spelling of the bytes: Buffer.from overlooks what is no base64.
    if (name === '' || bytes.length < 5 || bytes.toString('base64') !== encoded) return null;
    signatures.push({ name, keyHash: bytes.subarray(0, 4), signature: bytes.subarray(4) });
  }
  return signatures.length === 0 ? null : { origin, size: Number(size), root: hash, body, signatures };
}

/** Whether one of the keys signed a checkpoint under its own origin. */
export function checkpointIsSigned(checkpoint: Checkpoint, keys: readonly KeyObject[]): boolean {
  return keys.some((key) => checkpoint.signatures.some(({ name, keyHash: hash, signature }) => name === checkpoint.origin && hash.equals(keyHash(name, rawKeyOf(key))) && verify(null, Buffer.from(checkpoint.body), key, signature)));
}

/** The 32 bytes of an Ed25519 public key. */
export function rawKeyOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-32);
}

/** First four bytes of SHA-256 over name, line feed, the signature type of Ed25519 (1) and the key: https://c2sp.org/signed-note, "Signature types". */
function keyHash(name: string, rawKey: Buffer): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Uint8Array.of(1)).update(rawKey).digest().subarray(0, 4);
}
