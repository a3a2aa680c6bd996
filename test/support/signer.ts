// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { keyIdOf } from '../../src/evidence/dsse.ts';
import type { Signer } from '../../src/evidence/signer.ts';

/** A signer with a key of a test's own, in memory; `pem` is its private key for child processes. */
export function testSigner(pem: string = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()): Signer & { readonly pem: string } {
  const privateKey = createPrivateKey(pem);
  const key = createPublicKey(privateKey);
  return { pem, keyId: keyIdOf(key), publicKeyPem: key.export({ type: 'spki', format: 'pem' }).toString(), custody: 'a test', sign: async (bytes) => sign(null, bytes, privateKey) };
}
