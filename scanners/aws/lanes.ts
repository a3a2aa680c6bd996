// SPDX-License-Identifier: Apache-2.0
import type { Lane } from '../../src/model/source.ts';

/** One lane for each quota of AWS that we draw on. */
export const LANES: readonly Lane[] = [
  {
    id: 'aws.iam', rate: 10, burst: 10, concurrency: 8, scope: 'unit',
    source: 'AWS publishes no request rate for IAM (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html lists none). 10 a second is our own choice; the lane halves on a throttle.',
  },
  {
    id: 'aws.sts', rate: 10, burst: 10, concurrency: 4, scope: 'unit',
    source: 'STS allows 600 requests a second for an account and region, shared by all of its users (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html); a scan sends one.',
  },
  {
    id: 'aws.organizations', rate: 4, burst: 6, concurrency: 2, scope: 'target',
    source: 'ListAccounts allows 8 requests a second with bursts of 12 for an account (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html); we start at half of it.',
  },
  {
    id: 'aws.organizations.describe', rate: 0.5, burst: 1, concurrency: 1, scope: 'target',
    source: 'DescribeOrganization allows 1 request a second with bursts of 2 (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html); we start at half of it.',
  },
  {
    id: 'aws.cloudtrail', rate: 1, burst: 2, concurrency: 4, scope: 'unit',
    source: 'LookupEvents allows 2 requests a second for an account and region, shared by all of its users (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html); we start at half of it.',
  },
];
