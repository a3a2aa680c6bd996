// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { claimsOf, principalOf } from '../../../scanners/azure/claims.ts';
import { cloudOf, vaultOrigin } from '../../../scanners/azure/clouds.ts';
import { armRest, azRest, vaultRest } from '../../../scanners/azure/command.ts';
import { entraCode, tokenFailure } from '../../../scanners/azure/connect-errors.ts';
import { azure } from '../../../scanners/azure/index.ts';
import { addressOf, followable, OPERATIONS, wireOperation } from '../../../scanners/azure/operations.ts';
import { classifyStatus } from '../../../scanners/azure/outcome.ts';
import { DROPPED, replyOf } from '../../../scanners/azure/reply.ts';
import type { RawResponse } from '../../../scanners/http/body.ts';
import { classifyFailure, httpDate, retryAfterMs } from '../../../scanners/http/failures.ts';
import { SOURCES } from '../../../scanners/azure/sources.ts';
import { inOrder } from '../../../src/collect/unit.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const GRAPH = new URL('https://graph.microsoft.com');
const VAULT = 'https://harbor-vault.vault.azure.net/';
const RESOURCE = `/subscriptions/${ID}/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/harbor-vault`;

test.each([
  [400, 'BadRequest', 'rejected', false], [400, 'Directory_ExpiredPageToken', 'malformed', true], [401, 'InvalidAuthenticationToken', 'login_expired', false], [402, null, 'unlicensed', false], [403, 'Authorization_RequestDenied', 'denied', false], [403, null, 'denied', false],
  [403, 'ForbiddenByFirewall', 'unreachable', false], [403, 'ForbiddenByConnection', 'unreachable', false], [403, 'ForbiddenByRbac', 'denied', false], [403, 'ForbiddenByPolicy', 'denied', false], [403, 'AccessDenied', 'denied', false],
  [403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', 'unlicensed', false], [404, 'Request_ResourceNotFound', 'not_found', false], [408, null, 'timeout', true], [429, 'TooManyRequests', 'throttled', true], [429, null, 'throttled', true],
  [500, 'InternalServerError', 'unreachable', true], [503, 'serviceNotAvailable', 'unreachable', true], [504, null, 'timeout', true], [302, null, 'unreachable', false],
] as const)('status %d with code %s is %s', (status, code, outcome, transient) => {
  expect(classifyStatus(status, code)).toEqual({ outcome, transient });
});

test.each([['ECONNREFUSED', 'unreachable', true], ['ENOTFOUND', 'unreachable', false], ['SELF_SIGNED_CERT_IN_CHAIN', 'unreachable', false], ['UND_ERR_SOCKET', 'unreachable', true], ['UND_ERR_HEADERS_TIMEOUT', 'timeout', true], ['HPE_INVALID_CONSTANT', 'malformed', true]])('the network error %s is %s', (code, outcome, transient) => {
  expect(classifyFailure(new TypeError('fetch failed', { cause: Object.assign(new Error('y'), { code }) }))).toEqual({ outcome, transient, code });
});

test('an error of our own is none of the network; times are read as Graph writes them', () => {
  expect(classifyFailure(new TypeError('x'))).toBeNull();
  expect([retryAfterMs('3'), retryAfterMs(null), retryAfterMs('soon'), retryAfterMs('999999')]).toEqual([3000, null, null, 300_000]);
  expect([httpDate('Sun, 22 Nov 2026 09:30:00 GMT'), httpDate('yesterday'), httpDate(null)]).toEqual(['2026-11-22T09:30:00.000Z', null, null]);
});

test('a token that cannot be had is a login that ended, or a network that did not answer', () => {
  const refused = new Error('wrapped', { cause: new Error('invalid_client: AADSTS7000222: The secret has ended. Trace ID: x\nmore') });
  expect(entraCode(refused)).toBe('AADSTS7000222');
  expect(tokenFailure(refused)).toMatchObject({ outcome: 'login_expired', transient: false, code: 'AADSTS7000222' });
  expect(tokenFailure(Object.assign(new Error('x'), { code: 'ECONNRESET' }))).toMatchObject({ outcome: 'unreachable', transient: true, code: 'ECONNRESET' });
  expect(tokenFailure(new Error('endpoints_resolution_error: See the list'))).toMatchObject({ outcome: 'unreachable', code: 'endpoints_resolution_error' });
});

test('who answered is read from the token, whoever it is, and a token that is none says nothing', () => {
  const token = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
  expect(principalOf(claimsOf(token({ appid: 'A', oid: 'O', app_displayname: 'reader', tid: 'T' })))).toBe('reader (application A, object O)');
  expect(principalOf(claimsOf(token({ azp: 'A' })))).toBe('application (application A)');
  expect(principalOf(claimsOf(token({ upn: 'dana@northwind-harbor.test', oid: 'O', appid: 'A' })))).toBe('dana@northwind-harbor.test (user, object O, through application A)');
  for (const none of ['', 'opaque', 'a.b.c', token([]), `x.${Buffer.from('"text"').toString('base64url')}.y`]) expect(principalOf(claimsOf(none)), none).toBe('unnamed (its token does not say)');
  expect(claimsOf(token({ tid: 5, oid: 'O' }))).toMatchObject({ tid: undefined, oid: 'O' });
});

test('each cloud has its authority with its Graph, and own addresses come as a pair', () => {
  expect(cloudOf({})).toMatchObject({ authority: { origin: 'https://login.microsoftonline.com' }, graph: { origin: 'https://graph.microsoft.com' }, own: false });
  expect(cloudOf({ cloud: 'us-government-dod' })).toMatchObject({ authority: { origin: 'https://login.microsoftonline.us' }, graph: { origin: 'https://dod-graph.microsoft.us' } });
  expect(cloudOf({ cloud: 'china' }).graph.origin).toBe('https://microsoftgraph.chinacloudapi.cn');
  expect(cloudOf({ endpoints: { authority: 'https://127.0.0.1:1', graph: 'https://127.0.0.1:2' } }).own).toBe(true);
});

test('sources stand in an order without circle, each request is one that its source declares, and each selects what it reads', () => {
  expect(inOrder(SOURCES)).toHaveLength(SOURCES.length);
  const lanes = azure.lanes.map(({ id }) => id);
  for (const source of SOURCES) {
    expect(lanes).toContain(source.lane);
    const request = source.request({ parent: ID, parameters: source.unitKind === 'tenant' ? { application: ID, principal: ID, group: ID } : source.lane === 'azure.vault' ? { vault: VAULT } : source.parent === null ? { subscription: ID, ...(source.id === 'azure.arm.activity-log' ? { from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z', provider: 'Microsoft.Storage' } : {}) } : { resource: RESOURCE } }, {});
    expect(source.operations.map(({ service, operation }) => `${service}:${operation}`)).toContain(`${request.service}:${request.operation}`);
    expect(addressOf(wireOperation(request.service, request.operation), request.input, GRAPH).href).toMatch(request.service === 'vault' ? /^https:\/\/graph\.microsoft\.com\/(secrets|keys|certificates)\?api-version=7\.4&maxresults=25$/ : request.service === 'graph' ? /^https:\/\/graph\.microsoft\.com\/(v1\.0\/|beta\/reports\/)/ : /^https:\/\/graph\.microsoft\.com\/(subscriptions[/?]|providers\/Microsoft\.ResourceGraph\/resources\?).*api-version=\d{4}-\d\d-\d\d($|&)/);
    for (const { probe, operation, service } of source.operations) if ('input' in probe) expect(addressOf(wireOperation(service, operation), probe.input, GRAPH).pathname).toMatch(service === 'graph' ? /^\/(v1\.0|beta\/reports)\// : /^\/(subscriptions|providers)/);
  }
  for (const { operation, select } of OPERATIONS.filter(({ service }) => service === 'graph')) {
    // Counts have no fields; of the others without, Graph takes no selection.
    expect(select.length > 0 || ['CountApplications', 'CountServicePrincipals', 'ListDelegatedGrants', 'ListDirectoryRoleAssignments', 'ListDirectoryRoleEligibility', 'GetDefaultAppManagementPolicy', 'ListAppManagementPolicies', 'ListPrincipalSignIns', 'ListCredentialSignIns', 'ListDirectoryAudits'].includes(operation), operation).toBe(true);
    for (const field of select) expect(DROPPED.has(field)).toBe(false);
  }
  // Only these select keyCredentials, and they have the lane of that quota.
  for (const { operation, select } of OPERATIONS) expect(select.includes('keyCredentials'), operation).toBe(['ListApplications', 'ListServicePrincipals'].includes(operation));
  expect(SOURCES.filter(({ lane }) => lane === 'azure.graph.key-credentials').map(({ id }) => id)).toEqual(['azure.graph.applications', 'azure.graph.service-principals']);
});

test.each([
  ['https://graph.microsoft.com/v1.0/applications?$skiptoken=x', true], ['https://graph.microsoft.com/v1.0/applications/1/owners?$skiptoken=x', true], ['https://graph.microsoft.com/v1.0/applications(\'1\')/owners', true],
  ['https://graph.microsoft.com.elsewhere.invalid/v1.0/applications', false], ['https://graph.microsoft.com:444/v1.0/applications', false], ['http://graph.microsoft.com/v1.0/applications', false], ['https://graph.microsoft.com/beta/applications', false],
  ['https://graph.microsoft.com/v1.0/applications/../users', false], ['/v1.0/applications', false], ['', false],
])('the link %s is followed: %s', (link, expected) => {
  expect(followable(wireOperation('graph', 'ListApplications'), link, GRAPH) !== null).toBe(expected);
});

function response(body: string | Uint8Array, status = 200): RawResponse {
  return { status, header: () => null, body: typeof body === 'string' ? Buffer.from(body) : body, cut: null };
}

test('a body that is no JSON, no UTF-8 or no error of Graph is told as such, and never quoted', () => {
  const read = (body: string | Uint8Array, status?: number): unknown => replyOf(wireOperation('graph', 'ListApplications'), response(body, status), GRAPH);
  for (const body of ['{"value":[', '<html>', Uint8Array.of(0xff, 0xfe, 0x00)]) expect(read(body)).toMatchObject({ ok: false, outcome: 'malformed', message: 'the body is not JSON in UTF-8' });
  expect(read('')).toMatchObject({ ok: false, outcome: 'malformed', message: 'the body is empty' });
  expect(read('<html>a secret</html>', 403)).toMatchObject({ ok: false, outcome: 'denied', errorCode: null, message: 'HTTP status 403 without an error of Graph' });
  expect(read(`{"error":{"code":"x","message":"${'long '.repeat(200)}"}}`, 400)).toMatchObject({ message: expect.stringMatching(/^.{299}…$/) as string });
});

test.each([
  [{ auth: { ambient: true }, scope: {} }, true], [{ auth: { environment: true, cloud: 'china' }, scope: { tenants: [ID] } }, true], [{ auth: { workloadIdentity: { clientId: ID, tokenFile: '/run/token' } }, scope: {} }, true], [{ auth: { managedIdentity: { clientId: ID } }, scope: {} }, true],
  [{ auth: { clientCertificate: { clientId: ID, certificateFile: 'login.pem' } }, scope: { tenants: [ID] } }, true], [{ auth: { cli: true, endpoints: { authority: 'https://127.0.0.1:1', graph: 'https://127.0.0.1:1' } }, scope: {} }, true],
  [{ auth: {}, scope: {} }, false], [{ auth: { ambient: true, cli: true }, scope: {} }, false], [{ auth: { clientCertificate: { clientId: ID, certificateFile: 'login.pem' } }, scope: {} }, false], [{ auth: { clientSecret: 'x' }, scope: {} }, false],
  [{ auth: { ambient: true, endpoints: { graph: 'https://127.0.0.1:1' } }, scope: {} }, false], [{ auth: { ambient: true, endpoints: { authority: 'http://127.0.0.1:1', graph: 'https://127.0.0.1:1' } }, scope: {} }, false],
  [{ auth: { ambient: true, cloud: 'public', endpoints: { authority: 'https://127.0.0.1:1', graph: 'https://127.0.0.1:1' } }, scope: {} }, false], [{ auth: { ambient: true }, scope: { tenants: [ID, ID] } }, false], [{ auth: { ambient: true }, scope: { tenants: ['northwind-harbor.test'] } }, false],
])('a target of %j is taken: %s', (target, expected) => {
  expect(azure.targetSchema.safeParse(target).success).toBe(expected);
});

const IDS: { readonly [permission: string]: string } = {
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', 'AuditLog.Read.All': 'b0afded3-3588-46d8-8b3d-9842eff778da', 'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61', 'Organization.Read.All': '498476ce-e0fe-48b0-b801-37ba7e2685c6',
  'Policy.Read.All': '246dd0d5-5bd0-4def-940b-0421030a5b68', 'RoleManagement.Read.Directory': '483bed4a-2ad3-4361-a73b-c83ccdbdc53c',
};

test.each([['bulk', ['Application.Read.All', 'Organization.Read.All']], ['standard', Object.keys(IDS)], ['deep', Object.keys(IDS)]] as const)('permissions at depth %s name what the sources declare, nothing that writes, as a manifest that parses', (depth, names) => {
  const [manifest, commands] = azure.permissions(depth);
  expect(JSON.parse(manifest?.text ?? '')).toEqual([{ resourceAppId: '00000003-0000-0000-c000-000000000000', resourceAccess: names.map((name) => ({ id: IDS[name], type: 'Role' })) }]);
  expect(commands?.text.split('\n')).toEqual([...names.map((name) => expect.stringMatching(new RegExp(`^az ad app permission add .* ${IDS[name] ?? ''}=Role  # ${name}$`)) as string), 'az ad app permission admin-consent --id "$APP_ID"', '']);
  for (const name of names) expect(manifest?.note).toContain(`${name} reads`);
  expect(`${manifest?.note ?? ''}${manifest?.text ?? ''}${commands?.text ?? ''}`).not.toMatch(/ReadWrite|\.Write/);
});

test('the custom role allows reads of the control plane, and nothing that returns a value', () => {
  const policies = azure.permissions('standard');
  const role = JSON.parse(policies.find(({ name }) => name === 'rollcall-azure-role')?.text ?? '') as { Actions: string[]; DataActions: string[] };
  expect(role.DataActions).toEqual([]);
  expect(role.Actions).toEqual([...new Set(OPERATIONS.filter(({ service }) => service === 'arm').flatMap(({ permissions }) => permissions))].toSorted());
  for (const action of role.Actions) expect(action).toMatch(/^Microsoft\.[A-Za-z]+\/[A-Za-z/]+\/read$/);
  expect(policies.find(({ name }) => name === 'rollcall-azure-grant')?.text).toMatch(/^az role definition create .*\naz role assignment create .*\n$/);
});

test('a command is one that the user can paste, whatever the parameters are', () => {
  expect(azRest('ListApplicationOwners', { application: ID })).toBe(`az rest --method get --url 'https://graph.microsoft.com/v1.0/applications/${ID}/owners?$select=id,displayName,userPrincipalName&$top=999'`);
  expect(azRest('CountApplications')).toBe("az rest --method get --url 'https://graph.microsoft.com/v1.0/applications/$count' --headers ConsistencyLevel=eventual");
  expect(azRest('ListFederatedCredentials', { application: "x'; rm -rf /" })).toContain('/v1.0/applications/ID/federatedIdentityCredentials');
  expect(azRest('ListAppRoleAssignedTo', { principal: ID })).toContain(`/v1.0/servicePrincipals/${ID}/appRoleAssignedTo?`);
  expect(azRest('ListServicePrincipalsWithoutOwner')).toBe("az rest --method get --url 'https://graph.microsoft.com/v1.0/servicePrincipals?$filter=owners/$count%20eq%200&$count=true&$select=id&$top=999' --headers ConsistencyLevel=eventual");
  expect(azRest('ListDirectoryAudits')).toContain('$filter=category%20eq%20%27ApplicationManagement%27');
  expect(azRest('ListServicePrincipals')).toContain('https://graph.microsoft.com/v1.0/servicePrincipals?');
  expect(armRest('ListVaultSecrets', { resource: RESOURCE })).toBe(`az rest --method get --url 'https://management.azure.com${RESOURCE}/secrets?api-version=2023-07-01'`);
  expect(armRest('ListVaultSecrets', { resource: "/subscriptions/x'; rm -rf /" })).toBe("az rest --method get --url 'https://management.azure.com/ID/secrets?api-version=2023-07-01'");
  expect(armRest('QueryRoleAssignments')).toMatch(/^az rest --method post --url '[^']*' --body '\{"query":"authorizationresources .*'$/);
  for (const source of SOURCES) expect(source.command({ application: ID, principal: ID, group: ID, subscription: ID, resource: RESOURCE, vault: VAULT })).toMatch(/^az rest --method (get --url '[^']*'( --headers ConsistencyLevel=eventual| --resource 'https:\/\/vault\.azure\.net')?$|post )/);
  expect(vaultRest('ListKeys', { vault: 'https://x-1.vault.azure.cn' })).toBe("az rest --method get --url 'https://x-1.vault.azure.cn/keys?api-version=7.4&maxresults=25' --resource 'https://vault.azure.cn'");
  expect(vaultRest('ListKeys', { vault: "https://x'; rm -rf /" })).toContain('https://VAULT.vault.azure.net/keys?');
});

test('reads of resources are GETs but for the queries, none of which can return a value, and go to resources that are named as Azure names them', () => {
  const arm = OPERATIONS.filter(({ service }) => service === 'arm');
  expect(arm.filter(({ query }) => query !== null).map(({ operation }) => operation)).toEqual(['QueryRoleAssignments', 'QueryCustomRoles', 'QueryBuiltInRoles', 'QueryIdentityUse', 'QueryManagementGroups']);
  for (const { path } of arm) expect(path).not.toMatch(/listKeys|listCredentials|listConnectionStrings|regenerate|config/i);
  const list = wireOperation('arm', 'ListVaultSecrets');
  for (const resource of ['/subscriptions/x', `${RESOURCE}/../../x`, `${RESOURCE}/secrets/one`, `${RESOURCE}?x=`, `https://elsewhere.invalid${RESOURCE}`, 5]) expect(() => addressOf(list, { resource }, GRAPH), String(resource)).toThrow('id of a resource');
  expect(() => addressOf(list, {}, GRAPH)).toThrow('needs the id of a resource');
  expect(() => addressOf(list, { resource: RESOURCE, skipToken: 'x' }, GRAPH)).toThrow('skipToken');
  expect(followable(list, `https://graph.microsoft.com${RESOURCE.toLowerCase()}/secrets?api-version=2023-07-01&$skiptoken=x`, GRAPH)).not.toBeNull();
  expect(followable(list, `https://graph.microsoft.com/v1.0/users`, GRAPH)).toBeNull();
});

test.each([
  ['https://harbor-vault.vault.azure.net/', undefined, 'https://harbor-vault.vault.azure.net'], ['https://HARBOR.vault.azure.net:443', undefined, 'https://harbor.vault.azure.net'], ['https://harbor.vault.azure.cn', 'china', 'https://harbor.vault.azure.cn'], ['https://harbor.vault.usgovcloudapi.net', 'us-government', 'https://harbor.vault.usgovcloudapi.net'],
  ['https://harbor.vault.azure.cn', undefined, null], ['https://harbor.vault.azure.net', 'us-government-dod', null], ['https://vault.azure.net', undefined, null], ['https://a.b.vault.azure.net', undefined, null], ['https://evilvault.azure.net', undefined, null], ['https://harbor.vault.azure.net.elsewhere.invalid', undefined, null],
  ['http://harbor.vault.azure.net', undefined, null], ['https://harbor.vault.azure.net:444', undefined, null], ['https://user@harbor.vault.azure.net', undefined, null], ['https://elsewhere.invalid/?.vault.azure.net', undefined, null], ['not an address', undefined, null], [5, undefined, null],
] as const)('a token for vaults goes to %s of the cloud %s: %s', (address, cloud, expected) => {
  expect(vaultOrigin(cloudOf(cloud === undefined ? {} : { cloud }).vaults, address)?.origin ?? null).toBe(expected);
});

test('own addresses: vaults answer at the one that is named, and their tokens are for it', () => {
  const own = { authority: 'https://127.0.0.1:1', graph: 'https://127.0.0.1:2' };
  expect(cloudOf({ endpoints: { ...own, vault: 'https://127.0.0.1:3' } }).vaults).toEqual({ scope: 'https://127.0.0.1:3/.default', below: null, at: 'https://127.0.0.1:3' });
  expect(vaultOrigin(cloudOf({ endpoints: own }).vaults, 'https://127.0.0.1:2/')?.origin).toBe('https://127.0.0.1:2');
  expect(vaultOrigin(cloudOf({ endpoints: own }).vaults, 'https://harbor.vault.azure.net')).toBeNull();
  expect([cloudOf({}), cloudOf({ cloud: 'china' })].map(({ vaults }) => vaults.scope)).toEqual(['https://vault.azure.net/.default', 'https://vault.azure.cn/.default']);
});

test('a vault is asked for its lists alone: no address, no link and no parameter leads to a value', () => {
  const list = wireOperation('vault', 'ListSecrets');
  const origin = new URL(VAULT);
  expect(OPERATIONS.filter(({ service }) => service === 'vault').map(({ path }) => path)).toEqual(['/secrets', '/keys', '/certificates']);
  expect(followable(list, `${VAULT.slice(0, -1)}:443/secrets?api-version=7.4&$skiptoken=x`, origin)).not.toBeNull();
  for (const link of ['secrets/shop-database', 'secrets/', 'secrets/../secrets/one', 'keys', 'secrets/one/versions']) expect(followable(list, `${VAULT}${link}?api-version=7.4`, origin), link).toBeNull();
  expect(followable(list, 'https://other.vault.azure.net/secrets', origin)).toBeNull();
  expect(() => addressOf(list, {}, origin)).toThrow('needs the address of a vault');
  expect(() => addressOf(list, { vault: VAULT, name: 'shop-database' }, origin)).toThrow('not a parameter');
  expect(() => addressOf(wireOperation('arm', 'ListSubscriptions'), { vault: VAULT }, origin)).toThrow('vault is not a parameter');
});

test('vaults are opened for lists alone, and the Terraform configuration names the same rights as the manifest and the role, and no more', () => {
  const policies = azure.permissions('standard');
  const textOf = (name: string): string => policies.find((policy) => policy.name === name)?.text ?? '';
  expect(textOf('rollcall-vault-grant')).toContain('--role "Key Vault Reader"');
  expect(textOf('rollcall-vault-grant')).toContain('--secret-permissions list --key-permissions list --certificate-permissions list');
  const terraform = textOf('rollcall-azure-terraform');
  expect(policies.find(({ name }) => name === 'rollcall-azure-terraform')?.apart).toBe(true);
  expect([...terraform.matchAll(/^ {4}"([\w.]+)" += "([0-9a-f-]{36})"$/gm)].map(([, name, id]) => [name, id])).toEqual(Object.entries(IDS));
  const { Actions } = JSON.parse(textOf('rollcall-azure-role')) as { Actions: string[] };
  expect([...terraform.matchAll(/^ {6}"(.+)",$/gm)].map(([, action]) => action)).toEqual(Actions);
  for (const { text } of policies) expect(text).not.toMatch(/listKeys|getSecret|ReadWrite|data_actions|\/write/);
  expect(terraform.split('{').length).toBe(terraform.split('}').length);
});
