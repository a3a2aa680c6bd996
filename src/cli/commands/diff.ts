// SPDX-License-Identifier: Apache-2.0
import { openIndex } from '../../archive/index.ts';
import type { SealedRun } from '../../archive/runs.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import type { Severity } from '../../model/verdict.ts';
import type { Diff } from '../../period/diff.ts';
import { diffRuns } from '../../period/diff-runs.ts';
import type { Earlier } from '../../period/diff-lines.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { diffSide, isOfArchive, namedRuns } from '../named-run.ts';
import { readingBundle } from '../newest-run.ts';
import { printDiff } from '../print-diff.ts';
import { processTerminal, type Terminal } from '../terminal.ts';

export interface DiffOptions { readonly archive: string; readonly failOnNew?: Severity; readonly json?: boolean; readonly quiet?: boolean }

/** `rollcall diff A B`: what became of identities, credentials and verdicts from one run to a later one, and what cannot be compared. */
export async function diff(a: string, b: string, options: DiffOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const [before, after] = await namedRuns([a, b], options.archive, terminal);
  if (before.run.run === after.run.run) throw new InputError('diff', `${a} and ${b} are the same run, ${before.run.run}`, 'name two runs, such as `rollcall diff previous newest`');
  if (before.run.startedAt > after.run.startedAt) throw new InputError('diff', `A started after B: ${before.run.startedAt} and ${after.run.startedAt}`, 'name the earlier run first');
  const found = await withHistory([before, after], options.archive, terminal, async (earlier) => {
    const sides = [await readingBundle(before.folder, () => diffSide(before)), await readingBundle(after.folder, () => diffSide(after))] as const;
    return diffRuns(sides[0], sides[1], { failOnNew: options.failOnNew ?? null, earlier });
  });
  if (options.json === true) terminal.json(found);
  else printDiff(terminal, found);
  return exitOf(found);
}

/** Exit code of a difference: 1 where something is surely new, 3 where that cannot be said, else 0. */
function exitOf({ failOnNew }: Diff): ExitCode {
  return failOnNew === null || failOnNew.answer === 'none' ? EXIT.ok : failOnNew.answer === 'new' ? EXIT.finding : EXIT.gap;
}

/** What came back can only be told from the runs before: where both are runs of the archive, its index says. */
async function withHistory(runs: readonly SealedRun[], archive: string, terminal: Terminal, work: (earlier: Earlier) => Promise<Diff>): Promise<Diff> {
  if (!runs.every((run) => isOfArchive(run, archive))) {
    terminal.note(`These are not both runs of ${printable(archive)}: what came back after it was gone is told as created.`);
    return work(() => null);
  }
  const index = await openIndex(archive, (run, done, of) => terminal.status(`indexing run ${done + 1} of ${of}: ${run}`));
  terminal.status(null);
  try {
    return await work((type, key) => index.lineOf(type, key));
  } finally {
    index.close();
  }
}
