// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseJsonText } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { coverageSchema, runSchema, scopeSchema } from '../bundle/records.ts';
import { summaryOf } from './workbook-facts.ts';
import { observationsSheet, scopeSheet, unreadSheet } from './workbook-lists.ts';
import { populationSheet } from './workbook-populations.ts';
import { readMeSheet } from './workbook-read-me.ts';
import { MAX_SHEET_ROWS, writeXlsx } from './xlsx.ts';

/** `maxRows`: rows a sheet may hold before the table goes on in another; spreadsheets set it. */
export interface WorkbookOptions { readonly maxRows?: number }

/**
 * Writes the populations of a derived bundle as a workbook: text stays text, moments are UTC date cells, ages and results are computed by cells.
 * Reads `data/` of `dir` (run, scope, coverage, populations, verdicts, evidence) and nothing else. Equal content gives equal bytes. Fails where the file exists.
 */
export async function writeWorkbook(dir: string, file: string, options: WorkbookOptions = {}): Promise<void> {
  const run = parseJsonText(await readFile(join(dir, BUNDLE.run), 'utf8'), runSchema, BUNDLE.run);
  const scope = parseJsonText(await readFile(join(dir, BUNDLE.scope), 'utf8'), scopeSchema, BUNDLE.scope);
  const coverage = parseJsonText(await readFile(join(dir, BUNDLE.coverage), 'utf8'), coverageSchema, BUNDLE.coverage);
  const summary = await summaryOf(dir);
  const limits = new Map(summary.limits.flatMap(({ check, days }) => (days === null ? [] : [[check, days] as const])));
  const { sheet: readMe, names } = readMeSheet(run, scope, coverage, summary);
  await mkdir(dirname(file), { recursive: true });
  await writeXlsx(file, [
    readMe,
    scopeSheet(coverage),
    populationSheet(dir, 'non-human-identities', 'Non-human identities', summary.counts['non-human-identities'], limits, run.asOf),
    populationSheet(dir, 'credentials', 'Credentials', summary.counts.credentials, limits, run.asOf),
    populationSheet(dir, 'privileged', 'Privileged', summary.counts.privileged, limits, run.asOf),
    unreadSheet(coverage),
    observationsSheet(dir, summary),
  ], names, options.maxRows ?? MAX_SHEET_ROWS);
}
