// SPDX-License-Identifier: Apache-2.0
import type { Lane } from '../../src/model/source.ts';

/** One lane for each quota of AWS that we draw on. */
export const LANES: readonly Lane[] = [
  {
    id: 'aws.iam', rate: 10, burst: 10, concurrency: 8, scope: 'unit',
    source: 'AWS publishes no request rate for IAM (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html lists none). 10 a second is our own choice; the lane halves on a throttle.',
  },
  {
    id: 'aws.iam.last-accessed', rate: 5, burst: 5, concurrency: 8, scope: 'unit',
    source: 'AWS publishes no request rate for the reports of services that were last tried (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html lists none). 5 a second is our own choice, beside the 10 of other reads of IAM; the lane halves on a throttle.',
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
  {
    id: 'aws.secretsmanager', rate: 25, burst: 25, concurrency: 4, scope: 'unit',
    source: 'ListSecrets shares 100 requests a second for an account and region with other reads of Secrets Manager (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html); a list needs few.',
  },
  {
    id: 'aws.kms', rate: 50, burst: 50, concurrency: 8, scope: 'unit',
    source: 'KMS allows 500 ListKeys, 500 ListAliases, 2,000 DescribeKey, 1,000 GetKeyRotationStatus and 100 ListKeyRotations a second for an account and region (https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html); we start at half of the least.',
  },
  {
    id: 'aws.kms.last-usage', rate: 2.5, burst: 5, concurrency: 2, scope: 'unit',
    source: 'KMS allows 5 GetKeyLastUsage a second for an account and region (https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html); we start at half of it.',
  },
  {
    id: 'aws.secretsmanager.policies', rate: 25, burst: 25, concurrency: 4, scope: 'unit',
    source: 'GetResourcePolicy shares 50 requests a second for an account and region with the writes of policies (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html); we start at half of it.',
  },
  own('aws.ssm', 'DescribeParameters and DescribeActivations', 5), own('aws.acm', 'ListCertificates', 4), own('aws.acm-pca', 'ListCertificateAuthorities', 2),
  own('aws.access-analyzer', 'lists of IAM Access Analyzer', 5), own('aws.agentcore', 'lists of Bedrock AgentCore', 2), own('aws.codebuild', 'lists of CodeBuild', 2), own('aws.ec2', 'DescribeKeyPairs', 5), own('aws.ecs', 'reads of task definitions of ECS', 5), own('aws.eks', 'lists of EKS', 5), own('aws.events', 'ListConnections', 5),
  own('aws.grafana', 'lists of Managed Grafana', 2), own('aws.iot', 'ListCertificates of IoT', 5), own('aws.lightsail', 'GetKeyPairs', 2), own('aws.transfer', 'lists of Transfer Family', 2), own('aws.cognito-idp', 'lists of user pools and of their clients', 5),
  {
    id: 'aws.apigateway', rate: 2, burst: 2, concurrency: 1, scope: 'unit',
    source: 'Management requests to API Gateway share 10 a second for an account (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html); a list of keys needs few.',
  },
  {
    id: 'aws.lambda', rate: 5, burst: 5, concurrency: 2, scope: 'unit',
    source: 'All reads and changes of Lambda but invocations, GetFunction and GetPolicy share 15 requests a second for an account and region (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests); we take a third.',
  },
  {
    id: 'aws.rolesanywhere', rate: 0.5, burst: 1, concurrency: 1, scope: 'unit',
    source: 'ListTrustAnchors, ListProfiles and ListSubjects each allow one request a second for an account and region (https://docs.aws.amazon.com/rolesanywhere/latest/userguide/quotas.html); we start at half of it, for all together.',
  },
  {
    id: 'aws.account', rate: 2.5, burst: 5, concurrency: 2, scope: 'unit',
    source: 'ListRegions allows 5 requests a second for an account (https://docs.aws.amazon.com/accounts/latest/reference/quotas.html); we start at half of it.',
  },
];

/** A lane for a service that publishes no rate of the reads that we make. */
function own(id: string, reads: string, rate: number): Lane {
  return { id, rate, burst: rate, concurrency: 2, scope: 'unit', source: `AWS publishes no request rate for ${reads} that we know of. ${rate} a second in an account and region is our own choice; the lane halves on a throttle.` };
}
