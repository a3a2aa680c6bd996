// SPDX-License-Identifier: Apache-2.0
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

/** Below this a heap is small, and what a stage left in it does no harm. */
const SMALL_BYTES = 192 * 1024 * 1024;
const collector = z.custom<() => void>((value) => typeof value === 'function');

/**
 * Gives back what the stage before has left. V8 lets a heap grow while most of it is garbage, so the peak of a scan of an organization would be
 * that of all stages together. Its collector is had by a flag alone: https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function freeSpentMemory(): void {
  if (process.memoryUsage().heapTotal < SMALL_BYTES) return;
  setFlagsFromString('--expose-gc');
  collector.parse(runInNewContext('gc'))();
}
