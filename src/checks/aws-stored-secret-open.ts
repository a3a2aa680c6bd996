// SPDX-License-Identifier: Apache-2.0
import { limitedByAws } from './aws-trust-limits.ts';
import { defineCheck, met, needsReview, notMet } from './define.ts';
import { recognized, unrecognized } from './trust-conditions.ts';

/** The policy of a secret or a key lets in anybody, or an account that is not among management's. */
export const awsStoredSecretOpen = defineCheck({
  id: 'aws-stored-secret-open',
  version: 1,
  subject: 'trust',
  kinds: ['aws.secret-trust', 'aws.kms-key-trust'],
  severity: 'critical',
  title: 'Stored secret or key is open beyond the organization',
  rationale: 'A policy on the secret or the key itself lets its principals in beside what IAM grants: with `*`, everybody who has an AWS account.',
  remediation: 'Name the principals that need it, or demand the organization or the account by a condition; take out accounts of others that no longer need it.',
  limits: 'Denials in the same policy, what the principals\' own accounts allow them, and grants of KMS keys are not weighed. Whether somebody used it is not shown.',
  expected: 'principals of management\'s own accounts, or a condition on organization or account',
  applies: (trust) => {
    if (trust.principalKind === 'anyone' || unrecognized(trust)) return true;
    return trust.external.status !== 'known' || trust.external.value ? true : 'its principal is of an account of the organization, or a service of AWS';
  },
  needs: { trust: recognized, external: ({ external }) => external },
  parameters: {},
  evaluate({ trust }) {
    const limitedBy = limitedByAws(trust);
    const observed = { principal: trust.principal, limitedBy };
    if (limitedBy.length > 0) return met(observed, `limited by ${limitedBy.join(', ')}`);
    if (trust.principalKind === 'anyone') return notMet(observed, 'anybody may use it, and no condition on organization, account, principal or source limits that');
    return needsReview(observed, 'its principal is of an account that is not among management\'s: whether it should have it has to be judged');
  },
});
