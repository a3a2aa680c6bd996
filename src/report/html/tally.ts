// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../model/json.ts';
import { RESULTS, type FoldedVerdict, type Result, type SubjectType, type Threshold, type Verdict } from '../../model/verdict.ts';
import { addTo, type ByUnit } from './by-unit.ts';
import { Findings, type Finding, type RowPlace } from './findings.ts';

/** Counts of each result, by unit. */
export type ResultParts = { readonly [result in Result]: ByUnit };
export interface CheckCount {
  readonly check: string;
  readonly version: number;
  readonly subjectType: SubjectType;
  readonly counts: ResultParts;
  readonly expected: string | null;
  readonly thresholds: readonly Threshold[];
  readonly severity: string | null;
}
interface Counting { readonly check: string; readonly version: number; readonly subjectType: SubjectType; readonly counts: { readonly [result in Result]: Map<string, number> }; first: Verdict | null }

/** Results whose rows are listed: somebody has to look at each. */
const LISTED: ReadonlySet<Result> = new Set(['not_met', 'not_evaluated', 'needs_review']);

/** Counts results by check and groups findings while verdicts pass by. */
export class CheckTally {
  readonly findings: Findings = new Findings((result) => LISTED.has(result));
  readonly #checks = new Map<string, Counting>();
  readonly #partOf: (unit: string) => string;

  /** `partOf`: under which unit a part is kept. */
  constructor(partOf: (unit: string) => string) {
    this.#partOf = partOf;
  }

  /** The position of the verdict's group in `findings`; null where verdicts are folded already. `table`: where the row stands that the verdict is told at, which of a trust into a stored secret is no identity; null where the page has none. */
  add(verdict: Verdict | FoldedVerdict, table: RowPlace): number | null {
    let counting = this.#checks.get(verdict.check);
    if (counting === undefined) {
      counting = { check: verdict.check, version: verdict.checkVersion, subjectType: verdict.subjectType, counts: emptyParts(), first: null };
      this.#checks.set(verdict.check, counting);
    }
    if (verdict.type === 'not_applicable') {
      addTo(counting.counts.not_applicable, this.#partOf(verdict.unit), verdict.count);
      return null;
    }
    counting.first ??= verdict;
    addTo(counting.counts[verdict.result], this.#partOf(verdict.unit));
    return this.findings.add({ tab: verdict.subject === verdict.unit ? null : (table ?? (verdict.subjectType === 'credential' ? 'credentials' : 'identities')), check: verdict.check, result: verdict.result, subject: verdict.subject, unit: verdict.unit, reason: verdict.reason, ref: verdict.refs[0] ?? verdict.calls[0] ?? '–' });
  }

  /** Every check that was held against something, by id. */
  checks(): CheckCount[] {
    return [...this.#checks.values()].toSorted((a, b) => byCodeUnit(a.check, b.check)).map(({ first, ...counting }) => ({ ...counting, expected: first?.expected ?? null, thresholds: first?.thresholds ?? [], severity: first?.severity ?? null }));
  }

  /** Groups of a check with a result. */
  of(check: string, result: Result): readonly Finding[] {
    return this.findings.all().filter((finding) => finding.check === check && finding.result === result);
  }
}

/** No result in any unit, to be added to. */
export function emptyParts(): { readonly [result in Result]: Map<string, number> } {
  return { met: new Map(), not_met: new Map(), not_evaluated: new Map(), needs_review: new Map(), not_applicable: new Map(), not_occurring: new Map() };
}

/** Counts of several checks together. */
export function sumOf(parts: readonly ResultParts[]): ResultParts {
  const sum = emptyParts();
  for (const one of parts) for (const result of RESULTS) for (const [unit, count] of one[result]) addTo(sum[result], unit, count);
  return sum;
}
