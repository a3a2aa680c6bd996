// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { plusDays, type Instant } from '../model/instant.ts';

const day = z.string();
/** Days, first and last counted, on which no run bears; and why. */
export const uncoveredSchema = z.object({ from: day, to: day, days: z.int().min(1), why: z.string() });
export type Uncovered = z.output<typeof uncoveredSchema>;

/** A sealed run for this purpose: when it started, and how many days it speaks for (the interval of the schedule then in force; 1 where none was). */
export interface Speaking { readonly run: string; readonly startedAt: Instant; readonly days: number }

/** The day of a moment, in UTC. */
export function dayOf(at: Instant): string {
  return at.slice(0, 10);
}

/** All days from the first to the last, both counted. */
export function daysFrom(first: string, last: string): readonly string[] {
  const days: string[] = [];
  for (let at = `${first}T00:00:00.000Z` as Instant; dayOf(at) <= last; at = plusDays(at, 1)) days.push(dayOf(at));
  return days;
}

/**
 * Which days of a period no run speaks for. A run shows one moment; management's schedule says for how long that is to be enough. So a run speaks for
 * its own day and those after it until the schedule asks for the next; days before the first run are not covered by any.
 */
export function daysNotCovered(first: string, last: string, runs: readonly Speaking[]): readonly Uncovered[] {
  const spoken = new Set(runs.flatMap(({ startedAt, days }) => daysFrom(dayOf(startedAt), dayOf(plusDays(startedAt, Math.max(1, days) - 1)))));
  const earliest = runs.map(({ startedAt }) => dayOf(startedAt)).sort()[0];
  const gaps: Uncovered[] = [];
  for (const at of daysFrom(first, last)) {
    if (spoken.has(at)) continue;
    const why = earliest === undefined ? 'no run was sealed' : at < earliest ? 'before the first run' : `no run since that of ${runs.map(({ startedAt }) => dayOf(startedAt)).filter((run) => run < at).sort().at(-1) ?? ''}`;
    const open = gaps.at(-1);
    if (open !== undefined && open.why === why && dayOf(plusDays(`${open.to}T00:00:00.000Z` as Instant, 1)) === at) gaps[gaps.length - 1] = { ...open, to: at, days: open.days + 1 };
    else gaps.push({ from: at, to: at, days: 1, why });
  }
  return gaps;
}
