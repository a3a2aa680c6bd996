// SPDX-License-Identifier: Apache-2.0
import { known } from '../model/fact.ts';
import type { Trust } from '../model/row.ts';
import { defineCheck, met, needsReview, notMet } from './define.ts';

/** Members that name one person or workload, or a group. https://cloud.google.com/iam/docs/principal-identifiers */
const NARROW = /^(?:group:|principal:\/\/)/;
/** Members that name many at once, as a domain or by where they are. */
const WIDE = /^(?:domain:|principalSet:\/\/)/;

/** A service account whose own policy lets everybody, a whole pool, or an account of elsewhere act as it. */
export const googleImpersonationOpen = defineCheck({
  id: 'google-impersonation-open',
  version: 1,
  subject: 'trust',
  kinds: ['google.service-account-trust'],
  severity: 'critical',
  title: 'Service account can be acted as from elsewhere',
  rationale: 'Who may act as an account holds all of its roles, without any key that could be counted or rotated.',
  remediation: 'Give the role to the one account or workload that needs it: a single subject or attribute of a pool, not the whole of it; never to everybody.',
  limits: 'Looks at roles on the account itself. The same roles on its project, folder or organization let act as every account there, and stand among the rights of whoever holds them. Conditions are shown, and not weighed.',
  expected: 'named accounts of the company\'s own projects, people and groups, or single workloads of a pool',
  applies: (trust) => {
    if (has(trust, 'Deleted')) return 'whoever it was is deleted';
    if (trust.principalKind === 'anyone' || has(trust, 'WholePool')) return true;
    return trust.principalKind === 'user' || trust.principalKind === 'oidc' || NARROW.test(trust.principal) ? 'a person, a group, or a single workload of a pool' : true;
  },
  // Of a whole pool, a domain or a set it does not matter whose it is.
  needs: { trust: (trust) => (trust.external.status === 'unknown' && !has(trust, 'WholePool') && !WIDE.test(trust.principal) ? trust.external : known(trust, trust.refs)) },
  parameters: {},
  evaluate({ trust }) {
    const role = trust.conditions.find(({ operator }) => operator === 'Role')?.values[0] ?? null;
    const observed = { principal: trust.principal, role, condition: trust.conditions.find(({ operator }) => operator === 'CEL')?.values[0] ?? null };
    if (trust.principalKind === 'anyone') return notMet(observed, 'everybody may act as it');
    if (trust.external.status === 'known' && !trust.external.value) return met(observed, 'an account of ours, or an agent of Google');
    if (WIDE.test(trust.principal) && !has(trust, 'WholePool')) return needsReview(observed, 'everybody whom it names may act as it: all people of a domain, or all principals of a set, which has to be judged');
    return needsReview(observed, has(trust, 'WholePool') ? 'every workload that the pool lets in may act as it: whether its providers admit only those has to be judged' : 'an account of a project that is not among management\'s may act as it, which has to be judged');
  },
});

function has({ conditions }: Trust, operator: string): boolean {
  return conditions.some((condition) => condition.operator === operator);
}
