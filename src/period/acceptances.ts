// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from '../evidence/log-format.ts';
import { matchesPattern } from '../model/pattern.ts';
import { isInForce, type Instant } from '../model/instant.ts';

type Recorded = EventOf<'acceptance.recorded'>;
/** An acceptance with its withdrawal, if there was one. */
export interface Acceptance { readonly recorded: Recorded; readonly withdrawn: EventOf<'acceptance.withdrawn'> | null }
export type AcceptanceState = 'not yet in force' | 'in force' | 'expired' | 'withdrawn';

/** Acceptances of a log, in its order. */
export function acceptancesOf(events: readonly LogEvent[]): readonly Acceptance[] {
  return events.flatMap((event) => (event.event === 'acceptance.recorded' ? [{ recorded: event, withdrawn: events.find((later): later is EventOf<'acceptance.withdrawn'> => later.event === 'acceptance.withdrawn' && later.acceptance === event.acceptance) ?? null }] : []));
}

/** How an acceptance stands at a moment. Its last day counts whole, in UTC. */
export function acceptanceState({ recorded, withdrawn }: Acceptance, at: Instant): AcceptanceState {
  if (withdrawn !== null && withdrawn.effective <= at) return 'withdrawn';
  if (recorded.effective > at) return 'not yet in force';
  return isInForce(recorded, at) ? 'in force' : 'expired';
}

/** Whether it was logged after it took effect: nobody had agreed to it then. */
export function isRetroactive({ recorded }: Acceptance): boolean {
  return recorded.at > recorded.effective;
}

/** Whether an acceptance is over a result: its check, its unit and its subject each match one of the patterns. */
export function accepts({ recorded }: { readonly recorded: Pick<Recorded, 'match'> }, result: { readonly check: string; readonly unit: string; readonly subject: string }): boolean {
  const { checks, units, subjects } = recorded.match;
  return checks.some((pattern) => matchesPattern(pattern, result.check)) && units.some((pattern) => matchesPattern(pattern, result.unit)) && subjects.some((pattern) => matchesPattern(pattern, result.subject));
}
