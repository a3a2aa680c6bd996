// SPDX-License-Identifier: Apache-2.0
import { known } from '../model/fact.ts';
import { days, defineCheck } from './define.ts';
import { judgeIdle } from './idle.ts';

/** Key of a service account with which nobody has authenticated for too long. */
export const googleUserKeyUnused = defineCheck({
  id: 'google-user-key-unused',
  version: 1,
  subject: 'credential',
  kinds: ['google.service-account-key'],
  severity: 'high',
  title: 'Key of a service account is active and not used',
  rationale: 'A key that nothing uses can be taken away without loss; left in place it can only be abused.',
  remediation: 'Disable it, watch for what fails, and delete it.',
  limits: 'Google Cloud tells the day of the last authentication to its own interfaces, within the period that it observed, which ends a day or more before the scan. What a key signs for others is not seen.',
  expected: 'used within the last {maxUnusedDays} days, or younger than that',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `key is ${credential.status.value}` : true),
  needs: {
    status: (credential) => credential.status,
    lastUsed: (credential) => credential.lastUsed,
    // When it was made matters only where no use is known.
    created: ({ created, lastUsed, refs }) => (lastUsed.status === 'known' && 'at' in lastUsed.value && created.status === 'unknown' && created.cause === 'not_reported' ? known({ from: null, to: lastUsed.value.at }, refs) : created),
  },
  parameters: { maxUnusedDays: days(90, 'tool', 'Google\'s own insights of unused accounts look at 90 days (https://cloud.google.com/policy-intelligence/docs/service-account-insights)') },
  evaluate: ({ lastUsed, created }, { maxUnusedDays }, asOf) => judgeIdle(lastUsed, created, maxUnusedDays, asOf, (wholeLife) => (wholeLife ? 'never used' : 'no use in the time observed')),
});
