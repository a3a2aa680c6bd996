// SPDX-License-Identifier: Apache-2.0
import { wholeDays } from '../model/instant.ts';
import { days, defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** The last recorded review lies too far back. Without an owners file nothing records reviews, which is not the same as none. */
export const nhiReviewOverdue = defineCheck({
  id: 'nhi-review-overdue',
  version: 1,
  subject: 'identity',
  kinds: ['*'],
  severity: 'medium',
  title: 'Non-human identity was not reviewed in time',
  rationale: 'Rights and need drift; a review at intervals is where somebody decides to keep or remove.',
  remediation: 'Have the owner confirm need and a second person approve, and record the day and the reviewer.',
  limits: 'A day in the owners file is a claim, typed only: it does not show what was looked at or decided.',
  expected: 'reviewed within the last {intervalDays} days',
  applies: inNonHumanPopulation,
  needs: { review: (identity) => identity.review },
  parameters: { intervalDays: days(92, 'standard', 'CIS Controls 8.1, 5.5: at least quarterly') },
  evaluate({ review }, { intervalDays }, asOf) {
    if (review === null) return notMet({ reviewed: null }, 'no review is recorded');
    const age = wholeDays(review.on, asOf);
    const observed = { reviewed: review.on, by: review.by, basis: review.basis, daysAgo: age };
    return age > intervalDays ? notMet(observed, `last review recorded ${age} days ago`) : met(observed, `review recorded ${age} days ago, ${review.basis}`);
  },
});
