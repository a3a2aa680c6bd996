// SPDX-License-Identifier: Apache-2.0
import { isSelfReview, type ReviewState } from './review.ts';
import type { ItemDecision, ReviewRole } from './review-format.ts';

/** A batch as a person wants to record it. */
export interface Batch { readonly role: ReviewRole; readonly by: string; readonly items: readonly ItemDecision[]; readonly samePersonReason: string | null }

/**
 * Why a batch cannot be recorded, a line each; empty where it can. A key that the review lacks or that comes twice, an approval of what no owner decided, an approval by the one who
 * decided or who is the recorded owner without a reason for it (rule eight of the design), a review that was closed.
 */
export function refusalsOf(state: ReviewState, batch: Batch): readonly { readonly key: string | null; readonly why: string }[] {
  if (state.closed !== null) return [{ key: null, why: `review ${state.review} was closed on ${state.closed.at.slice(0, 10)}: nothing more is decided in it` }];
  if (batch.items.length === 0) return [{ key: null, why: 'no item is decided' }];
  const items = new Map(state.items.map((item) => [item.key, item]));
  const seen = new Set<string>();
  return batch.items.flatMap(({ key }) => {
    const item = items.get(key);
    const why = item === undefined ? `review ${state.review} has no item with this key` : seen.has(key) ? 'is decided twice in one batch' : batch.role === 'approver' ? approvalRefused(item, batch) : null;
    seen.add(key);
    return why === null ? [] : [{ key, why }];
  });
}

function approvalRefused({ owner, recordedOwner }: ReviewState['items'][number], { by, samePersonReason }: Batch): string | null {
  if (owner === null) return 'no owner has decided it: there is nothing to approve';
  if (samePersonReason !== null || !isSelfReview(by, owner.by.name, recordedOwner)) return null;
  return `${by} is the ${recordedOwner !== null && isSelfReview(by, '', recordedOwner) ? 'recorded owner' : 'one who decided as its owner'} and cannot approve it without a reason why one person does both`;
}
