// SPDX-License-Identifier: Apache-2.0
import type { Instant } from '../../model/instant.ts';

/** One value of a table: text, a whole number, a moment, or nothing. */
export type Cell = string | number | { readonly at: Instant } | null;

export interface Column {
  readonly name: string;
  /** `id`: text that must stay to the letter. `lines`: longer words. */
  readonly as: 'text' | 'id' | 'lines' | 'number' | 'moment';
}

/** A table that stands in the page, in the workbook and as a CSV file, with the same rows in each. */
export interface Table {
  /** Name of its CSV file, without extension, and of its sheet's anchor. */
  readonly id: string;
  /** Name of its sheet: 31 characters at most, as spreadsheets ask. */
  readonly sheet: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** What stands where there is no row: it says whether that is a finding or an absence. */
  readonly none: string;
}

/** A figure over time: one line a name, one point a run; null where that run cannot say. */
export interface Series { readonly title: string; readonly note: string; readonly points: readonly Instant[]; readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[] }

/** A part of a document about a period, whatever it is rendered as. */
export interface Section { readonly id: string; readonly title: string; readonly words: readonly string[]; readonly series?: readonly Series[]; readonly tables: readonly Table[] }

/** A document: its head, and its parts. */
export interface Sections {
  readonly title: string;
  readonly under: string;
  /** The accountability boundary, as every output carries it. */
  readonly responsibility: string;
  readonly pairs: readonly (readonly [string, string])[];
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** A cell as text: moments as they stand in every file, nothing as an empty text. */
export function cellText(cell: Cell): string {
  return cell === null ? '' : typeof cell === 'object' ? cell.at : String(cell);
}
