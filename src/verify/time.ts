// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { BundleFormatError, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import type { Run } from '../bundle/records.ts';
import { isRunEvent, type LogEvent, type RunEvent } from '../evidence/log-format.ts';
import { readLog, type ReadLog } from '../evidence/read-log.ts';
import { readRun, readSeal, statementDigest, type Seal } from '../evidence/read-seal.ts';
import { CLOCK_LIMIT_MS } from '../inventory/coverage.ts';
import { millisecondsOf, type Instant } from '../model/instant.ts';
import { ledgerEntrySchema } from '../model/ledger.ts';
import { judgeAnchors, type LoggedSeal } from './anchored.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that the times are true: nothing outside management\'s control bears witness to them';
const ANCHORED_DOES_NOT_SHOW = 'anything before the stamp: that the log stood so by then is shown; what it says of earlier moments is management\'s word, held against the provider\'s clock';
/** How late a stamp may come where the reader says nothing: a day, so that a rewritten log that is stamped anew shows. */
export const ANCHOR_WITHIN_MS = 24 * 3_600_000;

export interface TimeOptions {
  readonly logDir?: string;
  readonly maxSkewMs?: number;
  /** A checkpoint that the reader kept. */
  readonly checkpoint?: string;
  /** CA certificates of time stamp authorities in PEM form, from the reader. */
  readonly tsaCas?: readonly string[];
  readonly anchorWithinMs?: number;
}

/**
 * Whether the times contradict each other, the provider's clock (beyond `maxSkewMs`), the log or a time stamp. They pass only where an authority that the reader trusts stamped a
 * checkpoint of the log that covers this seal, soon after it; without an anchor outside it cannot be said more.
 */
export async function time(bundle: string, options: TimeOptions = {}): Promise<VerifyVerdict> {
  const run = await readRun(bundle);
  const seal = await readSeal(bundle);
  const limit = options.maxSkewMs ?? CLOCK_LIMIT_MS;
  const findings: Finding[] = [];
  if (run.finishedAt < run.startedAt) findings.push({ file: BUNDLE.run, message: `ends at ${run.finishedAt}, before it starts at ${run.startedAt}` });
  if (run.asOf < run.startedAt || run.asOf > run.finishedAt) findings.push({ file: BUNDLE.run, message: `counts ages to ${run.asOf}, which lies outside the run` });
  if (seal !== null && seal.statement.predicate.sealedAt < run.finishedAt) findings.push({ file: BUNDLE.seal, message: `was made at ${seal.statement.predicate.sealedAt}, before the run ended` });
  const calls = await judgeCalls(bundle, run, limit, findings);
  const log = options.logDir === undefined ? NO_LOG : await readable(options.logDir);
  const events = log.events.filter(isRunEvent).filter((event) => event.run === run.run);
  findings.push(...logTimes(events, run, calls.first));
  const anchors = await judgeAnchors(options.logDir ?? '', log, loggedSeal(events, seal, run), { tsaCas: options.tsaCas ?? [], withinMs: options.anchorWithinMs ?? ANCHOR_WITHIN_MS, maxSkewMs: limit, ...(options.checkpoint === undefined || options.logDir === undefined ? {} : { checkpoint: options.checkpoint }) });
  findings.push(...anchors.problems);
  if (findings.length > 0) return verdict('time', 'fail', findings, DOES_NOT_SHOW);
  const agree = { message: `the times agree with each other and with the provider's clock in ${calls.answered} answers` };
  return verdict('time', anchors.anchored ? 'pass' : 'cannot_say', [...anchors.notes, agree], anchors.anchored ? ANCHORED_DOES_NOT_SHOW : DOES_NOT_SHOW);
}

/** The entry that logs this very seal. A run that was sealed twice has two, and only a stamp over the right one speaks for what lies here. */
function loggedSeal(events: readonly RunEvent[], seal: Seal | null, run: Run): LoggedSeal | null {
  const digest = seal === null ? null : statementDigest(seal.envelope);
  const entry = events.find((event) => (event.event === 'run.sealed' || event.event === 'run.resealed') && event.statementSha256 === digest);
  return entry === undefined || seal === null ? null : { sequence: entry.sequence, sealedAt: seal.statement.predicate.sealedAt, runEnded: run.finishedAt };
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

const NO_LOG: ReadLog = { events: [], leaves: [], checkpoint: null, origin: null };

/** The log, or none where it is damaged, which authenticity says. */
async function readable(folder: string): Promise<ReadLog> {
  try {
    return await readLog(folder);
  } catch (error) {
    if (error instanceof BundleFormatError) return NO_LOG;
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
