// SPDX-License-Identifier: Apache-2.0
import { createPublicKey } from 'node:crypto';
import { InputError } from '../model/errors.ts';
import { canonicalJson } from '../model/json.ts';
import { parseCheckpoint, rawKeyOf, signCheckpoint } from './checkpoint.ts';
import { eventSchema, type LogEvent, type NewEvent } from './log-format.ts';
import { leafHash, rootOf } from './merkle.ts';
import type { ReadLog } from './read-log.ts';
import type { Signer } from './signer.ts';

/** What is appended: an event, or a function of those that stand there, which decides and may throw. */
export type EventToAppend = NewEvent | ((events: readonly LogEvent[]) => NewEvent);
/** Appends to one log, wherever that stands. */
export type Append = (event: EventToAppend, signer: Signer) => Promise<LogEvent>;

/** The event with its place at the end of a log, and its leaf as text. Throws what the event's function throws. */
export function placeEvent({ events }: Pick<ReadLog, 'events'>, event: EventToAppend): { readonly placed: LogEvent; readonly line: string } {
  const placed = eventSchema.parse({ ...(typeof event === 'function' ? event(events) : event), sequence: events.length });
  return { placed, line: canonicalJson(placed) };
}

/** The signed checkpoint of a log and one leaf more; of the log alone without one. */
export async function checkpointAfter({ leaves }: Pick<ReadLog, 'leaves'>, origin: string, line: string | null, signer: Signer): Promise<string> {
  const all = line === null ? leaves : [...leaves, leafHash(Buffer.from(line))];
  return await signCheckpoint(origin, all.length, rootOf(all), signer, rawKeyOf(createPublicKey(signer.publicKeyPem)));
}

/**
 * A log that was changed must not be continued: the next checkpoint would sign the change. One leaf more than the checkpoint has is
 * an append that ended in between; the next checkpoint is over it too. Throws an InputError with `remedy`.
 */
export function refuseOther(place: string, { leaves, checkpoint, origin }: Omit<ReadLog, 'events'>, remedy: string): void {
  const newest = checkpoint === null ? null : parseCheckpoint(checkpoint);
  const size = newest?.size ?? 0;
  if (checkpoint !== null && newest === null) throw new InputError(place, 'its newest checkpoint is no checkpoint', remedy);
  if (newest !== null && newest.origin !== origin) throw new InputError(place, `its newest checkpoint is of the log ${newest.origin}, not of this one`, remedy);
  const fits = size <= leaves.length && leaves.length - size <= 1 && (newest === null || newest.root.equals(rootOf(leaves.slice(0, size))));
  if (!fits) throw new InputError(place, `does not fit its newest checkpoint: ${leaves.length} leaves here, ${newest === null ? 'and no checkpoint' : `${size} there`}`, remedy);
}
