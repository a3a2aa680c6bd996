// SPDX-License-Identifier: Apache-2.0
import { InputError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { REPRESENTED_COLUMNS, representedRowSchema, type RepresentedRow } from './review-format.ts';

/** The most rows of management's own list, and the largest file, in bytes. */
export const MAX_REPRESENTED_ROWS = 20_000;
export const MAX_REPRESENTED_BYTES = 16 * 1024 * 1024;
// A name belongs here, never the value: shapes that only secrets have.
const SECRET_SHAPE = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bglpat-[A-Za-z0-9_-]{20,}|\bsk_live_[A-Za-z0-9]{16,}|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\./;

/**
 * Management's own list of credentials in systems that this tool does not read: a CSV file with the columns of REPRESENTED_COLUMNS in any order, comma or semicolon, as spreadsheets save it. `place` names the
 * file. Throws an InputError with line and column: a column that is missing or unknown, an empty system or credential, a pair that comes twice, a value that looks like a secret, too much.
 */
export function parseRepresented(text: string, place: string): readonly RepresentedRow[] {
  const [header, ...records] = csvRecords(text.replace(/^\ufeff/, ''), place);
  if (header === undefined) throw new InputError(place, 'is empty', `its first line names the columns: ${REPRESENTED_COLUMNS.join(',')}`);
  const names = header.cells.map((name) => name.trim().toLowerCase());
  const wrong = names.find((name, at) => !(REPRESENTED_COLUMNS as readonly string[]).includes(name) || names.indexOf(name) !== at);
  if (wrong !== undefined) throw new InputError(`${place}:1`, `the column ${JSON.stringify(printable(wrong.slice(0, 40)))} is unknown or comes twice`, `the columns are ${REPRESENTED_COLUMNS.join(', ')}`);
  const missing = REPRESENTED_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new InputError(`${place}:1`, `lacks the column ${missing.join(', ')}`, `the columns are ${REPRESENTED_COLUMNS.join(', ')}; leave cells empty where you do not know`);
  if (records.length > MAX_REPRESENTED_ROWS) throw new InputError(place, `has more than ${MAX_REPRESENTED_ROWS} rows`, 'leave out what is not in scope');
  const seen = new Map<string, number>();
  return records.map(({ cells, line }) => {
    if (cells.length !== names.length) throw new InputError(`${place}:${line}`, `${cells.length} cells where ${names.length} belong`, 'put quotes around a cell that holds the separator');
    const secret = cells.findIndex((cell) => SECRET_SHAPE.test(cell));
    if (secret >= 0) throw new InputError(`${place}:${line}`, `the column ${names[secret] ?? ''} looks like a secret`, 'name the credential, never its value: this list is kept as evidence');
    const parsed = representedRowSchema.safeParse(Object.fromEntries(names.map((name, at) => [name, (cells[at] ?? '').trim().toWellFormed()])));
    if (!parsed.success) throw new InputError(`${place}:${line}`, `${String(parsed.error.issues[0]?.path[0] ?? '')}: ${parsed.error.issues[0]?.message ?? 'does not fit'}`, 'system and credential are needed, and no cell is longer than 1000 characters', { cause: parsed.error });
    const pair = JSON.stringify([parsed.data.system, parsed.data.credential]);
    const earlier = seen.get(pair);
    if (earlier !== undefined) throw new InputError(`${place}:${line}`, `the same system and credential as on line ${earlier}`, 'give each credential one line');
    seen.set(pair, line);
    return parsed.data;
  });
}

interface CsvRecord { readonly cells: readonly string[]; readonly line: number }

/** Records as people's programs write them: LF or CRLF, comma or semicolon, whichever the first line has more of. Lines without a character are left out. */
function csvRecords(text: string, place: string): readonly CsvRecord[] {
  const first = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const separator = first.split(';').length > first.split(',').length ? ';' : ',';
  const records: CsvRecord[] = [];
  let [cells, cell, line, start, quoted, wasQuoted] = [[] as string[], '', 1, 1, false, false];
  const end = (): void => {
    cells.push(cell);
    if (cells.length > 1 || cell !== '' || wasQuoted) records.push({ cells, line: start });
    [cells, cell, wasQuoted] = [[], '', false];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n') line += 1;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell === '' && !wasQuoted) [quoted, wasQuoted] = [true, true];
    else if (character === separator) {
      cells.push(cell);
      [cell, wasQuoted] = ['', false];
    } else if (character === '\n' || (character === '\r' && text[at + 1] === '\n')) {
      if (character === '\r') {
        at += 1;
        line += 1;
      }
      end();
      start = line;
    } else if (wasQuoted || character === '"') throw new InputError(`${place}:${line}`, 'a quote out of place', 'double a quote that belongs to the text, and put quotes around the whole cell');
    else cell += character;
  }
  if (quoted) throw new InputError(`${place}:${start}`, 'ends inside a quoted cell', 'close the quote');
  if (cell !== '' || cells.length > 0 || wasQuoted) end();
  return records;
}
