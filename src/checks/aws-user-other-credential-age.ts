// SPDX-License-Identifier: Apache-2.0
import { judgeAge } from './age.ts';
import { days, defineCheck } from './define.ts';

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
  evaluate: ({ created }, { maxAgeDays }, asOf) => judgeAge(created, maxAgeDays, asOf, 'uploaded'),
});
