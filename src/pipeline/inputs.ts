// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJsonText } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { controlSchema, inputsSchema, type Control } from '../bundle/records.ts';
import { NO_OWNERS, ownersFileSchema, type OwnersFile } from '../inventory/owners-file.ts';
import { canonicalJson } from '../model/json.ts';

/** An input as a bundle keeps it: parsed content, and the digest of the file it came from. */
export interface Input { readonly name: string; readonly origin: string; readonly sha256: string; readonly value: unknown }

/** Writes the inputs into a bundle: each parsed, as `<name>.json`, and the index that names origin and digest. */
export async function writeInputs(bundle: string, inputs: readonly Input[]): Promise<void> {
  const folder = join(bundle, BUNDLE.inputs);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.json'), `${canonicalJson({ inputs: inputs.map(({ name, origin, sha256 }) => ({ name, origin, sha256 })) })}\n`, { flag: 'wx' });
  for (const { name, value } of inputs) await writeFile(join(folder, `${name}.json`), `${canonicalJson(value)}\n`, { flag: 'wx' });
}

/** Owners and controls of a bundle, as they were when it was made. Throws a BundleFormatError where one does not parse. */
export async function readInputs(bundle: string): Promise<{ readonly owners: OwnersFile; readonly ownersGiven: boolean; readonly controls: readonly Control[] }> {
  const index = await read(bundle, 'index', inputsSchema);
  const has = (name: string): boolean => index.inputs.some((input) => input.name === name);
  return {
    owners: has('owners') ? await read(bundle, 'owners', ownersFileSchema) : NO_OWNERS, ownersGiven: has('owners'),
    controls: has('controls') ? (await read(bundle, 'controls', z.object({ controls: z.array(controlSchema) }))).controls : [],
  };
}

async function read<T>(bundle: string, name: string, schema: z.ZodType<T>): Promise<T> {
  const file = `${BUNDLE.inputs}/${name}.json`;
  return parseJsonText(await readFile(join(bundle, file), 'utf8'), schema, file);
}
