// SPDX-License-Identifier: Apache-2.0
import { judgeAge } from './age.ts';
import { days, defineCheck } from './define.ts';

/** Key of a service account that somebody holds, older than the rotation limit. Keys that Google rotates by itself are another kind. */
export const googleUserKeyAge = defineCheck({
  id: 'google-user-key-age',
  version: 1,
  subject: 'credential',
  kinds: ['google.service-account-key'],
  severity: 'high',
  title: 'Key of a service account is older than the rotation limit',
  rationale: 'A key that was made or uploaded lies wherever it was copied to, and works until somebody disables it or it ends.',
  remediation: 'Let the workload come by workload identity federation or by an account that is attached to it. Where that cannot be: make a second key, move the workload, disable the old key, watch, delete it.',
  limits: 'The age counts from the start of validity. An uploaded key has only the dates of its certificate, so that its age is not known. Whether the key is used or has leaked is not seen.',
  expected: 'active for at most {maxAgeDays} days since its validity began',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `key is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, created: (credential) => credential.created },
  parameters: { maxAgeDays: days(90, 'tool', 'Google recommends to rotate such keys at least every 90 days (https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys)') },
  evaluate: ({ created }, { maxAgeDays }, asOf) => judgeAge(created, maxAgeDays, asOf, 'valid since'),
});
