// SPDX-License-Identifier: Apache-2.0
import { archivePaths } from '../bundle/layout.ts';
import { appendEvent } from '../evidence/append-log.ts';
import { recordId } from '../evidence/events/common.ts';
import { eventSchema, type LogEvent, type NewEvent } from '../evidence/log-format.ts';
import { readLog } from '../evidence/read-log.ts';
import type { Signer } from '../evidence/signer.ts';
import { InputError } from '../model/errors.ts';
import { isCalendarDay, type Instant } from '../model/instant.ts';
import { personName, type Person } from '../model/person.ts';
import { personFrom } from './person.ts';
import type { Terminal } from './terminal.ts';
import { isFolder } from './what-stands.ts';

/** Flags by which a second person approves. */
export interface ApproverOptions { readonly approvedBy?: string; readonly approvedByApproval?: string; readonly approvedByKey?: string }

/** The person of `--approved-by`, or null where none is named. `act` gives the event with them in it, as it will be logged. */
export async function approverFrom(options: ApproverOptions, archive: string, act: (person: Person) => NewEvent): Promise<Person | null> {
  return options.approvedBy === undefined ? null : personFrom('--approved-by', { name: options.approvedBy, approval: options.approvedByApproval, key: options.approvedByKey }, archive, act);
}

/** A person by name alone, as it stands in an act before it is known what shows who they are. */
export function byName(name: string, place: string): Person {
  return { name: personName(name, place), basis: 'typed only' };
}

/** An id from a flag. Throws an InputError where it is none. */
export function idFrom(text: string, flag = '--id'): string {
  if (!recordId.safeParse(text).success) throw new InputError(flag, `${text.slice(0, 80)} is no id`, 'use letters, digits, dot, hyphen and underscore, 64 at most, such as DEV-7');
  return text;
}

/** A day from a flag. Throws an InputError where it is none. */
export function dayFrom(text: string, flag: string): string {
  if (!isCalendarDay(text)) throw new InputError(flag, `${text} is no day`, 'give a day such as 2026-10-31');
  return text;
}

/** Events of an archive's log. Throws an InputError where there is no archive. */
export async function eventsOf(archive: string): Promise<readonly LogEvent[]> {
  const { log } = archivePaths(archive);
  if (!(await isFolder(log))) throw new InputError('--archive', `there is no log in ${archive}`, 'name the folder that `rollcall scan` writes to');
  return (await readLog(log)).events;
}

/** Throws an InputError where an act does not fit the log's schema: `of` tells which of several. */
export function refuseMisshapen(act: NewEvent, of = ''): void {
  const parsed = eventSchema.safeParse({ ...act, sequence: 0 });
  if (parsed.success) return;
  const issue = parsed.error.issues[0];
  throw new InputError(`${act.event}${of === '' ? '' : ` ${of}`}`, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`, 'mend it and try again; nothing was recorded', { cause: parsed.error });
}

/**
 * Logs one act. What it says is held against its schema first, and `refuse` is asked with the log as it stands while it is held, so that two people at once cannot both do what only one may; an
 * InputError of either records nothing. Says where one took effect before it was logged.
 */
export async function recordAct(terminal: Terminal, archive: string, signer: Signer, act: NewEvent, refuse: (events: readonly LogEvent[]) => void): Promise<LogEvent> {
  refuseMisshapen(act);
  const event = await appendEvent(archivePaths(archive).log, (events) => {
    refuse(events);
    return act;
  }, signer);
  const effective: Instant | null = 'effective' in event ? event.effective : null;
  if (effective !== null && effective < event.at) terminal.error(`It takes effect from ${effective} and is logged at ${event.at}: it is shown as retroactive wherever it stands.`);
  return event;
}
