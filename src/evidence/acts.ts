// SPDX-License-Identifier: Apache-2.0
import { sign, verify, type KeyObject } from 'node:crypto';
import { personSchema, type Person } from '../model/person.ts';
import { canonicalJson } from '../model/json.ts';
import { keyIdOf } from './dsse.ts';
import type { LogEvent, NewEvent } from './log-format.ts';

/** What a person signs who signs an act: the event without place and time of logging, each person in it by name alone, in canonical form. */
export function actBytes(event: NewEvent | LogEvent): Buffer {
  const { at: _at, ...rest } = event;
  const core: { [member: string]: unknown } = {};
  for (const [member, value] of Object.entries(rest)) {
    if (member === 'sequence') continue;
    const person = personSchema.safeParse(value);
    core[member] = person.success ? person.data.name : value;
  }
  return Buffer.from(`rollcall-act/1\n${canonicalJson(core)}`);
}

/** A person with the signature of their own Ed25519 key over an act. */
export function signAct(event: NewEvent, name: string, key: KeyObject, publicKey: KeyObject): Person {
  return { name, basis: 'key', keyId: keyIdOf(publicKey), signature: sign(null, actBytes(event), key).toString('base64') };
}

/** Whether the signature that a person's basis names is theirs and over this act; null where the basis is another or the key is not among those given. */
export function actIsSigned(event: LogEvent, person: Person, keys: readonly KeyObject[]): boolean | null {
  if (person.basis !== 'key') return null;
  const key = keys.find((candidate) => keyIdOf(candidate) === person.keyId);
  return key === undefined ? null : verify(null, actBytes(event), key, Buffer.from(person.signature, 'base64'));
}
