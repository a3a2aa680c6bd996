// SPDX-License-Identifier: Apache-2.0
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { archivePaths } from '../bundle/layout.ts';
import { InputError } from '../model/errors.ts';

/** The bundle that `--run` names, else the newest sealed run of the archive (run ids sort by time). Throws an InputError where there is none. */
export async function chosenRun(options: { readonly run?: string; readonly archive: string }): Promise<string> {
  if (options.run !== undefined) {
    if (!(await isFolder(options.run))) throw new InputError('--run', `there is no folder ${options.run}`, 'name the folder of a sealed run, such as evidence/runs/RUN');
    return options.run;
  }
  const { runs } = archivePaths(options.archive);
  const names = (await isFolder(runs)) ? (await readdir(runs)).sort() : [];
  const newest = names.at(-1);
  if (newest === undefined) throw new InputError('--archive', `there is no sealed run in ${options.archive}`, 'run `rollcall scan` first, or name a run with --run');
  return join(runs, newest);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
