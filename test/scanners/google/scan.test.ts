// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { GOOGLE_CANARIES, GOOGLE_DETECTED_CANARIES, googleFormsOf } from '../../../fixtures/company/google/canaries.ts';
import { emailOf, harborProject, keyName, poolName, uniqueIdOf } from '../../../fixtures/company/google/project.ts';
import { CHECKS } from '../../../src/checks/all.ts';
import { parametersInForce } from '../../../src/evidence/controls.ts';
import type { Credential } from '../../../src/model/row.ts';
import { NOW, scanProject, type Scanned } from './support/scan.ts';
import { runAll } from '../../support/run-checks.ts';

const credential = ({ inventory }: Scanned, id: string): Credential | undefined => inventory.credentials.find((each) => each.id === id);
const daysAgo = (days: number): string => new Date(Date.parse(NOW) - days * 86_400_000).toISOString();

test('the company\'s project: every account, key, pool and provider', async () => {
  const scanned = await scanProject();
  const { inventory } = scanned;
  expect(inventory.identities.map(({ name }) => name).sort()).toEqual(['440011223344-compute@developer.gserviceaccount.com', ...['build-agent', 'ledger-export', 'partner-feed', 'retired-sync', 'rollcall-reader'].map(emailOf), 'harbor-edge', 'pipelines'].sort());
  const retired = inventory.identities.find(({ id }) => id === uniqueIdOf('retired-sync'));
  expect(retired).toMatchObject({ kind: 'google.service-account', created: { status: 'unknown', cause: 'not_reported' }, privilege: { status: 'unknown', cause: 'no_source' }, particulars: { 'google.disabled': { value: true }, 'google.made-by-google': { value: false } }, credentialCounts: { 'google.service-account-key': { value: 1 }, 'google.service-account-system-key': { value: 1 } } });
  expect(credential(scanned, keyName('ledger-export', 'past-limit'))).toMatchObject({ kind: 'google.service-account-key', responsibility: 'entity', status: { value: 'active' }, expires: { value: { never: true } }, created: { value: { from: daysAgo(91), to: daysAgo(91) } }, lastUsed: { status: 'known', value: { none: true }, granularity: 'day' } });
  expect(credential(scanned, keyName('partner-feed', 'ended'))).toMatchObject({ audience: 'USER_PROVIDED', created: { status: 'unknown', cause: 'not_reported' }, status: { value: 'expired' }, expires: { value: { at: daysAgo(35) } } });
  expect(credential(scanned, keyName('retired-sync', 'exposed'))).toMatchObject({ status: { value: 'inactive', note: 'SERVICE_ACCOUNT_KEY_DISABLE_REASON_EXPOSED' } });
  expect(credential(scanned, keyName('retired-sync', 'own'))).toMatchObject({ status: { value: 'inactive', note: 'its account is disabled' } });
  expect(credential(scanned, keyName('build-agent', 'own'))).toMatchObject({ kind: 'google.service-account-system-key', responsibility: 'provider' });
  const ofProviders = inventory.trusts.filter(({ kind }) => kind === 'google.workload-identity-provider');
  expect(ofProviders.map(({ key, principal, principalKind, conditions }) => [key.slice(key.lastIndexOf('/') + 1), principalKind, principal, conditions.map(({ operator }) => operator)])).toEqual([
    ['edge', 'oidc', 'https://edge.northwind-harbor.test', ['StringEquals']], ['partner', 'saml', poolName('harbor-edge', 'partner'), ['Disabled']], ['github', 'oidc', 'https://token.actions.githubusercontent.com', ['CEL']], ['github-old', 'oidc', 'https://token.actions.githubusercontent.com', []],
  ]);
  expect(inventory.populations).toMatchObject({ 'google.service-account': { value: 6 }, 'google.service-account-key': { value: 5 }, 'google.service-account-system-key': { value: 6 }, 'google.workload-identity-pool': { value: 2 }, 'google.workload-identity-provider': { value: 4 } });
});

test('a provider of a pool that is disabled or deleted lets nobody in, whatever it says itself', async () => {
  const project = harborProject(NOW);
  const pools = project.pools.map((pool, index) => ({ ...pool, ...(index === 0 ? { state: 'DELETED' } : { disabled: true }) }));
  const { inventory } = await scanProject({ projects: [{ ...project, pools }] });
  const trusts = inventory.trusts.filter(({ kind }) => kind === 'google.workload-identity-provider');
  expect(trusts.every(({ conditions }) => conditions.some(({ operator }) => operator === 'Disabled'))).toBe(true);
  expect(trusts).toHaveLength(4);
});

test('small pages: the same rows', async () => {
  const whole = await scanProject();
  const small = await scanProject({ pageSize: 1 });
  const ids = ({ inventory }: Scanned): readonly string[] => [...inventory.identities, ...inventory.credentials, ...inventory.trusts].map(({ key }) => key).sort();
  expect(ids(small)).toEqual(ids(whole));
  expect(small.server.requests.filter(({ operation }) => operation === 'ListServiceAccounts').length).toBe(6);
  expect(small.server.requests.filter(({ operation }) => operation === 'ListWorkloadIdentityPools').length).toBe(2);
});

test('every request is a GET of ours, or a POST that reads a policy; those of the federation are written by the SDK; none asks for more than its fields', async () => {
  const { server } = await scanProject();
  for (const { method, path } of server.requests) expect(method, path).toBe(/:getIamPolicy$|^\/v2\/entries:list$/.test(path) ? 'POST' : 'GET');
  for (const { path, query, headers } of server.requests) {
    expect(headers['user-agent']).toBe('rollcall/0.0.0');
    expect(path.startsWith('/v1beta/') ? headers['x-goog-api-client'] : query['fields'], path).toBeDefined();
    expect(query['fields'] ?? '').not.toMatch(/privateKeyData|publicKeyData|oauth2ClientId|labels|auditConfigs/);
  }
});

async function everythingOnDisk(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const bytes = await readFile(join(entry.parentPath, entry.name));
    return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  }));
  return texts.join('\n');
}

test('an account signs one token for all that is asked of a host, not one for each address', async () => {
  const { server } = await scanProject();
  expect(server.requests.length).toBeGreaterThan(20);
  expect(server.tokens()).toBe(1);
});

test('no key and no member that nobody asked for reaches the disk, even without the detector; what people wrote is removed by it', async () => {
  const seen = (text: string): readonly string[] => GOOGLE_CANARIES.filter((canary) => googleFormsOf(canary).some((form) => text.includes(form))).map(({ name }) => name);
  const bare = await everythingOnDisk((await scanProject({ detector: false, afterLogin: [{ operation: '*', kind: 'unknown_field' }] })).bundle);
  expect(bare).toContain('github-old');
  expect(seen(bare).toSorted()).toEqual([...GOOGLE_DETECTED_CANARIES].toSorted());
  expect(seen(await everythingOnDisk((await scanProject()).bundle))).toEqual([]);
});

test.each([
  ['deny', 'denied'], ['unauthorized', 'login_expired'], ['throttle', 'throttled'], ['quota_403', 'throttled'], ['api_disabled', 'api_disabled'], ['perimeter', 'denied_by_org_policy'], ['error500', 'unreachable'], ['cut_body', 'malformed'], ['empty_body', 'malformed'],
  ['html', 'malformed'], ['foreign_root', 'malformed'], ['redirect', 'unreachable'], ['twice', 'malformed'],
] as const)('%s of accounts and of pools, which the SDK reads, ends as %s and leaves no count', async (kind, cause) => {
  const { inventory } = await scanProject({ requestTimeoutMs: 2000, afterLogin: [{ operation: 'ListServiceAccounts', kind }, { operation: 'ListWorkloadIdentityPools', kind }] });
  expect(inventory.populations).toMatchObject({ 'google.service-account': { status: 'unknown', cause }, 'google.service-account-key': { status: 'unknown', cause }, 'google.workload-identity-pool': { status: 'unknown', cause }, 'google.project': { value: 1 } });
  expect(inventory.identities).toEqual([]);
});

test('the keys of one account that were denied leave that account\'s and the whole count unknown, and no other', async () => {
  const { inventory } = await scanProject({ afterLogin: [{ operation: 'ListServiceAccountKeys', kind: 'deny', when: (path) => path.includes('ledger-export') }] });
  const count = (name: string): string | undefined => inventory.identities.find(({ name: each }) => each === emailOf(name))?.credentialCounts['google.service-account-key']?.status;
  expect([count('ledger-export'), count('partner-feed')]).toEqual(['unknown', 'known']);
  expect(inventory.populations['google.service-account-key']).toMatchObject({ status: 'unknown', cause: 'denied', detail: expect.stringContaining('ledger-export') as string });
});

test('one account whose keys were denied: what hangs from them is not evaluated, and every other verdict is as it was', async () => {
  const verdictsOf = ({ read, inventory }: Scanned): ReadonlyMap<string, string> => new Map(runAll(CHECKS, read.unit.id, inventory, parametersInForce(CHECKS, []), NOW).verdicts.map((verdict) => [`${verdict.check} ${verdict.subject} ${verdict.subjectKind}`, verdict.result]));
  const scanned = await scanProject();
  const [whole, denied] = [verdictsOf(scanned), verdictsOf(await scanProject({ afterLogin: [{ operation: 'ListServiceAccountKeys', kind: 'deny', when: (path) => path.includes('ledger-export') }] }))];
  const own = new Set(scanned.inventory.credentials.filter(({ identity }) => identity?.endsWith(uniqueIdOf('ledger-export')) === true).map(({ key }) => key));
  expect(own.size).toBeGreaterThan(0);
  const others = [...whole].filter(([name]) => ![...own].some((key) => name.includes(key)));
  expect(others.length).toBeGreaterThan(50);
  expect(others.filter(([name, result]) => denied.get(name) !== result)).toEqual([]);
  // Its keys are no rows any more: that there may be some stands as one open verdict of each check of them.
  const added = [...denied].filter(([name]) => !whole.has(name));
  expect(added.length).toBeGreaterThan(0);
  expect(new Set(added.map(([, result]) => result))).toEqual(new Set(['not_evaluated']));
});

test('a silent server ends as a timeout, through the SDK too', async () => {
  const { inventory } = await scanProject({ requestTimeoutMs: 150, afterLogin: [{ operation: 'ListWorkloadIdentityPools', kind: 'hang' }, { operation: 'ListServiceAccounts', kind: 'hang' }] });
  expect(inventory.populations).toMatchObject({ 'google.service-account': { status: 'unknown', cause: 'timeout' }, 'google.workload-identity-pool': { status: 'unknown', cause: 'timeout' } });
});
