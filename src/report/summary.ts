// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonText, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { isScopeGap, coverageSchema, runSchema, type Coverage, type Run } from '../bundle/records.ts';
import { foldedVerdictSchema, RESULTS, SEVERITIES, verdictSchema, type Result, type Severity } from '../model/verdict.ts';

export type ResultCounts = { readonly [result in Result]: number };

/** How many subjects do not meet a check: `accepted`: over which an acceptance is in force; `known`: which did not meet it in the earlier run either; `open`: neither. */
export interface NotMetCheck { readonly check: string; readonly severity: Severity; readonly count: number; readonly accepted: number; readonly known: number; readonly open: number }

/** What a scan's summary says: counts of what was seen and of what could not be, never a score. */
export interface Summary {
  readonly run: Run;
  readonly coverage: Coverage;
  readonly principals: { readonly human: number; readonly nonHuman: number; readonly both: number; readonly undecided: number };
  readonly credentials: number;
  /** Those among them to which the provider gives no id of their own: one that was deleted and made again is not told apart. */
  readonly credentialsWithoutId: number;
  readonly results: ResultCounts;
  /** Checks not met, most severe first. */
  readonly notMet: readonly NotMetCheck[];
  /** Acceptances that are over something not met, with over how much. */
  readonly acceptances: readonly { readonly acceptance: string; readonly count: number }[];
  readonly unexpectedGaps: number;
  readonly expectedGaps: number;
  /** Control totals that the provider's own count contradicts. */
  readonly differingTotals: number;
}

/** Reads a derived bundle for its summary. `acceptedBy` gives the id of an acceptance in force over a result, or null; `knownBefore` whether an earlier run had it as not met too. No result changes by either. Throws a BundleFormatError where a file is damaged. */
export async function summarize(bundle: string, acceptedBy: (result: { readonly check: string; readonly unit: string; readonly subject: string }) => string | null = () => null, knownBefore: (result: { readonly check: string; readonly subject: string }) => boolean = () => false): Promise<Summary> {
  const run = parseJsonText(await readFile(join(bundle, BUNDLE.run), 'utf8'), runSchema, BUNDLE.run);
  const coverage = parseJsonText(await readFile(join(bundle, BUNDLE.coverage), 'utf8'), coverageSchema, BUNDLE.coverage);
  const results: { [result in Result]: number } = { met: 0, not_met: 0, not_evaluated: 0, needs_review: 0, not_applicable: 0, not_occurring: 0 };
  const notMet = new Map<string, { -readonly [field in keyof NotMetCheck]: NotMetCheck[field] }>();
  const acceptances = new Map<string, number>();
  for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) {
    if (verdict.type === 'not_applicable') {
      results.not_applicable += verdict.count;
      continue;
    }
    results[verdict.result] += 1;
    if (verdict.result !== 'not_met') continue;
    const entry = notMet.get(verdict.check) ?? { check: verdict.check, severity: verdict.severity, count: 0, accepted: 0, known: 0, open: 0 };
    notMet.set(verdict.check, entry);
    entry.count += 1;
    const acceptance = acceptedBy(verdict);
    const known = knownBefore(verdict);
    if (known) entry.known += 1;
    if (acceptance === null && !known) entry.open += 1;
    if (acceptance === null) continue;
    entry.accepted += 1;
    acceptances.set(acceptance, (acceptances.get(acceptance) ?? 0) + 1);
  }
  let credentials = 0;
  let credentialsWithoutId = 0;
  for await (const { idBasis } of readJsonLines(join(bundle, BUNDLE.credentials), z.object({ type: z.literal('credential'), idBasis: z.string() }))) {
    credentials += 1;
    if (idBasis !== 'provider') credentialsWithoutId += 1;
  }
  const sum = (pick: (entry: Coverage['principals'][number]) => number): number => coverage.principals.reduce((total, entry) => total + pick(entry), 0);
  return {
    run, coverage, principals: { human: sum(({ human }) => human), nonHuman: sum(({ nonHuman }) => nonHuman), both: sum(({ both }) => both), undecided: sum(({ undecided }) => undecided) }, credentials, credentialsWithoutId, results,
    notMet: [...notMet.values()].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || (a.check < b.check ? -1 : 1)),
    acceptances: [...acceptances].sort(([a], [b]) => (a < b ? -1 : 1)).map(([acceptance, count]) => ({ acceptance, count })),
    unexpectedGaps: coverage.gaps.filter(({ expected }) => !expected).length + coverage.units.filter(({ outcome }) => isScopeGap(outcome)).length + run.failedLogins.length,
    expectedGaps: coverage.gaps.filter(({ expected }) => expected).length,
    differingTotals: coverage.controlTotals.filter(({ state }) => state === 'differs').length,
  };
}

/** Whether a check not met at or above a severity is there, over which no acceptance is in force and which the earlier run did not have. */
export function failsOn(summary: Summary, severity: Severity): boolean {
  return summary.notMet.some((entry) => entry.open > 0 && SEVERITIES.indexOf(entry.severity) >= SEVERITIES.indexOf(severity));
}

/** All results in the order in which they are shown. */
export const RESULT_ORDER: readonly Result[] = RESULTS;
