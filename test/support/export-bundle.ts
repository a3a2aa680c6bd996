// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { readJsonLines, writeJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { writeBag } from '../../src/evidence/bag.ts';
import { writePopulations } from '../../src/evidence/populations.ts';
import { readRun } from '../../src/evidence/read-seal.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { unitFolder } from '../../src/model/reference.ts';
import { composeExport, type ExportFormat } from '../../src/report/exports/compose.ts';
import type { FromLog } from '../../src/report/exports/from-log.ts';
import { openForExport } from '../../src/report/exports/open.ts';
import { writeExports } from '../../src/report/exports/write.ts';
import { allOf } from './all-of.ts';
import { SYNTHETIC_AS_OF, writeSyntheticBundle } from './synthetic-bundle.ts';

const SCHEMAS = join(import.meta.dirname, '../conformance/schemas');

/** A validator of a published schema. OSCAL's patterns need Unicode classes, which one of SARIF's does not bear. */
export async function published(schema: string): Promise<ValidateFunction> {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, unicodeRegExp: schema.startsWith('oscal') });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(await readFile(join(SCHEMAS, schema), 'utf8')));
}

/** A bag of synthetic rows with names that try to act; its manifests are true, and nothing of it comes from a scan. `run`: another id than the synthetic one. */
export async function hostileBundle(folder: string, run?: string): Promise<string> {
  const bundle = join(folder, 'runs', 'hostile');
  await writeSyntheticBundle(bundle, { credentials: 300, seed: 5, hostile: true, clusters: 2 });
  await writePopulations(bundle, SYNTHETIC_AS_OF);
  // A scan writes verdicts unit after unit, as it does its inventory.
  const verdicts = await allOf(readJsonLines(join(bundle, BUNDLE.verdicts), z.looseObject({ unit: z.string() })));
  await rm(join(bundle, BUNDLE.verdicts));
  await writeJsonLines(join(bundle, BUNDLE.verdicts), verdicts.toSorted((a, b) => byCodeUnit(unitFolder(a.unit), unitFolder(b.unit))));
  if (run !== undefined) await writeFile(join(bundle, BUNDLE.run), JSON.stringify({ ...(await readRun(bundle)), run }));
  await mkdir(dirname(join(bundle, BUNDLE.cover)), { recursive: true });
  await writeFile(join(bundle, BUNDLE.cover), 'cover\n');
  await writeBag(bundle, { run: 'hostile', baggedOn: '2026-11-22', agent: 'test' });
  return bundle;
}

/** Exports a bundle. Returns the texts by file name, with what was told about them. */
export async function exported(bundle: string, format: ExportFormat, out: string, log: FromLog | null = null): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly notes: readonly string[] }> {
  const { files, notes } = composeExport(await openForExport(bundle, CHECKS, log), format);
  const written = await writeExports(out, files);
  return { texts: new Map(await Promise.all(written.map(async ({ file }) => [file.slice(out.length + 1), await readFile(file, 'utf8')] as const))), notes };
}
