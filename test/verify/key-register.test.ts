// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { appendEvent } from '../../src/evidence/append-log.ts';
import type { NewEvent } from '../../src/evidence/log-format.ts';
import { sealBundle } from '../../src/evidence/seal.ts';
import type { Instant } from '../../src/model/instant.ts';
import { findingsOf, resultsOf } from '../support/archive.ts';
import { SEALED_AT, unsealedBundle, verifySmall, type SmallBundle } from '../support/small-bundle.ts';
import { testSigner } from '../support/signer.ts';

const BY = { name: 'Ines Duarte', basis: 'typed only' } as const;
const AT = '2026-11-22T10:40:00.000Z' as Instant;
type Act = 'added' | 'retired' | 'another added' | 'seal';

/** A bundle whose log has acts of the register before or after its seal. */
async function withRegister(acts: readonly Act[]): Promise<SmallBundle> {
  const small = await unsealedBundle();
  const other = testSigner();
  for (const act of acts) {
    const { keyId, publicKeyPem } = act === 'another added' ? other : small.signer;
    const event: NewEvent = act === 'retired' ? { event: 'key.retired', at: AT, keyId, reason: 'it was copied', by: BY } : { event: 'key.added', at: AT, keyId, publicKeyPem, custody: 'a vault', by: BY };
    if (act === 'seal') await sealBundle(small.bundle, { logDir: small.logDir, signer: small.signer, at: SEALED_AT, run: small.run });
    else await appendEvent(small.logDir, event, small.signer);
  }
  return small;
}

describe('the key that sealed, in the log\'s register', () => {
  test.each<readonly [string, readonly Act[], RegExp]>([
    ['entered before the seal', ['added', 'seal'], /its register names the key that sealed this, since entry 2$/m], ['retired after it', ['added', 'seal', 'retired'], /since entry 2; it was retired after the seal, as entry 4/],
    ['retired before it', ['added', 'retired', 'seal'], /was retired before it, as entry 3 on 2026-11-22T10:40:00\.000Z: it was copied/], ['entered only after it', ['seal', 'added'], /only since entry 3, after the seal/],
    ['not in it', ['another added', 'seal'], /its register of keys does not name key [0-9a-f]{64}, which sealed this/], ['of a log without one', ['seal'], /has no register of keys/],
  ])('%s: a note, and the reader\'s key still decides', async (_, acts, expected) => {
    const small = await withRegister(acts);
    const report = await verifySmall(small);
    expect(findingsOf(report, 'authenticity')).toMatch(expected);
    expect(resultsOf(report)).toMatchObject({ authenticity: 'pass' });
    expect(resultsOf(await verifySmall(small, { keys: [testSigner().publicKeyPem] }))).toMatchObject({ authenticity: 'fail' });
  });
});
