// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { archivePaths, BUNDLE } from '../bundle/layout.ts';
import { InputError } from '../model/errors.ts';
import { isFile, isFolder } from './what-stands.ts';

/** The bundle that `--run` names, else the newest sealed run of the archive (run ids sort by time). Throws an InputError where there is none. */
export async function chosenRun(options: { readonly run?: string; readonly archive: string }): Promise<string> {
  if (options.run !== undefined) {
    if (!(await isFolder(options.run))) throw new InputError('--run', `there is no folder ${options.run}`, 'name the folder of a sealed run, such as evidence/runs/RUN');
    if (!(await isFile(join(options.run, BUNDLE.run)))) throw new InputError('--run', `${options.run} is not the folder of a run: it has no ${BUNDLE.run}`, 'name the folder of a sealed run, such as evidence/runs/RUN');
    return options.run;
  }
  const { runs } = archivePaths(options.archive);
  const names = (await isFolder(runs)) ? (await readdir(runs)).sort() : [];
  const newest = names.at(-1);
  if (newest === undefined) throw new InputError('--archive', `there is no sealed run in ${options.archive}`, 'run `rollcall scan` first, or name a run with --run');
  return join(runs, newest);
}

/** Reads of a bundle: a file of it that is gone is the bundle's damage and not a fault of ours. Throws an InputError then; any other error as it is. */
export async function readingBundle<T>(bundle: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOENT' && code !== 'EISDIR' && code !== 'ENOTDIR') || path === undefined) throw error;
    throw new InputError(bundle, `its file ${relative(bundle, path)} is missing`, 'the bundle is damaged; `rollcall verify` names every file that differs, and `rollcall seal` makes derived files again', { cause: error });
  }
}
