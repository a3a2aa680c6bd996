// SPDX-License-Identifier: Apache-2.0
import { listingOf } from '../bundle/closed-lists.ts';
import type { Coverage } from '../bundle/records.ts';
import { byCodeUnit } from '../model/json.ts';
import { unitFolder } from '../model/reference.ts';
import { SEVERITIES, type FoldedVerdict, type Severity, type Verdict } from '../model/verdict.ts';
import type { Diff, STANDS } from './diff.ts';
import type { RunRef } from './history.ts';
import { unitReader } from './unit-reader.ts';

type Stand = (typeof STANDS)[number];
export interface VerdictSide { readonly ref: RunRef; readonly coverage: Coverage; verdicts(): AsyncIterable<Verdict | FoldedVerdict> }

/** Verdicts of one unit, by check and subject, and the checks that were held against the unit at all. */
interface OfUnit { readonly verdicts: ReadonlyMap<string, Verdict>; readonly checks: ReadonlySet<string> }

export interface DiffedVerdicts { readonly verdicts: Diff['verdicts']; readonly failOnNew: Diff['failOnNew'] }

/**
 * Every check and subject whose verdict is another in B than in A, and, where a severity is asked for, what is newly not met at or above it.
 * Walks both files side by side, a unit at a time.
 */
export async function diffVerdicts(a: VerdictSide, b: VerdictSide, severity: Severity | null): Promise<DiffedVerdicts> {
  const units = [...new Set([...a.coverage.units, ...b.coverage.units].map(({ unit }) => unit))].sort((one, other) => byCodeUnit(unitFolder(one), unitFolder(other)));
  const readers = [unitReader(a.verdicts(), a.ref), unitReader(b.verdicts(), b.ref)] as const;
  const verdicts: Diff['verdicts'] = [];
  const found: NonNullable<Diff['failOnNew']> = { severity: severity ?? 'low', answer: 'none', new: [], cannotSay: [] };
  try {
    for (const unit of units) {
      const before = await ofUnit(readers[0](unit));
      const after = await ofUnit(readers[1](unit));
      for (const id of [...new Set([...before.verdicts.keys(), ...after.verdicts.keys()])].sort(byCodeUnit)) {
        const [was, is] = [before.verdicts.get(id), after.verdicts.get(id)];
        const verdict = is ?? was;
        if (verdict === undefined) continue;
        const [from, to] = [standOf(was), standOf(is)];
        if (from !== to) verdicts.push({ check: verdict.check, severity: verdict.severity, subject: verdict.subject, unit, from, to, reason: is?.reason ?? 'B has no verdict of its own on it' });
        if (severity !== null && SEVERITIES.indexOf(verdict.severity) >= SEVERITIES.indexOf(severity)) judge(was, is, { before, unit, sides: [a, b], found });
      }
      if (severity !== null) judgeUnit(unit, [a, b], found);
    }
    for (const reader of readers) await reader.end();
  } finally {
    for (const reader of readers) await reader.close();
  }
  return { verdicts, failOnNew: severity === null ? null : { ...found, answer: found.new.length > 0 ? 'new' : found.cannotSay.length > 0 ? 'cannot say' : 'none' } };
}

function standOf(verdict: Verdict | undefined): Stand {
  return verdict?.result ?? 'no verdict';
}

async function ofUnit(rows: AsyncIterable<Verdict | FoldedVerdict>): Promise<OfUnit> {
  const verdicts = new Map<string, Verdict>();
  const checks = new Set<string>();
  for await (const row of rows) {
    checks.add(row.check);
    // A kind that was not listed and one that does not occur have the unit for their subject: the kind tells them apart.
    if (row.type === 'verdict') verdicts.set(JSON.stringify([row.check, row.subject, row.subject === row.unit ? row.subjectKind : '']), row);
  }
  return { verdicts, checks };
}

interface Judging { readonly before: OfUnit; readonly unit: string; readonly sides: readonly [VerdictSide, VerdictSide]; readonly found: NonNullable<Diff['failOnNew']> }

/** Whether what is not met in B was so in A; where A or B could not evaluate it, that cannot be said. */
function judge(was: Verdict | undefined, is: Verdict | undefined, { before, unit, sides: [a], found }: Judging): void {
  if (is === undefined || was?.result === 'not_met') return;
  const { check, subject, severity, reason } = is;
  const unsaid = (why: string): void => {
    found.cannotSay.push({ check, subject, unit, why });
  };
  if (is.result === 'not_evaluated') unsaid(`B could not evaluate it: ${reason}`);
  if (is.result !== 'not_met') return;
  if (was?.result === 'not_evaluated') unsaid(`not met in B; A could not evaluate it: ${was.reason}`);
  else if (was !== undefined) found.new.push({ check, severity, subject, unit, reason });
  else if (!before.checks.has(check)) unsaid('not met in B; A did not hold this check against the unit');
  else {
    const listed = listingOf(a.coverage.lists, unit, is.subjectKind);
    if (listed === undefined || !listed.closed) unsaid(`not met in B; A has no verdict on it and its list of ${is.subjectKind} did not close: ${listed?.why ?? 'not told'}`);
    else found.new.push({ check, severity, subject, unit, reason });
  }
}

/** A unit that A read and B did not has no verdicts in B: what is newly not met there, nobody can say. */
function judgeUnit(unit: string, [a, b]: readonly [VerdictSide, VerdictSide], found: NonNullable<Diff['failOnNew']>): void {
  const outcome = ({ coverage }: VerdictSide): string | null => coverage.units.find((one) => one.unit === unit)?.outcome ?? null;
  if (outcome(b) === 'unreachable' || (outcome(b) === null && outcome(a) !== null && outcome(a) !== 'excluded')) found.cannotSay.push({ check: 'every check', subject: unit, unit, why: outcome(b) === null ? 'B did not have the unit in scope' : 'B could not reach the unit' });
}
