// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { parseJsonText } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { coverageSchema, evidenceSchema, inputsSchema, runSchema, scopeSchema, type Coverage, type EvidenceRecord, type Inputs, type Run, type Scope } from '../bundle/records.ts';
import { byCodeUnit } from '../model/json.ts';

/** What a period needs of one sealed run beside its rows: small files of its bundle, parsed. */
export interface RunFacts {
  /** Folder of the bundle. */
  readonly bundle: string;
  readonly run: Run;
  readonly scope: Scope;
  readonly coverage: Coverage;
  readonly inputs: Inputs['inputs'];
  /** One record a control, by id. */
  readonly records: readonly EvidenceRecord[];
}

/** Reads the facts of a sealed run. Throws a BundleFormatError where a file does not fit, and what the file system throws where one is missing. */
export async function readRunFacts(bundle: string): Promise<RunFacts> {
  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => parseJsonText(await readFile(join(bundle, path), 'utf8'), schema, join(bundle, path));
  const records: EvidenceRecord[] = [];
  for (const name of (await readdir(join(bundle, BUNDLE.evidence))).sort(byCodeUnit)) {
    const path = `${BUNDLE.evidence}/${name}`;
    if (path !== BUNDLE.frameworks) records.push(await read(path, evidenceSchema));
  }
  return {
    bundle, run: await read(BUNDLE.run, runSchema), scope: await read(BUNDLE.scope, scopeSchema), coverage: await read(BUNDLE.coverage, coverageSchema),
    inputs: (await read(`${BUNDLE.inputs}/index.json`, inputsSchema)).inputs, records,
  };
}
