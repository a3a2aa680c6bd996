// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../model/json.ts';
import type { ClosedLists } from './records.ts';

/** Whether the lists behind a kind closed in one run; `why`: where not. */
export interface Listing { readonly closed: boolean; readonly why: string }

/** What a run says of the lists of one kind in a unit; undefined where it says nothing. */
export function listingOf({ patterns, units }: ClosedLists, unit: string, kind: string): Listing | undefined {
  const position = Object.hasOwn(units, unit) ? units[unit] : undefined;
  const pattern = position === undefined ? undefined : patterns[position];
  if (pattern === undefined || !Object.hasOwn(pattern, kind)) return undefined;
  return listing(pattern[kind] ?? null);
}

/** The same for all kinds, by unit. Units that are alike share one map: in an organization of thousands of accounts there are few that differ. */
export function listingsByUnit({ patterns, units }: ClosedLists): ReadonlyMap<string, ReadonlyMap<string, Listing>> {
  const maps = patterns.map((pattern) => new Map(Object.entries(pattern).map(([kind, why]) => [kind, listing(why)])));
  return new Map(Object.entries(units).flatMap(([unit, position]) => {
    const map = maps[position];
    return map === undefined ? [] : [[unit, map] as const];
  }));
}

/** Every list that did not close, by unit and kind. */
export function notClosed(lists: ClosedLists): readonly { readonly unit: string; readonly kind: string; readonly why: string }[] {
  return [...listingsByUnit(lists)].flatMap(([unit, kinds]) => [...kinds].flatMap(([kind, { closed, why }]) => (closed ? [] : [{ unit, kind, why }])));
}

/** Gathers them unit by unit. `kinds`: why the lists of a kind did not close, null where they did. */
export function gatherClosedLists(): { add(unit: string, kinds: Iterable<readonly [string, string | null]>): void; finish(): ClosedLists } {
  const patterns: { [kind: string]: string | null }[] = [];
  const positions = new Map<string, number>();
  const units: { [unit: string]: number } = {};
  return {
    add(unit, kinds) {
      const sorted = [...kinds].sort(([a], [b]) => byCodeUnit(a, b));
      const text = JSON.stringify(sorted);
      const position = positions.get(text) ?? patterns.push(Object.fromEntries(sorted)) - 1;
      positions.set(text, position);
      units[unit] = position;
    },
    finish: () => ({ patterns, units }),
  };
}

function listing(why: string | null): Listing {
  return { closed: why === null, why: why ?? '' };
}
