// SPDX-License-Identifier: Apache-2.0
import { CHECKS } from '../checks/all.ts';
import type { PopulationName, PopulationRow } from '../evidence/populations.ts';
import { millisecondsOf, parseInstant, wholeDays, type Instant } from '../model/instant.ts';
import type { Result } from '../model/verdict.ts';

/** Cells of one row by what they hold, e.g. `E7`. */
export interface Places { readonly created: string; readonly age: string; readonly lastUsed: string; readonly idleSince: string; readonly idleAtMostSince: string; readonly owner: string; readonly purpose: string; readonly status: string; readonly kind: string; readonly createdNotBefore: string; readonly responsibility: string }

/** A check that the workbook computes again, in cells. `formula` and `value` say the same, the one for spreadsheets and the other for readers that do not compute. */
export interface Recomputed {
  readonly check: string;
  readonly populations: readonly PopulationName[];
  /** Whether it compares with a number of days, which then stands on the Read me sheet under `limitName`. */
  readonly limited: boolean;
  formula(places: Places): string;
  value(row: PopulationRow, limit: number | null, asOf: Instant): Result;
}

/** Name of the cell that holds a check's limit. */
export function limitName(check: string): string {
  return `limit_${check.replaceAll('-', '_')}`;
}

// Milliseconds first: the difference of two serial numbers misses whole days by the last bits of a binary fraction.
function daysTo(place: string): string {
  return `MAX(0,INT(ROUND((as_of-${place})*86400000,0)/86400000))`;
}

/** Whole days from a moment to `as_of` where the cell holds one, else the cell's own text, such as `unknown: denied`. */
export function ageFormula(created: string): string {
  return `IF(ISNUMBER(${created}),${daysTo(created)},${created})`;
}

/** From when on a credential is surely not used: its last use; where none is recorded its creation or the start of tracking, whichever is later. */
export function idleSince(row: PopulationRow): string {
  return idleFrom(row, row.created);
}
/** The same, counted from the earliest moment at which it can have been made; text where there is no such bound. */
export function idleAtMostSince(row: PopulationRow): string {
  return idleFrom(row, row.created_not_before);
}
function idleFrom(row: PopulationRow, made: string): string {
  const none = /^no use (?:since (.+)|recorded)$/.exec(row.last_used);
  if (none === null) return row.last_used;
  const since = none[1];
  return parseInstant(made) !== null && since !== undefined && since > made ? since : made;
}

/** Facts that a check needs, in its order: the first that is not known decides, as in src/checks/run.ts. */
function needFormula(facts: readonly string[], then: string): string {
  return facts.reduceRight((rest, fact) => `IF(EXACT(LEFT(${fact},5),"n/a: "),"not_applicable",IF(EXACT(LEFT(${fact},9),"unknown: "),"not_evaluated",${rest}))`, then);
}
function needValue(facts: readonly string[], then: () => Result): Result {
  for (const fact of facts) {
    if (fact.startsWith('n/a: ')) return 'not_applicable';
    if (fact.startsWith('unknown: ')) return 'not_evaluated';
  }
  return then();
}

function daysFormula(check: string, { kind, status }: Places, facts: readonly string[], least: string, atMost: string): string {
  const limit = limitName(check);
  const judged = `IF(NOT(ISNUMBER(${limit})),"not_evaluated",IF(${least}>${limit},"not_met",IF(ISNUMBER(${atMost}),IF(${daysTo(atMost)}>${limit},"not_evaluated","met"),"not_evaluated")))`;
  return `IF(OR(AND(${kindsOf(check).map((name) => `${kind}<>"${name}"`).join(',')}),${status}="inactive",${status}="expired"),"not_applicable",${needFormula([status, ...facts], judged)})`;
}

function daysValue(check: string, row: PopulationRow, facts: readonly string[], least: string, atMost: string, limit: number | null, asOf: Instant): Result {
  if (!kindsOf(check).includes(row.kind) || row.status === 'inactive' || row.status === 'expired') return 'not_applicable';
  return needValue([row.status, ...facts], () => {
    const [from, earliest] = [parseInstant(least), parseInstant(atMost)];
    if (limit === null || from === null) return 'not_evaluated';
    if (wholeDays(from, asOf) > limit) return 'not_met';
    return earliest === null || wholeDays(earliest, asOf) > limit ? 'not_evaluated' : 'met';
  });
}

/** Kinds of credential that a check concerns, as it says itself. */
function kindsOf(check: string): readonly string[] {
  return CHECKS.find(({ id }) => id === check)?.kinds ?? [];
}

// What the provider made and runs is the provider's to answer for, as in src/checks/scope-of-non-human.ts; human principals are not in this population.
function recordedFormula(place: string, responsibility: string): string {
  return `IF(LEFT(${responsibility},8)="provider","not_applicable",${needFormula([place], `IF(EXACT(${place},"none"),"not_met","met")`)})`;
}
function recordedValue(cell: string, responsibility: string): Result {
  return responsibility.startsWith('provider') ? 'not_applicable' : needValue([cell], () => (cell === 'none' ? 'not_met' : 'met'));
}

/** Checks that hold the age of an active credential against a limit and nothing else (src/checks/age.ts), whoever the provider is. */
const BY_AGE = ['aws-access-key-age', 'aws-stored-secret-age', 'aws-user-other-credential-age'];
/** Checks that hold against a limit how long an active credential was not used, and nothing else (src/checks/idle.ts). */
const BY_IDLE_TIME = ['aws-access-key-unused', 'aws-stored-secret-unused', 'k8s-legacy-token-unused'];

export const RECOMPUTED: readonly Recomputed[] = [
  ...BY_AGE.map((check): Recomputed => ({
    check, populations: ['credentials'], limited: true,
    formula: (places) => daysFormula(check, places, [places.created], places.age, places.createdNotBefore),
    value: (row, limit, asOf) => daysValue(check, row, [row.created], row.created, row.created_not_before, limit, asOf),
  })),
  ...BY_IDLE_TIME.map((check): Recomputed => ({
    check, populations: ['credentials'], limited: true,
    // A moment before March 1900 stands as text; no limit reaches that far.
    formula: (places) => daysFormula(check, places, [places.lastUsed, places.created], `IF(ISNUMBER(${places.idleSince}),${daysTo(places.idleSince)},99999)`, places.idleAtMostSince),
    value: (row, limit, asOf) => daysValue(check, row, [row.last_used, row.created], idleSince(row), idleAtMostSince(row), limit, asOf),
  })),
  { check: 'nhi-owner-missing', populations: ['non-human-identities'], limited: false, formula: ({ owner, responsibility }) => recordedFormula(owner, responsibility), value: (row) => recordedValue(row.owner, row.responsibility) },
  { check: 'nhi-purpose-missing', populations: ['non-human-identities'], limited: false, formula: ({ purpose, responsibility }) => recordedFormula(purpose, responsibility), value: (row) => recordedValue(row.purpose, row.responsibility) },
];

/** The value that an age cell has: whole days, or the text of a creation that is not known. */
export function ageValue(row: PopulationRow, asOf: Instant): number | string {
  const created = parseInstant(row.created);
  return created === null ? row.created : wholeDays(created, asOf);
}

/** Milliseconds since 1970 of a cell that holds a moment, else null. */
export function momentOf(cell: string): number | null {
  const instant = parseInstant(cell);
  return instant === null ? null : millisecondsOf(instant);
}
