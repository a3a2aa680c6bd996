// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from '../evidence/log-format.ts';
import type { Instant } from '../model/instant.ts';
import type { Span } from './spans.ts';

type Recorded = EventOf<'deviation.recorded'>;
/** What management can say of a deviation, in the order in which it is shown. */
export const DEVIATION_WORDS = ['cause', 'extent', 'recurrence', 'compensatingControl', 'response', 'owner', 'due'] as const;
/** What must be said before a deviation is explained: a compensating control need not exist. */
const OWED = ['cause', 'extent', 'recurrence', 'response', 'owner'] as const;

/** A deviation with all that was said of it; nothing of that is replaced by what was said later. */
export interface Deviation {
  readonly recorded: Recorded;
  readonly said: readonly { readonly at: Instant; readonly by: Recorded['by']; readonly field: string; readonly text: string }[];
  /** What is owed and that nobody has said. */
  readonly missing: readonly string[];
  readonly approved: readonly EventOf<'deviation.approved'>[];
  readonly repaired: EventOf<'deviation.repaired'> | null;
}

/** Deviations of a log, in its order. */
export function deviationsOf(events: readonly LogEvent[]): readonly Deviation[] {
  return events.flatMap((event) => (event.event === 'deviation.recorded' ? [deviationOf(event, events)] : []));
}

function deviationOf(recorded: Recorded, events: readonly LogEvent[]): Deviation {
  const explained = events.filter((event) => event.event === 'deviation.explained' && event.deviation === recorded.deviation) as readonly EventOf<'deviation.explained'>[];
  const said = [recorded, ...explained].flatMap(({ at, by, words }) => DEVIATION_WORDS.flatMap((field) => (words[field] === null ? [] : [{ at, by, field, text: words[field] }])));
  return {
    recorded, said, missing: OWED.filter((field) => !said.some((one) => one.field === field)),
    approved: events.filter((event): event is EventOf<'deviation.approved'> => event.event === 'deviation.approved' && event.deviation === recorded.deviation),
    repaired: events.findLast((event): event is EventOf<'deviation.repaired'> => event.event === 'deviation.repaired' && event.deviation === recorded.deviation) ?? null,
  };
}

/** Whether a deviation is about the result of a check on a subject. */
export function isAboutResult({ recorded: { about } }: Deviation, check: string, subject: string): boolean {
  return about.kind === 'results' && about.check === check && about.subjects.includes(subject);
}

/** Whether a deviation is about a slot of a schedule. */
export function isAboutSlot({ recorded: { about } }: Deviation, schedule: string, due: Instant): boolean {
  return about.kind === 'slots' && about.schedule === schedule && about.due.includes(due);
}

/** Whether a deviation is about an item of a review. */
export function isAboutItem({ recorded: { about } }: Deviation, review: string, key: string): boolean {
  return about.kind === 'review' && about.review === review && about.items.includes(key);
}

/**
 * Whether the run that is named as proof of a repair shows it: `holds` where every result that the deviation is about had ended by then, met or gone; `does not hold` where one
 * was still not met; else it cannot be said. A deviation about slots is repaired by a run that was made, so the run itself is the proof.
 */
export function repairProof({ recorded: { about }, repaired }: Deviation, spans: readonly Span[], sealed: readonly { readonly run: string; readonly at: Instant }[]): 'holds' | 'does not hold' | 'cannot say' {
  const proof = sealed.find(({ run }) => run === repaired?.provenBy);
  if (repaired === null || proof === undefined) return 'cannot say';
  if (about.kind !== 'results') return about.kind === 'slots' ? 'holds' : 'cannot say';
  const states = about.subjects.map((subject) => {
    const own = spans.filter((span) => span.check === about.check && span.subject === subject && span.first.at <= proof.at);
    const last = own.at(-1);
    if (last === undefined) return 'cannot say';
    if (last.end !== null && last.end.at <= proof.at) return last.end.state === 'cannot say' ? 'cannot say' : 'holds';
    return last.last.at >= proof.at ? 'does not hold' : 'cannot say';
  });
  return states.includes('does not hold') ? 'does not hold' : states.includes('cannot say') ? 'cannot say' : 'holds';
}
