// SPDX-License-Identifier: Apache-2.0
import { printable } from '../model/printable.ts';

/** A text as a cell holds it, and whether that differs from the text itself. */
export interface Shown { readonly text: string; readonly changed: boolean }

// What a spreadsheet may take for a formula at the start of a cell, also after white space and in full width
// (OWASP, CSV Injection), and words that in these files say that a value is not known.
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/u;
const OUR_WORDS = /^(?:unknown: |n\/a: |none$)/;
const LONE_SURROGATE = /\p{Surrogate}|\ufffe|\uffff/gu;

/** A text with everything that acts rather than shows written `\u{…}`, and nothing put in front: for cells that begin with our own words. */
export function escaped(text: string): Shown {
  const cell = printable(text.replaceAll('\\u{', '\\u{5c}u{')).replace(LONE_SURROGATE, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`);
  return { text: cell, changed: cell !== text };
}

/**
 * A resource's text as it may stand in a cell of a CSV file or workbook. What acts rather than shows becomes `\u{…}`; what a
 * spreadsheet could run, what could pass for our own words, and what is blank gets an apostrophe in front. `exactText` undoes both.
 */
export function shown(text: string): Shown {
  const cell = escaped(text);
  const quote = cell.text.trim() === '' || FORMULA.test(text) || FORMULA.test(cell.text) || OUR_WORDS.test(cell.text) || (cell.changed && cell.text.startsWith("'"));
  return quote ? { text: `'${cell.text}`, changed: true } : cell;
}

/** The text that a changed cell stands for: the inverse of `shown` for cells that a row's `neutralised` column names. */
export function exactText(cell: string): string {
  const bare = cell.startsWith("'") ? cell.slice(1) : cell;
  return bare.replace(/\\u\{([0-9a-f]{1,6})\}/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}
