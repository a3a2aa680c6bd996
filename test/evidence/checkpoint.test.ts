// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkpointIsSigned, parseCheckpoint, rawKeyOf, signCheckpoint, type Checkpoint } from '../../src/evidence/checkpoint.ts';
import { keyIdOf } from '../../src/evidence/dsse.ts';
import type { Signer } from '../../src/evidence/signer.ts';

const ORIGIN = 'rollcall-log/3f1c';
const ROOT = createHash('sha256').update('root').digest();

function signer(): { readonly signer: Signer; readonly key: KeyObject; readonly privateKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { key: publicKey, privateKey, signer: { keyId: keyIdOf(publicKey), publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), custody: 'test', sign: async (bytes) => sign(null, bytes, privateKey) } };
}

async function signed(by: ReturnType<typeof signer>, origin = ORIGIN, size = 7): Promise<string> {
  return signCheckpoint(origin, size, ROOT, by.signer, rawKeyOf(by.key));
}

function parsed(text: string): Checkpoint {
  const checkpoint = parseCheckpoint(text);
  if (checkpoint === null) throw new Error(`no checkpoint: ${text}`);
  return checkpoint;
}

describe('a checkpoint', () => {
  test('comes back as it was signed, and only its key’s signature counts', async () => {
    const [mine, other] = [signer(), signer()];
    const text = await signed(mine);
    const checkpoint = parsed(text);
    expect(checkpoint).toMatchObject({ origin: ORIGIN, size: 7, body: `${ORIGIN}\n7\n${ROOT.toString('base64')}\n` });
    expect(checkpoint.root.equals(ROOT)).toBe(true);
    expect(checkpointIsSigned(checkpoint, [mine.key])).toBe(true);
    expect(checkpointIsSigned(checkpoint, [other.key, mine.key])).toBe(true);
    expect(checkpointIsSigned(checkpoint, [other.key])).toBe(false);
    expect(checkpointIsSigned(checkpoint, [])).toBe(false);
  });

  test('carries the key hash of C2SP signed-note: SHA-256 over name, line feed, 0x01 and key, four bytes', async () => {
    const mine = signer();
    const raw = Buffer.from(createPublicKey(mine.signer.publicKeyPem).export({ format: 'jwk' }).x ?? '', 'base64url');
    expect(rawKeyOf(mine.key).equals(raw)).toBe(true);
    const expected = createHash('sha256').update(Buffer.concat([Buffer.from(ORIGIN), Buffer.from([0x0a, 0x01]), raw])).digest().subarray(0, 4);
    expect(parsed(await signed(mine)).signatures.map(({ keyHash }) => keyHash.toString('hex'))).toEqual([expected.toString('hex')]);
  });

  test('has the key hash of the published example of signed-note', async () => {
    // https://pkg.go.dev/golang.org/x/mod/sumdb/note: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW
    const raw = Buffer.from('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'base64').subarray(1);
    const text = await signCheckpoint('PeterNeumann', 1, ROOT, signer().signer, raw);
    expect(parsed(text).signatures[0]?.keyHash.toString('hex')).toBe('c74f20a3');
  });

  test('is refused with a signature made under another origin', async () => {
    const mine = signer();
    const [body] = (await signed(mine)).split('\n\n');
    const [, elsewhere = ''] = (await signed(mine, 'rollcall-log/other')).split('\n\n');
    expect(checkpointIsSigned(parsed(`${body}\n\n${elsewhere}`), [mine.key])).toBe(false);
    expect(checkpointIsSigned(parsed(`${body}\n\n${elsewhere.replace('rollcall-log/other', ORIGIN)}`), [mine.key])).toBe(false);
    // Even a signature over this very body does not count under a name that is not the log's.
    const note = parsed(await signed(mine));
    expect(checkpointIsSigned({ ...note, signatures: note.signatures.map((signature) => ({ ...signature, name: 'rollcall-log/other' })) }, [mine.key])).toBe(false);
  });

  test('is refused after any change of any character', async () => {
    const mine = signer();
    const text = Buffer.from(await signed(mine));
    expect(checkpointIsSigned(parsed(text.toString('utf8')), [mine.key])).toBe(true);
    for (let at = 0; at < text.length; at += 1) {
      for (const bit of [0x01, 0x02, 0x20]) {
        const changed = Buffer.from(text);
        changed.writeUInt8(changed.readUInt8(at) ^ bit, at);
        const checkpoint = parseCheckpoint(changed.toString('utf8'));
        expect(checkpoint !== null && checkpointIsSigned(checkpoint, [mine.key]), `byte ${at} ^ ${bit}`).toBe(false);
      }
    }
  });

  test('keeps a witness’s line beside the log’s own', async () => {
    const [mine, witness] = [signer(), signer()];
    const text = await signed(mine);
    const line = `— witness.example/w ${Buffer.concat([Buffer.from([1, 2, 3, 4]), sign(null, Buffer.from(parsed(text).body), witness.privateKey)]).toString('base64')}\n`;
    const checkpoint = parsed(text + line);
    expect(checkpoint.signatures.map(({ name }) => name)).toEqual([ORIGIN, 'witness.example/w']);
    expect(checkpointIsSigned(checkpoint, [mine.key])).toBe(true);
    expect(checkpointIsSigned(checkpoint, [witness.key])).toBe(false);
  });
});

describe('what is no checkpoint', () => {
  const root = ROOT.toString('base64');
  const line = `— ${ORIGIN} ${Buffer.alloc(68, 1).toString('base64')}\n`;
  test('the frame of these cases is one', () => {
    expect(parseCheckpoint(`${ORIGIN}\n7\n${root}\n\n${line}`)).not.toBeNull();
  });

  test.each([
    ['nothing', ''], ['an empty body', `\n\n${line}`], ['no signature', `${ORIGIN}\n7\n${root}\n\n`], ['no blank line', `${ORIGIN}\n7\n${root}\n${line}`],
    ['no origin', `\n7\n${root}\n\n${line}`], ['a size with a leading zero', `${ORIGIN}\n07\n${root}\n\n${line}`], ['a negative size', `${ORIGIN}\n-7\n${root}\n\n${line}`],
    ['a size above 2^53', `${ORIGIN}\n99999999999999999999\n${root}\n\n${line}`], ['a short root', `${ORIGIN}\n7\n${Buffer.alloc(31).toString('base64')}\n\n${line}`],
    ['a root that is no base64', `${ORIGIN}\n7\n${root.slice(0, -2)}!=\n\n${line}`], ['a further line', `${ORIGIN}\n7\n${root}\nmore\n\n${line}`],
    ['a hyphen for the dash', `${ORIGIN}\n7\n${root}\n\n${line.replace('—', '-')}`], ['a signature of four bytes', `${ORIGIN}\n7\n${root}\n\n— ${ORIGIN} AQIDBA==\n`],
    ['a signature that is no base64', `${ORIGIN}\n7\n${root}\n\n${line.replace('AQEB', 'AQ!B')}`], ['a torn end', `${ORIGIN}\n7\n${root}\n\n${line.slice(0, -1)}`],
    ['a blank line among the signatures', `${ORIGIN}\n7\n${root}\n\n${line}\n${line}`], ['carriage returns', `${ORIGIN}\r\n7\r\n${root}\r\n\r\n${line}`],
  ])('%s', (_, text) => {
    expect(parseCheckpoint(text)).toBeNull();
  });

  test('any text at all: refused or read, never an exception', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(ORIGIN, '\n', '7', root, '— ', ' ', line, '\n\n')).map((parts) => parts.join('')));
    fc.assert(fc.property(texts, (text) => {
      const checkpoint = parseCheckpoint(text);
      if (checkpoint !== null) expect(text.startsWith(`${checkpoint.body}\n— `)).toBe(true);
    }), { numRuns: 500 });
  });
});
