// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { known, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { exactly, parseInstant, type When } from '../../src/model/instant.ts';
import { pageReference, type PageReference } from '../../src/model/reference.ts';
import type { Observation } from '../../src/model/row.ts';
import type { ReadEnd, Related } from '../../src/model/source.ts';

/** The unknown that stands for a read that did not settle a fact: with the ledger's cause and its calls. */
export function unknownOf(related: Related, source: string, parent: string | null = null): Unknown {
  const own = related.ended(source, parent);
  return unknownFrom(own.state === 'not_due' && parent !== null ? related.ended(source, null) : own, source);
}

function unknownFrom(end: ReadEnd, source: string): Unknown {
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

/** Whether a whole list was read: null where it was, else the unknown that stands for what it would say. */
export function notClosed(related: Related, source: string, parent: string | null = null): Unknown | null {
  return related.ended(source, parent).state === 'complete' ? null : unknownOf(related, source, parent);
}

/** A count of a whole list: known only where it closed. */
export function countOf(related: Related, source: string, count: number, parent: string | null = null): Fact<number> {
  return notClosed(related, source, parent) ?? known(count, listRefs(related, source, parent));
}

/** A moment that Graph states, exact; unknown where it states none. */
export function momentOf(text: string | null | undefined, refs: readonly PageReference[], note?: string): Fact<When> {
  if (text === null || text === undefined) return unknown('not_reported', 'Microsoft Graph gives no date for it');
  const instant = parseInstant(text);
  return instant === null ? unknown('unrecognized', 'the date is not one that we can read') : known(exactly(instant), refs, note === undefined ? {} : { note });
}

export interface Parsed<T> { readonly value: T; readonly row: Observation }

/** The rows of a source that are of a kind. Rows come from parsed pages, so one that does not fit is a fault of ours and throws. */
export function parsedRows<T>(related: Related, source: string, kind: string, schema: z.ZodType<T>): readonly Parsed<T>[] {
  return related.rows(source).flatMap((row) => (row.type === 'observation' && row.kind === kind ? [{ value: schema.parse(row.value), row }] : []));
}
