// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configurationValueActions, organizationActions, readActions, readPolicies, sessionPolicy, VALUE_RETURNING_ACTIONS } from '../../../scanners/aws/permissions.ts';
import { SOURCES } from '../../../scanners/aws/sources.ts';
import type { Depth } from '../../../src/model/source.ts';

interface Policy { readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[]; readonly Resource: string }[] }
const read = (text: string): Policy => JSON.parse(text) as Policy;

test.each<Depth>(['bulk', 'standard', 'deep'])('the policy of depth %s allows what its sources send and denies what returns secrets', (depth) => {
  const [policy] = readPolicies(depth);
  const statements = read(policy?.text ?? '').Statement;
  const [allow, ...others] = statements.filter(({ Effect }) => Effect === 'Allow');
  expect(allow).toMatchObject({ Effect: 'Allow', Resource: '*', Action: readActions(depth).filter((action) => action !== 'apigateway:GET') });
  // What API Gateway calls GET reads anything of it; only the list of API keys is allowed.
  expect(others).toEqual(depth === 'bulk' ? [] : [{ Sid: 'RollcallReadsApiKeys', Effect: 'Allow', Action: ['apigateway:GET'], Resource: 'arn:*:apigateway:*::/apikeys' }]);
  expect(statements.at(-1)).toMatchObject({ Effect: 'Deny', Resource: '*', Action: VALUE_RETURNING_ACTIONS });
});

test('reads of single users are not asked for by a bulk scan', () => {
  expect(readActions('bulk')).toContain('iam:GetAccountAuthorizationDetails');
  for (const action of ['iam:ListAccessKeys', 'iam:ListSSHPublicKeys', 'iam:GetAccessKeyLastUsed', 'iam:GetOpenIDConnectProvider']) {
    expect(readActions('bulk')).not.toContain(action);
    expect(readActions('standard')).toContain(action);
  }
});

test('no source sends what is denied, and nothing that is allowed changes anything but stored reports', () => {
  const sent = SOURCES.flatMap(({ operations }) => operations.map(({ permission }) => permission));
  expect(sent.filter((action) => VALUE_RETURNING_ACTIONS.includes(action))).toEqual([]);
  expect([...new Set(sent)].filter((action) => !/:(Get|List|Lookup|Describe|Search|GET$)/.test(action))).toEqual(['iam:GenerateCredentialReport', 'iam:GenerateServiceLastAccessedDetails', 'codebuild:BatchGetProjects']);
});

const matches = (patterns: readonly string[], action: string): boolean => patterns.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(action));

test('what an assumed role is cut down to fits into a session policy, allows all that a scan sends and denies all that returns a value', () => {
  expect(sessionPolicy().length).toBeLessThanOrEqual(2048);
  const { Statement } = read(sessionPolicy());
  const [allowed, denied] = ['Allow', 'Deny'].map((effect) => Statement.filter(({ Effect }) => Effect === effect).flatMap(({ Action }) => Action));
  expect(readActions('deep').filter((action) => !matches(allowed ?? [], action))).toEqual([]);
  expect(VALUE_RETURNING_ACTIONS.filter((action) => !matches(denied ?? [], action))).toEqual([]);
  // A denial goes before what is allowed: it must not reach what a scan sends.
  expect(readActions('deep').filter((action) => matches(denied ?? [], action))).toEqual([]);
  expect((allowed ?? []).filter((pattern) => !/:(Get|List|Lookup|Describe|Search)[A-Z*]/.test(pattern))).toEqual(['iam:Generate*', 'apigateway:GET']);
  expect(Statement.at(-1)).toMatchObject({ Effect: 'Deny', Resource: '*' });
});

test('reads of configurations that carry values are a policy of their own, in no other, and in a session only where a scope opts in', () => {
  const values = ['codebuild:BatchGetProjects', 'codebuild:ListProjects', 'ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitionFamilies', 'lambda:ListFunctions'];
  expect(configurationValueActions()).toEqual(values);
  const [named] = readPolicies('deep').filter(({ name }) => name === 'configuration-values');
  expect(named?.apart).toBe(true);
  expect(read(named?.text ?? '').Statement).toMatchObject([{ Effect: 'Allow', Action: values, Resource: '*' }]);
  const others = readPolicies('deep').filter(({ name }) => name !== 'configuration-values').map(({ text }) => text).join('\n');
  for (const action of values) expect(others).not.toContain(action);
  const opted = sessionPolicy({ values: true });
  expect(opted.length).toBeLessThanOrEqual(2048);
  const [allowed, denied] = ['Allow', 'Deny'].map((effect) => read(opted).Statement.filter(({ Effect }) => Effect === effect).flatMap(({ Action }) => Action));
  expect(values.filter((action) => !matches(allowed ?? [], action) || matches(denied ?? [], action))).toEqual([]);
  expect(values.filter((action) => matches(read(sessionPolicy()).Statement[0]?.Action ?? [], action))).toEqual([]);
});

test('reads of the organization are allowed to its login alone, and so is entering accounts', () => {
  expect(organizationActions('standard')).toEqual(['organizations:DescribeOrganization', 'organizations:ListAccounts']);
  expect(readActions('deep').filter((action) => action.startsWith('organizations:'))).toEqual([]);
  const management = readPolicies('standard').find(({ name }) => name === 'rollcall-organization');
  expect(read(management?.text ?? '').Statement).toMatchObject([{ Effect: 'Allow', Action: organizationActions('standard') }, { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: 'arn:*:iam::*:role/rollcall-reader' }]);
});

test('the templates of the member role ask for the external id and carry the very policy', () => {
  const [member, , template, module] = readPolicies('standard');
  const policy: unknown = JSON.parse(member?.text ?? '');
  const parsed = parse(template?.text ?? '') as { readonly Resources: { readonly Role: { readonly Type: string; readonly Properties: { readonly Policies: readonly { readonly PolicyDocument: unknown }[]; readonly AssumeRolePolicyDocument: { readonly Statement: readonly { readonly Condition?: unknown }[] } } } } };
  expect(parsed.Resources.Role.Type).toBe('AWS::IAM::Role');
  expect(parsed.Resources.Role.Properties.Policies[0]?.PolicyDocument).toEqual(policy);
  expect(parsed.Resources.Role.Properties.AssumeRolePolicyDocument.Statement[0]?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } } });
  const [, document = ''] = /\n  policy = jsonencode\(([\s\S]*?)\)\n\}/.exec(module?.text ?? '') ?? [];
  expect(JSON.parse(document)).toEqual(policy);
  expect(module?.text).toContain('"sts:ExternalId" = var.external_id');
  // A role's inline policies have 10,240 characters together, white space not counted. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  expect(JSON.stringify(policy).length).toBeLessThan(10_240);
});
