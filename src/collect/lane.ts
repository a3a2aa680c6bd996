// SPDX-License-Identifier: Apache-2.0
import pLimit from 'p-limit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from '../model/source.ts';

/** A lane at work: paces the requests of one quota. */
export interface RunningLane {
  readonly lane: Lane;
  /** Runs one request when the lane lets it; tells how long it waited. A waiting request ends with the signal's reason when that aborts. */
  run<T>(request: (waitedMs: number) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** The provider said "too fast": the rate halves, at most once a second, and nothing leaves for `holdMs`. */
  throttled(holdMs: number): void;
  /** A request went through: the rate grows back to where it began. */
  succeeded(): void;
  /** Requests a second at this moment. */
  rate(): number;
}

// A twentieth of the starting rate: a quota so low that less would never end.
const LEAST_SHARE = 0.05;
// Back from half to whole in ten seconds without a throttle.
const GROWTH_PER_SECOND = 0.05;

/**
 * A token bucket with additive increase and multiplicative decrease, in front of a concurrency gate (p-limit). The bucket is
 * our own because none at hand halves on a throttle, grows back and tells how long each request waited, which the ledger
 * records. SDK retry quotas lose calls under load, so pacing stands here and SDK retries are off.
 */
export function startLane(lane: Lane, clock: () => number = () => performance.now()): RunningLane {
  const gate = pLimit(lane.concurrency);
  let rate = lane.rate;
  let tokens = lane.burst;
  let filledAt = clock();
  let holdUntil = 0;
  let halvedAt = -Infinity;
  let grownAt = clock();
  // Waiters take turns in order, so that one slot of the bucket is never given twice.
  let turn: Promise<void> = Promise.resolve();

  async function takeToken(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = clock();
      tokens = Math.min(lane.burst, tokens + ((now - filledAt) / 1000) * rate);
      filledAt = now;
      if (now >= holdUntil && tokens >= 1) {
        tokens -= 1;
        return;
      }
      const wait = Math.max(holdUntil - now, ((1 - tokens) / rate) * 1000, 1);
      await sleep(Math.min(wait, 1000), undefined, { signal });
    }
  }
  async function queue(signal: AbortSignal): Promise<void> {
    const mine = turn.then(() => takeToken(signal));
    // The next in line waits for this one to end, however it ends; its error reaches its own caller below.
    turn = mine.then(noop, noop);
    await mine;
  }

  return {
    lane,
    run: (request, signal) => {
      const asked = clock();
      return gate(async () => {
        await queue(signal);
        return request(Math.round(clock() - asked));
      });
    },
    throttled: (holdMs) => {
      const now = clock();
      holdUntil = Math.max(holdUntil, now + holdMs);
      tokens = Math.min(tokens, 0);
      if (now - halvedAt >= 1000) {
        rate = Math.max(rate / 2, lane.rate * LEAST_SHARE);
        halvedAt = now;
        grownAt = now;
      }
    },
    succeeded: () => {
      // By time, not by answers: a fast lane must not be back at its old rate before the quota has been felt.
      const now = clock();
      rate = Math.min(lane.rate, rate + lane.rate * GROWTH_PER_SECOND * ((now - grownAt) / 1000));
      grownAt = now;
    },
    rate: () => rate,
  };
}

function noop(): void {
  // Nothing to do: the waiter's own promise carries the outcome.
}
