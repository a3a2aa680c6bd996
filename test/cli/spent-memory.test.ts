// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { freeSpentMemory } from '../../src/cli/spent-memory.ts';

test('what a stage has left is given back before the next begins, and a small heap is let be', () => {
  freeSpentMemory();
  let spent: number[][] | null = Array.from({ length: 40 }, () => Array.from({ length: 1_000_000 }, (_, index) => index + 0.5));
  const full = process.memoryUsage().heapUsed;
  expect(spent).toHaveLength(40);
  spent = null;
  freeSpentMemory();
  expect(full - process.memoryUsage().heapUsed).toBeGreaterThan(250_000_000);
});
