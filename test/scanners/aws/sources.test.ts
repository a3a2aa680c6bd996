// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { SOURCES } from '../../../scanners/aws/sources.ts';
import { aws } from '../../../scanners/aws/index.ts';
import { inOrder } from '../../../src/collect/unit.ts';
import { details, dueOf, failed, key, readsWith, report, reportRow, rowsOf, sourceOf, user } from './support/reads.ts';

const DETAILS = 'aws.iam.authorization-details';
const REPORT = 'aws.iam.credential-report';
const policy = (document: object): string => encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: document }));
const pull = policy({ Effect: 'Allow', Action: 'codecommit:GitPull', Resource: '*' });
const reading = policy({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' });

test('the sources are the ones that the vocabulary names, in an order without circle, each with lane, operation and documentation', () => {
  expect(SOURCES.filter(({ unitKind }) => unitKind === 'account' || unitKind === 'organization').map(({ id }) => id).sort()).toEqual([
    'aws.account.regions', 'aws.cloudtrail.events', 'aws.cloudtrail.key-events', 'aws.iam.access-key-last-used', 'aws.iam.access-keys', 'aws.iam.account-aliases', 'aws.iam.account-summary', 'aws.iam.account-summary-after', 'aws.iam.authorization-details', 'aws.iam.credential-report', 'aws.iam.credential-report-request', 'aws.iam.delegation-requests',
    'aws.iam.instance-profiles', 'aws.iam.last-accessed', 'aws.iam.oidc-provider', 'aws.iam.oidc-providers', 'aws.iam.outbound-federation', 'aws.iam.saml-providers', 'aws.iam.server-certificates', 'aws.iam.service-specific-credentials', 'aws.iam.service-specific-credentials-by-service',
    'aws.iam.signing-certificates', 'aws.iam.ssh-public-keys', 'aws.organizations.accounts', 'aws.organizations.organization', 'aws.sts.caller-identity',
  ]);
  expect(inOrder(SOURCES).at(-1)).toBeDefined();
  const lanes = aws.lanes.map(({ id }) => id);
  for (const source of SOURCES) {
    expect(lanes).toContain(source.lane);
    for (const operation of source.operations) expect(operation.documentation).toMatch(new RegExp(`^https://docs\\.aws\\.amazon\\.com/.*API_${operation.operation}\\.html$`));
    const sent = source.request({ parent: 'p', parameters: { UserName: 'u' } }, {});
    expect(source.operations.map(({ service, operation }) => `${service}:${operation}`)).toContain(`${sent.service}:${sent.operation}`);
  }
});

test('every list refuses a page without its list element, and without its end marker says so', () => {
  const empty: { readonly [id: string]: readonly string[] } = {
    [DETAILS]: ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'], 'aws.iam.account-aliases': ['AccountAliases'], 'aws.iam.access-keys': ['AccessKeyMetadata'], 'aws.iam.service-specific-credentials': ['ServiceSpecificCredentials'],
    'aws.iam.service-specific-credentials-by-service': ['ServiceSpecificCredentials'], 'aws.iam.ssh-public-keys': ['SSHPublicKeys'], 'aws.iam.signing-certificates': ['Certificates'], 'aws.iam.server-certificates': ['ServerCertificateMetadataList'], 'aws.iam.instance-profiles': ['InstanceProfiles'],
  };
  for (const [id, lists] of Object.entries(empty)) {
    const { page } = sourceOf(id);
    const whole: { readonly [name: string]: string } = { ...Object.fromEntries(lists.map((name) => [name, ''])), IsTruncated: 'false' };
    expect(page.schema.parse(whole), id).toEqual(whole);
    expect([page.count(whole), page.end(whole)]).toEqual([0, { last: true }]);
    for (const name of lists) expect(page.schema.safeParse({ ...whole, [name]: undefined }).success, `${id} without ${name}`).toBe(false);
    expect(page.end({ ...whole, IsTruncated: undefined })).toHaveProperty('missing');
    expect(page.end({ ...whole, IsTruncated: 'maybe' })).toHaveProperty('missing');
    expect(page.end({ ...whole, IsTruncated: 'true' })).toHaveProperty('missing');
    expect(page.end({ ...whole, IsTruncated: 'true', Marker: 'm' })).toEqual({ next: { Marker: 'm' } });
    expect(sourceOf(id).request({ parent: null, parameters: {} }, { Marker: 'm' }).input).toMatchObject({ Marker: 'm', MaxItems: 1000 });
  }
  for (const [id, name] of [['aws.iam.oidc-providers', 'OpenIDConnectProviderList'], ['aws.iam.saml-providers', 'SAMLProviderList']] as const) {
    expect(sourceOf(id).page.schema.safeParse({}).success).toBe(false);
    expect(sourceOf(id).page.end({ [name]: '' })).toEqual({ last: true });
  }
});

test('the bulk list makes one row of each user, group, role and policy, each pointing into its page', () => {
  const rows = rowsOf(DETAILS, details({
    UserDetailList: [user('AIDA1')], GroupDetailList: [{ GroupName: 'g', GroupId: 'AGPA1', Arn: 'arn:g', Path: '/', CreateDate: 'x' }], RoleDetailList: [{ RoleName: 'r', RoleId: 'AROA1', Arn: 'arn:r', Path: '/', CreateDate: 'x', RoleLastUsed: '' }],
    Policies: [{ PolicyName: 'p', PolicyId: 'ANPA1', Arn: 'arn:p', Path: '/', DefaultVersionId: 'v1', CreateDate: 'x', PolicyVersionList: '' }],
  }));
  expect(rows.map((row) => [row.type === 'observation' ? row.kind : '', row.key, row.refs[0]])).toEqual([
    ['aws.user', 'aws:111122223333/AIDA1', 'aws-111122223333/aws.iam.authorization-details/-/1#/UserDetailList/0'], ['aws.group', 'aws:111122223333/AGPA1', 'aws-111122223333/aws.iam.authorization-details/-/1#/GroupDetailList/0'],
    ['aws.role', 'aws:111122223333/AROA1', 'aws-111122223333/aws.iam.authorization-details/-/1#/RoleDetailList/0'], ['aws.policy', 'aws:111122223333/ANPA1', 'aws-111122223333/aws.iam.authorization-details/-/1#/Policies/0'],
  ]);
});

test('the report is asked for until it is made', () => {
  const { page, request } = sourceOf('aws.iam.credential-report-request');
  expect(['STARTED', 'INPROGRESS', 'COMPLETE', 'ODD'].map((State) => page.end({ State }))).toEqual([{ again: { afterMs: 2000 } }, { again: { afterMs: 2000 } }, { last: true }, { missing: expect.any(String) as string }]);
  expect(request({ parent: null, parameters: {} }, {})).toEqual({ service: 'iam', operation: 'GenerateCredentialReport', input: {} });
  expect(sourceOf(REPORT).page.schema.safeParse({ ...report(reportRow('AIDA1')), GeneratedTime: 'yesterday' }).success).toBe(false);
});

test('keys are listed for users whose report row shows one or who have no row of their own, and for no other', () => {
  const users = ['SHOWS', 'NONE', 'ABSENT', 'REMADE', 'ODD', 'MORE', 'OFF'].map((id) => user(id));
  const rows = [
    reportRow('SHOWS', { access_key_2_active: 'TRUE', access_key_2_last_rotated: '2026-01-02T00:00:00Z' }), reportRow('NONE'), reportRow('REMADE', { user_creation_time: '2020-01-01T00:00:00Z' }),
    reportRow('ODD', { access_key_1_last_rotated: 'not_supported' }), reportRow('MORE', { additional_credentials_info: '1' }), reportRow('OFF', { access_key_1_last_rotated: '2026-01-02T00:00:00Z' }),
  ];
  const due = dueOf('aws.iam.access-keys', readsWith('standard', [[DETAILS, null, details({ UserDetailList: users })], [REPORT, null, report(...rows)]]));
  expect(due).toEqual({ SHOWS: 'read', NONE: 'not_needed', ABSENT: 'read', REMADE: 'read', ODD: 'read', MORE: 'read', OFF: 'read' });
  expect(dueOf('aws.iam.access-keys', readsWith('standard', [[DETAILS, null, details({ UserDetailList: users })], [REPORT, null, null, failed('denied')]]))).toEqual(Object.fromEntries(Object.keys(due).map((id) => [id, 'read'])));
  expect(dueOf('aws.iam.access-keys', readsWith('bulk', [[DETAILS, null, details({ UserDetailList: users })]]))).toEqual({ '-': 'not_requested' });
  expect(dueOf('aws.iam.access-keys', readsWith('standard', [[DETAILS, null, details({ UserDetailList: [user('NONE')] }), failed('throttled')], [REPORT, null, report(reportRow('NONE'))]]))).toEqual({ NONE: 'not_needed', '-': 'parent_unread' });
});

const created = '2026-05-01T10:00:00Z';
const slot = (rotated: string, more: object = {}): object => ({ access_key_1_active: 'true', access_key_1_last_rotated: rotated, access_key_1_last_used_date: '2026-11-01T00:00:00Z', ...more });
test.each<[string, readonly object[], object, string]>([
  ['one key, one slot, same second', [key('AKIA1', 'u', created)], slot('2026-05-01T10:00:00+00:00'), 'not_needed'],
  ['slot two is the only one', [key('AKIA1', 'u', created)], { access_key_2_active: 'true', access_key_2_last_rotated: created }, 'not_needed'],
  ['a second later', [key('AKIA1', 'u', created)], slot('2026-05-01T10:00:01Z'), 'read'],
  ['two slots filled', [key('AKIA1', 'u', created)], slot(created, { access_key_2_active: 'false', access_key_2_last_rotated: '2026-01-01T00:00:00Z' }), 'read'],
  ['two keys, one slot', [key('AKIA1', 'u', created), key('AKIA2', 'u', '2026-06-01T00:00:00Z')], slot(created), 'read'],
  ['made after the report', [key('AKIA1', 'u', '2026-11-22T08:00:01Z')], slot('2026-11-22T08:00:01Z'), 'read'],
  ['no slot filled', [key('AKIA1', 'u', created)], {}, 'read'],
  ['a slot that does not say', [key('AKIA1', 'u', created)], slot(created, { access_key_2_last_rotated: 'no_information' }), 'read'],
  ['more credentials than slots', [key('AKIA1', 'u', created)], slot(created, { additional_credentials_info: '1' }), 'read'],
])('last use is read unless the slot is surely the key: %s', (_what, keys, row, expected) => {
  const reads = readsWith('standard', [[DETAILS, null, details({ UserDetailList: [user('U')] })], [REPORT, null, report(reportRow('U', row))], ['aws.iam.access-keys', 'U', { AccessKeyMetadata: keys, IsTruncated: 'false' }]]);
  expect(dueOf('aws.iam.access-key-last-used', reads)['AKIA1']).toBe(expected);
});

test('a list of keys that did not close ties nothing', () => {
  const reads = readsWith('standard', [[DETAILS, null, details({ UserDetailList: [user('U')] })], [REPORT, null, report(reportRow('U', slot(created)))], ['aws.iam.access-keys', 'U', { AccessKeyMetadata: [key('AKIA1', 'u', created)], IsTruncated: 'false' }, failed('throttled')]]);
  expect(dueOf('aws.iam.access-key-last-used', reads)).toEqual({ AKIA1: 'read', '-': 'parent_unread' });
});

test('SSH keys are read where a policy may allow CodeCommit, with deep for everybody', () => {
  const inline = (document: string): object => ({ UserPolicyList: [{ PolicyName: 'p', PolicyDocument: document }] });
  const attached = (arn: string): object => ({ AttachedManagedPolicies: [{ PolicyName: 'p', PolicyArn: arn }] });
  const own = (id: string, document: string): object => ({ PolicyName: id, PolicyId: id, Arn: `arn:aws:iam::111122223333:policy/${id}`, Path: '/', DefaultVersionId: 'v2', CreateDate: 'x', PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: 'false', Document: pull }, { VersionId: 'v2', IsDefaultVersion: 'true', Document: document }] });
  const group = (name: string, more: object): object => ({ GroupName: name, GroupId: name, Arn: name, Path: '/', CreateDate: 'x', ...more });
  const users: readonly (readonly [string, object])[] = [
    ['NOTHING', {}], ['INLINE', inline(pull)], ['READING', inline(reading)], ['UNREADABLE', inline('[redacted: x]')], ['MANAGED', attached('arn:aws:iam::aws:policy/AWSCodeCommitReadOnly')], ['OTHERMANAGED', attached('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess')],
    ['OWN', attached('arn:aws:iam::111122223333:policy/PULL')], ['OWNOLD', attached('arn:aws:iam::111122223333:policy/READ')], ['MISSING', attached('arn:aws:iam::111122223333:policy/GONE')], ['GROUP', { GroupList: ['pullers'] }], ['OTHERGROUP', { GroupList: ['readers'] }], ['NOGROUP', { GroupList: ['gone'] }],
  ];
  const page = details({
    UserDetailList: users.map(([id, more]) => user(id, more)), Policies: [own('PULL', pull), own('READ', reading)],
    GroupDetailList: [group('pullers', { AttachedManagedPolicies: [{ PolicyName: 'x', PolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' }] }), group('readers', { GroupPolicyList: [{ PolicyName: 'x', PolicyDocument: reading }] })],
  });
  expect(dueOf('aws.iam.ssh-public-keys', readsWith('standard', [[DETAILS, null, page]]))).toEqual({
    NOTHING: 'not_requested', INLINE: 'read', READING: 'not_requested', UNREADABLE: 'read', MANAGED: 'read', OTHERMANAGED: 'not_requested', OWN: 'read', OWNOLD: 'not_requested', MISSING: 'read', GROUP: 'read', OTHERGROUP: 'not_requested', NOGROUP: 'read',
  });
  expect(new Set(Object.values(dueOf('aws.iam.ssh-public-keys', readsWith('deep', [[DETAILS, null, page]]))))).toEqual(new Set(['read']));
  expect(dueOf('aws.iam.ssh-public-keys', readsWith('bulk', [[DETAILS, null, page]]))).toEqual({ '-': 'not_requested' });
});

test('signing certificates are read for users whose report row shows one, by mark or date, and for those without a row', () => {
  const page = details({ UserDetailList: ['ACTIVE', 'DATED', 'NONE', 'ABSENT'].map((id) => user(id)) });
  const rows = report(reportRow('ACTIVE', { cert_2_active: 'true' }), reportRow('DATED', { cert_1_last_rotated: '2024-01-01T00:00:00Z' }), reportRow('NONE'));
  expect(dueOf('aws.iam.signing-certificates', readsWith('standard', [[DETAILS, null, page], [REPORT, null, rows]]))).toEqual({ ACTIVE: 'read', DATED: 'read', NONE: 'not_needed', ABSENT: 'read' });
});

test('service-specific credentials are asked for service by service only where the whole list was rejected', () => {
  const ALL = 'aws.iam.service-specific-credentials';
  const by = (end: ReturnType<typeof failed> | null): object => dueOf(`${ALL}-by-service`, readsWith('standard', [end === null ? [ALL, null, { ServiceSpecificCredentials: '', IsTruncated: 'false' }] : [ALL, null, null, end]]));
  expect(by(failed('rejected'))).toEqual({ 'bedrock.amazonaws.com': 'read', 'cassandra.amazonaws.com': 'read', 'codecommit.amazonaws.com': 'read', 'logs.amazonaws.com': 'read' });
  expect(by(failed('denied'))).toEqual({ '-': 'not_needed' });
  expect(by(null)).toEqual({ '-': 'not_needed' });
  expect(sourceOf(ALL).request({ parent: null, parameters: {} }, {}).input).toEqual({ AllUsers: true, MaxItems: 1000 });
  expect(sourceOf(`${ALL}-by-service`).request({ parent: 'x', parameters: { ServiceName: 'logs.amazonaws.com' } }, {}).input).toEqual({ AllUsers: true, ServiceName: 'logs.amazonaws.com', MaxItems: 1000 });
});

test('each OpenID Connect provider is read on its own, not in a bulk scan', () => {
  const list = { OpenIDConnectProviderList: [{ Arn: 'arn:aws:iam::111122223333:oidc-provider/x' }] };
  expect(dueOf('aws.iam.oidc-provider', readsWith('standard', [['aws.iam.oidc-providers', null, list]]))).toEqual({ 'arn:aws:iam::111122223333:oidc-provider/x': 'read' });
  expect(dueOf('aws.iam.oidc-provider', readsWith('bulk', [['aws.iam.oidc-providers', null, list]]))).toEqual({ '-': 'not_requested' });
});

test('the command for a record is one that a shell takes to the letter', () => {
  expect(sourceOf('aws.iam.access-keys').command({ UserName: 'ci-deploy', MaxItems: 1000 })).toBe('aws iam list-access-keys --user-name ci-deploy');
  expect(sourceOf('aws.iam.access-keys').command({ UserName: "a'; rm -rf $HOME #" })).toBe(`aws iam list-access-keys --user-name 'a'\\''; rm -rf $HOME #'`);
  expect(sourceOf('aws.iam.access-keys').command({ UserName: '--output' })).toBe('aws iam list-access-keys --user-name=--output');
  expect(sourceOf('aws.iam.access-keys').command({ UserName: '\u001b[31m' })).toBe("aws iam list-access-keys --user-name $'\\x1b[31m'");
  expect(sourceOf('aws.iam.service-specific-credentials').command({ AllUsers: true, MaxItems: 1000, Marker: 'm' })).toBe('aws iam list-service-specific-credentials --all-users --max-items 1000 --marker m');
  expect(sourceOf('aws.iam.oidc-provider').command({ OpenIDConnectProviderArn: 'arn:x' })).toBe('aws iam get-open-id-connect-provider --open-id-connect-provider-arn arn:x');
  expect(sourceOf(DETAILS).command({})).toBe('aws iam get-account-authorization-details --filter User Group Role LocalManagedPolicy');
});
