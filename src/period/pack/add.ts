// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { archivePaths, BUNDLE } from '../../bundle/layout.ts';
import { digestOfFile } from '../../evidence/digest.ts';
import { csvLine } from '../../evidence/populations-csv.ts';
import { shown } from '../../evidence/populations-text.ts';
import type { Signer } from '../../evidence/signer.ts';
import { InputError } from '../../model/errors.ts';
import type { Instant } from '../../model/instant.ts';
import { byCodeUnit, canonicalJson } from '../../model/json.ts';
import { sealPack } from './compose.ts';
import { PACK, type Pack } from './format.ts';
import { readPack, renderPack } from './render.ts';

/** A row that an auditor named, with the files of its run that it was read from, relative to the bundle. */
export interface AddedRow { readonly run: string; readonly population: string; readonly number: number; readonly key: string; readonly files: readonly string[]; readonly references: readonly string[] }

export interface AddOptions {
  readonly archive: string; readonly pack: string; readonly out: string; readonly madeAt: Instant; readonly tool: string;
  readonly runs: readonly string[];
  readonly rows: readonly AddedRow[];
  readonly signer: Signer;
}

/**
 * Makes what is added to a pack that was handed over: whole runs, or the files that named rows were read from, each with the manifests that lead to the run's
 * digest in that pack. A file is the least that a manifest can prove, so a row brings the file of its source in its unit. Throws an InputError for a run that the pack does not name, or that the archive does not hold any more.
 */
export async function addToPack(options: AddOptions): Promise<{ readonly manifestSha256: string; readonly files: number; readonly bytes: number }> {
  const { pack: base, period } = await readPack(options.pack);
  if (period === null) throw new InputError('pack add', `${options.pack} is itself an addition`, 'name the pack of the period');
  const wanted = new Map<string, Set<string> | 'whole'>();
  for (const row of options.rows) {
    const files = wanted.get(row.run) ?? new Set<string>();
    if (files !== 'whole') for (const file of [...row.files, `data/populations/${row.population}.csv`]) files.add(file);
    wanted.set(row.run, files);
  }
  for (const run of options.runs) wanted.set(run, 'whole');
  for (const run of wanted.keys()) if (!base.runs.some((one) => one.run === run)) throw new InputError('pack add', `the pack names no run ${run}`, `it names ${base.runs.length}: data/README.md lists them`);
  const held = new Set(await readdir(archivePaths(options.archive).runs));
  for (const run of wanted.keys()) if (!held.has(run)) throw new InputError('pack add', `run ${run} is not in ${options.archive} any more`, 'bring its folder back from a copy of the archive; its digest in the pack tells whether it is the same');
  await mkdir(join(options.out, 'data'), { recursive: true });
  for (const [run, files] of [...wanted].sort(([a], [b]) => byCodeUnit(a, b))) {
    const from = join(archivePaths(options.archive).runs, run);
    const to = join(options.out, PACK.runs, run);
    if (files === 'whole') await cp(from, to, { recursive: true, errorOnExist: true, force: false });
    else for (const file of [BUNDLE.seal, BUNDLE.info, BUNDLE.declaration, BUNDLE.manifest, BUNDLE.tagManifest, ...[...files].sort(byCodeUnit)]) await copy(join(from, file), join(to, file));
  }
  if (options.rows.length > 0) await writeFile(join(options.out, PACK.rows), rowsTable(options.rows), { flag: 'wx' });
  const about: Pack = { ...base, kind: 'addition', pack: `${base.pack}-addition`.slice(0, 64), madeAt: options.madeAt, tool: options.tool, preparedBy: null, leftOut: [], extends: (await digestOfFile(join(options.pack, BUNDLE.tagManifest))).sha256 };
  await writeFile(join(options.out, PACK.about), `${canonicalJson(about)}\n`, { flag: 'wx' });
  await renderPack(options.out, options.out);
  return sealPack(options.out, about, period.log, options.signer);
}

/** Which row stands where: run, population, number, key, file, and the place in it. */
function rowsTable(rows: readonly AddedRow[]): string {
  return [csvLine(['run', 'population', 'number', 'key', 'references', 'files']), ...rows.map((row) => csvLine([row.run, row.population, String(row.number), shown(row.key).text, shown(row.references.join(' ')).text, shown(row.files.join(' ')).text]))].join('');
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { errorOnExist: true, force: false });
}
