// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Standing administration: everything on everything, by a policy of its own, attached or of a group. */
export const awsNhiAdminPolicy = defineCheck({
  id: 'aws-nhi-admin-policy',
  version: 1,
  subject: 'identity',
  kinds: ['aws.user', 'aws.role'],
  severity: 'critical',
  title: 'Non-human identity has full administration',
  rationale: 'Whoever holds its credential holds the account.',
  remediation: 'Replace the policy by one scoped to what the workload does; last-accessed data shows what that is.',
  limits: 'Organization policies (SCP, RCP) and permission boundaries may allow less; combinations of rights that lead to administration are not searched for.',
  expected: 'no policy that allows every action on every resource, or administration of identities',
  applies: inNonHumanPopulation,
  needs: { privilege: (identity) => identity.privilege },
  parameters: {},
  evaluate({ privilege }) {
    const observed = { level: privilege.level, via: [...privilege.via] };
    return privilege.level === 'administrator' ? notMet(observed, `administrator through ${privilege.via.join('; ')}`) : met(observed, 'no administrator policy');
  },
});
