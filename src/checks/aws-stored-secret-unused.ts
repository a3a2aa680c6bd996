// SPDX-License-Identifier: Apache-2.0
import { days, defineCheck } from './define.ts';
import { judgeIdle } from './idle.ts';

/** A secret that nobody has read for too long, or ever: that counts from when its value was stored. */
export const awsStoredSecretUnused = defineCheck({
  id: 'aws-stored-secret-unused',
  version: 1,
  subject: 'credential',
  kinds: ['aws.secret'],
  severity: 'medium',
  title: 'Stored secret is not read',
  rationale: 'A secret that nothing reads still opens what it opens; nobody would miss it, and somebody may find it.',
  remediation: 'Disable what it opens, then delete the secret; its recovery window lets you bring it back.',
  limits: 'Secrets Manager tells the last day of a read in this region only, reads by people and by scanners of values among them. A copy that is kept elsewhere can be in use without a read. Parameter Store and KMS tell nothing of the kind.',
  expected: 'read within the last {maxUnusedDays} days, or younger than that',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `it is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, lastUsed: (credential) => credential.lastUsed, created: (credential) => credential.created },
  parameters: { maxUnusedDays: days(90, 'tool', 'AWS Security Hub, SecretsManager.3, takes 90 days without a read for unused') },
  evaluate: ({ lastUsed, created }, { maxUnusedDays }, asOf) => judgeIdle(lastUsed, created, maxUnusedDays, asOf, (wholeLife) => (wholeLife ? 'never read' : 'no read recorded')),
});
