// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { listRefs, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Observation } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { PAGE } from './shapes.ts';

const pageSchema = z.object({ remaining: z.number().nullable(), inconsistent: z.boolean(), items: z.number() });
export interface PageNote { readonly remaining: number | null; readonly inconsistent: boolean; readonly items: number; readonly refs: readonly PageReference[] }

/** What the pages of a source said of their lists. */
export function pageNotes(related: Related, source: string): readonly PageNote[] {
  return related.rows(source).flatMap((row) => (row.type === 'observation' && row.kind === PAGE ? [{ ...pageSchema.parse(row.value), refs: row.refs }] : []));
}

/** Whether a whole list was read, of one version: null where it was, else the unknown that stands for what it would say. */
export function notClosed(related: Related, source: string, parent: string | null = null): Unknown | null {
  return firstNotClosed(related, source, [parent])?.why ?? null;
}

/** The first of a source's lists that was not read whole, of one version; null where all were. Looks through the rows once, and not once a list. */
export function firstNotClosed<P extends string | null>(related: Related, source: string, parents: readonly P[]): { readonly parent: P; readonly why: Unknown } | null {
  const mixed = pageNotes(related, source).some(({ inconsistent }) => inconsistent);
  for (const parent of parents) {
    const end = related.ended(source, parent);
    if (end.state !== 'complete') return { parent, why: unknownOf(related, source, parent) };
    if (mixed) return { parent, why: unknown('incomplete', `${source}: the list expired while it was read, and its rest is of a newer version: an inconsistent snapshot`, end.calls) };
  }
  return null;
}

/** A count of a whole list: known only where it closed in one version. */
export function countOf(related: Related, source: string, count: number): Fact<number> {
  return notClosed(related, source) ?? known(count, listRefs(related, source));
}

export interface Parsed<T> { readonly value: T; readonly row: Observation }

/** The rows of a source that are of a kind. Rows come from parsed pages, so one that does not fit is a fault of ours and throws. */
export function parsedRows<T>(related: Related, source: string, kind: string, schema: z.ZodType<T>): readonly Parsed<T>[] {
  return related.rows(source).flatMap((row) => (row.type === 'observation' && row.kind === kind ? [{ value: schema.parse(row.value), row }] : []));
}
