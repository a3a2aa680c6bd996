// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../src/model/json.ts';
import type { Depth, PermissionDocument } from '../../src/model/source.ts';
import { ORGANIZATION } from './shapes.ts';
import { MEMBER_ROLE, memberRoleModule, memberRoleTemplate } from './member-role-templates.ts';
import { SOURCES } from './sources.ts';
import { CONFIGURATION_VALUES } from './values/places.ts';

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
  'acm:GetAcmeExternalAccountBindingCredentials',
  'bedrock-agentcore:GetResourceApiKey', 'bedrock-agentcore:GetResourceOauth2Token', 'bedrock-agentcore:GetWorkloadAccessToken', 'bedrock-agentcore:GetWorkloadAccessTokenForJWT', 'bedrock-agentcore:GetWorkloadAccessTokenForUserId',
  'iam:CreateAccessKey', 'iam:CreateServiceSpecificCredential', 'iam:CreateVirtualMFADevice', 'iam:ResetServiceSpecificCredential',
  'kms:Decrypt', 'kms:DeriveSharedSecret', 'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GetParametersForImport', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
  'lightsail:DownloadDefaultKeyPair', 'lightsail:GetInstanceAccessDetails', 'lightsail:GetRelationalDatabaseMasterUserPassword',
  'redshift:GetClusterCredentials', 'redshift:GetClusterCredentialsWithIAM',
  'secretsmanager:BatchGetSecretValue', 'secretsmanager:GetRandomPassword', 'secretsmanager:GetSecretValue',
  'ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:GetParametersByPath',
  'sts:AssumeRoot', 'sts:GetFederationToken', 'sts:GetSessionToken',
];

/** The permissions of all sources that a depth reads in an account, each once, in order. */
export function readActions(depth: Depth): readonly string[] {
  return actionsOf(depth, false);
}

/** The permissions of the sources that read an organization. */
export function organizationActions(depth: Depth): readonly string[] {
  return actionsOf(depth, true);
}

/** The permissions of the sources whose answers carry values, which are read only where a scope opts in. */
export function configurationValueActions(): readonly string[] {
  return [...new Set(SOURCES.filter(({ optIn }) => optIn === CONFIGURATION_VALUES).flatMap(({ operations }) => operations.map(({ permission }) => permission)))].toSorted(byCodeUnit);
}

function actionsOf(depth: Depth, organization: boolean): readonly string[] {
  const sources = SOURCES.filter((source) => source.optIn === undefined && ORDER.indexOf(source.depth) <= ORDER.indexOf(depth) && (source.unitKind === ORGANIZATION) === organization);
  return [...new Set(sources.flatMap(({ operations }) => operations.map(({ permission }) => permission)))].toSorted(byCodeUnit);
}

/** Policies and templates: of the role or user that Rollcall acts as in an account, of the one that reads the organization and enters its accounts, and of the role there. */
export function readPolicies(depth: Depth): readonly PermissionDocument[] {
  const management = { Version: '2012-10-17', Statement: [
    { Sid: 'RollcallReadsTheOrganization', Effect: 'Allow', Action: organizationActions(depth), Resource: '*' },
    entering(MEMBER_ROLE),
  ] };
  return [{
    name: `rollcall-read-${depth}`, format: 'AWS IAM policy (JSON)', text: JSON.stringify(policy(depth), null, 2),
    note: 'iam:GenerateCredentialReport makes the stored credential report and changes nothing else, and so does iam:GenerateServiceLastAccessedDetails, of depth deep, with a report of its own; sts:GetCallerIdentity needs no permission and is named for completeness. The denial stops actions that return secret values, whatever else the identity is allowed. A policy cannot keep whoever may list the API keys of API Gateway from asking for their values; Rollcall never does.',
  }, {
    name: 'rollcall-organization', apart: true, format: 'AWS IAM policy (JSON)', text: JSON.stringify(management, null, 2),
    note: `Beside the first, for the login of an organization: in its management account or a delegated administrator. It enters the role ${MEMBER_ROLE} in every account; put the organization's name of it where it differs.`,
  }, {
    name: 'rollcall-member-role.yaml', apart: true, format: 'CloudFormation template for a StackSet', text: memberRoleTemplate(policy(depth)),
    note: 'The role in each account, as a service-managed StackSet over the organization: new accounts get it too. A StackSet leaves the management account out; the login reads that one itself.',
  }, {
    name: 'rollcall-member-role.tf', apart: true, format: 'Terraform module', text: memberRoleModule(policy(depth)), note: 'The same role for one account at a time.',
  }, {
    name: 'configuration-values', apart: true, format: 'AWS IAM policy (JSON)', text: JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'RollcallReadsConfigurationValues', Effect: 'Allow', Action: configurationValueActions(), Resource: '*' }] }, null, 2),
    note: 'Beside the first, only where a scope has configurationValues: true. These answers carry the values of variables: they transit the memory of this program, which replaces each by its length and a verdict before anything is written or logged. The denial of kms:Decrypt in the first stays: where Lambda would need it to show the variables of a function, they are told as not read.',
  }];
}

/** The same denial in few words, for a session. A pattern may reach further than the actions above; none of ours is among what it reaches. */
const DENIED_TO_SESSIONS: readonly string[] = [
  'acm:ExportCertificate', 'acm:GetAcme*', 'appsync:ListApiKeys', 'bedrock-agentcore:Get*', 'codeartifact:GetAuthorizationToken', 'cognito-idp:Describe*', 'ec2:DescribeInstanceAttribute', 'ec2:DescribeLaunchTemplateVersions',
  'ec2:GetPasswordData', 'ecr:GetAuthorizationToken', 'iam:Create*', 'iam:Reset*', 'kms:Decrypt', 'kms:DeriveSharedSecret', 'kms:GenerateDataKey*', 'kms:GetParametersForImport', 'kms:ReEncrypt*', 'lightsail:DownloadDefaultKeyPair',
  'lightsail:GetInstanceAccessDetails', 'lightsail:GetRelationalDatabaseMasterUserPassword', 'redshift:GetClusterCredentials*', 'secretsmanager:*GetSecretValue', 'secretsmanager:GetRandomPassword', 'ssm:GetParameter*',
  'sts:AssumeRoot', 'sts:GetFederationToken', 'sts:GetSessionToken',
];

/**
 * What an assumed role is cut down to: reads of the kinds that every depth sends, with the same denial. A session policy has 2,048
 * characters at most, too few for every name: two reads or more of one service stand as a pattern, which allows nothing that the role's
 * own policy does not. Without white space. `values`: whether configurations that carry values are read too. `enters`: the name of
 * the role that the session goes on to assume in the accounts of an organization, whose list it then reads. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function sessionPolicy({ values = false, enters = null }: { readonly values?: boolean; readonly enters?: string | null } = {}): string {
  const actions = [...readActions('deep'), ...(values ? configurationValueActions() : []), ...(enters === null ? [] : organizationActions('deep'))].toSorted(byCodeUnit);
  return JSON.stringify({ Version: '2012-10-17', Statement: [...allowing(inPatterns(actions)), ...(enters === null ? [] : [entering(enters)]), { Sid: 'NeverReturnSecretValues', Effect: 'Deny', Action: DENIED_TO_SESSIONS, Resource: '*' }] });
}

/** The right to assume a role of this name in any account, and to tag the session. */
function entering(role: string): object {
  return { Sid: 'RollcallEntersAccounts', Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: `arn:*:iam::*:role/${role}` };
}

/** Actions of one service and verb as one pattern where there are several. */
function inPatterns(actions: readonly string[]): readonly string[] {
  const groups = Map.groupBy(actions, (action) => /^[a-z0-9-]+:[A-Z][a-z]+/.exec(action)?.[0] ?? action);
  return [...groups].flatMap(([verb, own]) => (own.length > 1 ? [`${verb}*`] : own));
}

function policy(depth: Depth): object {
  return { Version: '2012-10-17', Statement: [...allowing(readActions(depth)), { Sid: 'NeverReturnSecretValues', Effect: 'Deny', Action: VALUE_RETURNING_ACTIONS, Resource: '*' }] };
}

/** Actions of API Gateway are HTTP methods: only the resource tells what is read. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html */
const RESOURCES: { readonly [action: string]: { readonly sid: string; readonly resource: string } } = { 'apigateway:GET': { sid: 'RollcallReadsApiKeys', resource: 'arn:*:apigateway:*::/apikeys' } };

function allowing(actions: readonly string[]): readonly object[] {
  const limited = Object.entries(RESOURCES).filter(([action]) => actions.includes(action));
  return [
    { Sid: 'RollcallReads', Effect: 'Allow', Action: actions.filter((action) => RESOURCES[action] === undefined), Resource: '*' },
    ...limited.map(([action, { sid, resource }]) => ({ Sid: sid, Effect: 'Allow', Action: [action], Resource: resource })),
  ];
}
