// SPDX-License-Identifier: Apache-2.0
import type { Fact } from '../../model/fact.ts';
import { ageInDays, wholeDays, type Instant, type When } from '../../model/instant.ts';
import { byCodeUnit } from '../../model/json.ts';
import type { Threshold } from '../../model/verdict.ts';
import { addTo, type ByUnit } from './by-unit.ts';
import { grouped } from './markup.ts';
import { spaced, type CredentialRead, type LastUseRead } from './words.ts';

/** Last days of the bands, to which the thresholds in force are added; what is older stands in one band. */
const EDGES = [30, 90, 180, 365, 730];
/** Days are told apart up to here, which bounds memory; a threshold beyond it marks no band. */
const FURTHEST = 1830;

/**
 * How much a band says: a `known` number of days; `bound`: known only within bounds; `none`: the record shows no use; `open`: unknown;
 * `apart`: the question does not apply.
 */
export type BandSort = 'known' | 'bound' | 'none' | 'open' | 'apart';
/** `last`: the last day of a known band; null for one without end and for every other sort. */
export interface Band { readonly sort: BandSort; readonly label: string; readonly byUnit: ByUnit; readonly last: number | null }
/** A number of days that a check compares with, and who set it. */
export interface Mark { readonly days: number; readonly check: string; readonly threshold: Threshold }

const NEVER = 'never used';
const SINCE = 'none while tracked';
const UNTRACKED = 'none, record not dated';

/** Credentials by age and by last use, unit by unit, while they pass by. */
export class BandTally {
  readonly #asOf: Instant;
  readonly #age = new Days();
  readonly #use = new Days();

  constructor(asOf: Instant) {
    this.#asOf = asOf;
  }

  add({ unit, created, lastUsed }: CredentialRead): void {
    if (created.status === 'known') {
      const { least, most } = ageInDays(created.value, this.#asOf);
      this.#age.between(unit, least, most);
    } else this.#age.without(unit, created);
    if (lastUsed.status !== 'known') this.#use.without(unit, lastUsed);
    else if ('at' in lastUsed.value) {
      const idle = wholeDays(lastUsed.value.at, this.#asOf);
      this.#use.between(unit, idle, idle);
    } else this.#use.none(unit, noneInWords(lastUsed.value, created));
  }

  /** Bands by age: days, lower bounds, unknown. The thresholds divide bands, so that a mark never runs through one. */
  byAge(marks: readonly Mark[]): readonly Band[] {
    return this.#age.bands(marks, []);
  }
  /** Bands by last use: days since, no use in the record, unknown. */
  byUse(marks: readonly Mark[]): readonly Band[] {
    return this.#use.bands(marks, [NEVER, SINCE, UNTRACKED]);
  }
}

// "Never" needs a record that covers the whole life, as in src/checks/idle.ts.
function noneInWords(use: Extract<LastUseRead, { readonly none: true }>, created: Fact<When>): string {
  if (use.since === null) return UNTRACKED;
  return created.status === 'known' && created.value.from !== null && use.since <= created.value.from ? NEVER : SINCE;
}

/** Counts by what is known of a number of days; a key is `exact`, `bounds` or `least` days, or a cause. */
class Days {
  readonly #exact = new Map<number, Map<string, number>>();
  readonly #least = new Map<number, Map<string, number>>();
  readonly #bounds = new Map<string, Map<string, number>>();
  readonly #none = new Map<string, Map<string, number>>();
  readonly #open = new Map<string, Map<string, number>>();
  readonly #apart = new Map<string, number>();

  between(unit: string, least: number, most: number | null): void {
    const [from, to] = [Math.min(least, FURTHEST), most === null ? null : Math.min(most, FURTHEST)];
    if (to === null) addTo(entry(this.#least, from), unit);
    else if (from === to) addTo(entry(this.#exact, from), unit);
    else addTo(entry(this.#bounds, `${from} ${to}`), unit);
  }
  none(unit: string, words: string): void {
    addTo(entry(this.#none, words), unit);
  }
  without(unit: string, fact: Fact<unknown>): void {
    if (fact.status === 'unknown') addTo(entry(this.#open, fact.cause), unit);
    else addTo(this.#apart, unit);
  }

  bands(marks: readonly Mark[], none: readonly string[]): Band[] {
    const edges = [...new Set([...EDGES, ...marks.map(({ days }) => days).filter((days) => days > 0 && days < FURTHEST)])].toSorted((a, b) => a - b);
    const spans = [...edges.map((last, at) => ({ first: (edges[at - 1] ?? -1) + 1, last: last as number | null })), { first: (edges.at(-1) ?? -1) + 1, last: null }];
    const known = spans.map(() => new Map<string, number>());
    const least = spans.map(() => new Map<string, number>());
    const across = new Map<string, number>();
    const at = (days: number): number => spans.findIndex(({ last }) => last === null || days <= last);
    for (const [days, units] of this.#exact) merge(known[at(days)], units);
    for (const [days, units] of this.#least) merge(least[at(days)], units);
    for (const [key, units] of this.#bounds) {
      const [from = 0, to = 0] = key.split(' ').map(Number);
      merge(at(from) === at(to) ? known[at(from)] : across, units);
    }
    const bounds = spans.flatMap(({ first }, place): Band[] => {
      const byUnit = least[place] ?? new Map<string, number>();
      return byUnit.size === 0 ? [] : [{ sort: 'bound', label: `at least ${grouped(first)} days`, byUnit, last: null }];
    });
    const causes = [...this.#open].toSorted(([a], [b]) => byCodeUnit(a, b)).map(([cause, byUnit]): Band => ({ sort: 'open', label: `unknown: ${spaced(cause)}`, byUnit, last: null }));
    return [
      ...spans.map(({ first, last }, place): Band => ({ sort: 'known', label: last === null ? `over ${grouped(first - 1)} days` : first === 0 ? `up to ${grouped(last)} days` : `${grouped(first)} to ${grouped(last)} days`, byUnit: known[place] ?? new Map<string, number>(), last })),
      ...bounds, ...(across.size === 0 ? [] : [{ sort: 'bound' as const, label: 'bounds span bands', byUnit: across, last: null }]),
      ...none.map((label): Band => ({ sort: 'none', label, byUnit: this.#none.get(label) ?? new Map<string, number>(), last: null })),
      // That nothing is unknown is said too.
      ...(causes.length === 0 ? [{ sort: 'open' as const, label: 'unknown', byUnit: new Map<string, number>(), last: null }] : causes),
      ...(this.#apart.size === 0 ? [] : [{ sort: 'apart' as const, label: 'not applicable', byUnit: this.#apart, last: null }]),
    ];
  }
}

function entry<K>(of: Map<K, Map<string, number>>, key: K): Map<string, number> {
  let found = of.get(key);
  if (found === undefined) {
    found = new Map();
    of.set(key, found);
  }
  return found;
}

function merge(into: Map<string, number> | undefined, units: ByUnit): void {
  if (into !== undefined) for (const [unit, count] of units) addTo(into, unit, count);
}
