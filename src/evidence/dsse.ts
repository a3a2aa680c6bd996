// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Signer } from './signer.ts';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

// Only the one spelling of the bytes: otherwise a text could be changed in bits that no decoder looks at, and still be signed.
const base64 = z.string().refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'not base64');
export const envelopeSchema = z.strictObject({ payloadType: z.literal(PAYLOAD_TYPE), payload: base64, signatures: z.array(z.strictObject({ keyid: z.string(), sig: base64 })).min(1).max(16) });
export type Envelope = z.output<typeof envelopeSchema>;

/** Pre-authentication encoding: what is signed is type and bytes, so that neither can stand for another. https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload]);
}

/** Signs a payload into an envelope. */
export async function signEnvelope(payload: Uint8Array, signer: Signer): Promise<Envelope> {
  const sig = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  return { payloadType: PAYLOAD_TYPE, payload: Buffer.from(payload).toString('base64'), signatures: [{ keyid: signer.keyId, sig: Buffer.from(sig).toString('base64') }] };
}

/** The id of the first of the keys whose signature the envelope bears, over its exact bytes; null where none does. The key ids in the envelope are hints and decide nothing. */
export function verifyEnvelope(envelope: Envelope, keys: readonly KeyObject[]): string | null {
  const bytes = preAuthenticationEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'));
  for (const key of keys) {
    for (const { sig } of envelope.signatures) if (verify(null, bytes, key, Buffer.from(sig, 'base64'))) return keyIdOf(key);
  }
  return null;
}

/** A key's id: SHA-256 of its SubjectPublicKeyInfo in DER, in hex. `openssl pkey -pubin -in KEY -outform DER | sha256sum` prints the same. */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('hex');
}

/** An Ed25519 public key from PEM text. Throws an Error that says what the text is not. */
export function publicKeyOf(pem: string): KeyObject {
  let key: KeyObject;
  try {
    if (/PRIVATE KEY/.test(pem)) throw new Error('this is a private key; give the public one');
    key = createPublicKey(pem);
  } catch (error) {
    throw new Error(`not a public key in PEM form: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`an Ed25519 key is needed; this one is ${key.asymmetricKeyType ?? 'of no known kind'}`);
  return key;
}
