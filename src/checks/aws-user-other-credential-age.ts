// SPDX-License-Identifier: Apache-2.0
import { ageInDays } from '../model/instant.ts';
import { cannotSay, days, defineCheck, met, notMet } from './define.ts';

/** SSH public keys and signing certificates: no rotation of their own, no record of use. */
export const awsUserOtherCredentialAge = defineCheck({
  id: 'aws-user-other-credential-age',
  version: 1,
  subject: 'credential',
  kinds: ['aws.ssh-public-key', 'aws.signing-certificate'],
  severity: 'medium',
  title: 'SSH public key or signing certificate is active and old',
  rationale: 'These credentials are easily forgotten: no report shows when they were last used.',
  remediation: 'Deactivate it unless its use is documented; replace it where it is needed.',
  limits: 'AWS keeps no last use of these kinds, so only age can be judged.',
  expected: 'active for at most {maxAgeDays} days since upload',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `it is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, created: (credential) => credential.created },
  parameters: { maxAgeDays: days(90, 'tool', 'the same limit as for access keys') },
  evaluate({ created }, { maxAgeDays }, asOf) {
    const age = ageInDays(created, asOf);
    if (age.least > maxAgeDays) return notMet({ ageDays: age.least }, `uploaded ${age.least} days ago`);
    if (age.most === null || age.most > maxAgeDays) return cannotSay({ ageDaysAtLeast: age.least }, 'the age is known only as a lower bound, which is within the limit');
    return met({ ageDays: age.most }, `uploaded ${age.most} days ago`);
  },
});
