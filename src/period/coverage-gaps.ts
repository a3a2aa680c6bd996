// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { byCodeUnit } from '../model/json.ts';
import type { RunFacts } from './run-facts.ts';

/** Something that runs of a period could not read: a unit as a whole, or a read in it. No deviation of itself: whether one is owed is for a declared control to say. */
export const coverageGapSchema = z.object({
  unit: z.string(), source: z.string().nullable(), operation: z.string().nullable(), outcome: z.string(), message: z.string(),
  /** Reads of that kind that did not end well in the newest of the runs. */
  reads: z.int(), expected: z.boolean(), runs: z.array(z.string()), ofRuns: z.int(),
});
export type CoverageGap = z.output<typeof coverageGapSchema>;

/** The gaps of several runs, each kind once with the runs that had it. Ordered by unit, source, operation and outcome. */
export function coverageGapsOf(runs: readonly RunFacts[]): readonly CoverageGap[] {
  const gaps = new Map<string, CoverageGap>();
  const add = (run: string, gap: Omit<CoverageGap, 'runs' | 'ofRuns'>): void => {
    const key = [gap.unit, gap.source ?? '', gap.operation ?? '', gap.outcome].join('\n');
    const there = gaps.get(key);
    gaps.set(key, { ...gap, reads: there?.runs.at(-1) === run ? there.reads + gap.reads : gap.reads, expected: gap.expected && (there?.expected ?? true), runs: [...(there?.runs.filter((id) => id !== run) ?? []), run], ofRuns: runs.length });
  };
  for (const { run, coverage, scope } of runs) {
    for (const { unit, reason } of scope.unreachable) add(run.run, { unit, source: null, operation: null, outcome: 'unreachable', message: reason, reads: 1, expected: false });
    for (const { unit, state, reason } of scope.listed ?? []) if (state === 'undeclared') add(run.run, { unit, source: null, operation: null, outcome: state, message: reason, reads: 1, expected: false });
    for (const { target, provider, message } of run.failedLogins) add(run.run, { unit: `${provider}: whatever lies behind the target ${target}`, source: null, operation: null, outcome: 'login failed', message, reads: 1, expected: false });
    for (const gap of coverage.gaps) add(run.run, { unit: gap.unit, source: gap.source, operation: gap.operation, outcome: gap.outcome, message: gap.errorCode ?? gap.message ?? '', reads: 1, expected: gap.expected });
  }
  return [...gaps].sort(([a], [b]) => byCodeUnit(a, b)).map(([, gap]) => gap);
}
