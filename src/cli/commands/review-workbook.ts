// SPDX-License-Identifier: Apache-2.0
import { rename, rm } from 'node:fs/promises';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { personName } from '../../model/person.ts';
import { printable } from '../../model/printable.ts';
import { importWorkbook } from '../../period/review-import.ts';
import type { ReviewRole } from '../../period/review-format.ts';
import { rowsOf, writeReviewWorkbook } from '../../period/review-workbook.ts';
import { readWorkbook } from '../../report/xlsx-read.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { openReview, recordBatch } from '../review-archive.ts';
import { processTerminal } from '../terminal.ts';
import { isThere } from '../what-stands.ts';
import { bounded } from './review-represent.ts';

/** The largest workbook that is read, packed. */
const MAX_PACKED = 64 * 1024 * 1024;

/** `rollcall review workbook`: the sheet of a review as a workbook that people fill in and send back. */
export async function reviewWorkbook(options: { readonly id: string; readonly archive: string; readonly out: string; readonly owner?: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const { sheet, sheetSha256 } = await openReview(options.archive, options.id, instantOf(Date.now()));
  const owner = options.owner?.trim() ?? null;
  const { items, represented } = rowsOf(sheet, owner);
  if (items.length + represented.length === 0) throw new InputError('--owner', `no item of the review has the recorded owner ${owner ?? ''}`, 'leave --owner out for all rows');
  if (await isThere(options.out)) throw new InputError('--out', `${options.out} is there already`, 'name another file: somebody may be filling that one in');
  const temporary = `${options.out}.${process.pid}.tmp`;
  try {
    await writeReviewWorkbook(temporary, sheet, sheetSha256, owner);
    await rename(temporary, options.out);
  } catch (error) {
    await rm(temporary, { force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new InputError('--out', `the folder of ${options.out} is not there`, 'make it first', { cause: error });
  }
  if (options.json === true) terminal.json({ review: sheet.review, file: options.out, items: items.length, represented: represented.length, sheetSha256 });
  else terminal.out(`${printable(options.out)}: ${items.length} items${represented.length === 0 ? '' : ` and ${represented.length} of management representation`}. When it comes back: rollcall review import ${printable(options.out)} --id ${sheet.review} --role owner --by NAME`);
  return EXIT.ok;
}

/** `rollcall review import`: records what a workbook that came back decides, all of it or nothing. */
export async function reviewImport(file: string, options: ActingOptions & { readonly id: string; readonly role: ReviewRole; readonly samePersonReason?: string }): Promise<ExitCode> {
  const name = personName(options.by, '--by');
  const { sheet, sheetSha256 } = await openReview(options.archive, options.id, instantOf(Date.now()));
  const { items, left, problems } = importWorkbook(readWorkbook(await bounded(file, MAX_PACKED), file), sheet, sheetSha256, name);
  if (problems.length > 0) {
    if (options.json === true) processTerminal({ quiet: true }).json({ review: options.id, recorded: 0, problems });
    const lines = problems.slice(0, 30).map(({ cell, why }) => `${printable(cell)} ${printable(why)}`);
    throw new InputError(file, `${problems.length === 1 ? 'one cell cannot be recorded' : `${problems.length} cells cannot be recorded`}\n${lines.join('\n')}${problems.length > lines.length ? `\nand ${problems.length - lines.length} more` : ''}`, 'nothing was recorded: mend the cells, or hand out a new workbook');
  }
  if (items.length === 0) throw new InputError(file, 'decides nothing: no row has a decision', 'fill in the column "decision"');
  const { terminal, signer, person } = await acting(options);
  const { event } = await recordBatch(options.archive, { review: options.id, role: options.role, name, items, samePersonReason: options.samePersonReason ?? null, person }, signer, Date.now);
  if (options.json === true) terminal.json({ ...event, left });
  else terminal.out(`Recorded ${items.length} decisions of ${name} as ${options.role} in review ${options.id}, at place ${event.sequence} of the log; ${left} rows had none.`);
  return EXIT.ok;
}
