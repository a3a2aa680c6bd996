// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { classifyRole, classifyRoot, classifyUser } from '../../../scanners/aws/classification.ts';
import { principalKind, trustsOf } from '../../../scanners/aws/trust.ts';
import { known, unknown } from '../../../src/model/fact.ts';
import type { PageReference } from '../../../src/model/reference.ts';

const refs = ['aws-111122223333/aws.iam.authorization-details/-/1#/RoleDetailList/0' as PageReference];
const role = (statement: object | readonly object[] | string): { key: string; unit: string; document: string; refs: typeof refs } => ({ key: 'aws:111122223333/AROA1', unit: 'aws:111122223333', refs, document: typeof statement === 'string' ? statement : JSON.stringify({ Statement: statement }) });
const own = new Set(['aws:111122223333', 'aws:222233334444']);

test.each([
  ['AWS', '*', 'anyone'], ['*', '*', 'anyone'], ['AWS', '111122223333', 'account'], ['AWS', 'arn:aws:iam::111122223333:root', 'account'], ['AWS', 'arn:aws-cn:iam::111122223333:user/a/b', 'user'], ['AWS', 'arn:aws:iam::111122223333:role/x', 'role'],
  ['AWS', 'arn:aws:sts::111122223333:assumed-role/x/y', 'role'], ['AWS', 'AROAEXAMPLEID', 'role'], ['AWS', 'AIDAEXAMPLEID', 'user'], ['Service', 'ec2.amazonaws.com', 'service'], ['Federated', 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com', 'oidc'],
  ['Federated', 'accounts.google.com', 'oidc'], ['Federated', 'arn:aws:iam::111122223333:saml-provider/Okta', 'saml'], ['CanonicalUser', 'abc', 'other'], ['AWS', 'whatever', 'other'],
] as const)('%s %s is %s', (type, value, kind) => {
  expect(principalKind({ type, value })).toBe(kind);
});

test('each principal of each statement that opens the role is a trust, with its conditions; denials and other actions are none', () => {
  const { trusts, readable } = trustsOf(role([
    { Effect: 'Allow', Principal: { AWS: ['111122223333', 'arn:aws:iam::999988887777:root', 'arn:aws:iam::222233334444:role/x'], Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': 'e1' } } },
    { Effect: 'Allow', Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/x' }, Action: ['STS:assumerolewith*'] },
    { Effect: 'Allow', Principal: '*', Action: 'sts:TagSession' },
    { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
    { Effect: 'Allow', NotPrincipal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'sts:AssumeRole' },
  ]), own);
  expect(readable).toBe(true);
  expect(trusts.map(({ principalKind: kind, principal, external }) => [kind, principal, external.status === 'known' ? external.value : external.status])).toEqual([
    ['account', '111122223333', false], ['account', 'arn:aws:iam::999988887777:root', true], ['role', 'arn:aws:iam::222233334444:role/x', false], ['service', 'ec2.amazonaws.com', false],
    ['oidc', 'arn:aws:iam::111122223333:oidc-provider/x', 'unknown'], ['anyone', '*', true],
  ]);
  expect(trusts[0]?.conditions).toEqual([{ operator: 'StringEquals', key: 'sts:ExternalId', values: ['e1'] }]);
  expect(trusts[4]?.conditions).toEqual([]);
  expect(new Set(trusts.map(({ key }) => key)).size).toBe(trusts.length);
});

test('a trust policy that cannot be read is one unknown trust, never none', () => {
  for (const document of ['[redacted: rule]', '%7Bbroken', '{"Statement":[{"Effect":"Maybe"}]}']) {
    const { trusts, readable } = trustsOf(role(document), own);
    expect(readable).toBe(false);
    expect(trusts).toMatchObject([{ principalKind: 'other', external: { status: 'unknown', cause: 'unrecognized' } }]);
  }
});

const yes = known(true, refs);
const no = known(false, refs);
const dark = unknown('denied', 'the report could not be read');
test.each([
  [yes, no, 'human'], [no, yes, 'non-human'], [yes, yes, 'both'], [no, no, 'undecided'], [dark, yes, 'undecided'], [yes, dark, 'undecided'], [dark, dark, 'undecided'],
] as const)('user with password %j and programmatic credential %j is %s', (password, programmatic, expected) => {
  expect(classifyUser(password, programmatic, refs).class).toBe(expected);
});

test.each([
  ['/', ['service'], true, 'non-human'], ['/', ['oidc', 'account'], true, 'non-human'], ['/', ['saml'], true, 'human'], ['/', ['saml', 'service'], true, 'both'], ['/', ['account', 'role'], true, 'undecided'], ['/', ['saml', 'account'], true, 'undecided'],
  ['/', [], true, 'undecided'], ['/', ['other'], false, 'undecided'], ['/aws-reserved/sso.amazonaws.com/eu-west-1/', ['saml'], true, 'human'], ['/aws-service-role/x/', ['service'], true, 'non-human'],
] as const)('role under %s entered by %j (readable: %j) is %s', (path, kinds, readable, expected) => {
  expect(classifyRole(path, kinds.map((kind) => ({ principalKind: kind })), readable, refs).class).toBe(expected);
});

test('root is both with keys, human without, undecided where that is not known', () => {
  expect([known(1, refs), known(0, refs), dark].map((keys) => classifyRoot(keys, refs).class)).toEqual(['both', 'human', 'undecided']);
});
