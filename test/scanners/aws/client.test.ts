// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { aws } from '../../../scanners/aws/index.ts';
import { ConnectError, type Connection, type Reply, type Request } from '../../../src/model/source.ts';
import { companyAccount, login, serve } from './support/scan.ts';

const signal = new AbortController().signal;
const SUMMARY: Request = { service: 'iam', operation: 'GetAccountSummary', input: {} };

async function ask(connection: Connection, request: Request, when: AbortSignal = signal): Promise<Reply> {
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('the login has no unit');
  return await connection.send(unit, request, when);
}

test('a login says who answered, where, and for which account', async () => {
  const server = await serve();
  const connection = await login(server);
  expect(connection.login).toMatchObject({ principal: expect.stringContaining(':assumed-role/rollcall-reader/') as string, operation: 'sts:GetCallerIdentity', endpoint: server.url });
  expect(connection.login.providerTime).toMatch(/Z$/);
  expect(connection.units).toMatchObject([
    { id: 'aws:111122223333', nativeId: '111122223333', kind: 'account', basis: 'own_login', target: 'test' },
  ]);
  const [unit] = connection.units;
  expect(unit === undefined ? '' : connection.endpoint(unit, SUMMARY)).toBe(server.url);
});

test('only operations that a source declares are sent, and only to the account of the login', async () => {
  const server = await serve();
  const connection = await login(server);
  const before = server.requests.length;
  for (const [service, operation] of [['iam', 'CreateAccessKey'], ['iam', 'GetUser'], ['sts', 'GetSessionToken'], ['secretsmanager', 'GetSecretValue']] as const) {
    await expect(ask(connection, { service, operation, input: {} })).rejects.toThrow(/is not an operation that a source declares/);
  }
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('the login has no unit');
  await expect(connection.send({ ...unit, id: 'aws:000000000000' }, SUMMARY, signal)).rejects.toThrow(/not aws:000000000000/);
  expect(server.requests).toHaveLength(before);
  await expect(ask(connection, SUMMARY)).resolves.toMatchObject({ ok: true });
});

test('fields that the SDK does not know are still in the body', async () => {
  const server = await serve({ faults: [{ operation: 'ListServerCertificates', kind: 'unknown_field' }] });
  const reply = await ask(await login(server), { service: 'iam', operation: 'ListServerCertificates', input: { MaxItems: 1000 } });
  expect(reply).toMatchObject({ ok: true, body: { IsTruncated: 'false' } });
  const known = new Set(['ServerCertificateMetadataList', 'IsTruncated', 'Marker', 'ServerCertificateName', 'ServerCertificateId', 'Arn', 'Path', 'UploadDate', 'Expiration']);
  expect([...JSON.stringify(reply.ok ? reply.body : {}).matchAll(/"([A-Za-z]+)":/g)].map(([, name]) => name ?? '').filter((name) => !known.has(name))).not.toEqual([]);
});

test.each([
  ['deny', 'denied', false], ['deny_by_scp', 'denied_by_org_policy', false], ['throttle', 'throttled', true], ['throttle_retry_after', 'throttled', true], ['error500', 'unreachable', true], ['expired_credential', 'login_expired', false],
  ['cut_body', 'malformed', true], ['empty_body', 'malformed', true], ['foreign_html', 'malformed', true], ['foreign_root', 'malformed', true],
] as const)('%s comes back as %s, in one attempt', async (kind, outcome, transient) => {
  const server = await serve({ faults: [{ operation: 'ListInstanceProfiles', kind }] });
  const connection = await login(server);
  const before = server.requests.length;
  const reply = await ask(connection, { service: 'iam', operation: 'ListInstanceProfiles', input: {} });
  expect(reply).toMatchObject({ ok: false, outcome, transient });
  if (kind === 'throttle_retry_after') expect(reply).toMatchObject({ retryAfterMs: 1000 });
  expect(server.requests).toHaveLength(before + 1);
  await expect(ask(connection, SUMMARY)).resolves.toMatchObject({ ok: true });
});

test('an aborted request ends with the reason of its signal', async () => {
  const server = await serve({ faults: [{ operation: 'GetAccountSummary', kind: 'hang' }] });
  const connection = await login(server);
  const stop = new AbortController();
  const asked = ask(connection, SUMMARY, stop.signal);
  setTimeout(() => stop.abort(new Error('stopped by hand')), 50);
  await expect(asked).rejects.toThrow('stopped by hand');
});

test('a server that is not there is unreachable, both while logging in and after', async () => {
  const server = await serve();
  const connection = await login(server);
  await server.close();
  await expect(ask(connection, SUMMARY)).resolves.toMatchObject({ ok: false, outcome: 'unreachable', transient: true });
  const error = await login(server).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectError);
  expect(error).toMatchObject({ message: expect.stringContaining('did not answer') as string, remedy: expect.stringContaining('network') as string });
});

test('a role is assumed with a session policy that denies what returns secrets, and the external id that is asked for', async () => {
  const account = companyAccount();
  const [roleArn] = Object.keys(account.assumable ?? {});
  if (roleArn === undefined) throw new Error('the company lets no role be assumed');
  const bodies: string[] = [];
  const server = await serve();
  const relay = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      void fetch(server.url, { method: 'POST', headers: { authorization: request.headers.authorization ?? '', 'x-amz-date': String(request.headers['x-amz-date']), 'content-type': 'application/x-www-form-urlencoded', ...(request.headers['x-amz-security-token'] === undefined ? {} : { 'x-amz-security-token': String(request.headers['x-amz-security-token']) }) }, body })
        .then(async (answer) => response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text()));
    });
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void relay.close());
  const connection = await login(server, { endpoint: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`, assumeRole: { roleArn, externalId: 'x-42', sessionName: 'november' } });
  const assumed = bodies.map((body) => new URLSearchParams(body)).find((body) => body.get('Action') === 'AssumeRole');
  expect(assumed?.get('RoleArn')).toBe(roleArn);
  expect(assumed?.get('RoleSessionName')).toBe('november');
  expect(assumed?.get('ExternalId')).toBe('x-42');
  expect(assumed?.get('Policy')).toContain('"Effect":"Deny","Action":["acm:ExportCertificate"');
  expect(connection.units.map(({ id }) => id)).toEqual(['aws:111122223333']);
});

test.each([
  ['expired', [{ operation: 'GetCallerIdentity', kind: 'expired_credential' }], /refused the credentials/, /sign in again/],
  ['not AWS', [{ operation: 'GetCallerIdentity', kind: 'foreign_html' }], /is not AWS/, /endpoint/],
] as const)('a login that is %s says what to do', async (_what, faults, message, remedy) => {
  const server = await serve({ faults });
  const error = await login(server).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectError);
  expect(error).toMatchObject({ message: expect.stringMatching(message) as string, remedy: expect.stringMatching(remedy) as string });
});

test('a scope that names another account than the login reaches is refused', async () => {
  const server = await serve();
  await login(server);
  const error = await aws.connect({ name: 'test', provider: 'aws', auth: { endpoint: server.url }, scope: { accounts: ['999988887777'] } }, { userAgent: 'rollcall/0' }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'ConnectError', message: expect.stringContaining('declares 999988887777') as string });
});

test('no credentials at all, and a profile that is not there, each name their remedy', async () => {
  const server = await serve();
  const kept = { ...process.env };
  onTestFinished(() => void Object.assign(process.env, kept));
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name];
  Object.assign(process.env, { AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' });
  const target = { name: 'test', provider: 'aws', scope: {} };
  await expect(aws.connect({ ...target, auth: { endpoint: server.url } }, { userAgent: 'rollcall/0' })).rejects.toMatchObject({ name: 'ConnectError', message: expect.stringContaining('no AWS credentials') as string, remedy: expect.stringContaining('AWS_PROFILE') as string });
  await expect(aws.connect({ ...target, auth: { endpoint: server.url, profile: 'nobody' } }, { userAgent: 'rollcall/0' })).rejects.toMatchObject({ name: 'ConnectError', message: expect.stringContaining('nobody') as string });
});

test('what a target may say is checked: one login kind, a role by ARN, one account of 12 digits', () => {
  const fits = (auth: object, scope: object = {}): boolean => aws.targetSchema.safeParse({ auth, scope }).success;
  expect([fits({}), fits({ ambient: true }), fits({ profile: 'audit', region: 'eu-west-1' }), fits({ assumeRole: { roleArn: 'arn:aws:iam::111122223333:role/rollcall' } }, { accounts: ['111122223333'] })]).toEqual([true, true, true, true]);
  expect([fits({ ambient: true, profile: 'x' }), fits({ assumeRole: { roleArn: 'rollcall' } }), fits({ endpoint: 'file:///etc' }), fits({ secretAccessKey: 'x' }), fits({}, { accounts: ['1'] }), fits({}, { accounts: ['111122223333', '222233334444'] })]).toEqual([false, false, false, false, false, false]);
});
