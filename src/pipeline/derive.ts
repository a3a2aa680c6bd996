// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { BundleFormatError, parseJsonText, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE, COLLECTED } from '../bundle/layout.ts';
import { scopeSchema, type Scope } from '../bundle/records.ts';
import { CHECKS } from '../checks/all.ts';
import { parametersInForce } from '../evidence/controls.ts';
import { coverText } from '../evidence/cover.ts';
import { frameworksFile } from '../evidence/frameworks.ts';
import { writePopulations } from '../evidence/populations.ts';
import { recordBuilder } from '../evidence/records.ts';
import { readRun } from '../evidence/read-seal.ts';
import { completenessOf, type Completeness } from '../inventory/completeness.ts';
import { canonicalJson } from '../model/json.ts';
import type { Provider } from '../model/source.ts';
import { foldedVerdictSchema, verdictSchema } from '../model/verdict.ts';
import { writeHtmlReport } from '../report/html/index.ts';
import { writeWorkbook } from '../report/workbook.ts';
import { readInputs } from './inputs.ts';
import { writeInventory } from './inventory-files.ts';

/**
 * Everything after collection, from what a bundle holds to a folder that has no derived file yet: inventory, coverage, verdicts,
 * populations, evidence, cover, report. A pure function of pages, ledger, inputs and rules: no clock, no network, no SDK.
 * `out` may be the bundle itself. `between` is called where a large part has ended and what it held is no longer needed. Throws a BundleFormatError where a collected file is damaged.
 */
export async function deriveBundle(bundle: string, out: string, providers: readonly Provider[], between: () => void = () => undefined): Promise<void> {
  const run = await readRun(bundle);
  const scope = await readScope(bundle);
  const { owners, ownersGiven, controls } = await readInputs(bundle);
  if (resolve(out) !== resolve(bundle)) await copyCollected(bundle, out);
  const parameters = parametersInForce(CHECKS, controls);
  const { coverage } = await writeInventory(bundle, out, providers, { run, scope, owners, ownersGiven, checks: CHECKS, parameters, between });
  await write(out, BUNDLE.coverage, canonicalJson(coverage));
  between();
  const populations = await writePopulations(out, run.asOf);
  const records = recordBuilder({ run, scope, coverage, controls, checks: CHECKS, parameters, populations });
  for await (const verdict of readJsonLines(join(out, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) records.add(verdict);
  for (const record of records.finish()) await write(out, `${BUNDLE.evidence}/${record.control.id}.json`, canonicalJson(record));
  await write(out, BUNDLE.frameworks, canonicalJson(frameworksFile(controls, CHECKS)));
  await write(out, BUNDLE.cover, coverText({ run, scope, coverage, populations }).trimEnd());
  await mkdir(dirname(join(out, BUNDLE.html)), { recursive: true });
  between();
  await writeHtmlReport(out, join(out, BUNDLE.html));
  between();
  await writeWorkbook(out, join(out, BUNDLE.workbook));
}

/** Removes everything derived, so that it can be made again. Pages, ledger and inputs stay. */
export async function removeDerived(bundle: string): Promise<void> {
  for (const path of [BUNDLE.cover, BUNDLE.coverage, BUNDLE.coverageUnits, dirname(BUNDLE.identities), BUNDLE.populations, BUNDLE.verdicts, BUNDLE.evidence, dirname(BUNDLE.html)]) await rm(join(bundle, path), { recursive: true, force: true });
}

/** Whether a bundle's own account of what was due holds together: see `completenessOf`. */
export async function judgeCompleteness(bundle: string, providers: readonly Provider[]): Promise<Completeness> {
  return completenessOf(bundle, await readRun(bundle), await readScope(bundle), providers);
}

async function readScope(bundle: string): Promise<Scope> {
  try {
    return parseJsonText(await readFile(join(bundle, BUNDLE.scope), 'utf8'), scopeSchema, BUNDLE.scope);
  } catch (error) {
    if (error instanceof BundleFormatError) throw error;
    throw new BundleFormatError(join(bundle, BUNDLE.scope), 'cannot be read', { cause: error });
  }
}

/** The small collected files that later stages read beside what is derived; pages and ledger are read where they are. */
async function copyCollected(bundle: string, out: string): Promise<void> {
  const large: readonly string[] = [BUNDLE.pages, BUNDLE.calls, BUNDLE.redactions];
  for (const path of COLLECTED) if (!large.includes(path)) await cp(join(bundle, path), join(out, path), { recursive: true });
}

async function write(out: string, path: string, text: string): Promise<void> {
  const file = join(out, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${text}\n`, { flag: 'wx' });
}
