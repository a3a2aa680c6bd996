// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { actIsSigned, signAct } from '../../src/evidence/acts.ts';
import { eventSchema, type LogEvent, type NewEvent } from '../../src/evidence/log-format.ts';
import { instantOf } from '../../src/model/instant.ts';
import type { Person } from '../../src/model/person.ts';

const AT = instantOf(Date.UTC(2026, 6, 1));
const { privateKey } = generateKeyPairSync('ed25519');
const publicKey = createPublicKey(privateKey);

function withdrawal(by: Person, reason = 'the key is gone'): NewEvent {
  return { event: 'acceptance.withdrawn', at: AT, acceptance: 'A-1', effective: AT, reason, by };
}
function logged(event: NewEvent, sequence = 3): LogEvent {
  return eventSchema.parse({ ...event, sequence });
}

describe('an act that a person signed', () => {
  const by = signAct(withdrawal({ name: 'Ines Duarte', basis: 'typed only' }), 'Ines Duarte', privateKey, publicKey);

  test('is theirs wherever it stands in the log, and whenever it was logged', () => {
    expect(actIsSigned(logged(withdrawal(by)), by, [publicKey])).toBe(true);
    expect(actIsSigned({ ...logged(withdrawal(by), 9), at: instantOf(Date.UTC(2027, 0, 1)) }, by, [publicKey])).toBe(true);
  });

  test('is not theirs with other words or another name', () => {
    expect(actIsSigned(logged(withdrawal(by, 'another reason')), by, [publicKey])).toBe(false);
    const other: Person = { ...by, name: 'Tom Achterberg' };
    expect(actIsSigned(logged(withdrawal(other)), other, [publicKey])).toBe(false);
  });

  test('cannot be judged without the key, nor where no key signed', () => {
    expect(actIsSigned(logged(withdrawal(by)), by, [])).toBeNull();
    const typed: Person = { name: 'Ines Duarte', basis: 'typed only' };
    expect(actIsSigned(logged(withdrawal(typed)), typed, [publicKey])).toBeNull();
  });
});
