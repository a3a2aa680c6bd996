// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from '../evidence/log-format.ts';
import type { Instant } from '../model/instant.ts';
import type { Slot } from './schedule.ts';
import type { Span } from './spans.ts';

type Recorded = EventOf<'deviation.recorded'>;
/** What management can say of a deviation, in the order in which it is shown. */
export const DEVIATION_WORDS = ['cause', 'extent', 'recurrence', 'compensatingControl', 'response', 'owner', 'due'] as const;
/** What must be said before a deviation is explained: a compensating control need not exist. */
const OWED = ['cause', 'extent', 'recurrence', 'response', 'owner'] as const;

/** A deviation with all that was said of it; nothing of that is replaced by what was said later. */
export interface Deviation {
  readonly recorded: Recorded;
  /** Fields and, as `repair`, every earlier word on when it was mended. */
  readonly said: readonly { readonly at: Instant; readonly by: Recorded['by']; readonly field: string; readonly text: string }[];
  /** What is owed and that nobody has said. */
  readonly missing: readonly string[];
  readonly approved: readonly EventOf<'deviation.approved'>[];
  /** The newest word on when it was mended. */
  readonly repaired: EventOf<'deviation.repaired'> | null;
}

/** Deviations of a log, in its order. */
export function deviationsOf(events: readonly LogEvent[]): readonly Deviation[] {
  return events.flatMap((event) => (event.event === 'deviation.recorded' ? [deviationOf(event, events)] : []));
}

function deviationOf(recorded: Recorded, events: readonly LogEvent[]): Deviation {
  const explained = events.filter((event): event is EventOf<'deviation.explained'> => event.event === 'deviation.explained' && event.deviation === recorded.deviation);
  const repairs = events.filter((event): event is EventOf<'deviation.repaired'> => event.event === 'deviation.repaired' && event.deviation === recorded.deviation);
  const said = [
    ...[recorded, ...explained].flatMap(({ at, by, words }) => DEVIATION_WORDS.flatMap((field) => (words[field] === null ? [] : [{ at, by, field, text: words[field] }]))),
    ...repairs.slice(0, -1).map(({ at, by, repaired, provenBy }) => ({ at, by, field: 'repair', text: `mended at ${repaired}, to be shown by run ${provenBy}` })),
  ];
  return {
    recorded, said, missing: OWED.filter((field) => !said.some((one) => one.field === field)),
    approved: events.filter((event): event is EventOf<'deviation.approved'> => event.event === 'deviation.approved' && event.deviation === recorded.deviation),
    repaired: repairs.at(-1) ?? null,
  };
}

type AboutResult = Pick<Span, 'check' | 'subject' | 'first' | 'last' | 'before' | 'end'>;

/**
 * How a deviation stands to a result that was not met for a time. `explains`: the run that it was recorded from, at `seenAt`, lies within that time. `mended before`: it does, and
 * the subject was seen not met again after it is said to have been mended. `other`: another subject or check, or another time: a relapse is not explained by what was said of the first.
 */
export function standsToResult({ recorded: { about }, repaired }: Deviation, span: AboutResult, seenAt: Instant): 'explains' | 'mended before' | 'other' {
  if (about.kind !== 'results' || about.check !== span.check || !about.subjects.includes(span.subject)) return 'other';
  // Before the first and after the last run that is looked at nobody looked for its beginning and its end.
  const begun = span.first.at <= seenAt || span.before === null;
  const lasted = span.last.at >= seenAt || span.end === null || span.end.state === 'cannot say';
  if (!begun || !lasted) return 'other';
  return repaired !== null && repaired.repaired < span.last.at ? 'mended before' : 'explains';
}

/** Whether a deviation is about a slot of a schedule. */
export function isAboutSlot({ recorded: { about } }: Deviation, schedule: string, due: Instant): boolean {
  return about.kind === 'slots' && about.schedule === schedule && about.due.includes(due);
}

/** Whether a deviation is about an item of a review. */
export function isAboutItem({ recorded: { about } }: Deviation, review: string, key: string): boolean {
  return about.kind === 'review' && about.review === review && about.items.includes(key);
}

/** What a period knows that can show a repair: spans of results, slots, and its sealed runs with their start. */
export interface Shown { readonly spans: readonly Span[]; readonly slots: readonly Pick<Slot, 'schedule' | 'due' | 'run' | 'state'>[]; readonly sealed: readonly { readonly run: string; readonly at: Instant }[] }

/**
 * Whether the run that is named as proof of a repair shows it: `holds` where every result that the deviation is about had ended by then, met, gone or not applicable any more, or where the run counts for a slot of
 * the schedule that was due no earlier than those that were missed; `does not hold` where a result was still not met; else it cannot be said.
 */
export function repairProof({ recorded: { about }, repaired }: Deviation, { spans, slots, sealed }: Shown): 'holds' | 'does not hold' | 'cannot say' {
  const proof = sealed.find(({ run }) => run === repaired?.provenBy);
  if (repaired === null || proof === undefined || about.kind === 'review') return 'cannot say';
  if (about.kind === 'slots') return slots.some(({ schedule, due, run, state }) => schedule === about.schedule && run === proof.run && (state === 'done' || state === 'late') && about.due.every((missed) => missed <= due)) ? 'holds' : 'cannot say';
  const states = about.subjects.map((subject) => {
    const own = spans.filter((span) => span.check === about.check && span.subject === subject && span.first.at <= proof.at);
    const last = own.at(-1);
    if (last === undefined) return 'cannot say';
    if (last.end !== null && last.end.at <= proof.at) return last.end.state === 'cannot say' ? 'cannot say' : 'holds';
    return last.last.at >= proof.at ? 'does not hold' : 'cannot say';
  });
  return states.includes('does not hold') ? 'does not hold' : states.includes('cannot say') ? 'cannot say' : 'holds';
}
