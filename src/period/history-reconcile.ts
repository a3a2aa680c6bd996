// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../model/json.ts';
import type { LifeLine, RunRef } from './history.ts';
import type { Period } from './history-dates.ts';
import { belongsTo, movementsOf, type Movement, type PopulationKind } from './history-movements.ts';

/** The runs that a unit's opening and closing populations are from. */
export interface Edges { readonly unit: string; readonly opening: RunRef | null; readonly closing: RunRef | null }

export const REMAINDERS = [
  'its time crosses an edge of the period, so it cannot be said whether it counts', 'came or went after the run that the opening population is from and before the period', 'came before the period and was listed first within it', 'came or went within the period, before the end of the run that the opening population is from',
  'came or went after the start of the run that the closing population is from', 'not among what the closing run read, and not proven gone',
  'not among what the opening run read, though nothing says that it was gone', 'no run of its unit before or in the period', 'classed as a person by some of the runs', 'known from events only, which do not tell one coming and one going', 'other',
] as const;
export type RemainderReason = (typeof REMAINDERS)[number];

/** `closing` is `opening` plus `additions` minus `removals` plus the remainder, each part of which has its reason and the keys that make it. */
export interface Reconciliation {
  readonly population: PopulationKind;
  readonly opening: number; readonly additions: number; readonly removals: number; readonly closing: number;
  /** Additions and removals of which it cannot be said whether they lie in the period; in no number above. */
  readonly additionsUnsaid: number; readonly removalsUnsaid: number;
  /** What the numbers leave unexplained, by reason: `difference` may be negative; `keys` names the first of them. */
  readonly remainder: readonly { readonly reason: RemainderReason; readonly difference: number; readonly keys: readonly string[] }[];
}

const KEYS_NAMED = 20;

/** Adds up life lines into the equation of a period. */
export interface Reconciler { add(line: LifeLine): void; /** Subjects that were there at both edges and did not move. */ unmoved(count: number): void; finish(): Reconciliation }

/** Opening population, additions, removals, closing population, and what they leave unexplained: each life line gives its own part, so that the sum is exact. */
export function reconciler(population: PopulationKind, period: Period, edges: ReadonlyMap<string, Edges>): Reconciler {
  const sum = { opening: 0, additions: 0, removals: 0, closing: 0, additionsUnsaid: 0, removalsUnsaid: 0 };
  const remainder = new Map<RemainderReason, { difference: number; readonly keys: string[] }>();
  return {
    add(line) {
      if (!belongsTo(line, population) && !(population === 'non-human identities' && line.sightings.some((sighting) => sighting.class !== null && sighting.class !== 'human'))) return;
      const edge = edges.get(line.unit) ?? { unit: line.unit, opening: null, closing: null };
      const opening = countedAt(line, edge.opening, population);
      const closing = countedAt(line, edge.closing, population);
      const moves = belongsTo(line, population) ? movementsOf(line, period) : [];
      const count = (movement: 'addition' | 'removal', said: 'yes' | 'cannot say'): number => moves.filter((one) => one.movement === movement && one.inPeriod === said).length;
      const [additions, removals] = [count('addition', 'yes'), count('removal', 'yes')];
      const unsaid = [count('addition', 'cannot say'), count('removal', 'cannot say')] as const;
      sum.opening += opening;
      sum.closing += closing;
      sum.additions += additions;
      sum.removals += removals;
      sum.additionsUnsaid += unsaid[0];
      sum.removalsUnsaid += unsaid[1];
      const difference = closing - opening - additions + removals;
      if (difference === 0) return;
      const reason = reasonOf({ line, moves, edge, opening, closing, additions, removals, unsaid: unsaid[0] + unsaid[1], period, population });
      const there = remainder.get(reason) ?? { difference: 0, keys: [] };
      there.difference += difference;
      there.keys.push(line.key);
      there.keys.sort(byCodeUnit).splice(KEYS_NAMED);
      remainder.set(reason, there);
    },
    unmoved(count) {
      sum.opening += count;
      sum.closing += count;
    },
    finish: () => ({ population, ...sum, remainder: REMAINDERS.flatMap((reason) => {
      const found = remainder.get(reason);
      return found === undefined ? [] : [{ reason, difference: found.difference, keys: found.keys }];
    }) }),
  };
}

/** 1 where the run saw it as a member of the population, else 0. */
function countedAt(line: LifeLine, run: RunRef | null, population: PopulationKind): 0 | 1 {
  if (run === null) return 0;
  const sighting = sightingAt(line, run);
  return sighting === undefined || (population === 'non-human identities' && sighting.class === 'human') ? 0 : 1;
}
function sightingAt(line: LifeLine, run: RunRef): LifeLine['sightings'][number] | undefined {
  return line.sightings.find(({ from, to }) => from.at <= run.at && run.at <= to.at);
}

interface Parts {
  readonly line: LifeLine; readonly moves: readonly Movement[]; readonly edge: Edges; readonly opening: number; readonly closing: number; readonly additions: number; readonly removals: number; readonly unsaid: number;
  readonly period: Period; readonly population: PopulationKind;
}

function reasonOf({ line, moves, edge, opening, closing, additions, removals, unsaid, period, population }: Parts): RemainderReason {
  if (edge.closing === null) return 'no run of its unit before or in the period';
  if (unsaid > 0) return 'its time crosses an edge of the period, so it cannot be said whether it counts';
  if (population === 'non-human identities' && line.sightings.some((sighting) => sighting.class === 'human')) return 'classed as a person by some of the runs';
  const came = line.appeared.when;
  const { opening: from } = edge;
  // The opening population is from a run, and so as old as that run is.
  if (from !== null && moves.some(({ movement, when }) => when.to < period.from && when.to >= from.at && opening === (movement === 'addition' ? 0 : 1))) return 'came or went after the run that the opening population is from and before the period';
  const within = moves.filter((one) => one.inPeriod === 'yes');
  if (from !== null && within.some(({ movement, when }) => when.from !== null && when.from <= from.until && opening === (movement === 'addition' ? 1 : 0))) return 'came or went within the period, before the end of the run that the opening population is from';
  const { closing: last } = edge;
  if (within.some(({ movement, when }) => when.to >= last.at && closing === (movement === 'addition' ? 0 : 1))) return 'came or went after the start of the run that the closing population is from';
  if (opening === 0 && came.to < period.from && line.firstSeen !== null) return seenBefore(line, from) ? 'not among what the opening run read, though nothing says that it was gone' : 'came before the period and was listed first within it';
  if (closing === 0 && opening + additions > removals) return 'not among what the closing run read, and not proven gone';
  return line.firstSeen === null ? 'known from events only, which do not tell one coming and one going' : 'other';
}

function seenBefore(line: LifeLine, run: RunRef | null): boolean {
  return run !== null && line.firstSeen !== null && line.firstSeen.at < run.at;
}
