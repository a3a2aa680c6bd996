// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUNDLE, pagesFile } from '../../src/bundle/layout.ts';
import { PACE } from '../../src/collect/read.ts';
import { collectHarbor, PIERS } from '../support/harbor/collect.ts';

const idsOf = (rows: readonly { type: string }[]): string[] => rows.flatMap((row) => ('id' in row ? [String(row.id)] : []));

test('every list is read to its end marker, follow-ups after their parent, and rows come back from disk', async () => {
  const { read } = await collectHarbor();
  expect(idsOf(read.reads.rows('harbor.piers'))).toEqual(['p1', 'p2', 'p3']);
  expect(idsOf(read.reads.rows('harbor.badges'))).toEqual(['b1', 'b2', 'b3', 'b4']);
  expect(read.reads.ended('harbor.badges', 'p1')).toMatchObject({ state: 'complete', pages: 2 });
  expect(read.reads.ended('harbor.badges', 'p3')).toEqual({ state: 'skipped', kind: 'not_needed', reason: 'a closed pier has no badge' });
  expect(read.problems).toEqual([]);
});

test('bulk depth leaves follow-ups unread and says so once', async () => {
  const { read, requests } = await collectHarbor({ depth: 'bulk' });
  expect(requests.every((path) => path.startsWith('/piers') && !path.includes('badges'))).toBe(true);
  expect(read.skips).toEqual([{ type: 'skip', unit: 'harbor:1', source: 'harbor.badges', parent: null, kind: 'not_requested', reason: 'read only with depth standard' }]);
});

test('two collections of the same answers give equal page files, whatever order the answers came in', async () => {
  const one = await collectHarbor({ concurrency: 1 });
  const many = await collectHarbor({ concurrency: 8 });
  const bodies = async (bundle: string): Promise<string[]> => gunzipSync(await readFile(join(bundle, pagesFile('harbor:1', 'harbor.badges')))).toString().trim().split('\n').map((line) => JSON.stringify((JSON.parse(line) as { body: unknown }).body));
  expect(await bodies(many.bundle)).toEqual(await bodies(one.bundle));
});

test.each([
  { kind: 'deny', outcome: 'denied', calls: 1 },
  { kind: 'no_end', outcome: 'malformed', calls: 3 },
  { kind: 'error500', outcome: 'unreachable', calls: 5 },
] as const)('$kind on one follow-up ends that read as $outcome and no other', async ({ kind, outcome, calls }) => {
  const { read } = await collectHarbor({ faults: [{ path: /p2\/badges/, kind }] });
  const end = read.reads.ended('harbor.badges', 'p2');
  expect(end).toMatchObject({ state: 'failed', outcome, operation: 'ListBadges' });
  expect(end.state === 'failed' ? end.calls : []).toHaveLength(calls);
  expect(read.reads.ended('harbor.badges', 'p1')).toMatchObject({ state: 'complete' });
  expect(idsOf(read.reads.rows('harbor.badges'))).toEqual(['b1', 'b2', 'b3']);
});

test.each(['repeat_token', 'repeat_item', 'no_end', 'deny'] as const)('%s on the second page keeps the first page and never closes the list', async (kind) => {
  const { read } = await collectHarbor({ faults: [{ path: /p1\/badges\?from/, kind }] });
  expect(read.reads.ended('harbor.badges', 'p1')).toMatchObject({ state: 'failed' });
  expect(idsOf(read.reads.rows('harbor.badges'))).toContain('b1');
  expect(idsOf(read.reads.rows('harbor.badges'))).not.toContain('b3');
});

test('an unread parent leaves a recorded reason for every follow-up that might have been due', async () => {
  const { read } = await collectHarbor({ faults: [{ path: /^\/piers$/, kind: 'deny' }] });
  expect(read.reads.rows('harbor.badges')).toEqual([]);
  expect(read.skips).toMatchObject([{ source: 'harbor.badges', parent: null, kind: 'parent_unread' }]);
});

test('a call that comes right on a later try is complete, and each try is in the ledger', async () => {
  const { read } = await collectHarbor({ faults: [{ path: /p2\/badges/, kind: 'throttle', times: 2 }] });
  expect(read.reads.ended('harbor.badges', 'p2')).toMatchObject({ state: 'complete' });
  expect(read.calls.filter(({ parent }) => parent === 'p2').map(({ attempt, outcome, willRetry }) => [attempt, outcome, willRetry])).toEqual([[1, 'throttled', true], [2, 'throttled', true], [3, 'ok', false]]);
});

test('a field that no schema names is kept as place, type and count, and its value reaches no file', async () => {
  const [first] = PIERS;
  if (first === undefined) throw new Error('there is a pier');
  const canary = 'the-value-of-a-field-that-we-do-not-know';
  const piers = [{ ...first, badges: first.badges.map((badge) => ({ ...badge, secret: canary })) }];
  const { read, bundle } = await collectHarbor({ piers });
  expect(read.pages.get('harbor.badges')?.flatMap(({ unknown }) => unknown)).toEqual([{ path: 'items[].secret', type: 'string', count: 2 }, { path: 'items[].secret', type: 'string', count: 1 }]);
  for (const file of [pagesFile('harbor:1', 'harbor.badges'), BUNDLE.calls]) expect(gunzipSync(await readFile(join(bundle, file))).toString()).not.toContain(canary);
});

test('a secret in a field that we keep is replaced before disk and listed by pointer; without redaction the same search finds it', async () => {
  const [first] = PIERS;
  if (first === undefined) throw new Error('there is a pier');
  const canary = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`;
  const piers = [{ ...first, badges: [{ id: 'b1', made: '2026-02-01T00:00:00Z', note: `rotate ${canary}` }] }];
  const pagesOf = async (bundle: string): Promise<string> => gunzipSync(await readFile(join(bundle, pagesFile('harbor:1', 'harbor.badges')))).toString();
  const redacted = await collectHarbor({ piers });
  expect(await pagesOf(redacted.bundle)).not.toContain(canary);
  expect(await pagesOf(redacted.bundle)).toContain('{"$redacted":"github"}');
  expect(gunzipSync(await readFile(join(redacted.bundle, BUNDLE.redactions))).toString()).toContain('"pointer":"/items/0/note"');
  expect(idsOf(redacted.read.reads.rows('harbor.badges'))).toEqual(['b1']);
  const open = await collectHarbor({ piers, redact: false });
  expect(await pagesOf(open.bundle)).toContain(canary);
});

test('a throttle storm loses no call: 400 reads at once against 20 a second', { timeout: 120_000 }, async () => {
  const piers = Array.from({ length: 400 }, (_, index) => ({ id: `p${index}`, name: 'pier', made: '2026-01-01T00:00:00Z', badges: [] }));
  const { read } = await collectHarbor({ piers, ratePerSecond: 20, pageSize: 400, laneRate: 400, concurrency: 400, pace: PACE });
  expect(read.reads.reads('harbor.badges').filter(({ end }) => end.state === 'complete')).toHaveLength(400);
  expect(read.calls.some(({ outcome }) => outcome === 'throttled')).toBe(true);
});

test('an abort ends the collection with its reason and leaves no ledger that could look whole', async () => {
  const controller = new AbortController();
  const running = collectHarbor({ faults: [{ path: /badges/, kind: 'hang' }], signal: controller.signal });
  setTimeout(() => controller.abort(new Error('interrupted')), 100);
  await expect(running).rejects.toThrow(/interrupted|aborted/);
});
