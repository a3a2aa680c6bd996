// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from '../evidence/log-format.ts';
import { instantOf, millisecondsOf, type Instant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';

type Declared = EventOf<'schedule.declared'>;
/** A schedule from when it takes effect to its end, a later declaration of its name, or nothing. */
export interface Schedule { readonly declared: Declared; readonly until: Instant | null; /** Why it ended: another declaration, or an end. Null while it has none. */ readonly endedBy: LogEvent | null }

/**
 * Schedules that were declared, in the order of the log, each until the next of its name takes effect or its end. A change ends what was declared before from when it takes effect or from when it was
 * logged, whichever is later: what nobody had changed when it was due stays due.
 */
export function schedulesOf(events: readonly LogEvent[]): readonly Schedule[] {
  const declared = events.filter((event) => event.event === 'schedule.declared');
  return declared.map((one) => {
    const changes = events.filter((event): event is Declared | EventOf<'schedule.ended'> => (event.event === 'schedule.declared' || event.event === 'schedule.ended') && event.schedule === one.schedule && event.sequence > one.sequence);
    const [first] = changes.toSorted((a, b) => byCodeUnit(changesFrom(a), changesFrom(b)) || a.sequence - b.sequence);
    return { declared: one, until: first === undefined ? null : changesFrom(first), endedBy: first ?? null };
  });
}

function changesFrom({ at, effective }: Pick<Declared, 'at' | 'effective'>): Instant {
  return effective > at ? effective : at;
}

/** The moment of the slot of an index, from 0, by the calendar in UTC: 31 January and one month is the last day of February, and the month after that 31 March again. */
export function slotAt(first: Instant, every: Declared['every'], index: number): Instant {
  const start = new Date(millisecondsOf(first));
  if (every.unit !== 'month') return instantOf(start.getTime() + index * every.count * { hour: 3_600_000, day: 86_400_000, week: 604_800_000 }[every.unit]);
  const month = start.getUTCFullYear() * 12 + start.getUTCMonth() + index * every.count;
  const lastDay = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
  return instantOf(Date.UTC(Math.floor(month / 12), month % 12, Math.min(start.getUTCDate(), lastDay), start.getUTCHours(), start.getUTCMinutes(), start.getUTCSeconds(), start.getUTCMilliseconds()));
}

/** `every 2 weeks`. */
export function everyInWords({ count, unit }: Declared['every']): string {
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

/** A run for this purpose. `sealed`: it came to its end. */
export interface SlotRun { readonly run: string; readonly started: Instant; readonly occasion: 'scheduled' | 'ad hoc'; readonly targets: readonly string[]; readonly state: string; readonly sealed: boolean }

export interface Slot {
  readonly schedule: string; readonly due: Instant; readonly closes: Instant; readonly control: string | null;
  readonly state: 'done' | 'late' | 'missed' | 'superseded' | 'open' | 'declared afterwards';
  readonly run: string | null; readonly lateByMinutes: number | null;
  /** Runs between this slot and the next that do not count for it, with the reason. */
  readonly beside: readonly string[];
}

/**
 * Every slot in [from, until) and what became of it by `asOf`. A scheduled, sealed run with all declared targets counts for the slot that it started after: `done` within
 * the grace, `late` until the next slot or the end of the schedule, else the slot is `missed`. `superseded`: the schedule changed before the grace was over and nothing had been done;
 * `open`: the grace is not over; `declared afterwards`: the declaration was logged after the slot, so nobody had promised it then.
 */
export function slotsOf(events: readonly LogEvent[], runs: readonly SlotRun[], from: Instant, until: Instant, asOf: Instant): readonly Slot[] {
  const slots: Slot[] = [];
  for (const { declared, until: ends } of schedulesOf(events)) {
    for (let index = 0; ; index += 1) {
      const due = slotAt(declared.firstSlot, declared.every, index);
      if (due >= until || (ends !== null && due >= ends)) break;
      if (due >= from && due >= declared.effective) slots.push(slotOf(declared, due, slotAt(declared.firstSlot, declared.every, index + 1), ends, runs, asOf));
    }
  }
  return slots.sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : a.schedule < b.schedule ? -1 : 1));
}

function slotOf(declared: Declared, due: Instant, next: Instant, ends: Instant | null, runs: readonly SlotRun[], asOf: Instant): Slot {
  const closes = instantOf(millisecondsOf(due) + declared.graceHours * 3_600_000);
  // What was started after the schedule had changed is for the slots of the next one.
  const before = ends !== null && ends < next ? ends : next;
  const within = runs.filter(({ started }) => started >= due && started < before && started <= asOf);
  const missing = (run: SlotRun): readonly string[] => declared.targets.filter((target) => !run.targets.includes(target));
  const counts = within.find((run) => run.sealed && run.occasion === 'scheduled' && missing(run).length === 0);
  const beside = within.filter((run) => run !== counts).map((run) => `${run.run}: ${run.sealed ? (run.occasion === 'ad hoc' ? 'ad hoc' : missing(run).length > 0 ? `without ${missing(run).join(', ')}` : 'one more') : run.state}`);
  const base = { schedule: declared.schedule, due, closes, control: declared.control, beside };
  if (declared.at > due) return { ...base, state: 'declared afterwards', run: counts?.run ?? null, lateByMinutes: null };
  if (counts !== undefined) return { ...base, state: counts.started <= closes ? 'done' : 'late', run: counts.run, lateByMinutes: counts.started <= closes ? null : Math.ceil((millisecondsOf(counts.started) - millisecondsOf(closes)) / 60_000) };
  if (ends !== null && ends <= closes) return { ...base, state: 'superseded', run: null, lateByMinutes: null };
  return { ...base, state: asOf < closes ? 'open' : 'missed', run: null, lateByMinutes: null };
}

/** For how many days a run of a schedule speaks: to the next slot, rounded up to whole days. */
export function daysOf({ count, unit }: Declared['every']): number {
  return { hour: Math.max(1, Math.ceil(count / 24)), day: count, week: count * 7, month: count * 31 }[unit];
}
