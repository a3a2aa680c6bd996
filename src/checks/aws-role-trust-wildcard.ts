// SPDX-License-Identifier: Apache-2.0
import { limitedByAws } from './aws-trust-limits.ts';
import { defineCheck, met, notMet } from './define.ts';
import { recognized, unrecognized } from './trust-conditions.ts';

/** Anybody with an AWS account may assume the role. */
export const awsRoleTrustWildcard = defineCheck({
  id: 'aws-role-trust-wildcard',
  version: 1,
  subject: 'trust',
  kinds: ['aws.role-trust'],
  severity: 'critical',
  title: 'Role can be assumed by any principal',
  rationale: 'A principal of `*` opens the role to every AWS account in the world.',
  remediation: 'Name the principals, or demand the organization, account or source by a condition.',
  limits: 'Whether somebody has assumed it is not shown. Conditions on networks, tags or an external id are not taken as a limit.',
  expected: 'named principals, or a condition on organization, account, principal or source',
  applies: (trust) => (trust.principalKind === 'anyone' || unrecognized(trust) ? true : 'its principal is named'),
  needs: { trust: recognized },
  parameters: {},
  evaluate({ trust }) {
    const limiting = limitedByAws(trust);
    const observed = { principal: trust.principal, limitedBy: limiting };
    return limiting.length === 0 ? notMet(observed, 'anybody may assume it, and no condition on organization, account, principal or source limits that') : met(observed, `limited by ${limiting.join(', ')}`);
  },
});
