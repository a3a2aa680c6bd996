// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { parseJsonText } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { coverageSchema, evidenceSchema, frameworksSchema, runSchema, scopeSchema, type Coverage, type EvidenceRecord, type FrameworksFile, type Run, type Scope } from '../../bundle/records.ts';
import { byCodeUnit } from '../../model/json.ts';
import type { UnitReads } from './unit-reads.ts';

/** The single-document files of a bundle. */
export interface Records { readonly run: Run; readonly scope: Scope; readonly coverage: Coverage; readonly evidence: readonly EvidenceRecord[]; readonly frameworks: FrameworksFile | null }

/** What the page shows beside what names subjects. */
export interface PageRecords extends Records { readonly unitReads: UnitReads }

/** Reads them from a bundle's folder. Throws a BundleFormatError that names the file which does not fit. */
export async function readRecords(bundleDir: string): Promise<Records> {
  async function read<T>(file: string, schema: ZodType<T>): Promise<T> {
    return parseJsonText(await readFile(join(bundleDir, file), 'utf8'), schema, file);
  }
  const names = (await readdir(join(bundleDir, BUNDLE.evidence))).map((name) => `${BUNDLE.evidence}/${name}`).filter((file) => file.endsWith('.json')).toSorted(byCodeUnit);
  const evidence: EvidenceRecord[] = [];
  for (const file of names) if (file !== BUNDLE.frameworks) evidence.push(await read(file, evidenceSchema));
  return {
    run: await read(BUNDLE.run, runSchema), scope: await read(BUNDLE.scope, scopeSchema), coverage: await read(BUNDLE.coverage, coverageSchema), evidence,
    frameworks: names.includes(BUNDLE.frameworks) ? await read(BUNDLE.frameworks, frameworksSchema) : null,
  };
}
