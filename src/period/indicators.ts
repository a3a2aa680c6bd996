// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import type { Coverage } from '../bundle/records.ts';
import { instantSchema } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import { foldedVerdictSchema, verdictSchema } from '../model/verdict.ts';
import type { RunFacts } from './run-facts.ts';

const count = z.int().min(0);
const results = z.object({ met: count, not_met: count, not_evaluated: count, needs_review: count, not_applicable: count, not_occurring: count });
/** What one run counted. Numbers side by side over time are what a review of performance looks at (CSF 2.0 GV.OV-03); none of them is a score. */
export const indicatorSchema = z.object({
  run: z.string(), at: instantSchema,
  principals: z.object({ human: count, nonHuman: count, both: count, undecided: count }),
  /** Null where a read that was due did not end well: a smaller number would look like fewer credentials. */
  credentials: count.nullable(), gaps: count,
  checks: z.array(z.object({ check: z.string(), results })),
});
export type Indicator = z.output<typeof indicatorSchema>;

const line = z.union([verdictSchema, foldedVerdictSchema]);

/** The counts of one sealed run, by check. Throws a BundleFormatError on a damaged bundle. */
export async function indicatorOf({ bundle, run, coverage }: RunFacts): Promise<Indicator> {
  const checks = new Map<string, Indicator['checks'][number]['results']>();
  for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), line)) {
    const of = checks.get(verdict.check) ?? { met: 0, not_met: 0, not_evaluated: 0, needs_review: 0, not_applicable: 0, not_occurring: 0 };
    checks.set(verdict.check, of);
    if (verdict.type === 'verdict') of[verdict.result] += 1;
    else of.not_applicable += verdict.count;
  }
  let credentials = 0;
  for await (const _ of readJsonLines(join(bundle, BUNDLE.credentials), z.unknown())) credentials += 1;
  const sum = (name: 'human' | 'nonHuman' | 'both' | 'undecided'): number => coverage.principals.reduce((total, unit) => total + unit[name], 0);
  return {
    run: run.run, at: run.startedAt, principals: { human: sum('human'), nonHuman: sum('nonHuman'), both: sum('both'), undecided: sum('undecided') }, credentials: isWhole(coverage) ? credentials : null,
    gaps: coverage.gaps.filter(({ expected }) => !expected).length, checks: [...checks].sort(([a], [b]) => byCodeUnit(a, b)).map(([check, of]) => ({ check, results: of })),
  };
}

/** Whether every unit in scope was read and every read that was due ended well, those that management expects to fail included. */
function isWhole({ units, gaps }: Coverage): boolean {
  return gaps.length === 0 && units.every(({ outcome }) => outcome === 'scanned' || outcome === 'excluded');
}
