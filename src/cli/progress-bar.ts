// SPDX-License-Identifier: Apache-2.0
import type { Progress, ProgressEvent } from '../collect/progress.ts';
import { printable } from '../model/printable.ts';
import type { Terminal } from './terminal.ts';

/** Counts of a scan while it runs, for the bar and for `--explain-time`. */
export interface ScanTally { readonly calls: number; readonly retries: number; readonly readsDue: number; readonly readsEnded: number; readonly failed: number; readonly waitedMs: ReadonlyMap<string, { calls: number; waitedMs: number; retries: number }> }

/** Reads that take longer than this are told before they begin; more than so many lines of that would tell nobody anything. */
const LONG_SECONDS = 10;
const MOST_ESTIMATES = 20;

/** A live bar on a terminal, a plain line now and then elsewhere. `stop` clears it; `tally` tells the sums. */
export function progressBar(terminal: Terminal, now: () => number): { readonly progress: Progress; stop(): void; tally(): ScanTally } {
  let calls = 0;
  let retries = 0;
  let due = 0;
  let ended = 0;
  let failed = 0;
  let unreachable = 0;
  let shownAt = 0;
  const started = now();
  let estimates = 0;
  const waited = new Map<string, { calls: number; waitedMs: number; retries: number }>();

  function progress(event: ProgressEvent): void {
    if (event.kind === 'reads-due') {
      due += event.reads;
      if (event.estimate !== undefined) estimated(event.unit, event.estimate);
    }
    if (event.kind === 'read-ended') {
      ended += 1;
      if (!event.ok) failed += 1;
    }
    if (event.kind === 'unit-unreachable') unreachable += 1;
    if (event.kind === 'units-found') terminal.note(`${printable(event.unit)} lists others: ${event.units} more to read.`);
    if (event.kind === 'call') {
      calls += 1;
      if (event.willRetry) retries += 1;
      const entry = waited.get(event.operation) ?? { calls: 0, waitedMs: 0, retries: 0 };
      entry.calls += 1;
      entry.waitedMs += event.waitedMs;
      if (event.willRetry) entry.retries += 1;
      waited.set(event.operation, entry);
    }
    const line = `${ended} of ${due} reads, ${calls} calls${retries === 0 ? '' : `, ${retries} repeated`}${failed === 0 ? '' : `, ${failed} could not be read`}${unreachable === 0 ? '' : `, ${unreachable} units not reached`}, ${Math.round((now() - started) / 1000)} s`;
    if (terminal.live) {
      if (now() - shownAt > 100) {
        terminal.status(line);
        shownAt = now();
      }
    } else if (now() - shownAt > 10_000) {
      if (shownAt !== 0) terminal.note(line);
      shownAt = now();
    }
  }
  function estimated(unit: string, { title, requests, perSecond }: NonNullable<Extract<ProgressEvent, { kind: 'reads-due' }>['estimate']>): void {
    const seconds = requests / perSecond;
    if (seconds < LONG_SECONDS || estimates > MOST_ESTIMATES) return;
    estimates += 1;
    terminal.note(estimates > MOST_ESTIMATES ? 'Others take long too, and are not told one by one.' : `${printable(unit)}: ${title}: about ${requests} requests at ${perSecond} a second, ${inWords(seconds)} at the least.`);
  }
  return { progress, stop: () => terminal.status(null), tally: () => ({ calls, retries, readsDue: due, readsEnded: ended, failed, waitedMs: waited }) };
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
