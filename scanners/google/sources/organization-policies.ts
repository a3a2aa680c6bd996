// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, FOLDER, observe, ORGANIZATION, UNIT } from '../shapes.ts';
import { lastPart } from './workload-identity.ts';

export const ORGANIZATION_POLICIES = 'google.orgpolicy.policies';
export const ORGANIZATION_POLICY_ROW = 'google.organization-policy';
const condition = z.object({ title: z.string().optional(), expression: z.string().optional() }).optional();
const specSchema = z.object({
  inheritFromParent: z.boolean().optional(), reset: z.boolean().optional(), updateTime: z.string().optional(),
  rules: z.array(z.object({ enforce: z.boolean().optional(), allowAll: z.boolean().optional(), denyAll: z.boolean().optional(), values: z.object({ allowedValues: z.array(z.string()).optional(), deniedValues: z.array(z.string()).optional() }).optional(), condition })).optional(),
});
export const organizationPolicySchema = z.object({ name: z.string(), spec: specSchema.optional() });
export type OrganizationPolicy = z.output<typeof organizationPolicySchema>;

/**
 * Constraints on how service accounts, their keys and what stands for them may be made and used, each also in its newer form, `iam.managed.…`.
 * https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
 */
const OF_KEYS: ReadonlySet<string> = new Set([
  'iam.allowedPolicyMemberDomains', 'iam.allowServiceAccountCredentialLifetimeExtension', 'iam.automaticIamGrantsForDefaultServiceAccounts', 'iam.disableCrossProjectServiceAccountUsage', 'iam.disableServiceAccountCreation',
  'iam.disableServiceAccountKeyCreation', 'iam.disableServiceAccountKeyUpload', 'iam.disableWorkloadIdentityClusterCreation', 'iam.restrictCrossProjectServiceAccountLienRemoval', 'iam.serviceAccountKeyExpiryHours',
  'iam.serviceAccountKeyExposureResponse', 'iam.workloadIdentityPoolAwsAccounts', 'iam.workloadIdentityPoolProviders', 'storage.restrictAuthTypes',
]);

/** The constraint that a policy is about, in its first form; null for one that has nothing to do with keys. */
export function constraintOf({ name }: Pick<OrganizationPolicy, 'name'>): string | null {
  const constraint = lastPart(name).replace(/^iam\.managed\./, 'iam.');
  return OF_KEYS.has(constraint) ? lastPart(name) : null;
}

/** Policies that are set in the unit itself. What holds there may be inherited from above. https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/list */
export const organizationPolicies = defineSource({
  id: ORGANIZATION_POLICIES,
  title: 'Organization policies that bear on keys',
  unitKind: [UNIT, FOLDER, ORGANIZATION], lane: 'google.orgpolicy', depth: 'standard',
  operations: [declared('orgpolicy', 'ListOrganizationPolicies', { input: {} })],
  request: (_seed, page) => ({ service: 'orgpolicy', operation: 'ListOrganizationPolicies', input: { ...page } }),
  page: { schema: z.object({ policies: z.array(organizationPolicySchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.policies?.length ?? 0, end: endOf },
  // Most constraints are about networks and machines; those stand in the pages.
  rows: (body, context) => (body.policies ?? []).flatMap((policy, index) => (constraintOf(policy) === null ? [] : [observe(ORGANIZATION_POLICY_ROW, policy.name, policy, context, ['policies', index])])),
  command: () => gcloud('org-policies', 'list', '--project', 'PROJECT'),
  blindSpots: ['Organization policies are shown where they are set. Which of them are in force in a project after all that is inherited, and those that only test what they would do, are not read.'],
});
