// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { SHOP_SUBSCRIPTION, VAULT } from '../../../fixtures/company/azure/resources.ts';
import { AZURE_TENANT } from '../../../fixtures/company/azure/tenant.ts';
import { SOURCES } from '../../../scanners/azure/sources.ts';
import { azure } from '../../../scanners/azure/index.ts';
import { dueReads } from '../../../src/model/due.ts';
import { plusDays } from '../../../src/model/instant.ts';
import { pageReference } from '../../../src/model/reference.ts';
import type { Credential, SourceRow } from '../../../src/model/row.ts';
import type { AnySource } from '../../../src/model/source.ts';
import type { Unit } from '../../../src/model/unit.ts';
import { UnitReads } from '../../../src/model/unit-reads.ts';
import { login, NOW, scanSubscription, serve, type Scanned } from './support/scan.ts';

const UNIT = `azure:${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`;
const OF_VAULTS = ['azure.key-vault-secret', 'azure.key-vault-key', 'azure.key-vault-certificate'] as const;
const inVaults = ({ inventory }: Scanned): readonly string[] => inventory.credentials.filter(({ kind }) => kind.startsWith('azure.key-vault')).map(({ id }) => id.replace(`${VAULT}/`, '')).toSorted();
const credential = ({ inventory }: Scanned, id: string): Credential | undefined => inventory.credentials.find(({ key }) => key === `${UNIT}/${VAULT}/${id}`);

test('what a vault lists itself and what the control plane lists is one row each; what stands behind a certificate is told as the certificate', async () => {
  const scanned = await scanSubscription();
  expect(inVaults(scanned)).toEqual(['certificates/shop-tls', 'keys/orders-signing', 'secrets/mail-relay', 'secrets/old-relay', 'secrets/shop-database']);
  expect(credential(scanned, 'certificates/shop-tls')).toMatchObject({ kind: 'azure.key-vault-certificate', name: 'shop-tls', idBasis: 'provider', status: { value: 'active' }, created: { value: { to: plusDays(NOW, -40) } }, expires: { value: { at: plusDays(NOW, 50) } } });
  // Both lists stand behind the row.
  expect(new Set(credential(scanned, 'secrets/mail-relay')?.refs.map((reference) => /azure\.(vault|arm)[a-z.-]*/.exec(reference)?.[0]))).toEqual(new Set(['azure.vault.secrets', 'azure.arm.vault-secrets']));
  expect(OF_VAULTS.map((kind) => scanned.inventory.populations[kind])).toMatchObject([{ value: 3 }, { value: 1 }, { value: 1 }]);
});

test('a vault gets a token that is for vaults alone, and is asked for its lists and nothing below them', async () => {
  const { server } = await scanSubscription({ pageSize: 1 });
  const asked = server.requests.filter(({ operation }) => operation.startsWith('vault/'));
  expect(new Set(asked.map(({ method, path, status }) => `${method} ${path} ${status}`))).toEqual(new Set(['GET /secrets 200', 'GET /keys 200', 'GET /certificates 200']));
  expect(asked.filter(({ path }) => path === '/secrets')).toHaveLength(4);
  const audiences = server.tokens.map((token) => (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { aud: string }).aud);
  expect(new Set(audiences)).toEqual(new Set([server.url, server.vaultUrl]));
});

test.each([
  ['firewall', 'unreachable', 'ForbiddenByFirewall'], ['connection', 'unreachable', 'ForbiddenByConnection'], ['no_policy', 'denied', 'AccessDenied'], ['no_role', 'denied', 'ForbiddenByRbac'], ['throttle', 'throttled', 'TooManyRequests'], ['error500', 'unreachable', 'InternalServerError'],
  ['cut_body', 'malformed', null], ['html', 'malformed', null], ['no_list', 'malformed', null], ['redirect', 'unreachable', null], ['value_link', 'malformed', 'ForeignNextLink'],
] as const)('%s of a vault is %s: its items stand as the control plane lists them, and no number of them is known', async (kind, cause, code) => {
  const scanned = await scanSubscription({ afterLogin: ['secrets', 'keys', 'certificates'].map((list) => ({ operation: `vault/${list}`, kind })) });
  for (const name of OF_VAULTS) expect(scanned.inventory.populations[name], name).toMatchObject({ status: 'unknown', cause, detail: expect.stringContaining(VAULT) as string });
  expect(scanned.read.reads.ended('azure.vault.secrets', VAULT)).toMatchObject({ state: 'failed', outcome: cause, ...(code === null ? {} : { errorCode: code }) });
  // Without the list of certificates nobody knows what stands behind one, and nothing is left out.
  expect(inVaults(scanned)).toEqual(['keys/orders-signing', 'keys/shop-tls', 'secrets/mail-relay', 'secrets/old-relay', 'secrets/shop-database']);
  expect(scanned.inventory.populations).toMatchObject({ 'azure.key-vault': { value: 1 }, 'azure.storage-account-key': { value: 4 } });
  if (kind === 'firewall') expect(scanned.server.requests.filter(({ operation }) => operation === 'vault/secrets')).toHaveLength(1);
});

test('where certificates alone cannot be listed, how many secrets and keys are none of them is not known', async () => {
  const { inventory } = await scanSubscription({ afterLogin: [{ operation: 'vault/certificates', kind: 'no_policy' }] });
  for (const name of OF_VAULTS) expect(inventory.populations[name], name).toMatchObject({ status: 'unknown', cause: 'denied' });
});

test('a link to a value is never followed, a vault of another address never asked', async () => {
  const server = await serve();
  const connection = await login(server);
  const [, unit] = connection.units;
  if (unit === undefined) throw new Error('no subscription');
  const signal = new AbortController().signal;
  const before = server.requests.length;
  for (const vault of ['https://harbor-vault.vault.azure.net/', 'https://elsewhere.invalid/', server.url]) expect(await connection.send(unit, { service: 'vault', operation: 'ListSecrets', input: { vault } }, signal)).toMatchObject({ ok: false, outcome: 'unreachable', transient: false, errorCode: 'ForeignVault' });
  await expect(connection.send(unit, { service: 'vault', operation: 'ListSecrets', input: { vault: server.vaultUrl, nextLink: `${server.vaultUrl}/secrets/shop-database?api-version=7.4` } }, signal)).rejects.toThrow('not followed');
  expect(server.requests.slice(before)).toEqual([]);
});

test('at depth bulk a vault itself is not asked, and says so', async () => {
  const { inventory, server } = await scanSubscription({ depth: 'bulk' });
  expect(inventory.populations['azure.key-vault-certificate']).toMatchObject({ status: 'unknown', cause: 'not_requested' });
  expect(server.requests.filter(({ operation }) => operation.startsWith('vault/'))).toEqual([]);
});

function sourceOf(id: string): AnySource {
  const found = SOURCES.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

test('a secret that the vault alone lists is a row; a vault without address is one that is not read', () => {
  const unit: Unit = { id: UNIT, provider: 'azure', kind: 'subscription', nativeId: `${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`, name: null, target: 'test', basis: 'declared' };
  const reads = new UnitReads(unit, 'standard');
  const put = (source: string, value: readonly object[], parent: string | null = null): void => {
    const rows: readonly SourceRow[] = sourceOf(source).rows({ value }, { unit, parent, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT, source, parent }, 1, pointer) });
    reads.read(source, parent, { state: 'complete', pages: 1, calls: [] }, rows);
  };
  const silent = VAULT.replace('harbor-vault', 'silent');
  put('azure.arm.vaults', [{ id: VAULT, name: 'v', properties: { vaultUri: 'https://v.vault.azure.net/' } }, { id: silent, name: 's' }]);
  expect(dueReads(sourceOf('azure.vault.secrets'), reads)).toEqual([{ kind: 'read', seed: { parent: VAULT, parameters: { vault: 'https://v.vault.azure.net/' } } }, { kind: 'skip', parent: silent, reason: { parent: silent, skip: 'parent_unread', reason: expect.stringContaining('address') as string } }]);
  put('azure.arm.vault-secrets', [{ id: `${VAULT}/secrets/One`, name: 'One', properties: { attributes: { enabled: true, created: 1 } } }], VAULT);
  put('azure.vault.secrets', [{ id: 'https://v.vault.azure.net/secrets/one', attributes: { enabled: false, created: 1 } }, { id: 'https://v.vault.azure.net/secrets/two', attributes: { enabled: true, created: 2 } }], VAULT);
  const { credentials } = azure.join(reads, { asOf: NOW, ownUnits: new Set(), vendorUnits: new Set(), depth: 'standard', related: reads });
  expect(credentials.map(({ id, status }) => [id, status.status === 'known' ? status.value : null])).toEqual([[`${VAULT}/secrets/One`, 'inactive'], [`${VAULT}/secrets/two`, 'active']]);
  expect(sourceOf('azure.vault.secrets').page.schema.safeParse({ value: [{ attributes: {} }] }).success).toBe(false);
});
