// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, test } from 'vitest';
import { join } from '../../../scanners/aws/join.ts';
import { instantAt } from '../../../scanners/aws/regional/times.ts';
import { instantOf, parseInstant } from '../../../src/model/instant.ts';
import { pageReference } from '../../../src/model/reference.ts';
import type { Credential } from '../../../src/model/row.ts';
import type { ReadEnd, UnitInventory } from '../../../src/model/source.ts';
import { dueReads } from '../../../src/model/due.ts';
import { UnitReads } from '../../../src/model/unit-reads.ts';
import type { Unit } from '../../../src/model/unit.ts';
import { COMPLETE, failed, sourceOf } from './support/reads.ts';

const UNIT: Unit = { id: 'aws:111122223333/eu-west-1', provider: 'aws', kind: 'region', nativeId: '111122223333/eu-west-1', name: null, target: 'test', basis: 'discovered' };
const NOW = instantOf(Date.UTC(2026, 10, 22));
const days = (ago: number): number => Date.UTC(2026, 10, 22) / 1000 - ago * 86_400;

type Page = readonly [source: string, body: unknown, parent?: string | null, end?: ReadEnd];

/** What a region comes out with that answered with these pages. */
function joined(...pages: readonly Page[]): UnitInventory {
  const reads = new UnitReads(UNIT, 'deep');
  for (const [source, body, parent = null, end = COMPLETE] of pages) {
    reads.read(source, parent, end, body === null ? [] : sourceOf(source).rows(body, { unit: UNIT, parent, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT.id, source, parent }, 1, pointer) }));
  }
  return join(reads, { asOf: NOW, ownUnits: new Set(), vendorUnits: new Set(), depth: 'deep', related: reads });
}
function one(inventory: UnitInventory): Credential {
  const [credential] = inventory.credentials;
  if (credential === undefined) throw new Error('no credential came out');
  return credential;
}
const secret = (more: object): Credential => one(joined(['aws.secretsmanager.secrets', { SecretList: [{ ARN: 'arn:s', Name: 's', ...more }] }]));
const parameter = (policies: readonly object[]): Credential => one(joined(['aws.ssm.parameters', { Parameters: [{ Name: '/p', Type: 'SecureString', LastModifiedDate: days(3), Policies: policies }] }]));
const expiration = (text: string): object => ({ PolicyType: 'Expiration', PolicyText: text });

test.each([
  [0, '1970-01-01T00:00:00.000Z'], [1_700_000_000.123, '2023-11-14T22:13:20.123Z'], ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00.000Z'], [-1, null], [1e20, null], [Number.NaN, null], ['yesterday', null], ['1700000000', null],
])('the moment %s is %s', (moment, instant) => {
  expect(instantAt(moment)).toBe(instant === null ? null : parseInstant(instant));
});

describe('a secret', () => {
  it.each<[string, object, object]>([
    ['without any date', {}, { status: 'unknown', cause: 'not_reported' }],
    ['with a date that is none', { CreatedDate: 1e20 }, { status: 'unknown', cause: 'unrecognized' }],
    ['never changed since it was made', { CreatedDate: days(9), LastChangedDate: days(9) }, { value: { from: '2026-11-13T00:00:00.000Z', to: '2026-11-13T00:00:00.000Z' } }],
    ['rotated after its last change was noted', { CreatedDate: days(9), LastChangedDate: days(3), LastRotatedDate: days(2) }, { value: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' } }],
    ['changed since', { CreatedDate: days(9), LastChangedDate: days(3) }, { value: { from: '2026-11-13T00:00:00.000Z', to: '2026-11-19T00:00:00.000Z' } }],
  ])('%s says so of its value', (_name, more, created) => {
    expect(secret(more).created).toMatchObject(created);
  });

  it('of which no read is told was not read since it was made, as far as that date is known', () => {
    expect(secret({ CreatedDate: days(9) }).lastUsed).toMatchObject({ status: 'known', value: { none: true, since: '2026-11-13T00:00:00.000Z' } });
    expect(secret({}).lastUsed).toMatchObject({ status: 'known', value: { none: true, since: null } });
    expect(secret({ LastAccessedDate: 'soon' }).lastUsed).toMatchObject({ status: 'unknown', cause: 'unrecognized' });
  });
});

describe('a parameter', () => {
  it.each<[string, readonly object[], object]>([
    ['without a policy', [], { value: { never: true } }],
    ['with policies of other kinds', [{ PolicyType: 'NoChangeNotification', PolicyText: '{}' }], { value: { never: true } }],
    ['that ends', [expiration('{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2026-12-02T21:34:33.000Z"}}')], { value: { at: '2026-12-02T21:34:33.000Z' } }],
    ['whose policy was removed as a secret', [expiration('[redacted: jwt]')], { status: 'unknown', cause: 'unrecognized' }],
    ['whose policy has no time', [expiration('{"Attributes":{}}')], { status: 'unknown', cause: 'unrecognized' }],
    ['whose policy has no text', [{ PolicyType: 'Expiration' }], { status: 'unknown', cause: 'unrecognized' }],
  ])('%s', (_name, policies, expires) => {
    expect(parameter(policies).expires).toMatchObject(expires);
  });

  it('whose end has come is expired', () => {
    expect(parameter([expiration('{"Attributes":{"Timestamp":"2026-11-21T00:00:00Z"}}')]).status).toMatchObject({ value: 'expired' });
  });

  it('of another type that came all the same is not counted among them', () => {
    expect(joined(['aws.ssm.parameters', { Parameters: [{ Name: '/p', Type: 'String' }] }])).toMatchObject({ credentials: [], populations: { 'aws.ssm-secure-string': { value: 0 } } });
  });
});

describe('a KMS key', () => {
  const key = (detail: object | null, ...more: readonly Page[]): Credential => one(joined(['aws.kms.keys', { Keys: [{ KeyId: 'k', KeyArn: 'arn:k' }], Truncated: false }], ...(detail === null ? [] : [['aws.kms.key-details', { KeyMetadata: { KeyId: 'k', CreationDate: days(500), KeyState: 'Enabled', ...detail } }, 'k'] as const]), ...more));

  it.each([['Enabled', 'active'], ['Disabled', 'inactive'], ['PendingDeletion', 'inactive'], ['PendingImport', 'inactive'], ['Unavailable', 'inactive']])('%s is %s', (KeyState, status) => {
    expect(key({ KeyState }).status).toMatchObject({ value: status });
  });

  it('in a state that we do not know, or in none, is unknown', () => {
    expect(key({ KeyState: 'Melting' }).status).toMatchObject({ status: 'unknown', cause: 'unrecognized' });
    expect(key({ KeyState: undefined }).status).toMatchObject({ status: 'unknown', cause: 'not_reported' });
  });

  it('that was not asked for, denied or throttled is unknown with that cause, and listed', () => {
    expect(key(null, ['aws.kms.key-details', null, 'k', failed('denied')])).toMatchObject({ responsibility: 'entity', status: { cause: 'denied' }, created: { cause: 'denied' } });
    expect(key(null, ['aws.kms.key-details', null, 'k', failed('throttled')])).toMatchObject({ status: { cause: 'throttled' } });
    expect(key(null).status).toMatchObject({ status: 'unknown' });
  });

  it('is of AWS by what its manager says too, where its alias was not read', () => {
    expect(key({ KeyManager: 'AWS' })).toMatchObject({ responsibility: 'provider', status: { status: 'not_applicable' } });
  });

  it('has material of its last rotation; where past rotations could not be read, nobody can say how old it is', () => {
    const rotations = (...dates: readonly unknown[]): readonly [string, object, string] => ['aws.kms.key-rotations', { Rotations: dates.map((RotationDate) => ({ RotationDate })), Truncated: false }, 'k'];
    expect(key({}, rotations(days(400), days(30))).created).toMatchObject({ value: { to: '2026-10-23T00:00:00.000Z' }, note: 'the last rotation' });
    expect(key({}, rotations()).created).toMatchObject({ value: { to: '2025-07-10T00:00:00.000Z' } });
    // One that is planned has not happened.
    expect(key({}, rotations(days(-5))).created).toMatchObject({ value: { to: '2025-07-10T00:00:00.000Z' } });
    expect(key({}, rotations('never')).created).toMatchObject({ status: 'unknown', cause: 'unrecognized' });
    expect(key({}, ['aws.kms.key-rotations', null, 'k', failed('denied')]).created).toMatchObject({ status: 'unknown', cause: 'denied' });
    expect(key({ Origin: 'EXTERNAL' }).created).toMatchObject({ status: 'unknown', cause: 'not_reported' });
  });
});

describe('a status', () => {
  it.each([
    ['aws.acm.certificates', { CertificateSummaryList: [{ CertificateArn: 'a', Status: 'ISSUED', NotAfter: days(-9) }] }, { value: 'active' }],
    ['aws.acm.certificates', { CertificateSummaryList: [{ CertificateArn: 'a', Status: 'ISSUED', NotAfter: days(1) }] }, { value: 'expired' }],
    ['aws.acm.certificates', { CertificateSummaryList: [{ CertificateArn: 'a', Status: 'REVOKED', NotAfter: days(-9) }] }, { value: 'inactive', note: 'its status is REVOKED' }],
    ['aws.acm.certificates', { CertificateSummaryList: [{ CertificateArn: 'a', Status: 'ON_FIRE' }] }, { cause: 'unrecognized' }],
    ['aws.acm.certificates', { CertificateSummaryList: [{ CertificateArn: 'a' }] }, { cause: 'not_reported' }],
    ['aws.acm-pca.authorities', { CertificateAuthorities: [{ Arn: 'a', Status: 'DISABLED' }] }, { value: 'inactive' }],
    ['aws.events.connections', { Connections: [{ ConnectionArn: 'a', Name: 'n', ConnectionState: 'DEAUTHORIZED' }] }, { value: 'inactive' }],
    ['aws.events.connections', { Connections: [{ ConnectionArn: 'a', Name: 'n', ConnectionState: 'DREAMING' }] }, { cause: 'unrecognized' }],
    ['aws.events.connections', { Connections: [{ ConnectionArn: 'a', Name: 'n' }] }, { cause: 'not_reported' }],
    ['aws.apigateway.keys', { item: [{ id: 'i' }] }, { cause: 'not_reported' }],
    ['aws.ssm.activations', { ActivationList: [{ ActivationId: 'i', ExpirationDate: days(1), Expired: false }] }, { value: 'expired' }],
  ])('of %s in %j', (source, body, status) => {
    expect(one(joined([source, body])).status).toMatchObject(status);
  });
});

describe('a count below a list', () => {
  const workspace = ['aws.grafana.workspaces', { workspaces: [{ id: 'g-1' }] }] as const;
  const account = ['aws.grafana.service-accounts', { serviceAccounts: [{ id: '7', name: 'n' }] }, 'g-1'] as const;

  it('is known only where every list above it closed, and each of its own', () => {
    const tokens = { serviceAccountTokens: [{ id: '1', name: 't' }] };
    const count = (inventory: UnitInventory): unknown => inventory.populations['aws.grafana-token'];
    expect(count(joined(workspace, account, ['aws.grafana.tokens', tokens, 'g-1|7']))).toMatchObject({ status: 'known', value: 1 });
    expect(count(joined(workspace, account, ['aws.grafana.tokens', null, 'g-1|7', failed('denied')]))).toMatchObject({ status: 'unknown', cause: 'denied' });
    expect(count(joined(workspace, ['aws.grafana.service-accounts', null, 'g-1', failed('throttled')]))).toMatchObject({ status: 'unknown', cause: 'throttled' });
    expect(count(joined(['aws.grafana.workspaces', null, null, failed('denied')]))).toMatchObject({ status: 'unknown', cause: 'denied' });
    expect(count(joined(['aws.grafana.workspaces', { workspaces: [] }]))).toMatchObject({ status: 'known', value: 0 });
  });
});

describe('the last use of a KMS key', () => {
  const used = (use: object): Credential => one(joined(['aws.kms.keys', { Keys: [{ KeyId: 'k', KeyArn: 'arn:k' }], Truncated: false }], ['aws.kms.key-last-usage', { KeyId: 'k', ...use }, 'k']));

  it.each<[string, object, object]>([
    ['is when KMS says, and what was done', { KeyLastUsage: { Operation: 'Decrypt', Timestamp: days(2) }, TrackingStartDate: days(200) }, { value: { at: '2026-11-20T00:00:00.000Z', where: 'Decrypt' }, trackedSince: '2026-05-06T00:00:00.000Z' }],
    ['is none since tracking began, where the key is older', { TrackingStartDate: days(2), KeyCreationDate: days(500) }, { value: { none: true, since: '2026-11-20T00:00:00.000Z' } }],
    ['is none since the key was made, where tracking is older', { TrackingStartDate: days(500), KeyCreationDate: days(2), KeyLastUsage: {} }, { value: { none: true, since: '2026-11-20T00:00:00.000Z' } }],
    ['is none since nobody knows when, where the start of tracking is not told', { KeyCreationDate: days(2) }, { value: { none: true, since: null } }],
    ['is unknown where its date is none', { KeyLastUsage: { Timestamp: 'soon' } }, { status: 'unknown', cause: 'unrecognized' }],
  ])('%s', (_name, use, expected) => {
    expect(used(use).lastUsed).toMatchObject(expected);
  });

  it('is unknown with its cause where it could not be asked for', () => {
    const key = ['aws.kms.keys', { Keys: [{ KeyId: 'k', KeyArn: 'arn:k' }], Truncated: false }] as const;
    expect(one(joined(key, ['aws.kms.key-last-usage', null, 'k', failed('denied')])).lastUsed).toMatchObject({ status: 'unknown', cause: 'denied' });
    expect(one(joined(key, ['aws.kms.key-last-usage', null, 'k', failed('throttled')])).lastUsed).toMatchObject({ status: 'unknown', cause: 'throttled' });
  });
});

describe('the policy of a secret', () => {
  const secretWith = (ResourcePolicy: string | undefined, end: ReadEnd = COMPLETE): UnitInventory => joined(['aws.secretsmanager.secrets', { SecretList: [{ ARN: 'arn:s', Name: 's' }] }], ['aws.secretsmanager.secret-policies', end === COMPLETE ? { ARN: 'arn:s', ResourcePolicy } : null, 'arn:s', end]);
  const policy = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

  it('lets in whom a statement allows to read it, or to say who may', () => {
    const { trusts, populations } = secretWith(policy(
      { Effect: 'Allow', Principal: '*', Action: 'secretsmanager:Get*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: ['111122223333', 'arn:aws:iam::444455556666:role/r'] }, Action: 'secretsmanager:PutResourcePolicy', Resource: '*' },
      { Effect: 'Allow', Principal: '*', Action: 'secretsmanager:DescribeSecret', Resource: '*' },
      { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
    ));
    expect(trusts.map(({ kind, principalKind, external }) => [kind, principalKind, external.status === 'known' ? external.value : external.status])).toEqual([['aws.secret-trust', 'anyone', true], ['aws.secret-trust', 'account', false], ['aws.secret-trust', 'role', true]]);
    expect(populations['aws.secret-trust']).toMatchObject({ value: 3 });
  });

  it('that is not there lets in nobody; one that cannot be read, or was denied, we do not know whom', () => {
    expect(secretWith(undefined)).toMatchObject({ trusts: [], populations: { 'aws.secret-trust': { value: 0 } } });
    expect(secretWith('[redacted: github-token]')).toMatchObject({ trusts: [{ principalKind: 'other', external: { status: 'unknown' } }], populations: { 'aws.secret-trust': { status: 'unknown', cause: 'unrecognized' } } });
    expect(secretWith(undefined, failed('denied'))).toMatchObject({ trusts: [], populations: { 'aws.secret-trust': { status: 'unknown', cause: 'denied' } } });
  });

  it('of a replica and of one that is planned for deletion is not asked for', () => {
    const reads = new UnitReads(UNIT, 'standard');
    const body = { SecretList: [{ ARN: 'arn:own', Name: 'a', PrimaryRegion: 'eu-west-1' }, { ARN: 'arn:replica', Name: 'b', PrimaryRegion: 'us-east-1' }, { ARN: 'arn:gone', Name: 'c', DeletedDate: days(1) }] };
    reads.read('aws.secretsmanager.secrets', null, COMPLETE, sourceOf('aws.secretsmanager.secrets').rows(body, { unit: UNIT, parent: null, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT.id, source: 'aws.secretsmanager.secrets', parent: null }, 1, pointer) }));
    expect(dueReads(sourceOf('aws.secretsmanager.secret-policies'), reads)).toMatchObject([{ kind: 'read', seed: { parameters: { SecretId: 'arn:own' } } }, { kind: 'skip', parent: 'arn:replica' }, { kind: 'skip', parent: 'arn:gone' }]);
  });
});

test('the policy of a key counts whoever may use its secret part, not who may look or encrypt', () => {
  const Policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: ['kms:Encrypt', 'kms:DescribeKey'], Resource: '*' }, { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' }] });
  const { trusts } = joined(['aws.kms.keys', { Keys: [{ KeyId: 'k', KeyArn: 'arn:k' }], Truncated: false }], ['aws.kms.key-policies', { Policy }, 'k']);
  expect(trusts).toMatchObject([{ kind: 'aws.kms-key-trust', principalKind: 'account', external: { value: false } }]);
});

describe('what ACME clients hold', () => {
  const endpoint = ['aws.acm.acme-endpoints', { AcmeEndpoints: [{ AcmeEndpointArn: 'arn:e/ep' }] }] as const;

  it.each<[string, object, object]>([
    ['a binding without an end', { CreatedAt: days(9) }, { status: { value: 'active' }, expires: { value: { never: true } }, lastUsed: { value: { none: true, since: '2026-11-13T00:00:00.000Z' } } }],
    ['a binding that ended', { CreatedAt: days(9), ExpiresAt: days(1), LastUsedAt: days(8) }, { status: { value: 'expired' }, lastUsed: { value: { at: '2026-11-14T00:00:00.000Z' } } }],
    ['a binding that was revoked', { RevokedAt: days(1) }, { status: { value: 'inactive', note: 'it was revoked' } }],
  ])('%s', (_name, more, expected) => {
    expect(one(joined(endpoint, ['aws.acm.acme-bindings', { ExternalAccountBindings: [{ AcmeExternalAccountBindingArn: 'arn:b', ...more }] }, 'arn:e/ep']))).toMatchObject({ kind: 'aws.acme-binding', ...expected });
  });

  it.each([['VALID', 'active'], ['DEACTIVATED', 'inactive'], ['REVOKED', 'inactive'], ['ASLEEP', 'unknown']])('an account that is %s is %s', (Status, status) => {
    const { status: got } = one(joined(endpoint, ['aws.acm.acme-accounts', { AcmeAccounts: [{ AccountUrl: 'https://a', Status }] }, 'arn:e/ep']));
    expect(got.status === 'known' ? got.value : got.status).toBe(status);
  });

  it('counts accounts and bindings only where every endpoint was read', () => {
    expect(joined(endpoint, ['aws.acm.acme-accounts', null, 'arn:e/ep', failed('denied')]).populations).toMatchObject({ 'aws.acme-endpoint': { value: 1 }, 'aws.acme-account': { status: 'unknown', cause: 'denied' } });
  });
});

test('a device certificate that every audit finds again is asked for once, and ends when IoT says', () => {
  const found = { findings: [1, 2].map((number) => ({ findingId: `f${number}`, nonCompliantResource: { resourceIdentifier: { deviceCertificateId: 'c1' } } })) };
  const { credentials, populations } = joined(['aws.iot.expiring-certificates', found], ['aws.iot.certificate-details', { certificateDescription: { certificateId: 'c1', status: 'ACTIVE', validity: { notAfter: days(-3) } } }, 'c1']);
  expect(credentials).toMatchObject([{ kind: 'aws.iot-expiring-certificate', status: { value: 'active' }, expires: { value: { at: '2026-11-25T00:00:00.000Z' } } }]);
  expect(populations['aws.iot-expiring-certificate']).toMatchObject({ value: 1 });
});
