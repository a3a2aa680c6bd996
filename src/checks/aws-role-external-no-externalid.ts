// SPDX-License-Identifier: Apache-2.0
import { defineCheck, doesNotApply, met, notMet } from './define.ts';
import { limits, namesOne, recognized, unrecognized } from './trust-conditions.ts';

/** Another company's account may assume the role without naming an external id (confused deputy): https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
export const awsRoleExternalNoExternalId = defineCheck({
  id: 'aws-role-external-no-externalid',
  version: 1,
  subject: 'trust',
  kinds: ['aws.role-trust'],
  severity: 'high',
  title: 'Another company can assume the role without an external id',
  rationale: 'Without an external id, another customer of the same vendor can make the vendor act on this account.',
  remediation: 'Demand sts:ExternalId with a value that the vendor made for you.',
  limits: 'Which accounts are ours is what was declared or scanned; an account of ours that was not declared looks like another company\'s.',
  expected: 'one sts:ExternalId is demanded of accounts that are not ours',
  applies: (trust) => (trust.principalKind === 'account' || trust.principalKind === 'user' || trust.principalKind === 'role' || unrecognized(trust) ? true : 'not another account\'s principal'),
  needs: { trust: recognized, external: (trust) => trust.external },
  parameters: {},
  evaluate({ external, trust }) {
    if (!external) return doesNotApply('an account of ours');
    const demanded = limits(trust, 'sts:ExternalId', namesOne);
    const observed = { principal: trust.principal, externalIdDemanded: demanded };
    return demanded ? met(observed, 'an external id is demanded') : notMet(observed, 'no external id is demanded');
  },
});
