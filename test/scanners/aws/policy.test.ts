// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awsManagedName } from '../../../scanners/aws/managed-policies.ts';
import { allowsAdministration, matchesAction, mayAllowService, readPolicy, type Statement } from '../../../scanners/aws/policy.ts';

function statements(...of: readonly object[]): readonly Statement[] {
  const read = readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: of }));
  if (read === null) throw new Error('the policy of this case is not readable');
  return read;
}
const allow = (Action: string | readonly string[], Resource: string | readonly string[] = '*', more: object = {}): object => ({ Effect: 'Allow', Action, Resource, ...more });

test('a document reads the same percent-encoded, plain, and with one statement or a list', () => {
  const text = JSON.stringify({ Statement: allow('s3:*') });
  expect(readPolicy(encodeURIComponent(text))).toEqual(readPolicy(text));
  expect(readPolicy(encodeURIComponent(`\n ${text}`))).toEqual(readPolicy(text));
  expect(readPolicy(JSON.stringify({ Statement: [allow('s3:*')] }))).toEqual(readPolicy(text));
});

test.each(['', 'not a policy', '[redacted: rule]', '{', '{}', '%7B', '%E0%A4%A', '{"Statement":[{"Effect":"Permit"}]}', '{"Statement":"x"}', '{"Statement":[{"Effect":"Allow","Action":7}]}', 'null'])('%j is not readable, and nothing is thrown', (text) => {
  expect(readPolicy(text)).toBeNull();
});

test('no text makes reading throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map(encodeURIComponent)), (text) => void readPolicy(text)));
});

const part = fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/);
const action = fc.tuple(part, part).map(([service, operation]) => `${service}:${operation}`);

test('matching does not mind case', () => {
  fc.assert(fc.property(action, (name) => matchesAction(name.toUpperCase(), name.toLowerCase()) && matchesAction(name.toLowerCase(), name.toUpperCase())));
});

test('a pattern made from a name by stars and question marks matches the name; one made longer does not', () => {
  fc.assert(fc.property(action, fc.nat(), fc.nat(), (name, a, b) => {
    const from = Math.min(a % name.length, b % name.length);
    const to = Math.max(a % name.length, b % name.length);
    expect(matchesAction(`${name.slice(0, from)}*${name.slice(to)}`, name)).toBe(true);
    expect(matchesAction(`${name.slice(0, from)}?${name.slice(from + 1)}`, name)).toBe(true);
    expect(matchesAction('*', name)).toBe(true);
    expect(matchesAction(`${name}?`, name)).toBe(false);
    expect(matchesAction(name.slice(1), name)).toBe(false);
  }));
});

test('characters that mean something in a regular expression mean themselves', () => {
  expect(matchesAction('s3:Get.bject', 's3:GetObject')).toBe(false);
  expect(matchesAction('s3:(Get|Put)*', 's3:GetObject')).toBe(false);
  expect(matchesAction('****************a*b*c*d*e*f*g*h', 'a'.repeat(5000))).toBe(false);
});

test.each<[boolean, string, readonly object[]]>([
  [true, 'every action on everything', [allow('*')]], [true, 'every action, written *:*', [allow('*:*')]], [true, 'every IAM action', [allow(['s3:Get*', 'IAM:*'])]], [true, 'every IAM resource', [allow('iam:*', 'arn:aws:iam::111122223333:*')]],
  [true, 'everything but S3', [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }]], [true, 'everything but one resource', [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::logs' }]],
  [false, 'everything but IAM', [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }]], [false, 'everything but part of IAM', [{ Effect: 'Allow', NotAction: ['iam:Create*'], Resource: '*' }]], [false, 'under a condition', [allow('*', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })]],
  [false, 'on one bucket', [allow('*', 'arn:aws:s3:::logs/*')]], [false, 'every S3 action', [allow('s3:*')]], [false, 'reading IAM', [allow(['iam:Get*', 'iam:List*'])]], [false, 'a denial', [{ Effect: 'Deny', Action: '*', Resource: '*' }]], [false, 'nothing', []],
])('administration is %s for %s', (expected, _what, of) => {
  expect(allowsAdministration(statements(...of))).toBe(expected);
});

test.each<[boolean, string, readonly object[]]>([
  [true, 'its own action', [allow('codecommit:GitPull', 'arn:aws:codecommit:*:*:x')]], [true, 'a star', [allow('*')]], [true, 'a star for the rest of the service', [allow('code*:*')]], [true, 'a star over the colon', [allow('codec*')]], [true, 'another case', [allow('CodeCommit:Git*')]], [true, 'all but another', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }]],
  [true, 'all but some of it', [{ Effect: 'Allow', NotAction: 'codecommit:Delete*', Resource: '*' }]],
  [false, 'all but it', [{ Effect: 'Allow', NotAction: 'codecommit:*', Resource: '*' }]], [false, 'a neighbour', [allow(['codebuild:*', 'codecommitx:*', 's3:*'])]], [false, 'a denial', [{ Effect: 'Deny', Action: 'codecommit:*', Resource: '*' }]],
])('CodeCommit is %s for %s', (expected, _what, of) => {
  expect(mayAllowService(statements(...of), 'codecommit')).toBe(expected);
});

test('AWS-managed policies are told from own ones by the account in the ARN', () => {
  expect(awsManagedName('arn:aws:iam::aws:policy/AdministratorAccess')).toBe('AdministratorAccess');
  expect(awsManagedName('arn:aws-cn:iam::aws:policy/service-role/AWSLambdaRole')).toBe('AWSLambdaRole');
  expect(awsManagedName('arn:aws:iam::111122223333:policy/AdministratorAccess')).toBeNull();
});
