// SPDX-License-Identifier: Apache-2.0
import { judgeAge } from './age.ts';
import { days, defineCheck } from './define.ts';

/** Active access key older than the rotation limit. Age counts from CreateDate: a change of status moves the report's "last rotated" but not this. */
export const awsAccessKeyAge = defineCheck({
  id: 'aws-access-key-age',
  version: 1,
  subject: 'credential',
  kinds: ['aws.access-key'],
  severity: 'high',
  title: 'Access key is older than the rotation limit',
  rationale: 'A long-lived key that leaks works until somebody removes it; rotation bounds that time.',
  remediation: 'Replace the key with a role or federation. Where that cannot be, create a second key, move the workload, deactivate the old key, then delete it.',
  limits: 'Shows the age of the key, not whether its value was copied or has leaked.',
  expected: 'active for at most {maxAgeDays} days since it was created',
  applies: (credential) => {
    if (credential.status.status === 'known' && credential.status.value !== 'active') return `key is ${credential.status.value}`;
    return true;
  },
  needs: { status: (credential) => credential.status, created: (credential) => credential.created },
  parameters: { maxAgeDays: days(90, 'standard', 'CIS AWS Foundations 7.0.0, 2.12') },
  evaluate: ({ created }, { maxAgeDays }, asOf) => judgeAge(created, maxAgeDays, asOf, 'created'),
});
