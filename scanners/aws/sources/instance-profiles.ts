// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

export const instanceProfileSchema = z.object({
  InstanceProfileName: z.string(), InstanceProfileId: z.string(), Arn: z.string(), Path: z.string(), CreateDate: z.string(), Roles: list(z.object({ RoleName: z.string(), RoleId: z.string() })).optional(),
});

/** Instance profiles, those without a role among them. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html */
export const instanceProfiles = defineSource({
  id: 'aws.iam.instance-profiles',
  title: 'Instance profiles',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  after: ['aws.iam.account-summary'],
  operations: [iam('ListInstanceProfiles', { input: { MaxItems: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListInstanceProfiles', input: { MaxItems: MOST_ITEMS, ...page } }),
  page: { schema: z.object({ InstanceProfiles: list(instanceProfileSchema), ...paging }), count: (body) => items(body.InstanceProfiles).length, end: endOf },
  rows: (body, context) => items(body.InstanceProfiles).map((profile, index) => observe('aws.instance-profile', profile.InstanceProfileId, plain(profile), context, ['InstanceProfiles', index])),
  command: (parameters) => awsCommand('iam', 'ListInstanceProfiles', parameters),
});
