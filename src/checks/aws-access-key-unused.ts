// SPDX-License-Identifier: Apache-2.0
import { days, defineCheck } from './define.ts';
import { judgeIdle } from './idle.ts';

/** Active access key not used for too long, or never: that counts from creation, whether or not the user has a password. */
export const awsAccessKeyUnused = defineCheck({
  id: 'aws-access-key-unused',
  version: 1,
  subject: 'credential',
  kinds: ['aws.access-key'],
  severity: 'high',
  title: 'Access key is active and not used',
  rationale: 'A key that nothing uses can be taken away without loss; left in place it can only be abused.',
  remediation: 'Deactivate it, wait for complaints, delete it.',
  limits: 'AWS keeps the most recent use only, to within 15 minutes and since 2015-04-22; it does not say whether that use was wanted.',
  expected: 'used within the last {maxUnusedDays} days, or younger than that',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `key is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, lastUsed: (credential) => credential.lastUsed, created: (credential) => credential.created },
  parameters: { maxUnusedDays: days(45, 'standard', 'CIS AWS Foundations 7.0.0, 2.11') },
  evaluate: ({ lastUsed, created }, { maxUnusedDays }, asOf) => judgeIdle(lastUsed, created, maxUnusedDays, asOf, (wholeLife) => (wholeLife ? 'never used' : 'no use recorded')),
});
