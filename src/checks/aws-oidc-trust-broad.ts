// SPDX-License-Identifier: Apache-2.0
import type { Trust } from '../model/row.ts';
import { defineCheck, met, needsReview, notMet, type Evaluation } from './define.ts';
import { breadthOf, KNOWN_ISSUERS, type Breadth } from './oidc-issuers.ts';
import { demands, limits, recognized, unrecognized } from './trust-conditions.ts';

const ORDER: readonly Breadth[] = ['one', 'several', 'anybody'];

/** A web identity trust that more than one workload fits. */
export const awsOidcTrustBroad = defineCheck({
  id: 'aws-oidc-trust-broad',
  version: 1,
  subject: 'trust',
  kinds: ['aws.role-trust'],
  severity: 'critical',
  title: 'Web identity trust is not limited to one workload',
  rationale: 'With a shared issuer and no firm subject, other people\'s pipelines can assume the role.',
  remediation: 'Demand the audience, and a subject that names repository and branch or environment.',
  limits: 'Reads the conditions of the trust policy; what the issuer puts into its tokens is not seen.',
  expected: 'audience and subject are demanded, and the subject names one workload',
  applies: (trust) => (trust.principalKind === 'oidc' || unrecognized(trust) ? true : 'not a web identity trust'),
  needs: { trust: recognized },
  parameters: {},
  evaluate: ({ trust }) => judge(trust),
});

function judge(trust: Trust): Evaluation {
  const issuer = trust.principal.replace(/^arn:[^:]*:iam::\d*:oidc-provider\//, '');
  const known = KNOWN_ISSUERS.find((candidate) => candidate.issuer.test(issuer)) ?? null;
  const subjects = demands(trust, `${issuer}:sub`);
  const observed = { issuer, audienceDemanded: limits(trust, `${issuer}:aud`, (value) => !/^[*?]*$/.test(value)), subjects: subjects.flatMap(({ values }) => values) };
  if (!observed.audienceDemanded) return notMet(observed, 'the audience is not demanded');
  // Values are or-ed, so the widest counts; conditions are and-ed, so the narrowest of them does.
  const breadths = subjects.filter(({ values }) => values.length > 0).map(({ values }) => Math.max(...values.map((value) => ORDER.indexOf(breadthOf(value, known)))));
  const narrowest = breadths.length === 0 ? null : ORDER[Math.min(...breadths)];
  if (narrowest === null) return notMet(observed, 'the subject is not demanded');
  if (narrowest === 'anybody') return notMet(observed, known === null ? 'any subject fits' : `the subject does not name whose workload of ${known.title} it is`);
  if (narrowest === 'several') return needsReview(observed, known === null ? 'the subject has a wildcard, and what it lets in depends on an issuer that we do not know' : 'any branch or pull request may fit the subject, or it has a form that we do not know');
  return met(observed, 'audience and subject are demanded, and the subject names one workload');
}
