// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { observe, ORGANIZATION, plain } from '../shapes.ts';

/** An organization as DescribeOrganization tells of it. The account that manages it is called master in the answer. */
export const organizationSchema = z.object({ Id: z.string(), Arn: z.string().optional(), FeatureSet: z.string().optional(), MasterAccountId: z.string().optional() });

/** Which organization answered, and which account manages it. */
export const organization = defineSource({
  id: 'aws.organizations.organization',
  title: 'The organization and the account that manages it',
  unitKind: ORGANIZATION,
  lane: 'aws.organizations.describe',
  operations: [{
    service: 'organizations', operation: 'DescribeOrganization', permission: 'organizations:DescribeOrganization',
    documentation: 'https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html', probe: { input: {} },
  }],
  request: () => ({ service: 'organizations', operation: 'DescribeOrganization', input: {} }),
  page: { schema: z.object({ Organization: organizationSchema }), count: () => 1, end: () => ({ last: true }) },
  rows: ({ Organization: one }, context) => [observe('aws.organization', one.Id, plain(one), context, ['Organization'])],
  command: () => 'aws organizations describe-organization',
});
