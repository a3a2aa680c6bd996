// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { millisecondsOf } from '../model/instant.ts';
import { ledgerEntrySchema } from '../model/ledger.ts';
import { readRun, readSeal } from '../evidence/seal.ts';
import { CLOCK_LIMIT_MS } from '../inventory/coverage.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that the times are true: nothing outside management\'s control bears witness to them';

/** Whether the times contradict each other or the provider's clock. Without an anchor outside (a time stamp, a checkpoint that somebody else keeps) it cannot be said more. */
export async function time(bundle: string): Promise<VerifyVerdict> {
  const run = await readRun(bundle);
  const seal = await readSeal(bundle);
  const findings: Finding[] = [];
  if (run.finishedAt < run.startedAt) findings.push({ file: BUNDLE.run, message: `ends at ${run.finishedAt}, before it starts at ${run.startedAt}` });
  if (run.asOf < run.startedAt || run.asOf > run.finishedAt) findings.push({ file: BUNDLE.run, message: `counts ages to ${run.asOf}, which lies outside the run` });
  if (seal !== null && seal.statement.predicate.sealedAt < run.finishedAt) findings.push({ file: BUNDLE.seal, message: `was made at ${seal.statement.predicate.sealedAt}, before the run ended` });
  let outside = 0;
  let skewed = 0;
  let answered = 0;
  for await (const entry of readJsonLines(join(bundle, BUNDLE.calls), ledgerEntrySchema)) {
    if (entry.type !== 'call') continue;
    if (entry.startedAt < run.startedAt || entry.startedAt > run.finishedAt) outside += 1;
    if (entry.providerTime === null) continue;
    answered += 1;
    if (Math.abs(millisecondsOf(entry.providerTime) - millisecondsOf(entry.startedAt)) > CLOCK_LIMIT_MS + entry.durationMs) skewed += 1;
  }
  if (outside > 0) findings.push({ file: BUNDLE.calls, message: `${outside} calls lie outside the run's times` });
  if (skewed > 0) findings.push({ file: BUNDLE.calls, message: `the provider's clock and ours are more than ${CLOCK_LIMIT_MS / 1000} s apart in ${skewed} calls` });
  if (findings.length > 0) return verdict('time', 'fail', findings, DOES_NOT_SHOW);
  return verdict('time', 'cannot_say', [{ message: 'unanchored: no time stamp and no witness outside management\'s control' }, { message: `the times agree with each other and with the provider's clock in ${answered} answers` }], DOES_NOT_SHOW);
}
