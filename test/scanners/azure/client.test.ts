// SPDX-License-Identifier: Apache-2.0
import { chmod, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { OLD_SUBSCRIPTION, SHOP_SUBSCRIPTION } from '../../../fixtures/company/azure/resources.ts';
import { AZURE_READER, AZURE_TENANT } from '../../../fixtures/company/azure/tenant.ts';
import { loginCertificate } from '../../../fixtures/servers/kubernetes-tls.ts';
import type { GraphServer } from '../../../fixtures/servers/graph.ts';
import { ConnectError, type Connection } from '../../../src/model/source.ts';
import type { Unit } from '../../../src/model/unit.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { certificateFile, federatedTokenFile, login, serve, type LoginOptions } from './support/scan.ts';

const OTHER_TENANT = '00000000-1111-4222-8333-444444444444';
// No secret of anybody: it opens the fixture server alone.
const FIXTURE_SECRET = 'fixture-secret-of-nobody';
const PRINCIPAL = `rollcall-reader (application ${AZURE_READER.appId}, object ${AZURE_READER.objectId})`;

// What the SDK reads from the environment must be what a test sets, and nothing of this machine.
beforeEach(() => {
  for (const name of ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_TOKEN_CREDENTIALS', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'MSI_ENDPOINT', 'IMDS_ENDPOINT']) vi.stubEnv(name, undefined);
  // Where the SDK looks for the identity of a machine: a port that nobody listens on.
  vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', 'http://127.0.0.1:9');
});
afterEach(() => { vi.unstubAllEnvs(); });

async function refusal(server: GraphServer, options: LoginOptions = {}): Promise<ConnectError> {
  try {
    await login(server, options);
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error('the login worked');
}

function unitOf({ units: [unit] }: Connection): Unit {
  if (unit === undefined) throw new Error('no unit');
  return unit;
}

/** A program called `az` at the front of the path, which notes that it ran and gives this token. */
async function fakeAz(token: string): Promise<string> {
  const folder = await temporaryFolder();
  const ran = join(folder, 'ran');
  await writeFile(join(folder, 'az'), `#!/bin/sh\ntouch '${ran}'\nprintf '%s' '${JSON.stringify({ accessToken: token, expiresOn: '2099-01-01 00:00:00.000000', expires_on: 4_070_908_800, tenant: AZURE_TENANT, tokenType: 'Bearer' })}'\n`);
  await chmod(join(folder, 'az'), 0o700);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  return ran;
}

/** A token of the server, as another way of logging in would bring it. */
async function someToken(server: GraphServer): Promise<string> {
  await login(server);
  const [token] = server.tokens;
  if (token === undefined) throw new Error('the server gave no token');
  return token;
}

describe('ways to log in', () => {
  test('by certificate: the tenant as Graph names it, and the application as its token names it', async () => {
    const server = await serve();
    const connection = await login(server);
    expect(connection.units).toEqual([
      { id: `azure:${AZURE_TENANT}`, provider: 'azure', kind: 'tenant', nativeId: AZURE_TENANT, name: 'Northwind Harbor', target: 'test', basis: 'declared' },
      { id: `azure:${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`, provider: 'azure', kind: 'subscription', nativeId: `${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`, name: 'harbor-shop', target: 'test', basis: 'discovered' },
      { id: `azure:${AZURE_TENANT}/${OLD_SUBSCRIPTION}`, provider: 'azure', kind: 'subscription', nativeId: `${AZURE_TENANT}/${OLD_SUBSCRIPTION}`, name: 'harbor-old', target: 'test', basis: 'discovered' },
    ]);
    expect(connection.login).toMatchObject({ principal: PRINCIPAL, operation: 'graph:ListOrganization', endpoint: server.url, requestId: expect.stringMatching(/^00000000-/) as string });
    expect(JSON.stringify(connection)).not.toContain(server.tokens[0]);
    expect(server.requests.map(({ method, operation }) => `${method} ${operation}`)).toEqual(['GET metadata', 'POST token', 'GET organization', 'GET subscriptions']);
  });

  test('from the environment, with a client secret: the tenant is then the login\'s own', async () => {
    const server = await serve({ login: { secret: FIXTURE_SECRET } });
    for (const [name, value] of [['AZURE_TENANT_ID', AZURE_TENANT], ['AZURE_CLIENT_ID', AZURE_READER.appId], ['AZURE_CLIENT_SECRET', FIXTURE_SECRET]] as const) vi.stubEnv(name, value);
    for (const auth of [{ environment: true }, { ambient: true }]) {
      const connection = await login(server, { auth, scope: {} });
      expect([connection.login.principal, unitOf(connection).basis]).toEqual([PRINCIPAL, 'own_login']);
    }
    expect(process.env['AZURE_TOKEN_CREDENTIALS']).toBeUndefined();
  });

  test('by workload identity, with the token of another issuer in a file, named or from the environment', async () => {
    const server = await serve();
    const tokenFile = await federatedTokenFile();
    expect((await login(server, { auth: { workloadIdentity: { clientId: AZURE_READER.appId, tokenFile } } })).login.principal).toBe(PRINCIPAL);
    for (const [name, value] of [['AZURE_TENANT_ID', AZURE_TENANT], ['AZURE_CLIENT_ID', AZURE_READER.appId], ['AZURE_FEDERATED_TOKEN_FILE', tokenFile]] as const) vi.stubEnv(name, value);
    expect((await login(server, { auth: { workloadIdentity: true }, scope: {} })).login.principal).toBe(PRINCIPAL);
    expect(await refusal(server, { auth: { workloadIdentity: { tokenFile: await federatedTokenFile('repo:somebody/else:ref:refs/heads/main') } } })).toMatchObject({ message: expect.stringContaining('AADSTS700213') as string, remedy: expect.stringContaining('federated credential') as string });
  });

  test('by managed identity, from the endpoint that an Azure service offers', async () => {
    const server = await serve();
    const token = await someToken(server);
    const asked: string[] = [];
    const endpoint = createServer((request: IncomingMessage, response) => {
      asked.push(`${request.headers['x-identity-header']?.toString() ?? ''} ${new URL(request.url ?? '', 'http://x').searchParams.get('resource') ?? ''}`);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ access_token: token, expires_on: String(Math.floor(Date.now() / 1000) + 3600), resource: server.url, token_type: 'Bearer' }));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => { endpoint.close(); });
    const address = endpoint.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${address.port}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'fixture-header');
    expect((await login(server, { auth: { managedIdentity: true } })).login.principal).toBe(PRINCIPAL);
    expect(asked).toEqual([`fixture-header ${server.url}`]);
  });

  test('`az` is run where a target names it, and nowhere else: not by ambient, and not because the environment says so', async () => {
    const server = await serve();
    const ran = await fakeAz(await someToken(server));
    await expect(refusal(server, { auth: { ambient: true } })).resolves.toMatchObject({ remedy: expect.stringContaining('AZURE_TENANT_ID') as string });
    for (const setting of ['dev', 'AzureCliCredential', 'AzurePowerShellCredential']) {
      vi.stubEnv('AZURE_TOKEN_CREDENTIALS', setting);
      expect(await refusal(server, { auth: { ambient: true } })).toMatchObject({ message: expect.stringContaining('AZURE_TOKEN_CREDENTIALS') as string, remedy: expect.stringContaining('cli: true') as string });
      expect(process.env['AZURE_TOKEN_CREDENTIALS']).toBe(setting);
    }
    await expect(stat(ran)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await login(server, { auth: { cli: true } })).login.principal).toBe(PRINCIPAL);
    expect((await stat(ran)).isFile()).toBe(true);
  });
});

describe('refusals say what to do', () => {
  test.each([
    ['an application that the tenant does not have', async () => ({ clientCertificate: { clientId: OTHER_TENANT, certificateFile: await certificateFile() } }), 'AADSTS700016', 'client id'],
    ['a certificate that is not registered', async () => ({ clientCertificate: { clientId: AZURE_READER.appId, certificateFile: await certificateFile(loginCertificate('somebody-else')) } }), 'AADSTS700027', 'upload'],
    ['a file that is not there', async () => ({ clientCertificate: { clientId: AZURE_READER.appId, certificateFile: '/nowhere/login.pem' } }), 'ENOENT', 'PEM file'],
  ] as const)('%s', async (_what, auth, message, remedy) => {
    const server = await serve();
    expect(await refusal(server, { auth: await auth() })).toMatchObject({ message: expect.stringContaining(message) as string, remedy: expect.stringContaining(remedy) as string });
  });

  test('a secret that is wrong, and an application that is disabled', async () => {
    const server = await serve({ login: { secret: FIXTURE_SECRET, disabled: true } });
    for (const [name, value] of [['AZURE_TENANT_ID', AZURE_TENANT], ['AZURE_CLIENT_ID', AZURE_READER.appId], ['AZURE_CLIENT_SECRET', 'wrong-one-of-nobody-else']] as const) vi.stubEnv(name, value);
    const wrong = await refusal(server, { auth: { environment: true } });
    expect(wrong).toMatchObject({ message: expect.stringContaining('AADSTS7000215') as string, remedy: expect.stringContaining('federated credential') as string });
    expect(wrong.message).not.toMatch(/wrong-one|Trace ID/);
    vi.stubEnv('AZURE_CLIENT_SECRET', FIXTURE_SECRET);
    expect(await refusal(server, { auth: { environment: true } })).toMatchObject({ message: expect.stringContaining('AADSTS7000112') as string, remedy: expect.stringContaining('disabled') as string });
  });

  test('a tenant that is not there, and one that is not the declared one', async () => {
    const server = await serve({ login: { secret: FIXTURE_SECRET } });
    expect(await refusal(server, { scope: { tenants: [OTHER_TENANT] } })).toMatchObject({ remedy: expect.stringContaining('scope.tenants') as string });
    await fakeAz(await someToken(server));
    const before = server.requests.length;
    expect(await refusal(server, { auth: { cli: true }, scope: { tenants: [OTHER_TENANT] } })).toMatchObject({ message: expect.stringContaining(`is of tenant ${AZURE_TENANT}`) as string });
    // Its token said so: nothing was asked with it.
    expect(server.requests).toHaveLength(before);
  });

  test('a Graph that does not take the login, is not Graph, or does not answer', async () => {
    const server = await serve();
    server.setFaults([{ operation: 'organization', kind: 'unauthorized' }]);
    expect(await refusal(server)).toMatchObject({ message: expect.stringContaining('refused the login') as string });
    server.setFaults([{ operation: 'organization', kind: 'html' }]);
    expect(await refusal(server)).toMatchObject({ message: expect.stringContaining('is not Microsoft Graph') as string });
    server.setFaults([{ operation: 'organization', kind: 'redirect' }]);
    expect(await refusal(server)).toMatchObject({ message: expect.stringContaining('did not answer') as string });
  });

  test('a certificate of the server that nothing vouches for: nothing is sent', async () => {
    const server = await serve({ trusted: false });
    expect(await refusal(server)).toMatchObject({ message: expect.stringContaining('did not answer') as string, remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string });
    expect(server.requests).toEqual([]);
  });

  test('an Entra ID that is throttled, broken, behind a proxy, or silent', async () => {
    const server = await serve();
    server.setFaults([{ operation: 'token', kind: 'throttle' }]);
    expect(await refusal(server)).toMatchObject({ message: expect.stringContaining('AADSTS90055') as string, remedy: expect.stringContaining('wait') as string });
    server.setFaults([{ operation: 'token', kind: 'html' }]);
    expect(await refusal(server)).toMatchObject({ message: expect.stringMatching(/did not answer.*HTTP status 200/) as string, remedy: expect.stringContaining('proxy') as string });
    server.setFaults([{ operation: 'token', kind: 'hang' }]);
    expect(await refusal(server, { requestTimeoutMs: 200 })).toMatchObject({ message: expect.stringContaining('did not answer') as string });
  });

  test('a login without the right to read the organization is let in, under the tenant of its token', async () => {
    const server = await serve({ login: { roles: ['Application.Read.All'] } });
    const connection = await login(server, { scope: { tenants: [AZURE_TENANT.toUpperCase()] } });
    expect(connection.units[0]).toMatchObject({ id: `azure:${AZURE_TENANT}`, name: null });
  });
});

describe('requests', () => {
  const { signal } = new AbortController();

  test('only declared operations, only their parameters, only the own tenant, and links only to the own host', async () => {
    const server = await serve();
    const connection = await login(server);
    const unit = unitOf(connection);
    const before = server.requests.length;
    const send = (operation: string, input: { readonly [name: string]: string | number }): ReturnType<Connection['send']> => connection.send(unit, { service: 'graph', operation, input }, signal);
    await expect(send('ListUsers', {})).rejects.toThrow('only those are ever sent');
    await expect(send('ListApplications', { $filter: 'x' })).rejects.toThrow('not a parameter that is sent');
    await expect(send('ListApplicationOwners', {})).rejects.toThrow('needs the id of an application');
    for (const application of ['..', '../users', 'x', `${AZURE_TENANT}/../x`]) await expect(send('ListApplicationOwners', { application }), application).rejects.toThrow('is not one');
    for (const nextLink of ['https://elsewhere.invalid/v1.0/applications', `${server.url.replace('https', 'http')}/v1.0/applications`, `${server.url}/v1.0/users`, `${server.url}/v1.0/applicationsX`, 'nothing', `https://a:b@${server.url.slice(8)}/v1.0/applications`]) await expect(send('ListApplications', { nextLink }), nextLink).rejects.toThrow('is not followed');
    await expect(connection.send({ ...unit, id: 'azure:other' }, { service: 'graph', operation: 'ListApplications', input: {} }, signal)).rejects.toThrow('not azure:other');
    expect(server.requests).toHaveLength(before);
  });

  test('an outcome carries what Graph said: its request id, its clock, its code, how long to wait', async () => {
    const server = await serve();
    const connection = await login(server);
    const ask = (): ReturnType<Connection['send']> => connection.send(unitOf(connection), { service: 'graph', operation: 'ListApplications', input: { top: 1 } }, signal);
    server.setFaults([{ operation: 'applications', kind: 'throttle_retry_after', retryAfterSeconds: 7 }]);
    expect(await ask()).toMatchObject({ ok: false, outcome: 'throttled', transient: true, retryAfterMs: 7000, httpStatus: 429, errorCode: 'TooManyRequests', requestId: expect.stringMatching(/^00000000-/) as string, providerTime: expect.stringMatching(/^2026-11-22T09:3/) as string });
    server.setFaults([{ operation: 'applications', kind: 'deny' }]);
    expect(await ask()).toMatchObject({ ok: false, outcome: 'denied', transient: false, errorCode: 'Authorization_RequestDenied', message: expect.stringContaining('Insufficient privileges') as string });
    server.setFaults([{ operation: 'applications', kind: 'foreign_link' }]);
    expect(await ask()).toMatchObject({ ok: false, outcome: 'malformed', errorCode: 'ForeignNextLink' });
    server.setFaults([]);
    expect(await ask()).toMatchObject({ ok: true, httpStatus: 200 });
  });

  test('what a page holds of secrets is gone before anybody sees the page', async () => {
    const server = await serve();
    const connection = await login(server);
    const reply = await connection.send(unitOf(connection), { service: 'graph', operation: 'ListApplications', input: {} }, signal);
    const text = JSON.stringify(reply);
    expect(text).toContain('keyId');
    expect(text).not.toMatch(/"(secretText|hint|key|customKeyIdentifier)"/);
  });

  test('a redirect is not followed, and no token goes to where it points', async () => {
    const other = await serve();
    const server = await serve({ faults: [{ operation: 'applications', kind: 'redirect', to: `${other.url}/v1.0/applications` }] });
    const connection = await login(server);
    expect(await connection.send(unitOf(connection), { service: 'graph', operation: 'ListApplications', input: {} }, signal)).toMatchObject({ ok: false, outcome: 'unreachable', httpStatus: 302 });
    expect(other.requests).toEqual([]);
  });

  test('a token that ends soon or was refused is replaced by a new one; one that lasts is not', async () => {
    const lasting = await serve();
    const connection = await login(lasting);
    const ask = (of: Connection): ReturnType<Connection['send']> => of.send(unitOf(of), { service: 'graph', operation: 'CountApplications', input: {} }, signal);
    for (let count = 0; count < 3; count += 1) expect(await ask(connection)).toMatchObject({ ok: true, body: 13 });
    expect(lasting.tokens).toHaveLength(1);
    lasting.setFaults([{ kind: 'unauthorized', times: 1 }]);
    expect(await ask(connection)).toMatchObject({ ok: false, outcome: 'login_expired' });
    expect(await ask(connection)).toMatchObject({ ok: true });
    const short = await serve({ tokenSeconds: 60 });
    const again = await login(short);
    await Promise.all([ask(again), ask(again), ask(again)]);
    expect(short.tokens.length).toBeGreaterThan(1);
  });

  test('a token that cannot be renewed ends calls as what kept it from being so', async () => {
    const server = await serve({ tokenSeconds: 60 });
    const connection = await login(server, { requestTimeoutMs: 2000 });
    const ask = (): ReturnType<Connection['send']> => connection.send(unitOf(connection), { service: 'graph', operation: 'CountApplications', input: {} }, signal);
    server.setFaults([{ operation: 'token', kind: 'hang' }]);
    expect(await ask()).toMatchObject({ ok: false, outcome: 'timeout', transient: true });
    server.setFaults([{ operation: 'token', kind: 'deny' }]);
    expect(await ask()).toMatchObject({ ok: false, outcome: 'login_expired', transient: false, message: 'Entra ID answered with HTTP status 403 and no code of its own' });
    server.setFaults([]);
    expect(await ask()).toMatchObject({ ok: true });
    server.setFaults([{ operation: 'token', kind: 'throttle' }]);
    // The second time it is MSAL that says so, without asking.
    for (let count = 0; count < 2; count += 1) expect(await ask()).toMatchObject({ ok: false, outcome: 'throttled', transient: true, errorCode: 'AADSTS90055', httpStatus: null });
  });

  test('an aborted scan ends its requests', async () => {
    const server = await serve({ faults: [{ operation: 'applications', kind: 'hang' }] });
    const connection = await login(server);
    const abort = new AbortController();
    const sent = connection.send(unitOf(connection), { service: 'graph', operation: 'ListApplications', input: {} }, abort.signal);
    setTimeout(() => { abort.abort(new Error('the user stopped')); }, 100);
    await expect(sent).rejects.toThrow('the user stopped');
  });
});
