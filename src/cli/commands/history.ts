// SPDX-License-Identifier: Apache-2.0
import { openIndex } from '../../archive/index.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { lifeInWords } from '../../period/history-words.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

/** `rollcall history ID`: the life of an identity or credential over all runs of an archive, with the runs and events that each statement stands on. Exits with 3 where a run could not be read, since the life may lack what it saw. */
export async function history(id: string, options: { readonly archive: string; readonly json?: boolean; readonly quiet?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  if (!(await isFolder(options.archive))) throw new InputError('--archive', `there is no folder ${options.archive}`, 'name the folder that holds runs and log');
  const index = await openIndex(options.archive, (run, done, of) => terminal.status(`indexing run ${done + 1} of ${of}: ${run}`));
  terminal.status(null);
  try {
    for (const { folder, problem } of index.damaged) terminal.error(`${printable(folder)} could not be read and is in no answer: ${printable(problem)}`);
    const lines = index.linesNamed(id);
    if (lines.length === 0) throw new InputError('history', `no run of ${options.archive} has an identity or credential called ${id}, and no event tells of one`, 'use an id, name, address or key of the populations (data/populations/*.csv)');
    if (options.json === true) terminal.json({ archive: options.archive, runs: index.runs.map(({ run, at, until }) => ({ run, at, until })), damaged: index.damaged, lines });
    else {
      for (const [place, line] of lines.entries()) {
        if (place > 0) terminal.out('');
        terminal.out(terminal.bold(`${printable(line.kind)} ${printable(line.key)}${line.name === null ? '' : ` (${printable(line.name)})`}`));
        for (const { name, text } of lifeInWords(line)) terminal.out(`  ${printable(name).padEnd(16)} ${printable(text)}`);
      }
      terminal.note(`from ${index.runs.length} run${index.runs.length === 1 ? '' : 's'} of ${printable(options.archive)}; follow one with \`rollcall trace --id ID --run FOLDER\``);
    }
    return index.damaged.length === 0 ? EXIT.ok : EXIT.gap;
  } finally {
    index.close();
  }
}
