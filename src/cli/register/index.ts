// SPDX-License-Identifier: Apache-2.0
import type { Register } from '../options.ts';
import { registerAcceptances } from './acceptances.ts';
import { anchor } from './anchor.ts';
import { registerArchive } from './archive.ts';
import { registerDeviations } from './deviations.ts';
import { registerDiff } from './diff.ts';
import { registerExport } from './export.ts';
import { registerHistory } from './history.ts';
import { keys } from './keys.ts';
import { registerPeriod } from './period.ts';
import { registerReview } from './review.ts';
import { registerSchedule } from './schedule.ts';
import { registerTodo } from './todo.ts';

/** Commands about what holds over time, in the order of the help. */
export const REGISTERED: readonly Register[] = [
  registerArchive,
  anchor,
  keys,
  registerHistory,
  registerDiff,
  registerSchedule,
  registerAcceptances,
  registerDeviations,
  registerReview,
  registerTodo,
  registerPeriod,
  registerExport,
];
