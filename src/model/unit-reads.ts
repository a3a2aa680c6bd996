// SPDX-License-Identifier: Apache-2.0
import type { RelatedReads } from './due.ts';
import { byCodeUnit } from './json.ts';
import type { SourceRow } from './row.ts';
import type { Depth, ReadEnd, SkipReason } from './source.ts';
import type { Unit } from './unit.ts';

interface ReadState { readonly parent: string | null; readonly end: ReadEnd; readonly rows: readonly SourceRow[] }

/** What was read of one unit, as sources and joins may look at it. Filled while a scan runs, and again from pages when rows are derived. */
export class UnitReads implements RelatedReads {
  readonly unit: Unit;
  readonly depth: Depth;
  readonly #reads = new Map<string, Map<string | null, ReadState>>();

  constructor(unit: Unit, depth: Depth) {
    this.unit = unit;
    this.depth = depth;
  }

  /** Notes the end of a read and its rows. */
  read(source: string, parent: string | null, end: ReadEnd, rows: readonly SourceRow[]): void {
    let states = this.#reads.get(source);
    if (states === undefined) {
      states = new Map();
      this.#reads.set(source, states);
    }
    states.set(parent, { parent, end, rows });
  }

  skipped(source: string, parent: string | null, reason: SkipReason): void {
    this.read(source, parent, { state: 'skipped', kind: reason.skip, reason: reason.reason }, []);
  }

  /** Rows of all reads of a source, by parent and page: never in the order in which answers happened to come. */
  rows(source: string): readonly SourceRow[] {
    return this.#ordered(source).flatMap(({ rows }) => rows);
  }

  ended(source: string, parent: string | null = null): ReadEnd {
    return this.#reads.get(source)?.get(parent)?.end ?? { state: 'not_due' };
  }

  reads(source: string): readonly { readonly parent: string | null; readonly end: ReadEnd }[] {
    return this.#ordered(source).map(({ parent, end }) => ({ parent, end }));
  }

  sources(): readonly string[] {
    return [...this.#reads.keys()].sort(byCodeUnit);
  }

  #ordered(source: string): readonly ReadState[] {
    return [...(this.#reads.get(source)?.values() ?? [])].sort((a, b) => (a.parent === null ? (b.parent === null ? 0 : -1) : b.parent === null ? 1 : byCodeUnit(a.parent, b.parent)));
  }
}
