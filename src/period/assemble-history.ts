// SPDX-License-Identifier: Apache-2.0
import { isLeftOut } from '../bundle/records.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Instant } from '../model/instant.ts';
import type { Movement as PeriodMovement, Period } from './document.ts';
import type { LifeLine, RunRef } from './history.ts';
import { movementsOf, POPULATION_KINDS, type Movement } from './history-movements.ts';
import { reconciler, type Edges } from './history-reconcile.ts';
import { lifeLines, type HistoryRun } from './history-walk.ts';

type Found = Pick<Period, 'additions' | 'removals' | 'reconciliation' | 'differences' | 'eventWindows'>;
/** Names of subjects as people know them: an identity's own, a credential's by its holder. */
export type Names = ReadonlyMap<string, string>;

/** What came and went in a period according to all sealed runs up to it, with the equation that it makes with the populations at both ends, where events and runs disagree, the names of the subjects that are asked for, and the life lines of `followed`. */
export async function historyOf(runs: readonly HistoryRun[], period: { readonly from: Instant; readonly to: Instant }, wanted: ReadonlySet<string>, followed: ReadonlySet<string>): Promise<{ readonly found: Found; readonly names: Names; readonly lines: ReadonlyMap<string, LifeLine> }> {
  const edges = edgesOf(runs, period);
  const sums = POPULATION_KINDS.map((population) => reconciler(population, period, edges));
  const additions: PeriodMovement[] = [];
  const removals: PeriodMovement[] = [];
  const differences: Found['differences'] = [];
  const names = new Map<string, string>();
  const lines = new Map<string, LifeLine>();
  // Identities of a unit come before its credentials, so that one unit's names suffice.
  let holders = { unit: '', names: new Map<string, string>() };
  for await (const line of lifeLines(runs)) {
    if (line.unit !== holders.unit) holders = { unit: line.unit, names: new Map() };
    if (line.type === 'identity' && line.name !== null) holders.names.set(line.key, line.name);
    const holder = line.identity === null ? undefined : holders.names.get(line.identity);
    const name = line.type === 'identity' ? line.name : holder === undefined ? line.name : line.name === null ? holder : `${holder}: ${line.name}`;
    if (name !== null && (wanted.has(line.key) || followed.has(line.key))) names.set(line.key, name);
    if (followed.has(line.key)) lines.set(line.key, line);
    for (const sum of sums) sum.add(line);
    for (const movement of movementsOf(line, period)) if (movement.inPeriod !== 'no') (movement.movement === 'addition' ? additions : removals).push(shown(movement, name));
    for (const { kind, text } of line.differences) differences.push({ key: line.key, text: `${kind}: ${text}` });
  }
  const inOrder = (a: PeriodMovement, b: PeriodMovement): number => byCodeUnit(a.when.to, b.when.to) || byCodeUnit(a.key, b.key);
  return { names, lines, found: { additions: additions.sort(inOrder), removals: removals.sort(inOrder), reconciliation: sums.map((sum) => mutable(sum.finish())), differences: differences.sort((a, b) => byCodeUnit(a.key, b.key) || byCodeUnit(a.text, b.text)), eventWindows: await windowsOf(runs, period) } };
}

function shown({ key, kind, unit, identity, when, basis, inPeriod, how, run }: Movement, name: string | null): PeriodMovement {
  const note = how === 'reappeared' ? 'it had been gone' : how === 'gone' && run !== null ? `a complete list of the run of ${run.at.slice(0, 10)} does not have it` : how === 'gone' ? 'no run ever listed it, or none since: the provider\'s audit log tells of its end' : null;
  return { key, kind, unit, holder: identity, name, when, basis, inPeriod, note };
}

function mutable(sum: ReturnType<ReturnType<typeof reconciler>['finish']>): Found['reconciliation'][number] {
  return { ...sum, remainder: sum.remainder.map(({ reason, difference, keys }) => ({ reason, difference, keys: [...keys] })) };
}

/** For each unit the last run at or before the first moment, and the last before the end; of those that had it in scope. */
function edgesOf(runs: readonly HistoryRun[], { from, to }: { readonly from: Instant; readonly to: Instant }): ReadonlyMap<string, Edges> {
  const edges = new Map<string, { unit: string; opening: RunRef | null; closing: RunRef | null }>();
  for (const { ref, coverage } of runs) {
    for (const { unit, outcome } of coverage.units) {
      if (isLeftOut(outcome) || outcome === 'failed') continue;
      const edge = edges.get(unit) ?? { unit, opening: null, closing: null };
      if (ref.at <= from) edge.opening = ref;
      if (ref.at < to) edge.closing = ref;
      edges.set(unit, edge);
    }
  }
  // Where no run came before the period, its first run is what there is to begin with.
  for (const { ref, coverage } of runs) for (const { unit } of coverage.units) {
    const edge = edges.get(unit);
    if (edge !== undefined && edge.opening === null && ref.at < to) edge.opening = ref;
  }
  return edges;
}

/** Audit-log windows that touch the period: those of one unit that overlap, as one. */
async function windowsOf(runs: readonly HistoryRun[], { from, to }: { readonly from: Instant; readonly to: Instant }): Promise<Found['eventWindows']> {
  const windows = new Map<string, Found['eventWindows'][number]>();
  for (const run of runs) {
    for await (const row of run.events()) {
      if (row.type !== 'event-window' || row.to < from || row.from >= to) continue;
      const key = `${row.unit}\n${row.retention}\n${row.complete ? 'complete' : 'not'}`;
      const there = windows.get(key);
      windows.set(key, there === undefined ? { unit: row.unit, from: row.from, to: row.to, complete: row.complete, operations: [row.operation], retention: row.retention }
        : { ...there, from: there.from < row.from ? there.from : row.from, to: there.to > row.to ? there.to : row.to, operations: [...new Set([...there.operations, row.operation])].sort(byCodeUnit) });
    }
  }
  return [...windows].sort(([a], [b]) => byCodeUnit(a, b)).map(([, window]) => window);
}
