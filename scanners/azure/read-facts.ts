// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { exactly, parseInstant, type When } from '../../src/model/instant.ts';
import type { PageReference } from '../../src/model/reference.ts';

/** A moment that Graph states, exact; unknown where it states none. */
export function momentOf(text: string | null | undefined, refs: readonly PageReference[], note?: string): Fact<When> {
  if (text === null || text === undefined) return unknown('not_reported', 'Microsoft Graph gives no date for it');
  const instant = parseInstant(text);
  return instant === null ? unknown('unrecognized', 'the date is not one that we can read') : known(exactly(instant), refs, note === undefined ? {} : { note });
}
