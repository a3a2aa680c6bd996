// SPDX-License-Identifier: Apache-2.0
import type { LifeLine, RunRef } from './history.ts';
import type { Period } from './history-dates.ts';
import { belongsTo, byKeyAndTime, movementsIn, type Movement, type PopulationKind } from './history-movements.ts';
import { reconciler, type Edges, type Reconciliation } from './history-reconcile.ts';
import { unitRunsOf, type UnitRun } from './history-timeline.ts';
import type { HistoryRun } from './history-walk.ts';

/** Additions and removals of a period, and the equation that they belong to. */
export interface PopulationMovements { readonly additions: readonly Movement[]; readonly removals: readonly Movement[]; readonly reconciliation: Reconciliation }

/** The populations of additions and removals of a period, from life lines. */
export function movementsOfLines(lines: Iterable<LifeLine>, period: Period, population: PopulationKind, edges: ReadonlyMap<string, Edges>): PopulationMovements {
  const additions: Movement[] = [];
  const removals: Movement[] = [];
  const sum = reconciler(population, period, edges);
  for (const line of lines) {
    sum.add(line);
    if (belongsTo(line, population)) for (const movement of movementsIn(line, period)) (movement.movement === 'addition' ? additions : removals).push(movement);
  }
  return { additions: additions.sort(byKeyAndTime), removals: removals.sort(byKeyAndTime), reconciliation: sum.finish() };
}

/** For every unit the runs that its opening and closing populations are from. */
export function edgesIn(runs: readonly HistoryRun[], period: Period): ReadonlyMap<string, Edges> {
  const byUnit = new Map<string, UnitRun[]>();
  for (const [position, { coverage, ref }] of runs.entries()) {
    for (const [unit, unitRun] of unitRunsOf(coverage, ref, position)) byUnit.set(unit, [...(byUnit.get(unit) ?? []), unitRun]);
  }
  return new Map([...byUnit].map(([unit, own]) => [unit, edgesOf(unit, own, period)]));
}

/** Opening: the newest run that read the unit at or before the period, else the first in it. Closing: the newest before its end. */
export function edgesOf(unit: string, runs: readonly UnitRun[], period: Period): Edges {
  const read = runs.filter((one) => one.read && one.run.at < period.to);
  const run = (one: UnitRun | undefined): RunRef | null => one?.run ?? null;
  return { unit, opening: run(read.findLast((one) => one.run.at <= period.from) ?? read[0]), closing: run(read.at(-1)) };
}
