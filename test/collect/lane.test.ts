// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { startLane } from '../../src/collect/lane.ts';
import type { Lane } from '../../src/model/source.ts';

const LANE: Lane = { id: 'x', rate: 10, burst: 2, concurrency: 4, scope: 'unit', source: 'test' };
const never = new AbortController().signal;

test('a throttle halves the rate, once a second at most and never below a twentieth; success brings it back with time', () => {
  let now = 0;
  const lane = startLane(LANE, () => now);
  lane.throttled(0);
  expect(lane.rate()).toBe(5);
  lane.throttled(0);
  expect(lane.rate()).toBe(5);
  for (let second = 1; second < 20; second += 1) {
    now += 1000;
    lane.throttled(0);
  }
  expect(lane.rate()).toBe(0.5);
  lane.succeeded();
  expect(lane.rate()).toBe(0.5);
  now += 4000;
  lane.succeeded();
  expect(lane.rate()).toBeCloseTo(2.5);
  now += 60_000;
  lane.succeeded();
  expect(lane.rate()).toBe(10);
});

test('requests leave no faster than the rate after the burst, never more at once than the lane holds, and each knows how long it waited', async () => {
  const lane = startLane({ ...LANE, rate: 50, burst: 5, concurrency: 3 });
  let atOnce = 0;
  let most = 0;
  const waits: number[] = [];
  const started = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => lane.run(async (waitedMs) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    waits.push(waitedMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atOnce -= 1;
  }, never)));
  // Fifteen beyond the burst at fifty a second.
  expect(performance.now() - started).toBeGreaterThanOrEqual(290);
  expect(most).toBeLessThanOrEqual(3);
  expect(Math.max(...waits)).toBeGreaterThan(200);
  expect(Math.min(...waits)).toBeLessThan(100);
});

test('after a throttle with a time to wait nothing leaves before it', async () => {
  const lane = startLane({ ...LANE, rate: 1000, burst: 10 });
  lane.throttled(150);
  const started = performance.now();
  await lane.run(async () => undefined, never);
  expect(performance.now() - started).toBeGreaterThanOrEqual(145);
});

test('an abort ends those who wait, with its reason, and the lane goes on for others', async () => {
  const lane = startLane({ ...LANE, rate: 1, burst: 1 });
  await lane.run(async () => undefined, never);
  const controller = new AbortController();
  const waiting = lane.run(async () => 'left', controller.signal);
  setTimeout(() => controller.abort(new Error('enough')), 20);
  await expect(waiting).rejects.toThrow(/enough|aborted/);
  expect(await lane.run(async () => 'left', never)).toBe('left');
});
