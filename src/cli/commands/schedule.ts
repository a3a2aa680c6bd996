// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { everySchema } from '../../evidence/events/schedule.ts';
import { isRunEvent, type LogEvent, type NewEvent } from '../../evidence/log-format.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf, plusDays, type Instant } from '../../model/instant.ts';
import { printable } from '../../model/printable.ts';
import type { Person } from '../../model/person.ts';
import { everyInWords, schedulesOf, slotsOf, type SlotRun } from '../../period/schedule.ts';
import { whoActed } from '../../period/words.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { momentOf } from '../moment.ts';
import { approverFrom, byName, eventsOf, idFrom, recordAct, type ApproverOptions } from '../recording.ts';
import { processTerminal, table } from '../terminal.ts';

export interface DeclareOptions extends ActingOptions, ApproverOptions { readonly id: string; readonly every: string; readonly first: string; readonly graceHours: string; readonly reason: string; readonly from?: string; readonly control?: string; readonly target?: readonly string[] }

/** `rollcall schedule declare`: management's word on when runs are due. */
export async function scheduleDeclare(options: DeclareOptions): Promise<ExitCode> {
  const at = instantOf(Date.now());
  const grace = Number(options.graceHours);
  if (!Number.isInteger(grace) || grace < 1 || grace > 744) throw new InputError('--grace-hours', `${options.graceHours} is no number of hours`, 'give whole hours from 1 to 744');
  const act = (by: Person, approvedBy: Person | null): NewEvent => ({
    event: 'schedule.declared', at, schedule: idFrom(options.id), effective: options.from === undefined ? at : momentOf(options.from, '--from'), firstSlot: momentOf(options.first, '--first'), every: everyFrom(options.every), graceHours: grace,
    targets: [...(options.target ?? [])], control: options.control ?? null, reason: options.reason, by, approvedBy,
  });
  return recorded(options, act, () => undefined, (event) => `${printable(options.id)}: ${event.event === 'schedule.declared' ? everyInWords(event.every) : ''} from ${event.event === 'schedule.declared' ? event.firstSlot : ''} on. \`rollcall schedule list\` shows what becomes of its slots.`);
}

export interface EndOptions extends ActingOptions, ApproverOptions { readonly id: string; readonly reason: string; readonly from?: string }

/** `rollcall schedule end`. */
export async function scheduleEnd(options: EndOptions): Promise<ExitCode> {
  const at = instantOf(Date.now());
  const act = (by: Person, approvedBy: Person | null): NewEvent => ({ event: 'schedule.ended', at, schedule: idFrom(options.id), effective: options.from === undefined ? at : momentOf(options.from, '--from'), reason: options.reason, by, approvedBy });
  return recorded(options, act, (events) => {
    const running = schedulesOf(events).some(({ declared, until }) => declared.schedule === options.id && until === null);
    if (!running) throw new InputError('--id', `there is no schedule ${options.id} that still holds`, '`rollcall schedule list` shows those that do');
  }, () => `${printable(options.id)} holds no more.`);
}

async function recorded(options: ActingOptions & ApproverOptions, act: (by: Person, approvedBy: Person | null) => NewEvent, refuse: (events: readonly LogEvent[]) => void, told: (event: LogEvent) => string): Promise<ExitCode> {
  const { terminal, signer, person } = await acting(options);
  const [first, second] = [byName(options.by, '--by'), options.approvedBy === undefined ? null : byName(options.approvedBy, '--approved-by')];
  const approvedBy = await approverFrom(options, options.archive, (approver) => act(first, approver));
  const by = await person((one) => act(one, second));
  const event = await recordAct(terminal, options.archive, signer, act(by, approvedBy), refuse);
  if (options.json === true) terminal.json(event);
  else terminal.out(told(event));
  return EXIT.ok;
}

/** `rollcall schedule list`: schedules, and their slots from a day on. */
export async function scheduleList(options: { readonly archive: string; readonly from?: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const events = await eventsOf(options.archive);
  const now = instantOf(Date.now());
  const from = options.from === undefined ? plusDays(now, -90) : momentOf(options.from, '--from');
  const schedules = schedulesOf(events);
  const slots = slotsOf(events, runsIn(events), from, now, now);
  if (options.json === true) terminal.json({ schedules: schedules.map(({ declared, until }) => ({ ...declared, until })), slots });
  else if (schedules.length === 0) terminal.out('No schedule was declared, so no run is due. `rollcall schedule declare --help` shows how.');
  else {
    for (const line of table(['schedule', 'every', 'in force from', 'until', 'control', 'declared by'], schedules.map(({ declared, until }) => [declared.schedule, everyInWords(declared.every), declared.effective, until ?? '', declared.control ?? '', whoActed(declared.by)]))) terminal.out(line);
    terminal.out('');
    for (const line of table(['slot', 'schedule', 'state', 'run', 'beside it'], slots.map((slot) => [slot.due, slot.schedule, slot.lateByMinutes === null ? slot.state : `late by ${slot.lateByMinutes} min`, slot.run ?? '', slot.beside.join('; ')]))) terminal.out(line);
  }
  return EXIT.ok;
}

/** Runs of a log as slots see them. */
function runsIn(events: readonly LogEvent[]): readonly SlotRun[] {
  const own = events.filter(isRunEvent);
  return own.flatMap((event): SlotRun[] => {
    if (event.event !== 'run.started') return [];
    const later = own.filter(({ run }) => run === event.run);
    const sealed = later.some((one) => one.event === 'run.sealed' || one.event === 'run.resealed');
    return [{ run: event.run, started: event.at satisfies Instant, occasion: event.occasion, targets: event.targets, state: sealed ? 'sealed' : later.some((one) => one.event === 'run.aborted') ? 'aborted' : 'unfinished', sealed }];
  });
}

function everyFrom(text: string): z.output<typeof everySchema> {
  const [, count = '', letter = ''] = /^(\d{1,3})([hdwm])$/.exec(text) ?? [];
  const unit = ({ h: 'hour', d: 'day', w: 'week', m: 'month' } as const)[letter as 'h' | 'd' | 'w' | 'm'];
  const parsed = everySchema.safeParse({ count: Number(count), unit });
  if (!parsed.success) throw new InputError('--every', `${text} is no interval`, 'write 12h, 1d, 1w or 1m: hours, days, weeks or months of the calendar');
  return parsed.data;
}
