// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonText, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { evidenceSchema } from '../bundle/records.ts';
import { populationFile, POPULATIONS, type PopulationName } from '../evidence/populations.ts';
import { byCodeUnit } from '../model/json.ts';
import { foldedVerdictSchema, verdictSchema, type Threshold, type Verdict } from '../model/verdict.ts';
import { RECOMPUTED } from './workbook-results.ts';

/** The number of days that a check compared with in this run, and who set it; `days` null where the run has no verdict of it. */
export interface Limit { readonly check: string; readonly days: number | null; readonly origin: string }

/** What the workbook must know before it writes its first row. */
export interface Summary {
  readonly counts: { readonly [name in PopulationName]: number };
  readonly limits: readonly Limit[];
  /** Checks that a control of management names; every other check's `not_met` is an observation. */
  readonly controlled: ReadonlySet<string>;
  readonly observations: number;
}

/** Counts rows, limits and observations of a derived bundle in one pass over each file. */
export async function summaryOf(dir: string): Promise<Summary> {
  const controlled = await controlledChecks(dir);
  const thresholds = new Map<string, readonly Threshold[]>();
  let observations = 0;
  for await (const verdict of verdictsOf(dir)) {
    if (!thresholds.has(verdict.check)) thresholds.set(verdict.check, verdict.thresholds);
    if (isObservation(verdict, controlled)) observations += 1;
  }
  const counts = { principals: 0, 'non-human-identities': 0, credentials: 0, privileged: 0 };
  for (const name of POPULATIONS) counts[name] = await recordsIn(join(dir, populationFile(name)));
  return { counts, limits: RECOMPUTED.filter(({ limited }) => limited).map(({ check }) => limitOf(check, thresholds.get(check) ?? [])), controlled, observations };
}

/** Rows under the header, by line ends: no cell of a population file holds one, and the sheet that reads the rows fails where their number is another. */
async function recordsIn(file: string): Promise<number> {
  let ends = 0;
  for await (const chunk of createReadStream(file)) {
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends += 1;
  }
  return Math.max(0, ends - 1);
}

/** Verdicts that are held one a subject, in the file's order. */
export async function* verdictsOf(dir: string): AsyncGenerator<Verdict> {
  for await (const row of readJsonLines(join(dir, BUNDLE.verdicts), z.discriminatedUnion('type', [verdictSchema, foldedVerdictSchema]))) if (row.type === 'verdict') yield row;
}

/** Whether a verdict is a `not_met` that no control of management asks about. */
export function isObservation(verdict: Verdict, controlled: ReadonlySet<string>): boolean {
  return verdict.result === 'not_met' && !controlled.has(verdict.check);
}

async function controlledChecks(dir: string): Promise<ReadonlySet<string>> {
  const checks = new Set<string>();
  const files = (await readdir(join(dir, BUNDLE.evidence))).filter((name) => name.endsWith('.json') && `${BUNDLE.evidence}/${name}` !== BUNDLE.frameworks).toSorted(byCodeUnit);
  for (const name of files) {
    const { control } = parseJsonText(await readFile(join(dir, BUNDLE.evidence, name), 'utf8'), evidenceSchema.pick({ control: true }), `${BUNDLE.evidence}/${name}`);
    for (const { check } of control.checks) checks.add(check);
  }
  return checks;
}

function limitOf(check: string, thresholds: readonly Threshold[]): Limit {
  const threshold = thresholds.find(({ value }) => typeof value === 'number');
  if (threshold === undefined || typeof threshold.value !== 'number') return { check, days: null, origin: 'this run has no verdict of this check, so no limit was in force' };
  return { check, days: threshold.value, origin: originOf(threshold) };
}

/** Who set a number, in words: a control that management adopted, or nobody of management. */
export function originOf({ origin, source }: Threshold): string {
  return origin === 'management' ? `management's threshold: ${source}` : `not management's threshold: ${origin === 'standard' ? source : `this tool's own default (${source})`}`;
}
