// SPDX-License-Identifier: Apache-2.0
import type { PopulationName, PopulationRow } from '../evidence/populations.ts';
import { millisecondsOf, parseInstant, wholeDays, type Instant } from '../model/instant.ts';
import type { Result } from '../model/verdict.ts';

/** Cells of one row by what they hold, e.g. `E7`. */
export interface Places { readonly created: string; readonly age: string; readonly idleSince: string; readonly owner: string; readonly purpose: string; readonly status: string; readonly kind: string; readonly createdNotBefore: string; readonly responsibility: string }

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

/** Since when a credential has not been used, as far as is known: its last use, or for none its creation or the start of tracking, whichever is later. */
export function idleSince(row: PopulationRow): string {
  const none = /^no use (?:since (.+)|recorded)$/.exec(row.last_used);
  if (none === null) return row.last_used;
  const since = none[1];
  return parseInstant(row.created) !== null && since !== undefined && since > row.created ? since : row.created;
}

function keyFormula(check: string, { kind, status, createdNotBefore }: Places, days: string, known: string, bounded: string): string {
  const limit = limitName(check);
  return `IF(${kind}<>"aws.access-key","not_applicable",IF(OR(${status}="inactive",${status}="expired"),"not_applicable",IF(OR(${status}<>"active",NOT(ISNUMBER(${known})),NOT(ISNUMBER(${limit}))),"not_evaluated",` +
    `IF(${days}>${limit},"not_met",IF(${bounded},IF(ISNUMBER(${createdNotBefore}),IF(${daysTo(createdNotBefore)}>${limit},"not_evaluated","met"),"not_evaluated"),"met")))))`;
}

function keyValue(row: PopulationRow, since: string, bounded: boolean, limit: number | null, asOf: Instant): Result {
  if (row.kind !== 'aws.access-key' || row.status === 'inactive' || row.status === 'expired') return 'not_applicable';
  const from = parseInstant(since);
  if (row.status !== 'active' || from === null || limit === null) return 'not_evaluated';
  if (wholeDays(from, asOf) > limit) return 'not_met';
  if (!bounded) return 'met';
  const earliest = parseInstant(row.created_not_before);
  return earliest === null || wholeDays(earliest, asOf) > limit ? 'not_evaluated' : 'met';
}

function recordedFormula(place: string): string {
  return `IF(EXACT(${place},"none"),"not_met",IF(EXACT(LEFT(${place},9),"unknown: "),"not_evaluated",IF(EXACT(LEFT(${place},5),"n/a: "),"not_applicable","met")))`;
}

function recordedValue(cell: string): Result {
  return cell === 'none' ? 'not_met' : cell.startsWith('unknown: ') ? 'not_evaluated' : cell.startsWith('n/a: ') ? 'not_applicable' : 'met';
}

export const RECOMPUTED: readonly Recomputed[] = [
  {
    check: 'aws-access-key-age', populations: ['credentials'], limited: true,
    formula: (places) => keyFormula('aws-access-key-age', places, places.age, places.age, 'TRUE'),
    value: (row, limit, asOf) => keyValue(row, row.created, true, limit, asOf),
  },
  {
    check: 'aws-access-key-unused', populations: ['credentials'], limited: true,
    formula: (places) => keyFormula('aws-access-key-unused', places, daysTo(places.idleSince), places.idleSince, `${places.idleSince}=${places.created}`),
    value: (row, limit, asOf) => keyValue(row, idleSince(row), idleSince(row) === row.created, limit, asOf),
  },
  { check: 'nhi-owner-missing', populations: ['non-human-identities'], limited: false, formula: ({ owner }) => recordedFormula(owner), value: (row) => recordedValue(row.owner) },
  { check: 'nhi-purpose-missing', populations: ['non-human-identities'], limited: false, formula: ({ purpose }) => recordedFormula(purpose), value: (row) => recordedValue(row.purpose) },
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
