// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { z } from 'zod';
import { listingOf } from '../bundle/closed-lists.ts';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { instantSchema } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import { credentialSchema, identitySchema, trustSchema } from '../model/row.ts';
import { foldedVerdictSchema, SEVERITIES, verdictSchema, type Verdict } from '../model/verdict.ts';
import type { RunFacts } from './run-facts.ts';

const seen = z.object({ run: z.string(), at: instantSchema });
/**
 * A check that was not met by one subject, from the run that first saw it to the run that showed its end. `end`: `met` again; `gone`: the subject
 * was proven gone by a list that closed; `not applicable` any more; `cannot say`: a later run could not evaluate it; null: not met in the last run.
 */
export const spanSchema = z.object({
  check: z.string(), severity: z.enum(SEVERITIES), subject: z.string(), unit: z.string(), reason: z.string(),
  first: seen, last: seen,
  /** How the run before the first stood to it: it lets the beginning be bounded from below. Null where no earlier run is known. */
  before: z.object({ ...seen.shape, state: z.enum(['met', 'not listed', 'cannot say']) }).nullable(),
  end: z.object({ ...seen.shape, state: z.enum(['met', 'gone', 'not applicable', 'cannot say']) }).nullable(),
});
export type Span = z.output<typeof spanSchema>;

interface Open { span: Span; readonly kind: string }
const line = z.union([verdictSchema, foldedVerdictSchema]);

/**
 * What was not met over several sealed runs, in their order, by check and subject. Holds in memory what is or was not met, never the estate: a subject's
 * verdict in a later run is looked for only while a span of its is open. Throws a BundleFormatError on a damaged bundle.
 */
export async function spansOver(runs: readonly RunFacts[]): Promise<readonly Span[]> {
  const open = new Map<string, Open>();
  const done: Span[] = [];
  let previous: RunFacts | null = null;
  for (const facts of runs) {
    const here = { run: facts.run.run, at: facts.run.startedAt };
    const found = new Map<string, Verdict['result']>();
    const begun: Open[] = [];
    for await (const verdict of readJsonLines(join(facts.bundle, BUNDLE.verdicts), line)) {
      if (verdict.type !== 'verdict') continue;
      const key = keyOf(verdict.check, verdict.subject);
      const running = open.get(key);
      if (running !== undefined) found.set(key, verdict.result);
      if (verdict.result !== 'not_met') continue;
      if (running !== undefined) running.span = { ...running.span, last: here, reason: verdict.reason };
      else begun.push({ kind: verdict.subjectKind, span: { check: verdict.check, severity: verdict.severity, subject: verdict.subject, unit: verdict.unit, reason: verdict.reason, first: here, last: here, before: null, end: null } });
    }
    await end(open, found, facts, here, done);
    if (previous !== null) await lookBack(previous, begun);
    for (const one of begun) open.set(keyOf(one.span.check, one.span.subject), one);
    previous = facts;
  }
  return [...done, ...[...open.values()].map(({ span }) => span)].sort((a, b) => byCodeUnit(a.check, b.check) || byCodeUnit(a.subject, b.subject) || byCodeUnit(a.first.at, b.first.at));
}

/** Ends the spans whose subject is not `not_met` in this run. One that cannot be said stays open until a run can say. */
async function end(open: Map<string, Open>, found: ReadonlyMap<string, Verdict['result']>, facts: RunFacts, here: Span['first'], done: Span[]): Promise<void> {
  const missing = [...open].filter(([key]) => !found.has(key));
  const present = missing.length === 0 ? new Set<string>() : await presentIn(facts.bundle, new Set(missing.map(([, { span }]) => span.subject)));
  for (const [key, one] of open) {
    const result = found.get(key);
    if (result === 'not_met') {
      one.span = { ...one.span, end: null };
      continue;
    }
    const state = result === 'met' ? 'met' : result === undefined ? absentState(facts, one, present.has(one.span.subject)) : result === 'not_applicable' ? 'not applicable' : 'cannot say';
    if (state === 'cannot say') {
      one.span = { ...one.span, end: one.span.end ?? { ...here, state } };
      continue;
    }
    done.push({ ...one.span, end: { ...here, state } });
    open.delete(key);
  }
}

/** Rule five of the design: gone only where the list of its kind closed in that very run. */
function absentState({ coverage }: RunFacts, { kind, span }: Open, present: boolean): 'gone' | 'not applicable' | 'cannot say' {
  if (present) return 'not applicable';
  return listingOf(coverage.lists, span.unit, kind)?.closed === true ? 'gone' : 'cannot say';
}

/** How the run before stood to what this run saw for the first time. */
async function lookBack(previous: RunFacts, begun: readonly Open[]): Promise<void> {
  if (begun.length === 0) return;
  const wanted = new Map(begun.map((one) => [keyOf(one.span.check, one.span.subject), one]));
  const states = new Map<Open, 'met' | 'cannot say'>();
  for await (const verdict of readJsonLines(join(previous.bundle, BUNDLE.verdicts), line)) {
    if (verdict.type !== 'verdict') continue;
    const one = wanted.get(keyOf(verdict.check, verdict.subject));
    if (one !== undefined) states.set(one, verdict.result === 'met' ? 'met' : 'cannot say');
  }
  const at = { run: previous.run.run, at: previous.run.startedAt };
  const present = await presentIn(previous.bundle, new Set(begun.filter((one) => !states.has(one)).map(({ span }) => span.subject)));
  for (const one of begun) {
    const closed = absentState(previous, one, present.has(one.span.subject));
    one.span = { ...one.span, before: { ...at, state: states.get(one) ?? (closed === 'gone' ? 'not listed' : 'cannot say') } };
  }
}

/** Which of some keys are rows of a bundle. */
async function presentIn(bundle: string, keys: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const present = new Set<string>();
  if (keys.size === 0) return present;
  const files = [[BUNDLE.identities, identitySchema], [BUNDLE.credentials, credentialSchema], [BUNDLE.trusts, trustSchema]] as const;
  for (const [file, schema] of files) for await (const { key } of readJsonLines<{ readonly key: string }>(join(bundle, file), schema)) if (keys.has(key)) present.add(key);
  return present;
}

function keyOf(check: string, subject: string): string {
  return `${check}\n${subject}`;
}
