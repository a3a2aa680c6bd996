// SPDX-License-Identifier: Apache-2.0
import { wholeDays } from '../model/instant.ts';
import type { Identity } from '../model/row.ts';
import { days, defineCheck, met, needsReview, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Service accounts that have not authenticated for too long. */
export const googleAccountUnused = defineCheck({
  id: 'google-account-unused',
  version: 1,
  subject: 'identity',
  kinds: ['google.service-account'],
  severity: 'medium',
  title: 'Service account has not authenticated for too long',
  rationale: 'An account that nothing uses keeps its roles, and nobody would notice somebody else using them.',
  remediation: 'Disable it, wait, and delete it; a deleted one can be restored for 30 days.',
  limits: 'Google Cloud tells the day of the last authentication, within the period that it observed, and not when an account was made: one without any is for a person to judge. Requests by API keys that are bound to an account do not count.',
  expected: 'authenticated within the last {maxUnusedDays} days',
  applies: (identity) => (isDisabled(identity) ? 'it is disabled' : inNonHumanPopulation(identity)),
  needs: { lastUsed: (identity) => identity.lastUsed },
  parameters: { maxUnusedDays: days(90, 'tool', 'Google\'s own insights of unused accounts look at 90 days (https://cloud.google.com/policy-intelligence/docs/service-account-insights)') },
  evaluate({ lastUsed }, { maxUnusedDays }, asOf) {
    if (!('at' in lastUsed)) return needsReview({ lastUsed: null, observedSince: lastUsed.since }, 'no authentication in the time observed; when it was made, nothing tells');
    const idle = wholeDays(lastUsed.at, asOf);
    const observed = { lastUsed: lastUsed.at, idleDays: idle };
    return idle > maxUnusedDays ? notMet(observed, `last authenticated ${idle} days ago`) : met(observed, `last authenticated ${idle} days ago`);
  },
});

function isDisabled({ particulars }: Identity): boolean {
  const disabled = particulars?.['google.disabled'];
  return disabled?.status === 'known' && disabled.value === true;
}
