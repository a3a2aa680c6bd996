// SPDX-License-Identifier: Apache-2.0
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CHECKS } from '../../checks/all.ts';
import { readLog } from '../../evidence/read-log.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import type { FromLog } from '../../report/exports/from-log.ts';
import { openForExport } from '../../report/exports/open.ts';
import { writeExports } from '../../report/exports/write.ts';
import { composeExport, type ExportFormat } from '../../report/exports/compose.ts';
import { forExport } from '../export-log.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { processTerminal } from '../terminal.ts';
import { isFolder, isThere } from '../what-stands.ts';

export interface ExportOptions { readonly format: ExportFormat; readonly run?: string; readonly archive: string; readonly out: string; readonly quiet?: boolean; readonly json?: boolean }

/** `rollcall export`: writes a sealed run in another format. All files of the format or none; nothing in the bundle changes. */
export async function exportRun(options: ExportOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const bundle = await chosenRun(options);
  await refuseInside(bundle, options.out);
  const { log, notes: aboutLog } = await logBeside(bundle);
  return readingBundle(bundle, async () => {
    const { files, notes } = composeExport(await openForExport(bundle, CHECKS, log), options.format);
    const written = await writeExports(options.out, files);
    const told = [...aboutLog, ...notes];
    if (options.json === true) terminal.json({ bundle, format: options.format, files: written, notes: told });
    else {
      for (const { file, sha256 } of written) terminal.out(`${sha256}  ${printable(file)}`);
      for (const note of told) terminal.note(printable(note));
    }
    return EXIT.ok;
  });
}

/** A file too many would break the seal. Links on the way are followed. */
async function refuseInside(bundle: string, out: string): Promise<void> {
  const way = relative(await realpath(bundle), await realOrResolved(resolve(out)));
  const outside = way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  if (!outside) throw new InputError('--out', `${out} lies inside the sealed run ${bundle}`, 'name a folder outside it: a file more would break the seal');
}

/** Where a path leads, of which the last parts need not be there yet. */
async function realOrResolved(path: string): Promise<string> {
  if (await isThere(path)) return realpath(path);
  const parent = dirname(path);
  return parent === path ? path : join(await realOrResolved(parent), basename(path));
}

/** The log of the archive in which the bundle stands. */
async function logBeside(bundle: string): Promise<{ readonly log: FromLog | null; readonly notes: readonly string[] }> {
  const folder = join(dirname(dirname(resolve(bundle))), 'log');
  if (!(await isFolder(folder))) return { log: null, notes: ['No log stands beside this run: acceptances and deviations are not shown.'] };
  return { log: forExport((await readLog(folder)).events), notes: [] };
}
