// SPDX-License-Identifier: Apache-2.0
import { runChecks } from '../../src/checks/run.ts';
import type { FoldedVerdict, Verdict } from '../../src/model/verdict.ts';

/** What all checks say of a unit, at once. */
export function runAll(...about: Parameters<typeof runChecks>): { readonly verdicts: readonly Verdict[]; readonly folded: readonly FoldedVerdict[] } {
  const outcomes = [...runChecks(...about)];
  return { verdicts: outcomes.flatMap(({ verdicts }) => verdicts), folded: outcomes.flatMap(({ folded }) => folded) };
}
