// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../model/json.ts';
import type { FoldedVerdict, Result, SubjectType, Threshold, Verdict } from '../../model/verdict.ts';

/** Observations that the static page lists for each check; the table holds all. */
const LISTED = 25;

export interface CheckCount {
  readonly check: string;
  readonly version: number;
  readonly subjectType: SubjectType;
  readonly counts: { readonly [result in Result]: number };
  readonly expected: string | null;
  readonly thresholds: readonly Threshold[];
  readonly severity: string | null;
  /** The first `not_met`, in the file's order. */
  readonly notMet: readonly Verdict[];
}
interface Counting { readonly check: string; readonly version: number; readonly subjectType: SubjectType; readonly counts: { [result in Result]: number }; first: Verdict | null; readonly notMet: Verdict[] }

/** Counts results by check while verdicts pass by. */
export class CheckTally {
  readonly #checks = new Map<string, Counting>();

  add(verdict: Verdict | FoldedVerdict): void {
    let counting = this.#checks.get(verdict.check);
    if (counting === undefined) {
      counting = { check: verdict.check, version: verdict.checkVersion, subjectType: verdict.subjectType, counts: { met: 0, not_met: 0, not_evaluated: 0, needs_review: 0, not_applicable: 0, not_occurring: 0 }, first: null, notMet: [] };
      this.#checks.set(verdict.check, counting);
    }
    if (verdict.type === 'not_applicable') {
      counting.counts.not_applicable += verdict.count;
      return;
    }
    counting.first ??= verdict;
    counting.counts[verdict.result] += 1;
    if (verdict.result === 'not_met' && counting.notMet.length < LISTED) counting.notMet.push(verdict);
  }

  /** Every check that was held against something, by id. */
  checks(): CheckCount[] {
    return [...this.#checks.values()].toSorted((a, b) => byCodeUnit(a.check, b.check)).map(({ first, ...counting }) => ({ ...counting, expected: first?.expected ?? null, thresholds: first?.thresholds ?? [], severity: first?.severity ?? null }));
  }
}
