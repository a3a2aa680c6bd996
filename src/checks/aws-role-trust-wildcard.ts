// SPDX-License-Identifier: Apache-2.0
import { known } from '../model/fact.ts';
import { defineCheck, met, notMet } from './define.ts';
import { limits } from './trust-conditions.ts';

// Keys that AWS itself sets from the caller or its organization. An external id alone is chosen by the caller, so it limits nobody by itself.
const LIMITING = ['aws:PrincipalOrgID', 'aws:PrincipalOrgPaths', 'aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:SourceAccount', 'aws:SourceArn', 'aws:SourceOrgID'] as const;

/** Anybody with an AWS account may assume the role. */
export const awsRoleTrustWildcard = defineCheck({
  id: 'aws-role-trust-wildcard',
  version: 1,
  subject: 'trust',
  kinds: ['aws.role-trust'],
  severity: 'critical',
  title: 'Role can be assumed by any principal',
  rationale: 'A principal of `*` opens the role to every AWS account in the world.',
  remediation: 'Name the principals, or demand the organization or source by a condition.',
  limits: 'Whether somebody has assumed it is not shown.',
  expected: 'named principals, or a condition on organization, principal or source',
  applies: (trust) => (trust.principalKind === 'anyone' ? true : 'its principal is named'),
  needs: { trust: (trust) => known(trust, trust.refs) },
  parameters: {},
  evaluate({ trust }) {
    const limiting = LIMITING.filter((key) => limits(trust, key));
    const observed = { principal: trust.principal, limitedBy: [...limiting] };
    return limiting.length === 0 ? notMet(observed, 'anybody may assume it, and no condition limits that') : met(observed, `limited by ${limiting.join(', ')}`);
  },
});
