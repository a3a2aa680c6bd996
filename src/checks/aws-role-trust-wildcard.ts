// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { limits, namesOne, recognized, unrecognized } from './trust-conditions.ts';

/**
 * Condition keys that AWS itself sets from the caller or its organization, and what a value must look like to limit anybody. An external
 * id is not among them: the caller chooses it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const LIMITING: readonly { readonly key: string; readonly narrow: (value: string) => boolean }[] = [
  { key: 'aws:PrincipalOrgID', narrow: namesOne },
  { key: 'aws:PrincipalOrgPaths', narrow: (value) => /^o-[a-z0-9]+\//.test(value) },
  { key: 'aws:PrincipalAccount', narrow: namesOne },
  { key: 'aws:PrincipalArn', narrow: namesAccount },
  { key: 'aws:SourceAccount', narrow: namesOne },
  { key: 'aws:SourceArn', narrow: namesAccount },
  { key: 'aws:SourceOrgID', narrow: namesOne },
];

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
    const limiting = LIMITING.filter(({ key, narrow }) => limits(trust, key, narrow)).map(({ key }) => key);
    const observed = { principal: trust.principal, limitedBy: limiting };
    return limiting.length === 0 ? notMet(observed, 'anybody may assume it, and no condition on organization, account, principal or source limits that') : met(observed, `limited by ${limiting.join(', ')}`);
  },
});

/** Whether a resource name is of one account, or of a bucket or the like whose name nobody else can take. */
function namesAccount(value: string): boolean {
  const [, , , , account = '*', resource = '*'] = value.split(':');
  return account === '' ? namesOne(resource.split('/')[0] ?? '') : /^\d{12}$/.test(account);
}
