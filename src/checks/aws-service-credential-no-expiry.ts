// SPDX-License-Identifier: Apache-2.0
import { ageInDays, wholeDays } from '../model/instant.ts';
import { cannotSay, days, defineCheck, met, notMet } from './define.ts';

/** A key or password for one service without an end, or past the limit. Made without an age it never expires: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html */
export const awsServiceCredentialNoExpiry = defineCheck({
  id: 'aws-service-credential-no-expiry',
  version: 1,
  subject: 'credential',
  kinds: ['aws.service-specific-credential'],
  severity: 'high',
  title: 'Service-specific credential does not expire, or is too old',
  rationale: 'An API key for one service is a bearer secret like any other; without an end it works until somebody removes it.',
  remediation: 'Use a role or a short-term key; where a long-term one must be, make it with an end.',
  limits: 'AWS keeps no last use of these credentials.',
  expected: 'an expiry at most {maxAgeDays} days after creation, and at most that old',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `it is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, created: (credential) => credential.created, expires: (credential) => credential.expires },
  parameters: { maxAgeDays: days(90, 'tool', 'the same limit as for access keys') },
  evaluate({ created, expires }, { maxAgeDays }, asOf) {
    const age = ageInDays(created, asOf);
    if ('never' in expires) return notMet({ ageDays: age.least, expires: 'never' }, `made ${age.least} days ago, without an end`);
    const observed = { ageDays: age.least, expires: expires.at };
    if (expires.at <= asOf) return met(observed, 'it has expired');
    if (age.least > maxAgeDays) return notMet(observed, `made ${age.least} days ago`);
    if (wholeDays(created.to, expires.at) > maxAgeDays) return notMet(observed, `it lasts ${wholeDays(created.to, expires.at)} days`);
    if (created.from === null || wholeDays(created.from, expires.at) > maxAgeDays) return cannotSay(observed, 'when it was made is known only as a bound');
    return met(observed, `it ends ${expires.at}`);
  },
});
