// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeStampError, type TimeStampProblem } from '../../../src/evidence/time-stamp/error.ts';
import { readCertificates } from '../../../src/evidence/time-stamp/parse.ts';
import { nonceValue, timeStampRequest } from '../../../src/evidence/time-stamp/request.ts';
import { verifyStamp, type Stamp } from '../../../src/evidence/time-stamp/signature.ts';
import { trustPath } from '../../../src/evidence/time-stamp/trust.ts';
import { issue, issueCa, openssl, reply, type CertificateForm, type StampSigner } from '../../support/authority.ts';
import { authorities, requestFor } from '../../support/authorities.ts';
import { forgeStamp } from '../../support/forge-stamp.ts';
import { temporaryFolder } from '../../support/temp.ts';

const here = authorities();
const DATA = Buffer.from('rollcall-log/x\n3\nroot\n');

/** What a reader who trusts one authority learns of an answer. */
function judged(answer: Uint8Array, trusted: string = here().ca.pem): TimeStampProblem | 'taken' {
  try {
    trustPath(verifyStamp(answer, DATA), readCertificates(trusted));
    return 'taken';
  } catch (error) {
    if (error instanceof TimeStampError) return error.code;
    throw error;
  }
}

const stamped = async (signer: StampSigner, options: Parameters<typeof reply>[2] = {}): Promise<Buffer> => reply(signer, requestFor(DATA), options);

describe('a request', () => {
  test.each([
    ['no two bytes alike', Buffer.from('00112233445566778899aabbccddeeff', 'hex')], ['a first byte that would be a sign', Buffer.alloc(16, 0xff)], ['zeros', Buffer.alloc(16)],
  ])('is one that openssl reads, with digest, nonce and the wish for a certificate: %s', async (_, nonce) => {
    const file = join(await temporaryFolder(), 'request.tsq');
    await writeFile(file, timeStampRequest(createHash('sha256').update(DATA).digest(), nonce));
    const text = await openssl(['ts', '-query', '-in', file, '-text']);
    expect(text).toMatch(/Version: 1\nHash Algorithm: sha256\n/);
    expect(text).toContain(`Nonce: 0x${nonceValue(nonce).toString(16).toUpperCase().padStart(32, '0')}`);
    expect(text).toContain('Certificate required: yes');
  });
});

describe('a stamp by openssl', () => {
  test.each<readonly [string, CertificateForm, Parameters<typeof reply>[2]]>([
    ['RSA', { key: 'rsa' }, {}], ['ECDSA', { key: 'ec' }, {}], ['RSA over SHA-512', { key: 'rsa' }, { digest: 'sha512', ess: 'sha512' }], ['ECDSA over SHA-384', { key: 'ec' }, { digest: 'sha384' }],
    ['a certificate named by its SHA-1, as RFC 3161 first had it', { key: 'ec' }, { ess: 'sha1' }],
  ])('is taken: %s', async (name, form, options) => {
    const before = Date.now();
    const answer = await stamped(await issue(here().ca, name.replaceAll(/\W/g, '-'), form), options);
    expect(judged(answer)).toBe('taken');
    const stamp = verifyStamp(answer, DATA);
    expect({ nonce: stamp.nonce, policy: stamp.policy, accuracyMs: stamp.accuracyMs }).toEqual({ nonce: nonceValue(Buffer.alloc(16, 7)), policy: '1.2.3.4.1', accuracyMs: 1000 });
    expect(Math.abs(Date.parse(stamp.time) - before)).toBeLessThan(60_000);
    expect(stamp.authority).toMatch(/CN=.*O=Test/);
  });

  test('is taken by way of an authority in between, where the token carries its certificate, and not where it does not', async () => {
    const between = await issueCa(here().ca, 'between');
    const answer = await stamped(await issue(between, 'Under between', { chain: between.certificate }));
    expect(judged(answer)).toBe('taken');
    expect(judged(await stamped(await issue(between, 'Alone')))).toBe('untrusted');
    expect(judged(await stamped(await issue(between, 'Alone again')), here().ca.pem + between.pem)).toBe('taken');
  });

  test('keeps what it is over: its answer to a request that was refused has no token', async () => {
    expect(judged(await reply(here().signer, requestFor(DATA), { algorithms: 'sha512' }))).toBe('refused');
    expect(() => verifyStamp(Buffer.from('300502010230', 'hex'), DATA)).toThrow(TimeStampError);
  });
});

describe('a stamp is not taken', () => {
  test.each<readonly [string, TimeStampProblem, () => Promise<Buffer>]>([
    ['over something else', 'imprint', () => reply(here().signer, requestFor(Buffer.from('something else')))],
    ['from an authority that the reader did not give', 'untrusted', () => stamped(here().stranger)],
    ['by a certificate that says nothing of time stamping', 'certificate', async () => relabelled({ usage: null })],
    ['by a certificate for other things', 'certificate', async () => relabelled({ usage: 'critical,codeSigning' })],
    ['by a certificate for time stamping and other things', 'certificate', async () => relabelled({ usage: 'critical,timeStamping,codeSigning' })],
    ['by a certificate whose purpose is not critical', 'certificate', async () => relabelled({ usage: 'timeStamping' })],
    ['by a certificate that was no longer valid', 'certificate', async () => stamped(await issue(here().ca, 'Past', { validity: ['20200101000000Z', '20210101000000Z'] }))],
    ['by a certificate that was not valid yet', 'certificate', async () => stamped(await issue(here().ca, 'Future', { validity: ['20900101000000Z', '20910101000000Z'] }))],
    ['by an authority in between that is none', 'untrusted', async () => {
      const leaf = await issueCa(here().ca, 'no authority', 'critical,CA:FALSE');
      return stamped(await issue(leaf, 'Under a leaf', { chain: leaf.certificate }));
    }],
    ['by a longer path than an authority allows', 'untrusted', async () => {
      const outer = await issueCa(here().ca, 'outer', 'critical,CA:TRUE,pathlen:0');
      const inner = await issueCa(outer, 'inner');
      const { chain } = { chain: join(inner.folder, 'chain.pem') };
      await writeFile(chain, inner.pem + outer.pem);
      return stamped(await issue(inner, 'Too deep', { chain }));
    }],
    ['with a critical extension that nobody here knows', 'untrusted', async () => stamped(await issue(here().ca, 'Unknown extension', { extensions: ['basicConstraints = CA:FALSE', '1.2.3.4.5 = critical,ASN1:UTF8String:x'] }))],
    ['by a key that is too small', 'algorithm', async () => stamped(await issue(here().ca, 'Small', { key: 'rsa-small' }))],
    ['with a digest that is too weak', 'algorithm', () => reply(here().signer, requestFor(DATA), { digest: 'sha1' })],
    ['of a page', 'malformed', async () => Buffer.from('<!doctype html><title>Welcome</title>')],
    ['of nothing', 'malformed', async () => Buffer.alloc(0)],
    ['with something after it', 'malformed', async () => Buffer.concat([await stamped(here().signer), Buffer.from([0])])],
    ['cut short', 'malformed', async () => (await stamped(here().signer)).subarray(0, -1)],
    ['of values that nest without end', 'malformed', async () => Buffer.concat([Buffer.from('3080'.repeat(40_000), 'hex')])],
  ])('%s: %s', async (_, problem, make) => {
    const answer = await make();
    expect(judged(answer)).toBe(problem);
    expect(judged(await stamped(here().signer))).toBe('taken');
  });

  test('for its certificate alone: the same stamp, signed anew by a certificate that may, is', async () => {
    expect(judged(await relabelled({}))).toBe('taken');
  });

  test('that holds no certificate', async () => {
    const bare = timeStampRequest(createHash('sha256').update(DATA).digest(), Buffer.alloc(16, 7));
    // certReq is the last member: BOOLEAN true, three bytes, which its default (false) leaves out.
    const without = Buffer.concat([Buffer.from([0x30, (bare[1] ?? 0) - 3]), bare.subarray(2, -3)]);
    expect(judged(await reply(here().signer, without))).toBe('certificate');
  });
});

describe('a stamp that was changed', () => {
  const same = ({ time, accuracyMs, imprint, nonce, serial, policy, authority }: Stamp): object => ({ time, accuracyMs, imprint, nonce, serial, policy, authority });

  /** Whether a changed answer is refused; where it is not, it must say what the answer said. */
  function refusedOrSame(changed: Uint8Array, told: object): boolean {
    try {
      const stamp = verifyStamp(changed, DATA);
      trustPath(stamp, readCertificates(here().ca.pem));
      expect(same(stamp)).toEqual(told);
      return false;
    } catch (error) {
      if (error instanceof TimeStampError) return true;
      throw error;
    }
  }

  test.each(['rsa', 'ec'] as const)('in any one byte is refused, or says the same of time, content and authority: %s', async (key) => {
    const answer = await stamped(await issue(here().ca, `Changed ${key}`, { key }));
    const told = same(verifyStamp(answer, DATA));
    let refused = 0;
    fc.assert(fc.property(fc.nat(answer.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(answer);
      changed[at] = (changed[at] ?? 0) ^ flip;
      if (refusedOrSame(changed, told)) refused += 1;
    }), { numRuns: 1500 });
    // Most of it is signed, one way or the other.
    expect(refused).toBeGreaterThan(1200);
  });

  test('by bytes left out or put in between is refused or says the same, and never stops the program', async () => {
    const answer = await stamped(here().signer);
    const told = same(verifyStamp(answer, DATA));
    let refused = 0;
    fc.assert(fc.property(fc.nat(answer.length - 1), fc.nat(40), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, removed, added) => {
      if (refusedOrSame(Buffer.concat([answer.subarray(0, at), added, answer.subarray(at + removed)]), told)) refused += 1;
    }), { numRuns: 400 });
    expect(refused).toBeGreaterThan(350);
  });
});

/**
 * A stamp whose certificate openssl would not sign with: openssl stamps with a good certificate, and what it stamped is signed anew, as whoever holds such a key would.
 */
async function relabelled(form: CertificateForm): Promise<Buffer> {
  const signer = await issue(here().ca, `Relabelled ${form.usage ?? 'nothing'}`.replaceAll(/[^A-Za-z ]/g, ' '), form);
  return forgeStamp(await stamped(here().signer), signer);
}
