// SPDX-License-Identifier: Apache-2.0
import type { PeriodReview } from './document.ts';
import type { LifeLine, RunRef } from './history.ts';
import { followThrough } from './review-follow.ts';
import { reviewCounts, type ReviewState } from './review.ts';

/** Keys of what a review decided to revoke or rotate: of these a period wants to know what became. */
export function decidedKeys(reviews: readonly ReviewState[]): ReadonlySet<string> {
  return new Set(reviews.flatMap(({ items }) => items.filter(({ inForce }) => inForce !== null && inForce.decision !== 'keep').map(({ key }) => key)));
}

/** Reviews as a period's document tells of them: what was frozen, how items stand, and what runs up to `newest` show of the decisions in force. Items that management represents are not counted as read. */
export function reviewsShown(reviews: readonly ReviewState[], lines: ReadonlyMap<string, LifeLine>, newest: RunRef | null): PeriodReview[] {
  return reviews.map((state) => {
    const { read } = reviewCounts(state);
    const { started, closed } = state;
    return {
      review: state.review, population: started.population, populationSha256: started.populationSha256, run: started.run, count: started.count, opens: started.opens, closes: started.closes, by: started.by, authority: started.authority, control: started.control, closed: closed?.at ?? null,
      decided: { ...read.inForce, undecided: read.undecided, approved: read.approved, samePerson: read.samePerson, late: read.late },
      followThrough: followThrough(state, lines, newest).map((item) => ({ ...item })), problems: [...state.problems],
    };
  });
}
