// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../src/model/json.ts';
import type { Depth } from '../../src/model/source.ts';
import { SOURCES } from './sources.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

/**
 * Actions that read like reading and return a secret's value, or make a new one. None is ever sent; the denial holds even where
 * the role has wider rights. Names after the Service Authorization Reference,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const VALUE_RETURNING_ACTIONS: readonly string[] = [
  'acm:ExportCertificate',
  'appsync:ListApiKeys',
  'codeartifact:GetAuthorizationToken',
  'cognito-idp:DescribeIdentityProvider', 'cognito-idp:DescribeUserPoolClient',
  'ec2:DescribeInstanceAttribute', 'ec2:DescribeLaunchTemplateVersions', 'ec2:GetPasswordData',
  'ecr:GetAuthorizationToken',
  'iam:CreateAccessKey', 'iam:CreateServiceSpecificCredential', 'iam:CreateVirtualMFADevice', 'iam:ResetServiceSpecificCredential',
  'kms:Decrypt', 'kms:DeriveSharedSecret', 'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GetParametersForImport', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
  'lightsail:DownloadDefaultKeyPair', 'lightsail:GetInstanceAccessDetails', 'lightsail:GetRelationalDatabaseMasterUserPassword',
  'redshift:GetClusterCredentials', 'redshift:GetClusterCredentialsWithIAM',
  'secretsmanager:BatchGetSecretValue', 'secretsmanager:GetRandomPassword', 'secretsmanager:GetSecretValue',
  'ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:GetParametersByPath',
  'sts:AssumeRoot', 'sts:GetFederationToken', 'sts:GetSessionToken',
];

/** The permissions of all sources that a depth reads, each once, in order. */
export function readActions(depth: Depth): readonly string[] {
  const sources = SOURCES.filter((source) => ORDER.indexOf(source.depth) <= ORDER.indexOf(depth));
  return [...new Set(sources.flatMap(({ operations }) => operations.map(({ permission }) => permission)))].toSorted(byCodeUnit);
}

/** The policy to attach to the role or user that Rollcall acts as. */
export function readPolicies(depth: Depth): readonly { readonly name: string; readonly format: string; readonly text: string; readonly note: string }[] {
  return [{
    name: `rollcall-read-${depth}`, format: 'AWS IAM policy (JSON)', text: JSON.stringify(policy(depth), null, 2),
    note: 'iam:GenerateCredentialReport makes the stored credential report and changes nothing else; sts:GetCallerIdentity needs no permission and is named for completeness. The denial stops actions that return secret values, whatever else the identity is allowed.',
  }];
}

/**
 * What an assumed role is cut down to: the reads of every depth, with the same denial. Without white space, since a session
 * policy has 2,048 characters at most. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function sessionPolicy(): string {
  return JSON.stringify(policy('deep'));
}

function policy(depth: Depth): object {
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'RollcallReads', Effect: 'Allow', Action: readActions(depth), Resource: '*' },
      { Sid: 'NeverReturnSecretValues', Effect: 'Deny', Action: VALUE_RETURNING_ACTIONS, Resource: '*' },
    ],
  };
}
