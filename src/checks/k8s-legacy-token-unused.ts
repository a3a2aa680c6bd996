// SPDX-License-Identifier: Apache-2.0
import { days, defineCheck } from './define.ts';
import { judgeIdle } from './idle.ts';

/** Active long-lived token not used for too long, or never since the cluster began to track use. */
export const k8sLegacyTokenUnused = defineCheck({
  id: 'k8s-legacy-token-unused',
  version: 1,
  subject: 'credential',
  kinds: ['kubernetes.service-account-token'],
  severity: 'medium',
  title: 'Long-lived service account token is not used',
  rationale: 'A token that nothing uses can be taken away without loss; left in place it can only be abused.',
  remediation: 'Label the Secret kubernetes.io/legacy-token-invalid-since to invalidate it, wait for complaints, delete it.',
  limits: 'The cluster notes the day of the most recent use, in UTC, and only since it began to track; who used it, and whether that use was wanted, it does not say.',
  expected: 'used within the last {maxUnusedDays} days, or younger than that',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `token is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, lastUsed: (credential) => credential.lastUsed, created: (credential) => credential.created },
  parameters: { maxUnusedDays: days(90, 'tool', 'no standard names a number for these tokens; a quarter is long enough for work that runs at its end') },
  evaluate: ({ lastUsed, created }, { maxUnusedDays }, asOf) => judgeIdle(lastUsed, created, maxUnusedDays, asOf, (wholeLife) => (wholeLife ? 'never used' : 'no use recorded')),
});
