// SPDX-License-Identifier: Apache-2.0
import { TimeStampError } from './error.ts';

export type Hash = 'sha256' | 'sha384' | 'sha512';

/** https://www.rfc-editor.org/rfc/rfc5754, section 2. SHA-1 and older are not taken: who can make two contents of one digest can have either stamped. */
const DIGESTS: ReadonlyMap<string, Hash> = new Map([['2.16.840.1.101.3.4.2.1', 'sha256'], ['2.16.840.1.101.3.4.2.2', 'sha384'], ['2.16.840.1.101.3.4.2.3', 'sha512']]);

/** https://www.rfc-editor.org/rfc/rfc5754, section 3. `hash` null: the digest algorithm beside it tells. */
const SIGNATURES: ReadonlyMap<string, { readonly key: 'rsa' | 'ec'; readonly hash: Hash | null }> = new Map([
  ['1.2.840.113549.1.1.1', { key: 'rsa', hash: null }], ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }], ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }], ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.2.1', { key: 'ec', hash: null }], ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }], ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }], ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
]);

const CERTIFICATE_SIGNATURES: ReadonlySet<string> = new Set([...[...SIGNATURES].filter(([, { hash }]) => hash !== null).map(([id]) => id), '1.3.101.112']);

/** A digest algorithm by its object identifier. Throws a TimeStampError for one that is not taken. */
export function digestOf(id: string): Hash {
  const hash = DIGESTS.get(id);
  if (hash === undefined) throw new TimeStampError('algorithm', `uses the digest algorithm ${id}, which is not one of SHA-256, SHA-384 and SHA-512`);
  return hash;
}

/** A signature algorithm by its object identifier: of which kind of key, and over which digest. Throws a TimeStampError for one that is not taken. */
export function signatureOf(id: string, digest: Hash): { readonly key: 'rsa' | 'ec'; readonly hash: Hash } {
  const found = SIGNATURES.get(id);
  if (found === undefined) throw new TimeStampError('algorithm', `uses the signature algorithm ${id}, which is neither RSA (PKCS #1 v1.5) nor ECDSA over SHA-2`);
  return { key: found.key, hash: found.hash ?? digest };
}

/** Whether a certificate may be signed so: RSA, ECDSA over SHA-2, or Ed25519. */
export function signsCertificates(id: string): boolean {
  return CERTIFICATE_SIGNATURES.has(id);
}
