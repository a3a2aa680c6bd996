// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** A moment as RFC 3339 text in UTC with milliseconds, e.g. `2026-11-22T09:30:00.000Z`. Text compares as time. */
export type Instant = string & { readonly __instant: unique symbol };

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

/** Milliseconds since 1970 to an Instant. Throws a RangeError outside the years 0000 to 9999. */
export function instantOf(milliseconds: number): Instant {
  const text = new Date(milliseconds).toISOString();
  if (text.length !== 24) throw new RangeError(`not a moment within the years 0000 to 9999: ${text}`);
  return text as Instant;
}

/** Text in RFC 3339 form with an explicit offset to an Instant, or `null` where the text is not such a moment. */
export function parseInstant(text: string): Instant | null {
  if (!RFC3339.test(text) || !isCalendarDay(text.slice(0, 10))) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : instantOf(milliseconds);
}

/** Whether a text is a day of the calendar as `YYYY-MM-DD`; `Date.parse` would turn 30 February into March. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const milliseconds = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(text);
}

/** Milliseconds since 1970 of an Instant. */
export function millisecondsOf(instant: Instant): number {
  return Date.parse(instant);
}

/** Whole days from one moment to another, never below zero: a key made 90 days and one second ago is 90 days old. */
export function wholeDays(from: Instant, to: Instant): number {
  return Math.max(0, Math.floor((millisecondsOf(to) - millisecondsOf(from)) / DAY_MS));
}

/** The Instant a whole number of days later (negative: earlier). */
export function plusDays(instant: Instant, days: number): Instant {
  return instantOf(millisecondsOf(instant) + days * DAY_MS);
}

/** Whether something that ends on a day is still in force: its last day counts whole, in UTC. */
export function isInForce({ expires }: { readonly expires: string }, at: Instant): boolean {
  return `${expires}T23:59:59.999Z` >= at;
}

/** Zod schema of an Instant in its one form. */
export const instantSchema = z.string().refine((text) => parseInstant(text) === text, 'expected a UTC time such as 2026-11-22T09:30:00.000Z').transform((text) => text as Instant);

/**
 * When something happened, where the source may give only bounds. `from` null: no lower bound known; `from` equal to
 * `to`: exact. A credential report's `last_rotated`, for one, bounds a key's creation from above only.
 */
export interface When { readonly from: Instant | null; readonly to: Instant }
export const whenSchema: z.ZodType<When> = z.object({ from: instantSchema.nullable(), to: instantSchema });

export function exactly(instant: Instant): When {
  return { from: instant, to: instant };
}
export function noLaterThan(instant: Instant): When {
  return { from: null, to: instant };
}

/** Age in whole days at `asOf`: `least` surely, `most` null where no upper bound is known. */
export function ageInDays(when: When, asOf: Instant): { readonly least: number; readonly most: number | null } {
  return { least: wholeDays(when.to, asOf), most: when.from === null ? null : wholeDays(when.from, asOf) };
}
