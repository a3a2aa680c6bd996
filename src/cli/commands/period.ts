// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { canonicalJson } from '../../model/json.ts';
import { printable } from '../../model/printable.ts';
import type { Period } from '../../period/document.ts';
import { periodSections } from '../../period/sections.ts';
import { writeSectionsCsv, writeSectionsWorkbook } from '../../report/sections/files.ts';
import { sectionsHtml } from '../../report/sections/html.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { loadPeriod, periodDays } from '../load-period.ts';
import { momentOf } from '../moment.ts';
import { processTerminal, table, type Terminal } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

export interface PeriodOptions { readonly from: string; readonly to: string; readonly archive: string; readonly asOf?: string; readonly out?: string; readonly quiet?: boolean; readonly json?: boolean }

/** `rollcall period`: what the archive shows of a period. Exit 1 where something that a control bears on is not explained. */
export async function period(options: PeriodOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const days = periodDays(options);
  if (options.out !== undefined && (await isFolder(options.out))) throw new InputError('--out', `${options.out} is there already`, 'name a folder that is not there yet');
  const found = await loadPeriod(options.archive, days, options.asOf === undefined ? instantOf(Date.now()) : momentOf(options.asOf, '--as-of'), (run) => terminal.status(`reading run ${run}`));
  terminal.status(null);
  if (options.out !== undefined) await writePeriod(options.out, found);
  if (options.json === true) terminal.json(found);
  else {
    printPeriod(terminal, found);
    if (options.out !== undefined) terminal.out(terminal.bold(`Open ${join(options.out, 'index.html')}`));
  }
  return found.unexplained.length > 0 ? EXIT.finding : EXIT.ok;
}

/** Writes a period as page, workbook, CSV tables and JSON into a folder that it makes. */
export async function writePeriod(folder: string, found: Period): Promise<void> {
  const document = periodSections(found);
  await mkdir(join(folder, 'tables'), { recursive: true });
  await writeFile(join(folder, 'period.json'), `${canonicalJson(found)}\n`, { flag: 'wx' });
  await writeFile(join(folder, 'index.html'), sectionsHtml(document), { flag: 'wx' });
  await writeSectionsWorkbook(join(folder, 'period.xlsx'), document);
  await writeSectionsCsv(join(folder, 'tables'), document);
}

/** A period as a person reads it on a terminal: the figures, the slots that are not done, and what is still to be explained. */
export function printPeriod(terminal: Terminal, found: Period): void {
  const { title, pairs } = periodSections(found);
  terminal.out(terminal.bold(title));
  for (const [name, value] of pairs) terminal.out(`  ${name.padEnd(24)} ${printable(value)}`);
  const open = found.slots.filter(({ state }) => state === 'missed' || state === 'late' || state === 'declared afterwards');
  if (open.length > 0) {
    terminal.out('');
    terminal.out(terminal.bold('Slots that were not done in time'));
    for (const line of table(['schedule', 'due', 'state', 'deviation'], open.map((slot) => [slot.schedule, slot.due, slot.state, slot.deviations.join(', ') || (slot.control === null ? 'none owed: no control names this schedule' : 'none yet')]))) terminal.out(`  ${line}`);
  }
  terminal.out('');
  terminal.out(terminal.bold(`Still to be explained: ${found.unexplained.length}`));
  for (const one of found.unexplained.slice(0, 20)) terminal.out(`  ${printable(`${one.control ?? '-'}  ${one.what}${one.subject === null ? '' : `  ${one.name === null ? '' : `${one.name}  `}${one.subject}`}${one.since === null ? '' : `  since ${one.since.slice(0, 10)}`}`)}`);
  if (found.unexplained.length > 20) terminal.out(`  … and ${found.unexplained.length - 20} more: \`--out FOLDER\` or \`--json\` lists all`);
  if (found.unexplained.length > 0) terminal.note('Next: `rollcall deviations record` for each; an observation, on which no control bears, owes no explanation.');
}
