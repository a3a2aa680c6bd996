// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { AwsFault } from '../../../fixtures/servers/aws-faults.ts';
import type { Fact } from '../../../src/model/fact.ts';
import type { Credential, Identity } from '../../../src/model/row.ts';
import type { UnitInventory } from '../../../src/model/source.ts';
import { aws } from '../../../scanners/aws/index.ts';
import type { Instant } from '../../../src/model/instant.ts';
import { details, failed, readsWith, report, reportRow, user } from './support/reads.ts';
import { companyAccount, scanAccount } from './support/scan.ts';

const identity = (inventory: UnitInventory, name: string): Identity => {
  const found = inventory.identities.find((row) => row.name === name);
  if (found === undefined) throw new Error(`there is no identity ${name}`);
  return found;
};
const keysOf = (inventory: UnitInventory, name: string): readonly Credential[] => inventory.credentials.filter((row) => row.kind === 'aws.access-key' && row.identity === identity(inventory, name).key);
const plain = (fact: Fact<unknown> | undefined): unknown => (fact === undefined ? 'absent' : fact.status === 'known' ? fact.value : fact.status === 'unknown' ? fact.cause : 'not applicable');
const always = (operation: string, kind: AwsFault['kind'] = 'deny'): AwsFault => ({ operation, kind });
const key = (row: { readonly key: string }): string => row.key;

test('an undisturbed scan ties with the account\'s own counts, and every row and known fact points into a page', async () => {
  const { inventory, read } = await scanAccount();
  expect(read.problems).toEqual([]);
  expect(inventory.controlTotals.map(({ name, state }) => [name, state])).toEqual(['Principals', 'Users', 'Roles', 'Groups', 'Policies', 'InstanceProfiles', 'ServerCertificates', 'Providers', 'AccountAccessKeysPresent'].map((name) => [name, 'equal']));
  for (const row of [...inventory.identities, ...inventory.credentials, ...inventory.grants, ...inventory.trusts, ...inventory.objects]) {
    expect(row.refs, row.key).not.toEqual([]);
    for (const fact of Object.values(row) as readonly unknown[]) {
      if (typeof fact === 'object' && fact !== null && 'status' in fact && fact.status === 'known') expect(fact, row.key).toMatchObject({ refs: [expect.any(String), ...(('refs' in fact && Array.isArray(fact.refs) ? fact.refs : []) as readonly unknown[]).slice(1)] });
    }
  }
  for (const rows of [inventory.identities, inventory.credentials, inventory.grants, inventory.trusts, inventory.objects]) expect(new Set(rows.map(key)).size).toBe(rows.length);
  expect(inventory.identities.filter(({ self }) => self).map(({ name }) => name)).toEqual(['rollcall-reader']);
  for (const { credentialCounts, key: holder } of inventory.identities) {
    for (const [kind, count] of Object.entries(credentialCounts)) if (count.status === 'known') expect(inventory.credentials.filter((row) => row.identity === holder && row.kind === kind), `${holder} ${kind}`).toHaveLength(count.value);
  }
});

test('a tied key has its last use from the report, as of the report; two keys have it by a read each', async () => {
  const { inventory, read } = await scanAccount();
  const [tied] = keysOf(inventory, 'ci-deploy');
  expect(tied?.lastUsed).toMatchObject({ status: 'known', asOf: expect.any(String) as string, granularity: '15 minutes', trackedSince: '2015-04-22T00:00:00.000Z' });
  expect(read.reads.ended('aws.iam.access-key-last-used', tied?.id)).toMatchObject({ state: 'skipped', kind: 'not_needed' });
  const two = keysOf(inventory, 'rotation-edge');
  expect(two).toHaveLength(2);
  for (const one of two) {
    expect(read.reads.ended('aws.iam.access-key-last-used', one.id)).toMatchObject({ state: 'complete' });
    expect(one.lastUsed).not.toHaveProperty('asOf');
  }
  expect(keysOf(inventory, 'never-used-old').map(({ lastUsed }) => plain(lastUsed))).toEqual([{ none: true, since: '2015-04-22T00:00:00.000Z' }]);
});

test.each(['deny', 'error500', 'foreign_root'] as const)('a credential report that ends as %s leaves what only it tells unknown with the cause, never "none"', async (kind) => {
  const cause = { deny: 'denied', error500: 'unreachable', foreign_root: 'malformed' }[kind];
  const undisturbed = (await scanAccount()).inventory;
  const { inventory } = await scanAccount({ faults: [always('GetCredentialReport', kind)] });
  for (const row of inventory.identities.filter((one) => one.kind === 'aws.user')) {
    expect(plain(row.interactiveLogin)).toBe(cause);
    expect(plain(row.lastUsed)).toBe(cause);
    expect(row.classification.class).toBe('undecided');
    expect(row.interactiveLogin).toMatchObject({ calls: expect.arrayContaining(['aws-111122223333/aws.iam.credential-report/-/1.1']) as string[] });
  }
  expect(inventory.credentials.filter(({ idBasis }) => idBasis === 'name|slot')).toEqual([]);
  // Keys by id do not need the report: the same ones are there, and their last use is read one by one.
  expect(inventory.credentials.filter((row) => row.kind === 'aws.access-key').map(key).sort()).toEqual(undisturbed.credentials.filter((row) => row.kind === 'aws.access-key' && row.idBasis === 'provider').map(key).sort());
  expect(keysOf(inventory, 'ci-deploy').map(({ lastUsed }) => lastUsed.status)).toEqual(['known']);
  expect(identity(inventory, 'ci-deploy').privilege).toEqual(identity(undisturbed, 'ci-deploy').privilege);
});

test('keys that cannot be listed are unknown in number; the report\'s slots are kept, without their last use', async () => {
  const { inventory } = await scanAccount({ faults: [always('ListAccessKeys')] });
  const ci = identity(inventory, 'ci-deploy');
  expect(plain(ci.credentialCounts['aws.access-key'])).toBe('denied');
  expect(plain(inventory.populations['aws.access-key'])).toBe('denied');
  expect(keysOf(inventory, 'ci-deploy').map((row) => [row.id, row.idBasis, plain(row.status), plain(row.lastUsed)])).toEqual([[`${ci.id}|slot1`, 'name|slot', 'active', 'denied']]);
  expect(keysOf(inventory, 'ci-deploy')[0]?.created).toMatchObject({ value: { from: null } });
  expect(plain(identity(inventory, 'mara.okafor').credentialCounts['aws.access-key'])).toBe(0);
});

test('last use that cannot be read is unknown for keys that no slot is tied to, and for no other', async () => {
  const { inventory } = await scanAccount({ faults: [always('GetAccessKeyLastUsed')] });
  expect(keysOf(inventory, 'rotation-edge').map(({ lastUsed }) => plain(lastUsed))).toEqual(['denied', 'denied']);
  expect(keysOf(inventory, 'ci-deploy').map(({ lastUsed }) => lastUsed.status)).toEqual(['known']);
});

test('a second page that failed keeps the rows of the first, and leaves counts, and privilege that it could change, unknown', async () => {
  const pageSize = { GetAccountAuthorizationDetails: 19 };
  const { inventory } = await scanAccount({ pageSize, faults: [{ ...always('GetAccountAuthorizationDetails'), page: 2 }] });
  expect(inventory.identities.filter(({ kind }) => kind === 'aws.user').length).toBeGreaterThan(0);
  for (const kind of ['aws.user', 'aws.role', 'aws.group', 'aws.policy', 'aws.access-key', 'aws.role-trust']) expect(plain(inventory.populations[kind]), kind).toBe('denied');
  expect(inventory.controlTotals.find(({ name }) => name === 'Principals')).toMatchObject({ state: 'unavailable', listed: null });
  const inGroup = inventory.identities.find(({ name }) => name.startsWith('terraform,runner'));
  expect(plain(inGroup?.privilege)).toBe('denied');
  expect(plain(identity(inventory, 'ops-robot').privilege)).toMatchObject({ level: 'administrator' });
  const whole = (await scanAccount({ pageSize })).inventory;
  expect(plain(whole.populations['aws.user'])).toBe(19);
  expect(whole.identities.find(({ name }) => name.startsWith('terraform,runner'))?.privilege).toMatchObject({ status: 'known', value: { level: 'administrator' } });
});

test('users that cannot be listed leave root, and no population that could be taken for none', async () => {
  const { inventory } = await scanAccount({ faults: [always('GetAccountAuthorizationDetails', 'deny_by_scp')] });
  expect(inventory.identities.map(({ kind }) => kind)).toEqual(['aws.root']);
  for (const kind of ['aws.user', 'aws.role', 'aws.access-key', 'aws.ssh-public-key', 'aws.signing-certificate']) expect(plain(inventory.populations[kind]), kind).toBe('denied_by_org_policy');
  expect(inventory.unplaced.length).toBeGreaterThan(0);
});

test('root: both sources agree, or disagree, or one is unread', async () => {
  const root = async (options: Parameters<typeof scanAccount>[0]): Promise<Identity> => identity((await scanAccount(options)).inventory, 'root');
  expect(await root({})).toMatchObject({ classification: { class: 'both' }, credentialCounts: { 'aws.access-key': { status: 'known', value: 1 } } });
  const account = companyAccount();
  const rows = account.report.rows.map((row, index) => (index === 0 ? { ...row, access_key_1_active: 'false', access_key_1_last_rotated: 'N/A', access_key_1_last_used_date: 'N/A' } : row));
  expect(plain((await root({ faults: [always('GetAccountSummary')] })).credentialCounts['aws.access-key'])).toBe(1);
  expect(plain((await root({ account: { ...account, report: { ...account.report, rows } }, faults: [always('GetAccountSummary')] })).credentialCounts['aws.access-key'])).toBe('denied');
});

test('root\'s keys: where report and summary disagree, neither is taken; none is known only where both say so', () => {
  const REPORT = 'aws.iam.credential-report';
  const SUMMARY = 'aws.iam.account-summary';
  const rootRow = (more: object): object => ({ ...reportRow('root'), user: '<root_account>', arn: 'arn:aws:iam::111122223333:root', password_enabled: 'not_supported', ...more });
  const holding = rootRow({ access_key_1_active: 'true', access_key_1_last_rotated: '2025-01-01T00:00:00Z' });
  const count = (row: object | null, present: string | null): unknown => {
    const related = readsWith('standard', [
      row === null ? [REPORT, null, null, failed('throttled')] : [REPORT, null, report(row)], present === null ? [SUMMARY, null, null, failed('timeout')] : [SUMMARY, null, { SummaryMap: { AccountAccessKeysPresent: present } }],
    ]);
    const inventory = aws.join(related, { asOf: '2026-11-22T09:30:00.000Z' as Instant, ownUnits: new Set(), vendorUnits: new Set(), depth: 'standard', related });
    return plain(identity(inventory, 'root').credentialCounts['aws.access-key']);
  };
  expect(count(holding, '1')).toBe(1);
  expect(count(rootRow({}), '0')).toBe(0);
  expect(count(holding, '0')).toBe('conflict');
  expect(count(rootRow({}), '1')).toBe('conflict');
  expect(count(holding, null)).toBe(1);
  expect(count(rootRow({}), null)).toBe('timeout');
  expect(count(null, '0')).toBe('throttled');
  expect(count(null, null)).toBe('throttled');
  expect(count(reportRow('SOMEBODY'), '0')).toBe(0);
});

test('the total of root\'s keys is compared as there or not there; every other total as a number', () => {
  const states = (row: object, present: string): readonly (string | undefined)[] => {
    const summary = { SummaryMap: { AccountAccessKeysPresent: present, Users: '2', Roles: '0', Groups: '0' } };
    const related = readsWith('standard', [['aws.iam.credential-report', null, report(row)], ['aws.iam.account-summary', null, summary], ['aws.iam.account-summary-after', null, summary], ['aws.iam.authorization-details', null, details({ UserDetailList: [user('AIDA1')] })]]);
    const { controlTotals } = aws.join(related, { asOf: '2026-11-22T09:30:00.000Z' as Instant, ownUnits: new Set(), vendorUnits: new Set(), depth: 'standard', related });
    return ['AccountAccessKeysPresent', 'Users', 'Principals', 'Roles', 'Policies'].map((name) => controlTotals.find((total) => total.name === name)?.state);
  };
  const two = { access_key_1_active: 'true', access_key_1_last_rotated: '2025-01-01T00:00:00Z', access_key_2_active: 'true', access_key_2_last_rotated: '2025-01-02T00:00:00Z' };
  const root = (more: object): object => ({ ...reportRow('root', more), arn: 'arn:aws:iam::111122223333:root' });
  expect(states(root(two), '1')).toEqual(['equal', 'differs', 'differs', 'equal', 'unavailable']);
  expect(states(root(two), '0')).toEqual(['unavailable', 'differs', 'differs', 'equal', 'unavailable']);
});

test('a bulk scan names key slots, asks for nothing by user, and makes at most 20 calls', async () => {
  const { inventory, requests } = await scanAccount({ depth: 'bulk' });
  expect(requests.length).toBeLessThanOrEqual(20);
  expect(requests.filter(({ parameters }) => parameters['UserName'] !== undefined)).toEqual([]);
  const keys = inventory.credentials.filter(({ kind }) => kind === 'aws.access-key');
  expect(keys.length).toBeGreaterThan(10);
  for (const row of keys) expect(row).toMatchObject({ idBasis: 'name|slot', created: { value: { from: null } } });
  expect(plain(identity(inventory, 'git-mirror').credentialCounts['aws.ssh-public-key'])).toBe('not_requested');
});

test('a thousand users with one key each cost at most 1,050 calls', async () => {
  const account = companyAccount();
  const [user] = account.users;
  const row = account.report.rows.find(({ user: name }) => name === 'ci-deploy');
  const [listed] = account.accessKeys;
  if (user === undefined || row === undefined || listed === undefined) throw new Error('the company has a user with a key');
  const numbers = Array.from({ length: 1000 }, (_, index) => String(index).padStart(4, '0'));
  const made = new Date(Math.floor(Date.parse(account.report.generatedAt) / 1000) * 1000 - 86_400_000);
  const text = made.toISOString().replace('.000Z', 'Z');
  const many = {
    ...account, users: numbers.map((n) => ({ ...user, UserName: `robot-${n}`, UserId: `AIDAROBOT${n}`, Arn: `arn:aws:iam::111122223333:user/robot-${n}`, CreateDate: made, UserPolicyList: [], GroupList: [], AttachedManagedPolicies: [] })),
    report: { ...account.report, rows: [...account.report.rows.slice(0, 1), ...numbers.map((n) => ({ ...row, user: `robot-${n}`, arn: `arn:aws:iam::111122223333:user/robot-${n}`, user_creation_time: text, access_key_1_last_rotated: text }))] },
    accessKeys: numbers.map((n) => ({ ...listed, UserName: `robot-${n}`, AccessKeyId: `AKIAROBOT${n}`, CreateDate: made })), serviceCredentials: [], sshPublicKeys: [], signingCertificates: [],
  };
  const { inventory, requests } = await scanAccount({ account: many });
  expect(plain(inventory.populations['aws.access-key'])).toBe(1001);
  expect(inventory.credentials.filter(({ kind, lastUsed }) => kind === 'aws.access-key' && lastUsed.status !== 'known')).toEqual([]);
  expect(requests.length).toBeLessThanOrEqual(1050);
}, 120_000);
