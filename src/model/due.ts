// SPDX-License-Identifier: Apache-2.0
import { notOptedIn, type AnySource, type Depth, type ReadEnd, type Related, type Seed, type SkipReason } from './source.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

export interface DueRead { readonly kind: 'read'; readonly seed: Seed }
export interface DueSkip { readonly kind: 'skip'; readonly parent: string | null; readonly reason: SkipReason }

/** Related rows with the ends of all reads of a source, which decide whether a follow-up can be complete. */
export interface RelatedReads extends Related { reads(source: string): readonly { readonly parent: string | null; readonly end: ReadEnd }[] }

/**
 * Which reads of a source were due in a unit, and which not, with the reason: the completeness proof. The scan asks it before
 * reading, `verify` asks it again of the pages, and finds a call or a recorded reason for each. Pure and total.
 */
export function dueReads(source: AnySource, related: RelatedReads): readonly (DueRead | DueSkip)[] {
  const without = notOptedIn(source, related.unit);
  if (without !== null) return [skip(null, { skip: 'not_requested', reason: without })];
  if (ORDER.indexOf(source.depth) > ORDER.indexOf(related.depth)) {
    return [skip(null, { skip: 'not_requested', reason: `read only with depth ${source.depth}` })];
  }
  if (source.parent === null) {
    const plan = source.plan?.(related) ?? [{ parent: null, parameters: {} }];
    return 'skip' in plan ? [skip(null, plan)] : plan.map((seed) => ({ kind: 'read', seed }));
  }
  const due: (DueRead | DueSkip)[] = [];
  const seen = new Set<string>();
  for (const row of related.rows(source.parent)) {
    const next = source.next?.(row, related) ?? null;
    if (next === null || next.parent === null || seen.has(next.parent)) continue;
    seen.add(next.parent);
    due.push('skip' in next ? skip(next.parent, next) : { kind: 'read', seed: next });
  }
  const unread = related.reads(source.parent).filter(({ end }) => end.state === 'failed' || (end.state === 'skipped' && end.kind !== 'not_needed'));
  const first = unread[0];
  if (first !== undefined) {
    const why = first.end.state === 'failed' ? first.end.outcome : first.end.state === 'skipped' ? first.end.reason : '';
    const kind = first.end.state === 'skipped' && first.end.kind === 'not_requested' ? 'not_requested' : 'parent_unread';
    due.push(skip(null, { skip: kind, reason: `${unread.length} of the reads of ${source.parent} that it follows did not end well: ${why}` }));
  }
  return due;
}

function skip(parent: string | null, reason: SkipReason): DueSkip {
  return { kind: 'skip', parent, reason };
}
