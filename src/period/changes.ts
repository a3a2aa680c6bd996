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

/** Something of a target as the last run that could see it had it. `target` is null for what configuration alone says. */
interface Seen { readonly text: string; readonly target: string | null; readonly run: string }
type Shown = ReadonlyMap<string, Seen>;

/**
 * What changed in scope, rules, thresholds, tool, controls, inputs and depth from each run to the next, in the order of runs (AT-C 205 asks of
 * reports that the entity makes whether their logic changed since it was last tested). Empty where nothing did. A login that failed is a gap and no change: what its target had is held against the next
 * run in which it answers.
 */
export function changesBetween(runs: readonly RunFacts[]): readonly Change[] {
  const changes: Change[] = [];
  let units: Shown = new Map();
  let logins: Shown = new Map();
  /** The last run in which a target answered. */
  const answered = new Map<string, string>();
  for (const [index, after] of runs.entries()) {
    const before = runs[index - 1];
    const failed = new Set(after.run.failedLogins.map(({ target }) => target));
    const [nowUnits, nowLogins] = [carried(units, unitsOf(after), failed), carried(logins, loginsOf(after), failed)];
    if (before !== undefined) {
      changes.push(...changesOf(before, after));
      const of = { after, before: before.run.run, answered };
      changes.push(...scopeChanges(units, nowUnits, (unit) => unit, of), ...scopeChanges(logins, nowLogins, (target) => `login of the target ${target}`, of));
    }
    [units, logins] = [nowUnits, nowLogins];
    for (const { target } of after.run.logins) answered.set(target, after.run.run);
  }
  return changes;
}

/** What a run shows, with what an earlier one showed of the targets that did not answer in it. */
function carried(earlier: Shown, own: Shown, failed: ReadonlySet<string>): Shown {
  return new Map([...[...earlier].filter(([, { target }]) => target !== null && failed.has(target)), ...own]);
}

function scopeChanges(old: Shown, now: Shown, words: (name: string) => string, { after, before, answered }: { readonly after: RunFacts; readonly before: string; readonly answered: ReadonlyMap<string, string> }): Change[] {
  return [...new Set([...old.keys(), ...now.keys()])].sort(byCodeUnit).flatMap((name): Change[] => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was?.text === is?.text) return [];
    const target = was?.target ?? is?.target ?? null;
    return [{ kind: 'scope', what: words(name), before: was?.text ?? NONE, after: is?.text ?? NONE, lastBefore: was?.run ?? (target === null ? before : (answered.get(target) ?? before)), firstAfter: after.run.run, noLaterThan: after.run.startedAt }];
  });
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

/** Each unit that a run knew of, and why it was read or not. What could not be read in one run is a gap, not a change of scope; nor is what nobody could know behind a login that failed. */
function unitsOf({ run: { run, failedLogins }, scope }: RunFacts): Shown {
  const unknown = new Set(failedLogins.map(({ provider, target }) => `${provider}:(unknown, behind ${target})`));
  return new Map<string, Seen>([
    ...[...scope.units.map(({ id, target }) => ({ unit: id, target })), ...scope.unreachable].filter(({ unit }) => !unknown.has(unit)).map(({ unit, target }) => [unit, { text: 'in scope', target, run }] as const),
    // That an account is closed or that nobody declared it is of the scope as it was found.
    ...(scope.listed ?? []).flatMap(({ unit, state, parent }) => (state === 'closed' || state === 'undeclared' ? [[unit, { text: `${state}: listed by ${parent}`, target: null, run }] as const] : [])),
    ...scope.excluded.map(({ unit, reason, approver, expires }) => [unit, { text: `excluded: ${reason} (approved by ${approver}, until ${expires})`, target: null, run }] as const),
  ]);
}

function loginsOf({ run: { run, logins } }: RunFacts): Shown {
  return new Map(logins.map(({ target, principal }) => [target, { text: principal, target, run }] as const));
}
