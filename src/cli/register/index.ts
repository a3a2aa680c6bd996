// SPDX-License-Identifier: Apache-2.0
import type { Register } from '../options.ts';
import { registerDiff } from './diff.ts';
import { registerExport } from './export.ts';
import { registerHistory } from './history.ts';

/** Commands about what holds over time, in the order of the help. */
export const REGISTERED: readonly Register[] = [
  registerDiff,
  registerHistory,
  registerExport,
];
