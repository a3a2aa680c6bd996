// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { known, unknown, type Fact, type Unknown } from './fact.ts';
import { exactly, parseInstant, type When } from './instant.ts';
import { listReference, type CallId, type PageReference } from './reference.ts';
import type { Observation } from './row.ts';
import type { ReadEnd, Related } from './source.ts';

/** How the read of a source for a parent ended; where none was due for that parent, what became of the whole source. */
export function endedFor(related: Related, source: string, parent: string | null = null): ReadEnd {
  const own = related.ended(source, parent);
  return own.state === 'not_due' && parent !== null ? related.ended(source, null) : own;
}

/** The unknown that stands for a read that did not settle a fact: with the ledger's cause and its calls. */
export function unknownOf(related: Related, source: string, parent: string | null = null): Unknown {
  const end = endedFor(related, source, parent);
  switch (end.state) {
    case 'failed': return unknown(end.outcome, `${end.operation} ended as ${end.outcome}${end.errorCode === null ? '' : ` (${end.errorCode})`}`, lastOf(end.calls));
    case 'skipped': return unknown(end.kind === 'not_requested' ? 'not_requested' : 'incomplete', end.reason);
    case 'complete': return unknown('not_reported', `${source} ended well and does not say it`, lastOf(end.calls));
    case 'not_due': return unknown('incomplete', `${source} was not read`);
  }
}

/** The tries of the last page that was asked for, which show how a list ended: all calls of a long list would stand with each of its rows. */
function lastOf(calls: readonly CallId[]): readonly CallId[] {
  const last = calls.at(-1);
  const page = last?.slice(0, last.lastIndexOf('.') + 1);
  return page === undefined ? [] : calls.filter((call) => call.startsWith(page));
}

// Each of hundreds of thousands of rows may stand on the same list of their unit; they share one text.
const listsOf = new WeakMap<Related, Map<string, readonly PageReference[]>>();

/** Reference to every page of a list that ended well: what a count, zero too, stands on. */
export function listRefs(related: Related, source: string, parent: string | null = null): readonly PageReference[] {
  const end = related.ended(source, parent);
  if (end.state !== 'complete' || end.pages === 0) return [];
  const reference = listReference({ unit: related.unit.id, source, parent }, end.pages);
  if (parent !== null) return [reference];
  const lists = listsOf.get(related) ?? new Map<string, readonly PageReference[]>();
  listsOf.set(related, lists);
  const refs = lists.get(reference) ?? [reference];
  lists.set(reference, refs);
  return refs;
}

/** A moment that the provider states, exact; unknown where its text is no moment or is not there. */
export function momentOf(text: string | undefined, refs: readonly PageReference[]): Fact<When> {
  if (text === undefined) return unknown('not_reported', 'the answer has no such date');
  const instant = parseInstant(text);
  return instant === null ? unknown('unrecognized', 'the date is not one that we can read') : known(exactly(instant), refs);
}

/** Whether a whole list was read: null where it was, else the unknown that stands for what it would say. */
export function notClosed(related: Related, source: string, parent: string | null = null): Unknown | null {
  return related.ended(source, parent).state === 'complete' ? null : unknownOf(related, source, parent);
}

/** A count of a whole list: known only where it closed. */
export function countOf(related: Related, source: string, count: number, parent: string | null = null): Fact<number> {
  return notClosed(related, source, parent) ?? known(count, listRefs(related, source, parent));
}

/** A count over the lists that follow a list, one for each of `parents`: known only where that one and each of them closed. A list that was not needed has nothing to count. */
export function countBelow(related: Related, list: string, source: string, parents: readonly string[], count: number): Fact<number> {
  const open = notClosed(related, list);
  if (open !== null) return open;
  const refs: PageReference[] = [...listRefs(related, list)];
  for (const parent of parents) {
    const end = related.ended(source, parent);
    if (end.state === 'skipped' && end.kind === 'not_needed') continue;
    const unread = notClosed(related, source, parent);
    if (unread !== null) return { ...unread, detail: `${parent}: ${unread.detail}` };
    refs.push(...listRefs(related, source, parent));
  }
  return known(count, refs);
}

export interface Parsed<T> { readonly value: T; readonly row: Observation }

/** The rows of a source that are of a kind. Rows come from parsed pages, so one that does not fit is a fault of ours and throws. */
export function parsedRows<T>(related: Related, source: string, kind: string, schema: z.ZodType<T>): readonly Parsed<T>[] {
  return related.rows(source).flatMap((row) => (row.type === 'observation' && row.kind === kind ? [{ value: schema.parse(row.value), row }] : []));
}
