// SPDX-License-Identifier: Apache-2.0
import { CLOCK_LIMIT_MS } from '../inventory/coverage.ts';
import { exactly, instantOf, millisecondsOf, plusDays, type Instant, type When } from '../model/instant.ts';
import type { LifecycleEvent, LifecycleKind } from '../model/lifecycle.ts';
import type { Dated } from './history.ts';

export type InPeriod = 'yes' | 'no' | 'cannot say';
export type Timeliness = 'within' | 'late' | 'cannot say';

/** A period of time: from its first moment to the moment that it ends before. */
export interface Period { readonly from: Instant; readonly to: Instant }

/** Whether something happened within a limit: `within` if all of the interval is, `late` if none of it is, else it cannot be said. */
export function timeliness(interval: When, limit: Instant): Timeliness {
  if (interval.to <= limit) return 'within';
  return interval.from !== null && interval.from > limit ? 'late' : 'cannot say';
}

/** The same for a number of days between two things that each may have only bounds. */
export function timelinessOfDays(start: When, end: When, days: number): Timeliness {
  if (start.from !== null && end.to <= plusDays(start.from, days)) return 'within';
  return end.from !== null && end.from > plusDays(start.to, days) ? 'late' : 'cannot say';
}

/** Whether it happened in a period; `cannot say` where the interval crosses an edge. */
export function inPeriod(interval: When, period: Period): InPeriod {
  if (interval.to < period.from || (interval.from !== null && interval.from >= period.to)) return 'no';
  return interval.from !== null && interval.from >= period.from && interval.to < period.to ? 'yes' : 'cannot say';
}

/** What two bounds of one thing say together, or null where they exclude each other. */
export function intersection(a: When, b: When): When | null {
  const from = a.from === null ? b.from : b.from === null || a.from > b.from ? a.from : b.from;
  const to = a.to < b.to ? a.to : b.to;
  return from !== null && from > to ? null : { from, to };
}

/** Whether a moment lies within bounds, both ends counted. */
export function holds(when: When, at: Instant): boolean {
  return (when.from === null || when.from <= at) && at <= when.to;
}

/** Bounds that runs give, made exact by the last of the events of these kinds that lies within them. */
export function datedBy(when: When, events: readonly LifecycleEvent[], kinds: readonly LifecycleKind[]): Dated {
  const event = events.findLast((candidate) => kinds.includes(candidate.kind) && holds(when, candidate.at));
  return event === undefined ? { when, basis: 'snapshot', event: null } : { when: exactly(event.at), basis: 'both', event: event.key };
}

/** Bounds with what two clocks of one provider may differ by on either side. */
export function widened(when: When): When {
  return { from: when.from === null ? null : later(when.from, -CLOCK_LIMIT_MS), to: later(when.to, CLOCK_LIMIT_MS) };
}

/** The moment so many milliseconds later. */
export function later(at: Instant, milliseconds: number): Instant {
  return instantOf(millisecondsOf(at) + milliseconds);
}

/** Known moments of creation with one more: bounds that agree become one, those that a clock's limit parts count as the first, and those that exclude each other stand side by side. */
export function withCreated(known: readonly When[], more: When): readonly When[] {
  const at = known.findIndex((one) => intersection(widened(one), more) !== null);
  const found = known[at];
  return found === undefined ? [...known, more] : known.with(at, intersection(found, more) ?? found);
}
