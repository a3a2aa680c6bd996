// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BUNDLE } from '../../../src/bundle/layout.ts';
import type { Scope } from '../../../src/bundle/records.ts';
import { startLane } from '../../../src/collect/lane.ts';
import type { Pace } from '../../../src/collect/read.ts';
import { createRedactor } from '../../../src/collect/redact.ts';
import { collectUnit } from '../../../src/collect/unit.ts';
import { joinGzip } from '../../../src/collect/work-files.ts';
import { readUnits, type ReadUnit } from '../../../src/inventory/read-units.ts';
import type { Depth } from '../../../src/model/source.ts';
import { temporaryFolder } from '../temp.ts';
import { harbor } from './provider.ts';
import { startHarbor, type HarborFault, type Pier } from './server.ts';

export const PIERS: readonly Pier[] = [
  { id: 'p1', name: 'north', made: '2026-01-01T00:00:00Z', badges: [{ id: 'b1', made: '2026-02-01T00:00:00Z' }, { id: 'b2', made: '2026-02-02T00:00:00Z' }, { id: 'b3', made: '2026-02-03T00:00:00Z' }] },
  { id: 'p2', name: 'south', made: '2026-01-02T00:00:00Z', badges: [{ id: 'b4', made: '2026-03-01T00:00:00Z' }] },
  { id: 'p3', name: 'closed', made: '2026-01-03T00:00:00Z', badges: [] },
];

/** Collects the harbour into a new bundle folder and reads it back from disk. */
export async function collectHarbor(options: { piers?: readonly Pier[]; faults?: readonly HarborFault[]; ratePerSecond?: number; pageSize?: number; depth?: Depth; redact?: boolean; laneRate?: number; concurrency?: number; signal?: AbortSignal; pace?: Pace } = {}): Promise<{ read: ReadUnit; bundle: string; requests: readonly string[] }> {
  const server = await startHarbor(options.piers ?? PIERS, { ...(options.faults === undefined ? {} : { faults: options.faults }), ...(options.ratePerSecond === undefined ? {} : { ratePerSecond: options.ratePerSecond }), ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }) });
  onTestFinished(() => server.close());
  const connection = await harbor.connect({ name: 'test', provider: 'harbor', auth: { url: server.url }, scope: {} }, { userAgent: 'test' });
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('the harbour has one unit');
  const bundle = await temporaryFolder();
  const work = join(bundle, 'work');
  const [declared] = harbor.lanes;
  if (declared === undefined) throw new Error('the harbour has one lane');
  const lane = startLane({ ...declared, rate: options.laneRate ?? declared.rate, concurrency: options.concurrency ?? declared.concurrency });
  await mkdir(work, { recursive: true });
  await collectUnit({
    unit, sources: harbor.sources, connection, lane: () => lane, depth: options.depth ?? 'standard', redactor: createRedactor({ enabled: options.redact ?? true }),
    signal: options.signal ?? new AbortController().signal, progress: () => undefined, clock: Date.now, bundle, work, pace: options.pace ?? { firstBackoffMs: 20, longestBackoffMs: 500, longestPollMs: 20 },
  });
  await joinGzip(join(work, 'ledger'), join(bundle, BUNDLE.calls));
  await joinGzip(join(work, 'redactions'), join(bundle, BUNDLE.redactions));
  const scope: Scope = { declaredBy: 'own login only', parentRead: false, statement: 'test', units: [unit], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
  await writeFile(join(bundle, BUNDLE.scope), JSON.stringify(scope));
  for await (const read of readUnits(bundle, scope, [harbor], options.depth ?? 'standard')) return { read, bundle, requests: server.requests };
  throw new Error('no unit was read back');
}
