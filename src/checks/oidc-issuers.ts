// SPDX-License-Identifier: Apache-2.0

/** An issuer whose subjects we can read. */
export interface KnownIssuer {
  readonly title: string;
  readonly issuer: RegExp;
  /** How its subjects begin. One that begins otherwise has a form that we do not know. */
  readonly prefix: string;
  /** The part of a subject, from its start, that names whose workload it is, without wildcard. */
  readonly pinned: RegExp;
  /** What may follow it and still lets in more than one workload or somebody else's change. */
  readonly broad: RegExp;
}

/** Issuers that many workloads share, and how their subjects tell one from another. */
export const KNOWN_ISSUERS: readonly KnownIssuer[] = [
  // https://docs.github.com/en/actions/reference/security/oidc
  { title: 'GitHub Actions', issuer: /^token\.actions\.githubusercontent\.com(?:\/|$)/, prefix: 'repo:', pinned: /^repo:[^*?:/]+\/[^*?:/]+:/, broad: /[*?]|^pull_request$/ },
  // https://docs.gitlab.com/ci/cloud_services/
  { title: 'GitLab', issuer: /^gitlab\.com$/, prefix: 'project_path:', pinned: /^project_path:[^*?:/]+(?:\/[^*?:/]+)+:/, broad: /[*?]/ },
  // https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
  { title: 'Terraform Cloud', issuer: /^app\.terraform\.io$/, prefix: 'organization:', pinned: /^organization:[^*?:]+:project:[^*?:]+:workspace:[^*?:]+:/, broad: /[*?]/ },
  // https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
  { title: 'EKS', issuer: /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/id\//, prefix: 'system:serviceaccount:', pinned: /^system:serviceaccount:[^*?:]+:/, broad: /[*?]/ },
];

/** How much a subject pattern lets in: one workload, several or a form we cannot judge, or strangers. */
export type Breadth = 'one' | 'several' | 'anybody';

/** Breadth of one subject pattern of an issuer; null for an issuer that we do not know. */
export function breadthOf(subject: string, issuer: KnownIssuer | null): Breadth {
  if (/^[*?]*$/.test(subject)) return 'anybody';
  if (issuer === null) return /[*?]/.test(subject) ? 'several' : 'one';
  const pinned = issuer.pinned.exec(subject)?.[0];
  if (pinned !== undefined) return issuer.broad.test(subject.slice(pinned.length)) ? 'several' : 'one';
  const literal = subject.split(/[*?]/)[0] ?? '';
  return literal.startsWith(issuer.prefix) || issuer.prefix.startsWith(literal) ? 'anybody' : 'several';
}
