// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { notClosed } from '../bundle/closed-lists.ts';
import { digestOfFile } from '../evidence/digest.ts';
import { populationFile, POPULATIONS } from '../evidence/populations.ts';
import { readCsv } from '../evidence/populations-csv.ts';
import type { Instant } from '../model/instant.ts';
import type { Period } from './document.ts';
import type { RunFacts } from './run-facts.ts';

/** The populations of the newest sealed run that started at or before a moment, as their files stand in it, and the lists of it that did not close. */
export async function populationsAt(runs: readonly RunFacts[], asOf: Instant): Promise<Period['opening']> {
  const facts = runs.findLast(({ run }) => run.startedAt <= asOf);
  if (facts === undefined) return { asOf, run: null, runAt: null, files: [], notClosed: [] };
  const files: Period['opening']['files'] = [];
  for (const name of POPULATIONS) {
    const file = join(facts.bundle, populationFile(name));
    let rows = -1;
    for await (const _ of readCsv(file)) rows += 1;
    files.push({ name, count: rows, sha256: (await digestOfFile(file)).sha256 });
  }
  return { asOf, run: facts.run.run, runAt: facts.run.startedAt, files, notClosed: [...notClosed(facts.coverage.lists)] };
}
