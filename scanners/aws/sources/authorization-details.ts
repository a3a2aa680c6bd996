// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

const FILTER = ['User', 'Group', 'Role', 'LocalManagedPolicy'];

const tag = z.object({ Key: z.string(), Value: z.string() });
const inline = z.object({ PolicyName: z.string(), PolicyDocument: z.string() });
const attached = z.object({ PolicyName: z.string(), PolicyArn: z.string() });
const boundary = z.union([z.object({ PermissionsBoundaryArn: z.string().optional() }), z.literal('')]);

// Lists inside an item are optional: IAM leaves out those that an item does not have. The four lists of the page are not.
export const userSchema = z.object({
  UserName: z.string(), UserId: z.string(), Arn: z.string(), Path: z.string(), CreateDate: z.string(),
  UserPolicyList: list(inline).optional(), GroupList: list(z.string()).optional(), AttachedManagedPolicies: list(attached).optional(),
  PermissionsBoundary: boundary.optional(), Tags: list(tag).optional(),
});
export const roleSchema = z.object({
  RoleName: z.string(), RoleId: z.string(), Arn: z.string(), Path: z.string(), CreateDate: z.string(), AssumeRolePolicyDocument: z.string().optional(),
  RolePolicyList: list(inline).optional(), AttachedManagedPolicies: list(attached).optional(), PermissionsBoundary: boundary.optional(), Tags: list(tag).optional(),
  RoleLastUsed: z.union([z.object({ LastUsedDate: z.string().optional(), Region: z.string().optional() }), z.literal('')]).optional(),
});
export const groupSchema = z.object({
  GroupName: z.string(), GroupId: z.string(), Arn: z.string(), Path: z.string(), CreateDate: z.string(),
  GroupPolicyList: list(inline).optional(), AttachedManagedPolicies: list(attached).optional(),
});
// A policy's ARN is unique while it is there; servers that are not AWS leave out its name and id.
export const policySchema = z.object({
  PolicyName: z.string().optional(), PolicyId: z.string().optional(), Arn: z.string(), Path: z.string().optional(), DefaultVersionId: z.string().optional(), CreateDate: z.string(), UpdateDate: z.string().optional(),
  AttachmentCount: z.string().optional(), IsAttachable: z.string().optional(),
  PolicyVersionList: list(z.object({ VersionId: z.string(), IsDefaultVersion: z.string(), Document: z.string().optional(), CreateDate: z.string().optional() })),
});
export type UserDetail = z.output<typeof userSchema>;
export type RoleDetail = z.output<typeof roleSchema>;
export type GroupDetail = z.output<typeof groupSchema>;
export type PolicyDetail = z.output<typeof policySchema>;

/**
 * Users, groups, roles and the account's own policies with their documents, tags, boundaries and, for roles, last use, in as
 * few calls as there are. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export const authorizationDetails = defineSource({
  id: 'aws.iam.authorization-details',
  title: 'Users, groups, roles and policies',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  // After the first reading of the counts, so that these lists lie between two of them.
  after: ['aws.iam.account-summary'],
  operations: [iam('GetAccountAuthorizationDetails', { input: { Filter: ['User'], MaxItems: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'GetAccountAuthorizationDetails', input: { Filter: FILTER, MaxItems: MOST_ITEMS, ...page } }),
  page: {
    schema: z.object({ UserDetailList: list(userSchema), GroupDetailList: list(groupSchema), RoleDetailList: list(roleSchema), Policies: list(policySchema), ...paging }),
    count: (body) => items(body.UserDetailList).length + items(body.GroupDetailList).length + items(body.RoleDetailList).length + items(body.Policies).length,
    end: endOf,
  },
  rows: (body, context) => [
    ...items(body.UserDetailList).map((user, index) => observe('aws.user', user.UserId, plain(user), context, ['UserDetailList', index])),
    ...items(body.GroupDetailList).map((group, index) => observe('aws.group', group.GroupId, plain(group), context, ['GroupDetailList', index])),
    ...items(body.RoleDetailList).map((role, index) => observe('aws.role', role.RoleId, plain(role), context, ['RoleDetailList', index])),
    ...items(body.Policies).map((policy, index) => observe('aws.policy', policy.PolicyId ?? policy.Arn, plain(policy), context, ['Policies', index])),
  ],
  command: () => awsCommand('iam', 'GetAccountAuthorizationDetails', { Filter: FILTER }),
  blindSpots: [
    'AWS-managed policies are judged by name; their documents are the same in every account and are not read.',
    'Organization policies (SCP, RCP) are not read, so what an identity may do can be less than its own policies say.',
    "A role's last use goes back 400 days at most; a role without one was not used in that window.",
  ],
});
