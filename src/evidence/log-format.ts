// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { acceptanceEvents } from './events/acceptance.ts';
import { anchorEvents } from './events/anchor.ts';
import { deviationEvents } from './events/deviation.ts';
import { reviewEvents } from './events/review.ts';
import { runEvents } from './events/run.ts';
import { scheduleEvents } from './events/schedule.ts';

/** Events of the log: what became of runs, and what people declared, accepted, explained and decided. `sequence` is dense from 0; nothing is edited or removed. */
export const eventSchema = z.discriminatedUnion('event', [...runEvents, ...scheduleEvents, ...acceptanceEvents, ...deviationEvents, ...reviewEvents, ...anchorEvents]);
export type LogEvent = z.output<typeof eventSchema>;
/** Events of one kind. */
export type EventOf<Name extends LogEvent['event']> = Extract<LogEvent, { readonly event: Name }>;
/** Events that tell of one run. */
export type RunEvent = Extract<LogEvent, { readonly event: `run.${string}` }>;
/** An event before the log gives it its place. */
export type NewEvent = LogEvent extends infer E ? (E extends LogEvent ? Omit<E, 'sequence'> : never) : never;

/** Whether an event tells what became of a run. */
export function isRunEvent(event: LogEvent): event is RunEvent {
  return event.event.startsWith('run.');
}

export const LEAVES = 'leaves.jsonl';
export const CHECKPOINT = 'checkpoint';
export const CHECKPOINTS = 'checkpoints';
/** Answers of time stamp authorities, each by the size of the checkpoint that it is over: `anchors/12.tsr`. */
export const ANCHORS = 'anchors';
export const LOCK = 'lock';
export const ORIGIN = 'origin';
