// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../model/instant.ts';
import { byCodeUnit, canonicalJson } from '../model/json.ts';
import type { RunFacts } from './run-facts.ts';

/** Something that decides what a run reads and concludes, and that is not in one run what it was in the one before. */
export const changeSchema = z.object({
  kind: z.enum(['scope', 'rules', 'threshold', 'tool', 'control', 'input', 'depth']),
  what: z.string(), before: z.string(), after: z.string(),
  /** The last run that was made the old way, and the first that was made the new way: the change lies between them. */
  lastBefore: z.string(), firstAfter: z.string(), noLaterThan: instantSchema,
});
export type Change = z.output<typeof changeSchema>;

const NONE = 'none';

/**
 * What changed in scope, rules, thresholds, tool, controls, inputs and depth from each run to the next, in the order of runs (AT-C 205 asks of
 * reports that the entity makes whether their logic changed since it was last tested). Empty where nothing did.
 */
export function changesBetween(runs: readonly RunFacts[]): readonly Change[] {
  const changes: Change[] = [];
  for (const [index, after] of runs.entries()) {
    const before = runs[index - 1];
    if (before !== undefined) changes.push(...changesOf(before, after));
  }
  return changes;
}

function changesOf(before: RunFacts, after: RunFacts): Change[] {
  const changes: Change[] = [];
  const tell = (kind: Change['kind'], what: string, old: string, now: string): void => {
    if (old !== now) changes.push({ kind, what, before: old, after: now, lastBefore: before.run.run, firstAfter: after.run.run, noLaterThan: after.run.startedAt });
  };
  tell('tool', 'version of the tool', `${before.run.tool.name} ${before.run.tool.version}`, `${after.run.tool.name} ${after.run.tool.version}`);
  tell('rules', 'version of the derivation', String(before.run.derivationVersion), String(after.run.derivationVersion));
  tell('rules', 'version of the redaction rules', redaction(before), redaction(after));
  tell('depth', 'depth of reading', before.run.depth, after.run.depth);
  compare(checksOf(before), checksOf(after), (check, old, now) => tell('rules', `version of the check ${check}`, old, now));
  compare(thresholdsOf(before), thresholdsOf(after), (name, old, now) => tell('threshold', name, old, now));
  compare(controlsOf(before), controlsOf(after), (id, old, now) => tell('control', `control ${id}`, old, now));
  compare(unitsOf(before), unitsOf(after), (unit, old, now) => tell('scope', unit, old, now));
  compare(logins(before), logins(after), (target, old, now) => tell('scope', `login of the target ${target}`, old, now));
  compare(new Map(before.inputs.map(({ name, sha256 }) => [name, sha256])), new Map(after.inputs.map(({ name, sha256 }) => [name, sha256])), (name, old, now) => tell('input', `the file ${name}`, old, now));
  return changes;
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, tell: (name: string, before: string, after: string) => void): void {
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort(byCodeUnit)) tell(name, before.get(name) ?? NONE, after.get(name) ?? NONE);
}

function redaction({ run }: RunFacts): string {
  return `${run.redaction.version}${run.redaction.enabled ? '' : ', off'}`;
}

function checksOf({ records }: RunFacts): ReadonlyMap<string, string> {
  return new Map(records.flatMap(({ checks }) => checks.map(({ check, version }) => [check, String(version)] as const)));
}

/** The number in force with where it comes from: the same number is another threshold when nobody adopts it any more. */
function thresholdsOf({ records }: RunFacts): ReadonlyMap<string, string> {
  return new Map(records.flatMap(({ checks }) => checks.flatMap(({ check, thresholds }) => thresholds.map(({ name, value, source }) => [`${check}: ${name}`, `${typeof value === 'string' ? value : canonicalJson(value)} (${source})`] as const))));
}

function controlsOf({ records }: RunFacts): ReadonlyMap<string, string> {
  return new Map(records.map(({ control }) => [control.id, `${control.wording.trim()} Owner: ${control.owner}. Frequency: ${control.frequency}.`]));
}

/** Each unit that a run knew of, and why it was read or not. What could not be read in one run is a gap, not a change of scope. */
function unitsOf({ scope }: RunFacts): ReadonlyMap<string, string> {
  return new Map([
    ...scope.units.map(({ id }) => [id, 'in scope'] as const), ...scope.unreachable.map(({ unit }) => [unit, 'in scope'] as const),
    ...scope.excluded.map(({ unit, reason, approver, expires }) => [unit, `excluded: ${reason} (approved by ${approver}, until ${expires})`] as const),
  ]);
}

function logins({ run }: RunFacts): ReadonlyMap<string, string> {
  return new Map(run.logins.map(({ target, principal }) => [target, principal] as const));
}
