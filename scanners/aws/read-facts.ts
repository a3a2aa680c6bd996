// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { exactly, parseInstant, type When } from '../../src/model/instant.ts';
import { pageReference, type PageReference } from '../../src/model/reference.ts';
import type { Credential } from '../../src/model/row.ts';
import type { ReadEnd, Related } from '../../src/model/source.ts';

/** How the read of a source for a parent ended; where none was due for that parent, what became of the whole source. */
export function endedFor(related: Related, source: string, parent: string | null = null): ReadEnd {
  const own = related.ended(source, parent);
  return own.state === 'not_due' && parent !== null ? related.ended(source, null) : own;
}

/** The unknown that stands for a read that did not settle a fact: with the ledger's cause and its calls. */
export function unknownOf(related: Related, source: string, parent: string | null = null): Unknown {
  const end = endedFor(related, source, parent);
  switch (end.state) {
    case 'failed': return unknown(end.outcome, `${end.operation} ended as ${end.outcome}${end.errorCode === null ? '' : ` (${end.errorCode})`}`, end.calls);
    case 'skipped': return unknown(end.kind === 'not_requested' ? 'not_requested' : 'incomplete', end.reason);
    case 'complete': return unknown('not_reported', `${source} ended well and does not say it`, end.calls);
    case 'not_due': return unknown('incomplete', `${source} was not read`);
  }
}

/** References to every page of a list that ended well: what a count, zero too, stands on. */
export function listRefs(related: Related, source: string, parent: string | null = null): readonly PageReference[] {
  const end = related.ended(source, parent);
  return end.state === 'complete' ? Array.from({ length: end.pages }, (_, index) => pageReference({ unit: related.unit.id, source, parent }, index + 1)) : [];
}

/** A count of a whole list: known only where it closed. */
export function countOf(related: Related, source: string, count: number): Fact<number> {
  return related.ended(source).state === 'complete' ? known(count, listRefs(related, source)) : unknownOf(related, source);
}

/** A moment that the provider states, exact; unknown where its text is no moment or is not there. */
export function momentOf(text: string | undefined, refs: readonly PageReference[]): Fact<When> {
  if (text === undefined) return unknown('not_reported', 'the answer has no such date');
  const instant = parseInstant(text);
  return instant === null ? unknown('unrecognized', 'the date is not one that we can read') : known(exactly(instant), refs);
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
