// SPDX-License-Identifier: Apache-2.0
import type { Result } from '../../model/verdict.ts';
import { addTo } from './by-unit.ts';
import { shown } from './markup.ts';

/** Reasons that are kept apart for one check and result; the others stand together. Bounds memory where each subject has a reason of its own. */
const REASONS = 100;
/** Rows that a group lists: the first, and beyond them the first of each further unit, so that a filtered group has one. */
const FIRST_ROWS = 10;
const MOST_ROWS = 30;
/** Moments, and whole numbers that stand alone: not digits within a name, an address or an account's number. */
const VARIES = /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?\b|(?<![\w./:#@-])\d{1,7}(?![\w/:#@-]|\.\d)/g;

export const OTHER_REASONS = 'other reasons, of which each has few subjects';

/** Where a subject's row stands: a trust's is its identity's. A unit has none: a read that failed as a whole is held against it. */
export type RowPlace = 'identities' | 'credentials' | null;
/** The facts of a verdict that its group is made of. */
export interface Found { readonly tab: RowPlace; readonly check: string; readonly result: Result; readonly subject: string; readonly unit: string; readonly reason: string; readonly ref: string }
/** The same finding in many subjects: one check, one result, and one reason but for its numbers, with rows in one table. */
export interface Finding {
  readonly tab: RowPlace;
  readonly check: string;
  readonly result: Result;
  /** The reason with `*` for each number or moment: `created * days ago`. */
  readonly pattern: string;
  /** The reason with the least and the greatest of each number: `created 91 to 412 days ago`. */
  words(): string;
  readonly byUnit: ReadonlyMap<string, number>;
  readonly rows: readonly Found[];
}
interface Gathering extends Finding { readonly byUnit: Map<string, number>; readonly rows: Found[]; readonly spans: Span[] }
interface Span { least: string; greatest: string }

/** Groups findings as they pass by. Every finding gets its group's position. */
export class Findings {
  readonly #groups: Gathering[] = [];
  readonly #positions = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #listed: (result: Result) => boolean;

  /** `listed`: results whose groups keep rows to show. */
  constructor(listed: (result: Result) => boolean = () => true) {
    this.#listed = listed;
  }

  add(found: Found): number {
    const { tab, check, result, reason, unit } = found;
    // A reason that has stars of its own is its own pattern.
    const varying = reason.includes('*') ? [] : (reason.match(VARIES) ?? []);
    const position = this.#position(tab, check, result, varying.length === 0 ? reason : reason.replace(VARIES, '*'));
    const group = this.#groups[position];
    if (group === undefined) throw new Error(`no group at ${position}`);
    if (group.pattern !== OTHER_REASONS) for (const [at, text] of varying.entries()) widen(group.spans, at, text);
    if (this.#listed(result) && (group.rows.length < FIRST_ROWS || (group.rows.length < MOST_ROWS && !group.byUnit.has(unit)))) group.rows.push(found);
    addTo(group.byUnit, unit);
    return position;
  }

  /** In the order in which they were first seen, which their positions are. */
  all(): readonly Finding[] {
    return this.#groups;
  }

  #position(tab: RowPlace, check: string, result: Result, pattern: string): number {
    const key = `${tab} ${check} ${result} ${pattern}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const kept = this.#reasons.get(`${tab} ${check} ${result}`) ?? 0;
    if (kept === REASONS && pattern !== OTHER_REASONS) return this.#position(tab, check, result, OTHER_REASONS);
    this.#reasons.set(`${tab} ${check} ${result}`, Math.min(REASONS, kept + 1));
    const spans: Span[] = [];
    const made: Gathering = { tab, check, result, pattern: shown(pattern), byUnit: new Map(), rows: [], spans, words: () => inWords(pattern, spans) };
    this.#positions.set(key, this.#groups.length);
    return this.#groups.push(made) - 1;
  }
}

function widen(spans: Span[], at: number, text: string): void {
  const span = spans[at];
  if (span === undefined) spans[at] = { least: text, greatest: text };
  else if (isLess(text, span.least)) span.least = text;
  else if (isLess(span.greatest, text)) span.greatest = text;
}

// Moments compare as text; numbers, which are never of the same shape as a moment, by value.
function isLess(one: string, other: string): boolean {
  return one.includes('-') || other.includes('-') ? one < other : Number(one) < Number(other);
}

function inWords(pattern: string, spans: readonly Span[]): string {
  if (spans.length === 0) return pattern;
  let at = -1;
  return pattern.replace(/\*/g, (star) => {
    at += 1;
    const span = spans[at];
    if (span === undefined) return star;
    return span.least === span.greatest ? span.least : `${span.least} to ${span.greatest}`;
  });
}
