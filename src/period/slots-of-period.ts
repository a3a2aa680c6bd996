// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../evidence/log-format.ts';
import type { Speaking } from './covered-days.ts';
import type { Period } from './document.ts';
import { daysOf, everyInWords, schedulesOf } from './schedule.ts';
import type { RunFacts } from './run-facts.ts';

/** Schedules as a period's document tells of them. */
export function schedulesShown(events: readonly LogEvent[]): Period['schedules'] {
  return schedulesOf(events).map(({ declared, until }) => ({
    schedule: declared.schedule, effective: declared.effective, logged: declared.at, every: everyInWords(declared.every), graceHours: declared.graceHours, control: declared.control, by: declared.by, ended: until,
  }));
}

/** For how many days each sealed run speaks: as long as the longest schedule that was in force when it started lets pass until the next; its own day alone where none was. */
export function speakingDays(events: readonly LogEvent[], sealed: readonly RunFacts[]): readonly Speaking[] {
  const schedules = schedulesOf(events);
  return sealed.map(({ run }) => {
    const inForce = schedules.filter(({ declared, until }) => declared.effective <= run.finishedAt && (until === null || until > run.startedAt));
    return { run: run.run, startedAt: run.startedAt, days: Math.max(1, ...inForce.map(({ declared }) => daysOf(declared.every))) };
  });
}
