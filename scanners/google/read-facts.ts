// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { known, type Fact, type Unknown } from '../../src/model/fact.ts';
import { listRefs, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Observation } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';

/** Whether a whole list was read: null where it was, else the unknown that stands for what it would say. */
export function notClosed(related: Related, source: string, parent: string | null = null): Unknown | null {
  return related.ended(source, parent).state === 'complete' ? null : unknownOf(related, source, parent);
}

/** A count of a whole list: known only where it closed. */
export function countOf(related: Related, source: string, count: number, parent: string | null = null): Fact<number> {
  return notClosed(related, source, parent) ?? known(count, listRefs(related, source, parent));
}

/** A count over the lists that follow a list: known only where that one and each of them closed. */
export function overParents(related: Related, above: string, parents: readonly string[], source: string, count: number): Fact<number> {
  const open = notClosed(related, above);
  if (open !== null) return open;
  const refs: PageReference[] = [...listRefs(related, above)];
  for (const parent of parents) {
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
