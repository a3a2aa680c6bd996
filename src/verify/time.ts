// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { BundleFormatError, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import type { Run } from '../bundle/records.ts';
import { isRunEvent, type LogEvent, type RunEvent } from '../evidence/log-format.ts';
import { readLog } from '../evidence/read-log.ts';
import { readRun, readSeal } from '../evidence/read-seal.ts';
import { CLOCK_LIMIT_MS } from '../inventory/coverage.ts';
import { millisecondsOf, type Instant } from '../model/instant.ts';
import { ledgerEntrySchema } from '../model/ledger.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that the times are true: nothing outside management\'s control bears witness to them';

/**
 * Whether the times contradict each other, the provider's clock (beyond `maxSkewMs`) or the log. Without an anchor outside (a time stamp, a
 * checkpoint that somebody else keeps with its time) it cannot be said more.
 */
export async function time(bundle: string, options: { readonly logDir?: string; readonly maxSkewMs?: number } = {}): Promise<VerifyVerdict> {
  const run = await readRun(bundle);
  const seal = await readSeal(bundle);
  const limit = options.maxSkewMs ?? CLOCK_LIMIT_MS;
  const findings: Finding[] = [];
  if (run.finishedAt < run.startedAt) findings.push({ file: BUNDLE.run, message: `ends at ${run.finishedAt}, before it starts at ${run.startedAt}` });
  if (run.asOf < run.startedAt || run.asOf > run.finishedAt) findings.push({ file: BUNDLE.run, message: `counts ages to ${run.asOf}, which lies outside the run` });
  if (seal !== null && seal.statement.predicate.sealedAt < run.finishedAt) findings.push({ file: BUNDLE.seal, message: `was made at ${seal.statement.predicate.sealedAt}, before the run ended` });
  const calls = await judgeCalls(bundle, run, limit, findings);
  if (options.logDir !== undefined) findings.push(...logTimes(await eventsOf(options.logDir, run.run), run, calls.first));
  if (findings.length > 0) return verdict('time', 'fail', findings, DOES_NOT_SHOW);
  return verdict('time', 'cannot_say', [{ message: 'unanchored: no time stamp and no witness outside management\'s control' }, { message: `the times agree with each other and with the provider's clock in ${calls.answered} answers` }], DOES_NOT_SHOW);
}

async function judgeCalls(bundle: string, run: Run, limit: number, findings: Finding[]): Promise<{ readonly answered: number; readonly first: Instant | null }> {
  let outside = 0;
  let skewed = 0;
  let answered = 0;
  let first: Instant | null = null;
  for await (const entry of readJsonLines(join(bundle, BUNDLE.calls), ledgerEntrySchema)) {
    if (entry.type !== 'call') continue;
    if (first === null || entry.startedAt < first) first = entry.startedAt;
    if (entry.startedAt < run.startedAt || entry.startedAt > run.finishedAt) outside += 1;
    if (entry.providerTime === null) continue;
    answered += 1;
    if (Math.abs(millisecondsOf(entry.providerTime) - millisecondsOf(entry.startedAt)) > limit + entry.durationMs) skewed += 1;
  }
  if (outside > 0) findings.push({ file: BUNDLE.calls, message: `${outside} calls lie outside the run's times` });
  if (skewed > 0) findings.push({ file: BUNDLE.calls, message: `the provider's clock and ours are more than ${limit / 1000} s apart in ${skewed} calls` });
  return { answered, first };
}

/** Events of one run; none where the log is damaged, which authenticity says. */
async function eventsOf(folder: string, run: string): Promise<readonly RunEvent[]> {
  try {
    return (await readLog(folder)).events.filter(isRunEvent).filter((event) => event.run === run);
  } catch (error) {
    if (error instanceof BundleFormatError) return [];
    throw error;
  }
}

/** The log's own times: start before the first request, then reading's end, then the seal, none before the one above it. */
function logTimes(events: readonly LogEvent[], run: Run, firstCall: Instant | null): readonly Finding[] {
  const findings: Finding[] = [];
  const tell = (event: LogEvent, message: string): number => findings.push({ file: 'log/leaves.jsonl', message: `entry ${event.sequence} (${event.event}, ${event.at}) ${message}` });
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before !== undefined && event.at < before.at) tell(event, `is earlier than entry ${before.sequence} (${before.event}, ${before.at})`);
    if (event.event === 'run.started' && firstCall !== null && event.at > firstCall) tell(event, `is later than the first request, ${firstCall}`);
    if (event.event === 'run.collected' && event.at < run.finishedAt) tell(event, `is earlier than the end of the run, ${run.finishedAt}`);
  }
  return findings;
}
