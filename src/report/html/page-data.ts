// SPDX-License-Identifier: Apache-2.0
// What the page embeds for its table. The script in browser/ reads it, so nothing here may import a value.

/** A table's rows, a column an array, each of the same length. Rows stand in the order and with the numbers of the population's CSV file. */
export interface TableColumns {
  /** Rows of the whole population; more than the arrays hold where the page had to stop. */
  readonly total: number;
  readonly file: string;
  readonly key: readonly string[];
  readonly name: readonly string[];
  readonly id: readonly string[];
  /** Position in `PageData.kinds`, `.units`, `.classes`, `.states` and `.owners`. */
  readonly kind: readonly number[];
  readonly unit: readonly number[];
  readonly class: readonly number[];
  readonly state: readonly number[];
  readonly ownerState: readonly number[];
  readonly owner: readonly string[];
  readonly note: readonly string[];
  readonly created: readonly string[];
  readonly createdNote: readonly string[];
  /** Seconds at as-of, to sort by; null sorts last. */
  readonly age: readonly (number | null)[];
  readonly used: readonly string[];
  readonly usedNote: readonly string[];
  readonly idle: readonly (number | null)[];
  /** Each verdict as the position of its group in `PageData.findings`. */
  readonly results: readonly (readonly number[])[];
  /** Where its entry is: number of the entry over all blocks. */
  readonly entry: readonly number[];
}

export interface PageData {
  readonly asOf: string;
  readonly results: readonly string[];
  readonly checks: readonly string[];
  /** Groups of verdicts: position in `checks`, position in `results`, and the reason that they share. */
  readonly findings: readonly (readonly [check: number, result: number, pattern: string])[];
  readonly bases: readonly VerdictBasis[];
  readonly kinds: readonly string[];
  readonly units: readonly string[];
  /** Whether numbers follow the choice of a unit; else that of a provider alone, and no unit can be chosen. */
  readonly unitsFollow: boolean;
  readonly unitNames: readonly string[];
  readonly providers: readonly string[];
  /** Position in `providers` for each unit. */
  readonly unitProviders: readonly number[];
  /** Parts of each number of the static page that follows its filter: unit, count, unit, count. */
  readonly parts: readonly (readonly number[])[];
  readonly classes: readonly string[];
  readonly identityStates: readonly string[];
  readonly credentialStates: readonly string[];
  readonly owners: readonly string[];
  readonly entriesPerBlock: number;
  readonly identities: TableColumns;
  readonly credentials: TableColumns;
}

/** Label, status, words, and positions in the group's list of references. */
export type FactLine = readonly [label: string, status: 'known' | 'unknown' | 'not_applicable', words: string, refs: readonly number[]];
export interface FactGroup { readonly facts: readonly FactLine[]; readonly refs: readonly string[] }

/** What verdicts of a check have in common: named once for the page, since there are many more verdicts than checks. */
export interface VerdictBasis { readonly check: number; readonly severity: string; readonly expected: string; readonly thresholds: readonly string[] }

export interface VerdictLine {
  /** Position in `PageData.bases`. */
  readonly basis: number;
  readonly result: number;
  /** What it is held against where that is not the entry itself: a trust. */
  readonly about: string | null;
  readonly reason: string;
  readonly observed: string;
  readonly refs: readonly string[];
}
export interface EntryCredential extends FactGroup { readonly key: string; readonly id: string; readonly name: string; readonly kind: string; readonly verdicts: readonly VerdictLine[] }
export interface EntryGrant { readonly via: string; readonly policy: string; readonly administrator: string; readonly refs: readonly string[] }
export interface EntryTrust { readonly who: string; readonly external: string; readonly conditions: readonly string[]; readonly refs: readonly string[] }

/** Everything about one identity, or about one credential that no listed identity holds (`identity` null). */
export interface Entry {
  readonly key: string;
  readonly unit: string;
  readonly identity: (FactGroup & { readonly id: string; readonly name: string; readonly kind: string; readonly address: string; readonly self: boolean }) | null;
  readonly credentials: readonly EntryCredential[];
  readonly grants: readonly EntryGrant[];
  readonly trusts: readonly EntryTrust[];
  readonly verdicts: readonly VerdictLine[];
}
