// SPDX-License-Identifier: Apache-2.0

/**
 * AWS-managed policies that allow every action, or every IAM action, on all resources. By name, since their documents are not
 * read. Source: AWS Managed Policy Reference, https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export const ADMINISTRATOR_POLICIES: ReadonlySet<string> = new Set(['AdministratorAccess', 'IAMFullAccess']);

/**
 * AWS-managed policies that allow some CodeCommit action, wide ones among them; naming one too many costs a read, one too few
 * would miss an SSH key. Source: the same reference, and
 * https://docs.aws.amazon.com/codecommit/latest/userguide/security-iam-awsmanpol.html
 */
export const CODECOMMIT_POLICIES: ReadonlySet<string> = new Set([
  'AdministratorAccess', 'PowerUserAccess', 'ReadOnlyAccess', 'ViewOnlyAccess', 'SecurityAudit', 'AWSCodeCommitFullAccess', 'AWSCodeCommitPowerUser', 'AWSCodeCommitReadOnly',
  'AWSCodePipeline_FullAccess', 'AWSCodePipeline_ReadOnlyAccess', 'AWSCodeBuildAdminAccess', 'AWSCodeBuildDeveloperAccess', 'AWSCodeStarFullAccess', 'AWSCodeStarServiceRole',
  'AmazonSageMakerFullAccess', 'AdministratorAccess-Amplify', 'AdministratorAccess-AWSElasticBeanstalk',
]);

/** The name of an AWS-managed policy, or null for one of the account's own: the account part of its ARN says `aws`. */
export function awsManagedName(arn: string): string | null {
  return /^arn:[a-z0-9-]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1] ?? null;
}
