// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/all.ts';
import { parametersInForce } from '../../src/evidence/controls.ts';
import { rightNow, scanAccount } from '../scanners/aws/support/scan.ts';
import { runAll } from '../support/run-checks.ts';

it.each(['bulk', 'standard', 'deep'] as const)('of a whole account at depth %s counts and lists agree, and no conclusion stands without its pages', async (depth) => {
  const { read, inventory } = await scanAccount({ depth });
  const { verdicts } = runAll(CHECKS, read.unit.id, inventory, parametersInForce(CHECKS, []), rightNow());
  expect(verdicts.filter(({ observed }) => observed['cause'] === 'conflict')).toEqual([]);
  expect(verdicts.filter(({ result, refs }) => result !== 'not_evaluated' && refs.length === 0)).toEqual([]);
  expect(verdicts.filter(({ result }) => result === 'met').length).toBeGreaterThan(50);
  // Less depth may leave more open; it never turns into a pass: without an owners file no review is known at any depth.
  expect(new Set(verdicts.filter(({ check }) => check === 'nhi-review-overdue').map(({ result }) => result))).toEqual(new Set(['not_evaluated']));
});
