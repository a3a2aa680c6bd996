// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { apiKeyName, emailOf, harborProject, keyName, secretName, uniqueIdOf } from '../../../fixtures/company/google/project.ts';
import type { GoogleItem } from '../../../fixtures/servers/google-projects.ts';
import type { Credential } from '../../../src/model/row.ts';
import { NOW, scanProject, type Scanned } from './support/scan.ts';

const PROJECT = harborProject(NOW);
const told = ({ inventory }: Scanned, id: string): Credential => {
  const found = inventory.credentials.find((credential) => credential.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
const daysAgo = (days: number): string => new Date(Date.parse(NOW) - days * 86_400_000).toISOString();

test('API keys, HMAC keys and secrets, each with what Google Cloud says of it, and what is bound to an account under that account', async () => {
  const scanned = await scanProject();
  const partner = scanned.inventory.identities.find(({ name }) => name === emailOf('partner-feed'))?.key;
  expect(told(scanned, apiKeyName('shop'))).toMatchObject({ audience: null, identity: null, status: { value: 'active', note: 'limited to web pages' }, expires: { value: { never: true } }, lastUsed: { status: 'unknown', cause: 'no_source' } });
  expect(told(scanned, apiKeyName('feed'))).toMatchObject({ audience: 'translate.googleapis.com', identity: partner, status: { value: 'active' } });
  expect(told(scanned, apiKeyName('gone')).status).toMatchObject({ value: 'inactive', note: 'deleted; it can be restored for 30 days' });
  expect(told(scanned, 'GOOG1EXAMPLEHARBOR000001')).toMatchObject({ kind: 'google.hmac-key', identity: partner, status: { value: 'active' }, created: { value: { to: daysAgo(500) } } });
  expect(told(scanned, 'GOOG1EXAMPLEHARBOR000002').status).toMatchObject({ value: 'inactive' });
  expect(told(scanned, secretName('payments-database'))).toMatchObject({ status: { value: 'active', note: '2 versions can be read' }, created: { value: { from: daysAgo(20), to: daysAgo(20) } }, expires: { value: { never: true }, note: expect.stringContaining('announced') as string } });
  expect(told(scanned, secretName('old-ftp')).status).toMatchObject({ value: 'inactive', note: 'none of its versions can be read' });
  expect(told(scanned, secretName('fair-badge')).status).toMatchObject({ value: 'expired' });
  expect(scanned.inventory.controlTotals.find(({ name }) => name === 'Secrets')).toMatchObject({ state: 'equal', listed: 4, before: 4, after: 4 });
  expect(scanned.server.requests.some(({ path }) => /access|getKeyString/i.test(path))).toBe(false);
});

test('the versions of one secret that were denied leave its age unknown, and no other\'s', async () => {
  const scanned = await scanProject({ afterLogin: [{ operation: 'ListSecretVersions', kind: 'deny', when: (path) => path.includes('orders-token') }] });
  expect(told(scanned, secretName('orders-token'))).toMatchObject({ created: { status: 'unknown', cause: 'denied' }, status: { status: 'unknown', cause: 'denied' } });
  expect(told(scanned, secretName('payments-database')).created.status).toBe('known');
  expect(scanned.inventory.populations).toMatchObject({ 'google.secret': { value: 4 }, 'google.secret-version': { status: 'unknown', cause: 'denied' } });
});

test.each<[string, readonly GoogleItem[], object]>([
  ['no version at all', [], { status: { value: 'inactive', note: 'it has no version' }, created: { status: 'unknown', cause: 'not_reported' } }],
  ['a version that is switched off', [{ name: 'v1', state: 'DISABLED', createTime: '2026-01-01T00:00:00Z' }], { status: { value: 'inactive' } }],
  ['a version in a state that we do not know', [{ name: 'v1', state: 'ASLEEP', createTime: '2026-01-01T00:00:00Z' }], { status: { status: 'unknown', cause: 'unrecognized' } }],
  ['an older version that is listed first', [{ name: 'v1', state: 'ENABLED', createTime: '2026-01-01T00:00:00Z' }, { name: 'v2', state: 'ENABLED', createTime: '2026-10-01T00:00:00Z' }], { status: { value: 'active' }, created: { value: { to: '2026-10-01T00:00:00.000Z' } } }],
])('a secret with %s', async (_name, versions, expected) => {
  const name = secretName('one');
  const scanned = await scanProject({ projects: [{ ...PROJECT, secrets: [{ secret: { name, createTime: '2025-01-01T00:00:00Z' }, versions }] }] });
  expect(told(scanned, name)).toMatchObject(expected);
});

test('last authentication: seen that day, not in the time observed, no line of it, and not known where it was refused', async () => {
  const scanned = await scanProject();
  const use = ({ inventory }: Scanned, name: string): unknown => inventory.identities.find(({ id }) => id === uniqueIdOf(name))?.lastUsed;
  expect(use(scanned, 'ledger-export')).toMatchObject({ status: 'known', granularity: 'day', value: { at: `${daysAgo(3).slice(0, 10)}T07:00:00.000Z` }, trackedSince: `${daysAgo(430).slice(0, 10)}T07:00:00.000Z` });
  expect(use(scanned, '440011223344-compute@developer.gserviceaccount.com')).toMatchObject({ status: 'known', value: { none: true, since: `${daysAgo(430).slice(0, 10)}T07:00:00.000Z` } });
  expect(told(scanned, keyName('ledger-export', 'past-limit')).lastUsed).toMatchObject({ status: 'known', value: { none: true } });
  expect(told(scanned, keyName('retired-sync', 'exposed')).lastUsed).toMatchObject({ status: 'unknown', cause: 'not_reported' });
  expect(told(scanned, keyName('ledger-export', 'own')).lastUsed).toMatchObject({ status: 'not_applicable' });
  const refused = await scanProject({ afterLogin: [{ operation: 'QueryAccountActivities', kind: 'api_disabled' }, { operation: 'QueryKeyActivities', kind: 'deny' }] });
  expect(use(refused, 'ledger-export')).toMatchObject({ status: 'unknown', cause: 'api_disabled' });
  expect(told(refused, keyName('ledger-export', 'past-limit')).lastUsed).toMatchObject({ status: 'unknown', cause: 'denied' });
});

test('a cluster is told with every address of it; where a location did not answer, nobody knows how many there are', async () => {
  const { inventory } = await scanProject();
  expect(inventory.objects.find(({ kind }) => kind === 'google.cluster')).toMatchObject({ name: 'harbor-jobs', detail: { clusterEndpoint: ['https://203.0.113.17', 'https://10.0.0.2', 'https://gke-0123456789abcdef-440011223344.europe-west1.gke.goog'], workloadPool: 'northwind-harbor-prod.svc.id.goog' } });
  expect(inventory.populations['google.cluster']).toMatchObject({ value: 1 });
  const partial = await scanProject({ projects: [{ ...PROJECT, missingZones: ['us-east4'] }] });
  expect(partial.inventory.populations['google.cluster']).toMatchObject({ status: 'unknown', cause: 'incomplete', detail: 'us-east4 did not answer' });
  expect(partial.inventory.objects.some(({ kind }) => kind === 'google.cluster')).toBe(true);
});

test('events: what was made, switched and deleted, by whom, under the keys of the rows that they are of; a log that was not read is no empty one', async () => {
  const { inventory, server } = await scanProject({ pageSize: 2 });
  const events = (inventory.events ?? []).flatMap((row) => (row.type === 'event' ? [`${row.kind} ${row.subjectKind} ${row.subject?.slice(row.subject.lastIndexOf('/') + 1) ?? ''} by ${row.actor ?? ''}`] : []));
  expect(events).toEqual([
    `deleted google.service-account-key ${'ab'.repeat(20)} by dana.whitfield@northwind-harbor.test`, `created google.service-account-key ${'ab'.repeat(20)} by dana.whitfield@northwind-harbor.test`,
    'changed google.secret payments-database by dana.whitfield@northwind-harbor.test', `disabled google.service-account ${uniqueIdOf('retired-sync')} by dana.whitfield@northwind-harbor.test`,
  ]);
  const [made, disabled] = [(inventory.events ?? []).find((row) => row.type === 'event' && row.kind === 'created'), (inventory.events ?? []).find((row) => row.type === 'event' && row.kind === 'disabled')];
  expect(made).toMatchObject({ identity: inventory.identities.find(({ id }) => id === uniqueIdOf('build-agent'))?.key, name: emailOf('build-agent') });
  expect(disabled).toMatchObject({ subject: inventory.identities.find(({ id }) => id === uniqueIdOf('retired-sync'))?.key });
  expect(inventory.credentials.some(({ key }) => (inventory.events ?? []).some((row) => row.type === 'event' && row.subject === key))).toBe(true);
  const windows = (inventory.events ?? []).flatMap((row) => (row.type === 'event-window' ? [row.complete] : []));
  expect(windows).toEqual(Array.from({ length: 19 }, () => true));
  expect(server.requests.filter(({ operation }) => operation === 'ListLogEntries')).toHaveLength(3);
  expect(inventory.unplaced).toEqual([]);
  const unread = await scanProject({ afterLogin: [{ operation: 'ListLogEntries', kind: 'deny' }] });
  expect((unread.inventory.events ?? []).map((row) => (row.type === 'event-window' ? row.complete : 'an event'))).toEqual(Array.from({ length: 19 }, () => false));
});
