// SPDX-License-Identifier: Apache-2.0
import type { LogEvent, NewEvent } from '../../evidence/log-format.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { personName, type Person } from '../../model/person.ts';
import { printable } from '../../model/printable.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { dayFrom, eventsOf, idFrom, recordAct } from '../recording.ts';
import { processTerminal, table } from '../terminal.ts';

/** `rollcall improvements record`: what management drew from a deviation, a review or its indicators (supports CSF 2.0 ID.IM). */
export async function improvementsRecord(options: ActingOptions & { readonly id: string; readonly text: string; readonly from: string; readonly owner: string; readonly due?: string }): Promise<ExitCode> {
  const act = (by: Person): NewEvent => ({ event: 'improvement.recorded', at: instantOf(Date.now()), improvement: idFrom(options.id), text: options.text, from: options.from, owner: personName(options.owner, '--owner'), due: options.due === undefined ? null : dayFrom(options.due, '--due'), by });
  return record(options, act, (events) => {
    if (find(events, options.id) !== undefined) throw new InputError('--id', `there is an improvement ${options.id} already`, 'give it another id');
  });
}

/** `rollcall improvements done`. */
export async function improvementsDone(options: ActingOptions & { readonly id: string; readonly text: string }): Promise<ExitCode> {
  return record(options, (by) => ({ event: 'improvement.done', at: instantOf(Date.now()), improvement: idFrom(options.id), text: options.text, by }), (events) => {
    if (find(events, options.id) === undefined) throw new InputError('--id', `there is no improvement ${options.id}`, '`rollcall improvements list` shows all');
    if (events.some((event) => event.event === 'improvement.done' && event.improvement === options.id)) throw new InputError('--id', `${options.id} is done already`, 'nothing was recorded');
  });
}

async function record(options: ActingOptions & { readonly id: string }, act: (by: Person) => NewEvent, refuse: (events: readonly LogEvent[]) => void): Promise<ExitCode> {
  const { terminal, signer, person } = await acting(options);
  // One moment for the act and its signature.
  const fixed = act({ name: options.by, basis: 'typed only' }).at;
  const event = await recordAct(terminal, options.archive, signer, { ...act(await person((by) => ({ ...act(by), at: fixed }))), at: fixed }, refuse);
  if (options.json === true) terminal.json(event);
  else terminal.out(`Recorded: ${printable(options.id)}.`);
  return EXIT.ok;
}

/** `rollcall improvements list`. */
export async function improvementsList(options: { readonly archive: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const events = await eventsOf(options.archive);
  const all = events.flatMap((event) => (event.event === 'improvement.recorded' ? [{ ...event, done: events.find((later) => later.event === 'improvement.done' && later.improvement === event.improvement) ?? null }] : []));
  if (options.json === true) terminal.json(all);
  else if (all.length === 0) terminal.out('None is recorded.');
  else for (const line of table(['improvement', 'done', 'due', 'owner', 'from', 'what'], all.map((one) => [one.improvement, one.done === null ? '' : one.done.at.slice(0, 10), one.due ?? '', one.owner, one.from, one.text]))) terminal.out(line);
  return EXIT.ok;
}

function find(events: readonly LogEvent[], id: string): LogEvent | undefined {
  return events.find((event) => event.event === 'improvement.recorded' && event.improvement === id);
}
