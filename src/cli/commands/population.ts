// SPDX-License-Identifier: Apache-2.0
import { openIndex } from '../../archive/index.ts';
import { csvLine } from '../../evidence/populations-csv.ts';
import { shown } from '../../evidence/populations-text.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf, millisecondsOf, plusDays } from '../../model/instant.ts';
import { printable } from '../../model/printable.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { momentOf } from '../moment.ts';
import { processTerminal, table } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

/** Rows that a terminal shows; `--csv` and `--json` have all. */
const SHOWN = 40;

/** `rollcall population NAME --on DAY`: what stood in a population at a moment. Exit 3 where it is not whole, or a run could not be read. */
export async function population(name: 'credentials' | 'non-human-identities', options: { readonly on: string; readonly archive: string; readonly csv?: boolean; readonly json?: boolean; readonly quiet?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const moment = momentOf(options.on, '--on');
  // A day counts whole.
  const at = /^\d{4}-\d{2}-\d{2}$/.test(options.on) ? instantOf(millisecondsOf(plusDays(moment, 1)) - 1) : moment;
  if (!(await isFolder(options.archive))) throw new InputError('--archive', `there is no folder ${options.archive}`, 'name the folder that holds runs and log');
  const index = await openIndex(options.archive, (run, done, of) => terminal.status(`indexing run ${done + 1} of ${of}: ${run}`));
  terminal.status(null);
  try {
    const units = index.unitsAsOf(at);
    const members = [...index.populationAsOf(at, name === 'credentials' ? 'credentials' : 'non-human identities')];
    if (options.json === true) terminal.json({ population: name, at, units, damaged: index.damaged, members });
    else if (options.csv === true) process.stdout.write([csvLine(['number', 'key', 'kind', 'unit', 'identity', 'name', 'status', 'run', 'run_at']), ...members.map((member, place) => csvLine([String(place + 1), shown(member.key).text, member.kind, member.unit, member.identity === null ? '' : shown(member.identity).text, member.name === null ? '' : shown(member.name).text, member.status, member.run.run, member.run.at]))].join(''));
    else {
      terminal.out(terminal.bold(`${members.length} ${name} at ${at}`));
      for (const unit of units) terminal.out(`  ${printable(unit.unit)}: ${unit.run === null || unit.unread !== null ? `nothing is known: ${printable(unit.unread ?? '')}` : `from the run of ${unit.run.at}${unit.unknown.length === 0 ? '' : `; not whole: ${unit.unknown.map(({ kind, why }) => `${kind} (${why})`).map(printable).join('; ')}`}`}`);
      for (const line of table(['key', 'kind', 'status', 'name'], members.slice(0, SHOWN).map((member) => [member.key, member.kind, member.status, member.name ?? '']))) terminal.out(line);
      if (members.length > SHOWN) terminal.note(`and ${members.length - SHOWN} more: --csv or --json lists all`);
    }
    for (const { folder, problem } of index.damaged) terminal.error(`${printable(folder)} could not be read and is in no answer: ${printable(problem)}`);
    const whole = index.damaged.length === 0 && units.length > 0 && units.every(({ run, unread, unknown }) => run !== null && unread === null && unknown.length === 0);
    return whole ? EXIT.ok : EXIT.gap;
  } finally {
    index.close();
  }
}
