// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant } from '../../src/model/instant.ts';
import { listRefs, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';

/** A count of a whole list: known only where it closed. */
export function countOf(related: Related, source: string, count: number): Fact<number> {
  return related.ended(source).state === 'complete' ? known(count, listRefs(related, source)) : unknownOf(related, source);
}

/** When something ends: at a moment, or never where the provider leaves the date out to say so. */
export function expiryOf(text: string | undefined, refs: readonly PageReference[]): Credential['expires'] {
  if (text === undefined) return known({ never: true as const }, refs);
  const instant = parseInstant(text);
  return instant === null ? unknown('unrecognized', 'the date of expiry is not one that we can read') : known({ at: instant }, refs);
}

/** IAM's Status. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyMetadata.html */
export function statusOf(text: string, refs: readonly PageReference[]): Credential['status'] {
  if (text === 'Active') return known('active' as const, refs);
  if (text === 'Inactive') return known('inactive' as const, refs);
  if (text === 'Expired') return known('expired' as const, refs);
  return unknown('unrecognized', 'the status is none that we know');
}

/** The sum of facts: known only where each is. */
export function sumOf(facts: readonly Fact<number>[], refs: readonly PageReference[]): Fact<number> {
  let sum = 0;
  for (const fact of facts) {
    if (fact.status === 'unknown') return fact;
    if (fact.status === 'known') sum += fact.value;
  }
  return known(sum, refs);
}
