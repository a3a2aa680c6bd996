// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE } from '../../src/bundle/layout.ts';
import type { Scope } from '../../src/bundle/records.ts';
import { startLane } from '../../src/collect/lane.ts';
import type { Pace } from '../../src/collect/read.ts';
import { createRedactor } from '../../src/collect/redact.ts';
import { collectUnit } from '../../src/collect/unit.ts';
import { joinGzip } from '../../src/collect/work-files.ts';
import { readUnits, type ReadUnit } from '../../src/inventory/read-units.ts';
import type { Instant } from '../../src/model/instant.ts';
import { sourcesOf, type Connection, type Depth, type Provider, type UnitInventory } from '../../src/model/source.ts';
import { temporaryFolder } from './temp.ts';

export interface Collected { readonly read: ReadUnit; readonly inventory: UnitInventory; readonly bundle: string }

/** Reads the first unit of a login with the real collector, reads its rows back from disk and joins them. Times between tries are short. `detector: false`: parser and schemas alone stand between an answer and the disk. */
export async function collectOne(provider: Provider, connection: Connection, asOf: Instant, { detector = true, depth = 'standard', attempts = { throttled: 3, transient: 3, malformed: 3 } }: { readonly detector?: boolean; readonly depth?: Depth; readonly attempts?: Pace['attempts'] } = {}): Promise<Collected> {
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('the login has no unit');
  const bundle = await temporaryFolder();
  const work = join(bundle, 'work');
  await mkdir(work, { recursive: true });
  const lanes = new Map(provider.lanes.map((lane) => [lane.id, startLane({ ...lane, rate: 500, burst: 100 })]));
  const redactor = createRedactor({ enabled: true });
  await collectUnit({
    unit, sources: sourcesOf(provider, unit), connection, depth, redactor: detector ? redactor : { ...redactor, detect: async (body) => ({ body, removed: [] }), text: async (value) => value }, signal: new AbortController().signal, progress: () => undefined, clock: Date.now, bundle, work,
    lane: (source) => {
      const lane = lanes.get(source.lane);
      if (lane === undefined) throw new Error(`no lane ${source.lane}`);
      return lane;
    },
    pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 20, ...(attempts === undefined ? {} : { attempts }) },
  });
  await joinGzip(join(work, 'ledger'), join(bundle, BUNDLE.calls));
  await joinGzip(join(work, 'redactions'), join(bundle, BUNDLE.redactions));
  const scope: Scope = { declaredBy: 'own login only', parentRead: false, statement: 'test', units: [unit], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
  await writeFile(join(bundle, BUNDLE.scope), JSON.stringify(scope));
  for await (const read of readUnits(bundle, scope, [provider], depth)) return { read, inventory: provider.join(read.reads, { asOf, ownUnits: new Set([unit.id]), vendorUnits: new Set(), depth, related: read.reads }), bundle };
  throw new Error('no unit was read back');
}
