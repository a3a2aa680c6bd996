// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { readJsonLines } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { coverageUnitSchema, type Coverage, type CoverageUnit } from '../../bundle/records.ts';
import { addTo, type Following } from './by-unit.ts';

export const SUMS = ['readsDue', 'complete', 'failed', 'skipped', 'calls', 'pages', 'items'] as const;

/** Units whose reads are listed source by source. */
const UNITS_IN_DETAIL = 40;

/** Reads of each source over all units, and those of the units that are shown in detail. */
export interface UnitReads {
  readonly bySource: ReadonlyMap<string, { readonly title: string; readonly of: { readonly [name in (typeof SUMS)[number]]: ReadonlyMap<string, number> } }>;
  readonly detailed: ReadonlyMap<string, CoverageUnit['sources']>;
}

/** Units that were read and are shown in detail: those with failed reads first. */
export function unitsInDetail(units: Coverage['units']): Coverage['units'] {
  const read = units.filter(({ reads }) => reads !== null);
  return [...read.filter(({ reads }) => reads !== null && reads.failed > 0), ...read.filter(({ reads }) => reads !== null && reads.failed === 0)].slice(0, UNITS_IN_DETAIL);
}

/** Gathers them, a unit at a time. Throws a BundleFormatError on a damaged file. */
export async function readUnitReads(bundleDir: string, units: Coverage['units'], following: Following): Promise<UnitReads> {
  const wanted = new Set(unitsInDetail(units).map(({ unit }) => unit));
  const detailed = new Map<string, CoverageUnit['sources']>();
  const bySource = new Map<string, { readonly title: string; readonly of: { readonly [name in (typeof SUMS)[number]]: Map<string, number> } }>();
  for await (const { unit, sources } of readJsonLines(join(bundleDir, BUNDLE.coverageUnits), coverageUnitSchema)) {
    if (wanted.has(unit)) detailed.set(unit, sources);
    for (const read of sources) {
      const sum = bySource.get(read.source) ?? { title: read.title, of: { readsDue: new Map(), complete: new Map(), failed: new Map(), skipped: new Map(), calls: new Map(), pages: new Map(), items: new Map() } };
      bySource.set(read.source, sum);
      // Most are none: of thousands of units, those alone would fill the memory.
      for (const name of SUMS) if (read[name] !== 0) addTo(sum.of[name], following.partOf(unit), read[name]);
    }
  }
  return { bySource, detailed };
}
