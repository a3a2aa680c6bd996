// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { timeStampRequest } from '../../src/evidence/time-stamp/request.ts';
import { issue, makeCa, type StampSigner, type TestCa } from './authority.ts';

/** A certificate authority that a reader trusts, another that nobody here knows, and a signer of stamps under each. */
export interface Authorities { readonly ca: TestCa; readonly other: TestCa; readonly signer: StampSigner; readonly stranger: StampSigner }

/** Call at the top of a test file: made once for all of its tests, by openssl. */
export function authorities(): () => Authorities {
  let made: { readonly folder: string; readonly all: Authorities } | null = null;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-tsa-'));
    const [ca, other] = [await makeCa(join(folder, 'trusted'), 'Trusted root'), await makeCa(join(folder, 'other'), 'Other root')];
    made = { folder, all: { ca, other, signer: await issue(ca, 'Stamps', { key: 'rsa' }), stranger: await issue(other, 'Strange stamps') } };
  });
  afterAll(async () => {
    if (made !== null) await rm(made.folder, { recursive: true, force: true });
  });
  return () => {
    if (made === null) throw new Error('the authorities are there only while tests run');
    return made.all;
  };
}

/** A request for a stamp over some bytes. */
export function requestFor(data: Uint8Array, nonce: Uint8Array = Buffer.alloc(16, 7)): Buffer {
  return timeStampRequest(createHash('sha256').update(data).digest(), nonce);
}
