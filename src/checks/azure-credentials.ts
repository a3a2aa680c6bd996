// SPDX-License-Identifier: Apache-2.0
import { mapFact, type Fact } from '../model/fact.ts';
import type { Credential, Identity } from '../model/row.ts';
import type { Surroundings } from './define.ts';
import { active } from './listed.ts';

/** What the scanner writes of a certificate, and of the password that guards it, with which Entra ID signs tokens for people: no way in for a program. */
export const SIGNS_FOR_PEOPLE = 'signs tokens of single sign-on';

/** The credentials of a kind that work and let a program in: known only where the list closed and every status is known. */
export function workingKeys(identity: Identity, around: Surroundings, kind: string): Fact<readonly Credential[]> {
  return mapFact(active(identity, around, kind), (credentials) => credentials.filter(({ audience }) => audience !== SIGNS_FOR_PEOPLE));
}
