// SPDX-License-Identifier: Apache-2.0
import { listingsByUnit } from '../bundle/closed-lists.ts';
import { isLeftOut, type Coverage } from '../bundle/records.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Severity } from '../model/verdict.ts';
import { changesBetween } from './changes.ts';
import type { Diff } from './diff.ts';
import { diffLines, type Earlier } from './diff-lines.ts';
import { diffVerdicts, type VerdictSide } from './diff-verdicts.ts';
import type { HistoryRun } from './history-walk.ts';
import type { RunFacts } from './run-facts.ts';

/** A run as a difference reads it. */
export interface DiffSide extends HistoryRun, VerdictSide { readonly facts: RunFacts }

/**
 * What became of identities, credentials and verdicts from run A to a later run B, and what the two cannot be compared in. Streams both
 * bundles a unit at a time. Throws a BundleFormatError where one is damaged.
 */
export async function diffRuns(a: DiffSide, b: DiffSide, options: { readonly failOnNew: Severity | null; readonly earlier: Earlier }): Promise<Diff> {
  const { unproven, ...lines } = await diffLines(a, b, options.earlier);
  const { verdicts, failOnNew } = await diffVerdicts(a, b, options.failOnNew);
  return {
    a: sideOf(a), b: sideOf(b), ...lines, verdicts, basis: [...changesBetween([a.facts, b.facts])],
    notComparable: { ...notComparable(a, b), unproven }, failOnNew,
  };
}

function sideOf({ facts: { run } }: DiffSide): Diff['a'] {
  return { run: run.run, startedAt: run.startedAt, finishedAt: run.finishedAt, depth: run.depth, tool: `${run.tool.name} ${run.tool.version}`, occasion: run.occasion };
}

function notComparable(a: DiffSide, b: DiffSide): Omit<Diff['notComparable'], 'unproven'> {
  const lists = [listingsByUnit(a.coverage.lists), listingsByUnit(b.coverage.lists)] as const;
  const depths = { a: a.facts.run.depth, b: b.facts.run.depth };
  const units = [...new Set([...a.coverage.units, ...b.coverage.units].map(({ unit }) => unit))].sort(byCodeUnit);
  return {
    depth: depths.a === depths.b ? null : depths,
    units: units.flatMap((unit) => {
      const [before, after] = [unitIn(a.coverage, unit), unitIn(b.coverage, unit)];
      return before === READ && after === READ ? [] : [{ unit, a: before, b: after }];
    }),
    kinds: units.filter((unit) => unitIn(a.coverage, unit) === READ && unitIn(b.coverage, unit) === READ).flatMap((unit) => kindsOf(...lists, unit)),
    reads: [...readsOf('a', a.coverage), ...readsOf('b', b.coverage)],
  };
}

type Lists = ReturnType<typeof listingsByUnit>;

const READ = 'read';

function unitIn(coverage: Coverage, unit: string): string {
  const found = coverage.units.find((one) => one.unit === unit);
  return found === undefined ? 'not in scope' : isLeftOut(found.outcome) ? `${found.outcome}: ${found.reason}` : READ;
}

function kindsOf(a: Lists, b: Lists, unit: string): Diff['notComparable']['kinds'] {
  const [before, after] = [whyOpen(a, unit), whyOpen(b, unit)];
  return [...new Set([...before.keys(), ...after.keys()])].sort(byCodeUnit).flatMap((kind) => {
    const pair = { unit, kind, a: before.has(kind) ? (before.get(kind) ?? null) : 'this run does not say', b: after.has(kind) ? (after.get(kind) ?? null) : 'this run does not say' };
    return pair.a === null && pair.b === null ? [] : [pair];
  });
}

function whyOpen(lists: Lists, unit: string): ReadonlyMap<string, string | null> {
  return new Map([...(lists.get(unit) ?? [])].map(([kind, { closed, why }]) => [kind, closed ? null : why]));
}

function readsOf(side: 'a' | 'b', { gaps }: Coverage): Diff['notComparable']['reads'] {
  const groups = Map.groupBy(gaps, ({ unit, source, operation, outcome }) => JSON.stringify([unit, source, operation, outcome]));
  return [...groups].sort(([one], [other]) => byCodeUnit(one, other)).flatMap(([, [first, ...others]]) => (first === undefined ? [] : [{ side, unit: first.unit, source: first.source, operation: first.operation, outcome: first.outcome, reads: others.length + 1 }]));
}
