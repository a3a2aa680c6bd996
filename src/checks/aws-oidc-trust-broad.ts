// SPDX-License-Identifier: Apache-2.0
import { known } from '../model/fact.ts';
import type { Trust } from '../model/row.ts';
import { defineCheck, met, notMet, type Evaluation } from './define.ts';
import { demands, limits } from './trust-conditions.ts';

/** Issuers that many customers share, and which part of `sub` tells one customer's workload: everything up to it must be without wildcard. */
const SHARED: readonly { readonly issuer: RegExp; readonly title: string; readonly pinned: RegExp; readonly broad: RegExp }[] = [
  // https://docs.github.com/en/actions/reference/security/oidc
  { issuer: /^token\.actions\.githubusercontent\.com(?:\/|$)/, title: 'GitHub Actions', pinned: /^repo:[^*?:/]+\/[^*?:]+:/, broad: /:(?:\*|pull_request)$|:ref:refs\/heads\/\*/ },
  // https://docs.gitlab.com/ci/cloud_services/
  { issuer: /^gitlab\.com$/, title: 'GitLab', pinned: /^project_path:[^*?:/]+\/[^*?:]+:/, broad: /:\*$|:ref:\*$/ },
  // https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
  { issuer: /^app\.terraform\.io$/, title: 'Terraform Cloud', pinned: /^organization:[^*?:]+:project:[^*?:]+:workspace:[^*?:]+:/, broad: /:run_phase:\*$/ },
  // https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
  { issuer: /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/id\//, title: 'EKS', pinned: /^system:serviceaccount:[^*?:]+:[^*?:]+$/, broad: /$^/ },
];

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
  applies: (trust) => (trust.principalKind === 'oidc' ? true : 'not a web identity trust'),
  needs: { trust: (trust) => known(trust, trust.refs) },
  parameters: {},
  evaluate: ({ trust }) => judge(trust),
});

function judge(trust: Trust): Evaluation {
  const issuer = trust.principal.replace(/^arn:[^:]*:iam::\d*:oidc-provider\//, '');
  const subjects = demands(trust, `${issuer}:sub`).flatMap(({ values }) => values);
  const observed = { issuer, audienceDemanded: limits(trust, `${issuer}:aud`), subjects: [...subjects] };
  if (!observed.audienceDemanded) return notMet(observed, 'the audience is not demanded');
  if (!limits(trust, `${issuer}:sub`)) return notMet(observed, 'the subject is not demanded');
  const shared = SHARED.find((candidate) => candidate.issuer.test(issuer));
  if (shared === undefined) {
    return subjects.some((subject) => /[*?]/.test(subject)) ? { result: 'needs_review', observed, reason: 'the subject has a wildcard, and what it lets in depends on an issuer that we do not know' } : met(observed, 'audience and subject are demanded');
  }
  if (subjects.some((subject) => !shared.pinned.test(subject))) return notMet(observed, `the subject does not name one workload of ${shared.title}`);
  if (subjects.some((subject) => shared.broad.test(subject))) return { result: 'needs_review', observed, reason: 'any branch or pull request fits the subject' };
  return met(observed, 'audience and subject are demanded, and the subject names one workload');
}
