// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { azureId } from '../../../fixtures/company/azure/objects.ts';
import { AUTOMATION, REGISTRY, SHOP_SUBSCRIPTION, STORAGE, VAULT } from '../../../fixtures/company/azure/resources.ts';
import { AZURE_TENANT } from '../../../fixtures/company/azure/tenant.ts';
import { ACTIVITIES } from '../../../scanners/azure/activities.ts';
import { armRest } from '../../../scanners/azure/command.ts';
import { addressOf, wireOperation } from '../../../scanners/azure/operations.ts';
import { replyOf } from '../../../scanners/azure/reply.ts';
import { instantOf, plusDays } from '../../../src/model/instant.ts';
import { byCodeUnit } from '../../../src/model/json.ts';
import type { LifecycleRow } from '../../../src/model/lifecycle.ts';
import { NOW, scanSubscription, type Scanned } from './support/scan.ts';

const UNIT = `azure:${AZURE_TENANT}/${SHOP_SUBSCRIPTION}`;
const eventsOf = ({ inventory }: Scanned): readonly LifecycleRow[] => inventory.events ?? [];
const found = (scanned: Scanned, slug: string): LifecycleRow | undefined => eventsOf(scanned).find((row) => row.type === 'event' && row.id === azureId('activity', slug));

test('what was made, replaced and removed of the credentials of resources, as the activity log tells it', async () => {
  const scanned = await scanSubscription();
  expect(found(scanned, 'key-done')).toMatchObject({ kind: 'changed', subjectKind: 'azure.storage-account-key', subject: null, name: 'harbororders', actor: null, at: plusDays(NOW, -88) });
  expect(found(scanned, 'user-made')).toMatchObject({ kind: 'created', subjectKind: 'azure.storage-local-user', subject: `${UNIT}/${STORAGE}/localUsers/partner` });
  // Only a write makes something: an action may be answered as one.
  expect(found(scanned, 'admin')).toMatchObject({ kind: 'changed', subject: `${UNIT}/${REGISTRY}|admin` });
  expect(found(scanned, 'secret')).toMatchObject({ kind: 'changed', subject: `${UNIT}/${VAULT}/secrets/shop-database` });
  // Of one that is listed, the row's own key, in whatever capitals the log has it; of one that is gone, what the log says.
  expect(found(scanned, 'certificate-changed')).toMatchObject({ subject: `${UNIT}/${AUTOMATION}/certificates/run-as` });
  expect(found(scanned, 'credential-gone')).toMatchObject({ kind: 'deleted', subject: `${UNIT}/${`${AUTOMATION}/credentials/trial`.toUpperCase()}` });
  for (const slug of ['key-begun', 'listed', 'user-refused', 'credential-changed']) expect(found(scanned, slug), slug).toBeUndefined();
  expect(scanned.inventory.unplaced).toEqual([]);
});

test('each operation has its window, which never says that what has no event did not happen', async () => {
  const scanned = await scanSubscription();
  const windows = eventsOf(scanned).filter((row) => row.type === 'event-window');
  expect(windows.map(({ operation }) => operation)).toEqual(ACTIVITIES.map(({ name }) => name));
  for (const window of windows) expect(window).toMatchObject({ complete: true, subjects: 'name', from: plusDays(NOW, -89) });
  const refused = await scanSubscription({ afterLogin: [{ operation: 'activity', kind: 'deny' }] });
  expect(eventsOf(refused).map((row) => [row.type, row.type === 'event-window' && row.complete])).toEqual(ACTIVITIES.map(() => ['event-window', false]));
});

test('a window begins where the log was asked for, which counts from the moment that Azure named', async () => {
  // The clock of Azure is a day ahead of the scan's beginning, as in one that takes as long.
  const windows = eventsOf(await scanSubscription({ now: plusDays(NOW, 1) })).filter((row) => row.type === 'event-window');
  expect(windows).toHaveLength(ACTIVITIES.length);
  for (const { from, to } of windows) expect([from, to]).toEqual([plusDays(NOW, -88), instantOf(Date.parse(NOW) - 3_600_000)]);
});

test('the log is asked for by service, from 89 days before the moment that Azure names, without who did it and what was sent', async () => {
  const scanned = await scanSubscription();
  const asked = scanned.server.requests.filter(({ operation }) => operation === 'activity');
  expect(asked.map(({ query }) => /resourceProvider eq '([\w.]+)'/.exec(query['$filter'] ?? '')?.[1] ?? '').toSorted(byCodeUnit)).toEqual(['Microsoft.Automation', 'Microsoft.ContainerRegistry', 'Microsoft.DocumentDB', 'Microsoft.KeyVault', 'Microsoft.Storage']);
  for (const { query } of asked) {
    expect(query['$filter']).toContain(`eventTimestamp ge '${plusDays(NOW, -89)}' and eventTimestamp le '${NOW}'`);
    expect(query['$select']).toBe('eventDataId,eventTimestamp,operationName,resourceId,status,subStatus');
  }
  const [silent] = [await scanSubscription({ afterLogin: [{ operation: 'subscription', kind: 'deny' }] })];
  expect(silent.server.requests.filter(({ operation }) => operation === 'activity')).toEqual([]);
  expect(silent.read.skips).toContainEqual(expect.objectContaining({ source: 'azure.arm.activity-log', kind: 'parent_unread' }));
});

test('a word beside its translation is kept in the log alone; any other text called value is dropped there too', () => {
  const body = { value: [{ eventDataId: 'x', operationName: { value: 'Microsoft.KeyVault/vaults/secrets/write', localizedValue: 'Schreiben' }, password: { name: 'password1', value: 'hunter2' }, more: { value: 'hunter2', localizedValue: 'x', third: 1 } }] };
  const response = { status: 200, header: () => null, body: new TextEncoder().encode(JSON.stringify(body)), cut: null };
  const origin = new URL('https://management.azure.com');
  expect(replyOf(wireOperation('arm', 'ListActivityLog'), response, origin)).toMatchObject({ ok: true, body: { value: [{ eventDataId: 'x', operationName: { value: 'Microsoft.KeyVault/vaults/secrets/write', localizedValue: 'Schreiben' }, password: { name: 'password1' }, more: { localizedValue: 'x', third: 1 } }] } });
  expect(JSON.stringify(replyOf(wireOperation('arm', 'ListActivityLog'), response, origin))).not.toContain('hunter2');
  expect(JSON.stringify(replyOf(wireOperation('arm', 'ListRegistryTokens'), response, origin))).not.toContain('secrets/write');
});

test('only moments and names of services go into the filter, and the command that shows the same is one that a shell can take', () => {
  const [operation, origin] = [wireOperation('arm', 'ListActivityLog'), new URL('https://management.azure.com')];
  const input = { subscription: SHOP_SUBSCRIPTION, from: plusDays(NOW, -89), until: NOW, provider: 'Microsoft.Storage' };
  expect(addressOf(operation, input, origin).searchParams.get('$filter')).toBe(`eventTimestamp ge '${input.from}' and eventTimestamp le '${NOW}' and resourceProvider eq 'Microsoft.Storage'`);
  for (const bad of [{ from: "2026-01-01' or true" }, { until: 'yesterday' }, { provider: "Microsoft.X' or 'a' eq 'a" }, { provider: 'Contoso.X' }]) expect(() => addressOf(operation, { ...input, ...bad }, origin), JSON.stringify(bad)).toThrow('is not one');
  expect(() => addressOf(operation, { subscription: SHOP_SUBSCRIPTION }, origin)).toThrow('needs the moment from which');
  const command = armRest('ListActivityLog', input);
  expect(command).toContain(`eventTimestamp%20ge%20%27${input.from}%27%20and%20`);
  expect(command.split("'")).toHaveLength(3);
  expect(armRest('ListActivityLog', { ...input, provider: "'; rm -rf /" })).toContain('%27PROVIDER%27');
});
