// SPDX-License-Identifier: Apache-2.0
import { days, defineCheck } from './define.ts';
import { judgeIdle } from './idle.ts';

/** A role that nothing has assumed for too long. AWS tracks 400 days: no use means "not in the tracking period", which is not "never". */
export const awsRoleUnused = defineCheck({
  id: 'aws-role-unused',
  version: 1,
  subject: 'identity',
  kinds: ['aws.role'],
  severity: 'medium',
  title: 'Role is not used',
  rationale: 'A role that nothing needs is a way in that nobody watches.',
  remediation: 'Remove its trust, wait, delete it; keep break-glass roles by a dated acceptance.',
  limits: 'AWS tracks the last 400 days only, and tells the most recent use, not by whom.',
  expected: 'used within the last {maxUnusedDays} days, or younger than that',
  applies: (identity) => (identity.responsibility === 'provider' ? "made and run by the provider: the provider's responsibility" : true),
  needs: { lastUsed: (identity) => identity.lastUsed, created: (identity) => identity.created },
  parameters: { maxUnusedDays: days(90, 'tool', 'no standard names a number of days for roles') },
  evaluate: ({ lastUsed, created }, { maxUnusedDays }, asOf) => judgeIdle(lastUsed, created, maxUnusedDays, asOf, () => 'not used in the tracking period'),
});
