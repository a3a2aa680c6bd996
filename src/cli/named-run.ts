// SPDX-License-Identifier: Apache-2.0
import { dirname, resolve } from 'node:path';
import { sealedRun, sealedRuns, type SealedRun, type SealedRuns } from '../archive/runs.ts';
import { archivePaths } from '../bundle/layout.ts';
import { InputError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { readRunFacts } from '../period/run-facts.ts';
import type { DiffSide } from '../period/diff-runs.ts';
import { isFolder } from './what-stands.ts';
import type { Terminal } from './terminal.ts';

/** Two runs that a person named: each as the folder of a run, its id, the beginning of its id, `newest`, or `previous`: the one before the other. */
export async function namedRuns(names: readonly [string, string], archive: string, terminal: Terminal): Promise<readonly [SealedRun, SealedRun]> {
  const held = await sealedRuns(archive);
  for (const { folder, problem } of held.damaged) terminal.error(`${printable(folder)} is no sealed run and is left out: ${printable(problem)}`);
  const [a, b] = names;
  if (a === 'previous' && b === 'previous') throw new InputError('diff', 'previous is the run before the other one, and both cannot be', 'name one of them: `rollcall diff previous newest`');
  if (b === 'previous') {
    const later = await named(a, held, archive);
    return [later, before(later, held, archive)];
  }
  const other = await named(b, held, archive);
  return [a === 'previous' ? before(other, held, archive) : await named(a, held, archive), other];
}

/** One run that a person named: as a folder, an id or the beginning of one, or `newest`. */
export async function namedRun(name: string, archive: string): Promise<SealedRun> {
  return named(name, await sealedRuns(archive), archive);
}

async function named(name: string, { runs }: SealedRuns, archive: string): Promise<SealedRun> {
  if (name === 'newest') {
    const newest = runs.at(-1);
    if (newest === undefined) throw new InputError('--archive', `there is no sealed run in ${archive}`, 'run `rollcall scan` first, or name the folders of two runs');
    return newest;
  }
  const matching = runs.filter(({ run }) => run.run === name || (name.length >= 8 && run.run.startsWith(name)));
  const [only, second] = matching;
  if (only !== undefined && second === undefined) return only;
  if (second !== undefined) throw new InputError(name, `${matching.length} runs of ${archive} begin so`, 'write more of the id');
  if (!(await isFolder(name))) throw new InputError(name, 'is neither a run of the archive nor a folder', 'name the folder of a sealed run such as evidence/runs/RUN, its id, `newest` or `previous`');
  return sealedRun(name);
}

function before(later: SealedRun, { runs }: SealedRuns, archive: string): SealedRun {
  const at = runs.findIndex(({ run }) => run.run === later.run.run);
  const earlier = runs[at - 1];
  if (earlier === undefined) throw new InputError('previous', `${archive} holds no sealed run before ${later.run.run}`, 'name another run');
  return earlier;
}

/** A sealed run as a difference reads it. Throws a BundleFormatError where it is damaged. */
export async function diffSide(sealed: SealedRun): Promise<DiffSide> {
  const { run } = sealed;
  return {
    ref: { run: run.run, at: run.startedAt, until: run.finishedAt }, coverage: await sealed.coverage(), facts: await readRunFacts(sealed.folder),
    identities: () => sealed.identities(), credentials: () => sealed.credentials(), events: () => sealed.events(), verdicts: () => sealed.verdicts(),
  };
}

/** Whether a run stands in an archive. */
export function isOfArchive(sealed: SealedRun, archive: string): boolean {
  return dirname(resolve(sealed.folder)) === resolve(archivePaths(archive).runs);
}
