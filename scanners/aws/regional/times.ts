// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../../src/model/fact.ts';
import { exactly, instantOf, parseInstant, type Instant, type When } from '../../../src/model/instant.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential } from '../../../src/model/row.ts';
import type { Moment } from '../sources/regional/list.ts';

const LATEST = Date.UTC(9999, 11, 31) / 1000;

/** A moment of a JSON service, in seconds since 1970 or as text; null where it is none. https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait */
export function instantAt(moment: Moment): Instant | null {
  if (typeof moment === 'string') return parseInstant(moment);
  return Number.isFinite(moment) && moment >= 0 && moment <= LATEST ? instantOf(Math.round(moment * 1000)) : null;
}

/** When something was made, exact; unknown where the answer does not say it in a form that we know. */
export function madeAt(moment: Moment | undefined, refs: readonly PageReference[]): Fact<When> {
  if (moment === undefined) return unknown('not_reported', 'the answer has no such date');
  const at = instantAt(moment);
  return at === null ? unknown('unrecognized', 'the date is not one that we can read') : known(exactly(at), refs);
}

/** When something ends; `none`: what it means that the answer has no such date. */
export function endsAt(moment: Moment | undefined, refs: readonly PageReference[], none: Credential['expires']): Credential['expires'] {
  if (moment === undefined) return none;
  const at = instantAt(moment);
  return at === null ? unknown('unrecognized', 'the date of expiry is not one that we can read') : known({ at }, refs);
}
