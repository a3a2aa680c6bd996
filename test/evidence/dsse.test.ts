// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { envelopeSchema, keyIdOf, PAYLOAD_TYPE, preAuthenticationEncoding, publicKeyOf, signEnvelope, verifyEnvelope, type Envelope } from '../../src/evidence/dsse.ts';
import type { Signer } from '../../src/evidence/signer.ts';
import { temporaryFolder } from '../support/temp.ts';

const run = promisify(execFile);
const PAYLOAD = Buffer.from('{"a":"hello — world"}');

function keyPair(): { readonly key: KeyObject; readonly privateKey: KeyObject; readonly pem: string; readonly signer: Signer } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { key: publicKey, privateKey, pem, signer: { keyId: keyIdOf(publicKey), publicKeyPem: pem, custody: 'test', sign: async (bytes) => sign(null, bytes, privateKey) } };
}

/** What a reader does with an envelope's text: parse, then ask for a signature. */
function accepted(value: unknown, key: KeyObject): boolean {
  const parsed = envelopeSchema.safeParse(value);
  return parsed.success && verifyEnvelope(parsed.data, [key]) !== null;
}

function first(envelope: Envelope): Envelope['signatures'][number] {
  const [signature] = envelope.signatures;
  if (signature === undefined) throw new Error('no signature');
  return signature;
}

describe('pre-authentication encoding', () => {
  test('is the example of the DSSE specification', () => {
    expect(preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world')).toString('utf8')).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  test('counts bytes, not characters, and keeps type and payload apart', () => {
    expect(preAuthenticationEncoding('ü', Buffer.from('—')).toString('utf8')).toBe('DSSEv1 2 ü 3 —');
    expect(preAuthenticationEncoding('a b', Buffer.from('c')).equals(preAuthenticationEncoding('a', Buffer.from('b c')))).toBe(false);
  });
});

describe('an envelope', () => {
  test('is one that openssl verifies, under the key id that openssl gives', async () => {
    const mine = keyPair();
    const folder = await temporaryFolder();
    const at = (name: string): string => join(folder, name);
    const envelope = await signEnvelope(PAYLOAD, mine.signer);
    await writeFile(at('key.pem'), mine.pem);
    await writeFile(at('pae'), Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${PAYLOAD.length} `), PAYLOAD]));
    await writeFile(at('sig'), Buffer.from(first(envelope).sig, 'base64'));
    const openssl = (input: string): Promise<{ stdout: string }> => run('openssl', ['pkeyutl', '-verify', '-pubin', '-inkey', at('key.pem'), '-rawin', '-in', at(input), '-sigfile', at('sig')]);
    expect((await openssl('pae')).stdout).toContain('Signature Verified Successfully');
    await writeFile(at('other'), 'DSSEv1 1 a 1 b');
    await expect(openssl('other')).rejects.toThrow(/Command failed/);
    const { stdout: der } = await run('openssl', ['pkey', '-pubin', '-in', at('key.pem'), '-outform', 'DER'], { encoding: 'buffer' });
    expect(first(envelope).keyid).toBe(createHash('sha256').update(der).digest('hex'));
  });

  test('is accepted under its own key and named by it, and under no other', async () => {
    const [mine, other] = [keyPair(), keyPair()];
    const envelope = await signEnvelope(PAYLOAD, mine.signer);
    expect(Buffer.from(envelope.payload, 'base64').equals(PAYLOAD)).toBe(true);
    expect(verifyEnvelope(envelope, [other.key, mine.key])).toBe(keyIdOf(mine.key));
    expect(verifyEnvelope(envelope, [other.key])).toBeNull();
    expect(verifyEnvelope(envelope, [])).toBeNull();
    // The key id is a hint: one that lies makes no other key's signature good.
    expect(verifyEnvelope({ ...envelope, signatures: [{ ...first(envelope), keyid: keyIdOf(other.key) }] }, [other.key])).toBeNull();
  });

  test('is refused after any change of payload, type or signature, down to every character of the text', async () => {
    const mine = keyPair();
    const envelope = await signEnvelope(PAYLOAD, mine.signer);
    expect(accepted(envelope, mine.key)).toBe(true);
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=', ' '];
    const changes = (text: string): readonly string[] => [...text].flatMap((own, at) => alphabet.filter((character) => character !== own).map((character) => text.slice(0, at) + character + text.slice(at + 1)));
    const { sig, keyid } = first(envelope);
    for (const payload of changes(envelope.payload)) expect(accepted({ ...envelope, payload }, mine.key), payload).toBe(false);
    for (const changed of changes(sig)) expect(accepted({ ...envelope, signatures: [{ keyid, sig: changed }] }, mine.key), changed).toBe(false);
    for (const payloadType of changes(envelope.payloadType)) {
      expect(accepted({ ...envelope, payloadType }, mine.key)).toBe(false);
      expect(verifyEnvelope({ ...envelope, payloadType: payloadType as Envelope['payloadType'] }, [mine.key]), payloadType).toBeNull();
    }
  });

  test('without signatures, with further members or with no base64 is none', async () => {
    const envelope = await signEnvelope(PAYLOAD, keyPair().signer);
    for (const wrong of [{ ...envelope, signatures: [] }, { ...envelope, more: 1 }, { ...envelope, payload: 'a' }, { ...envelope, payload: 'YQ' }, { ...envelope, payload: 'YR==' }, { ...envelope, payload: 'YQ-_' }, null, []]) expect(envelopeSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    for (const payload of ['', 'YQ==', 'YWI=', 'YWJj']) expect(envelopeSchema.safeParse({ ...envelope, payload }).success, payload).toBe(true);
  });
});

describe('a public key', () => {
  test('is read from PEM; what is none is refused in words', () => {
    const mine = keyPair();
    expect(keyIdOf(publicKeyOf(mine.pem))).toBe(keyIdOf(mine.key));
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => publicKeyOf(rsa)).toThrow(/Ed25519 key is needed; this one is rsa/);
    expect(() => publicKeyOf(mine.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow(/private key; give the public one/);
    expect(() => publicKeyOf('garbage')).toThrow(/not a public key in PEM form/);
    expect(() => publicKeyOf('')).toThrow(/not a public key in PEM form/);
  });
});
