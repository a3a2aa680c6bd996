// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { BundleFormatError } from '../bundle/jsonl.ts';

/** A CSV file that is written a record at a time. */
export interface CsvWriter {
  /** Adds a record as `csvLine` makes it. */
  write(line: string): Promise<void>;
  /** Ends the file. Returns the digest of its bytes (hex) and the number of rows, header included. */
  close(): Promise<{ readonly sha256: string; readonly rows: number }>;
}

/** One record of RFC 4180: CRLF at its end, quotes only where they are needed. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

/** Opens a new CSV file: UTF-8 without byte order mark, so that the first header's name is what it looks like to every tool. Fails where the file exists. */
export function openCsv(file: string): CsvWriter {
  const stream = createWriteStream(file, { flags: 'wx' });
  const hash = createHash('sha256');
  const done = finished(stream);
  let failure: Error | null = null;
  done.catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(`${file}: writing failed`, { cause: error });
  });
  let buffer = '';
  let rows = 0;
  async function flush(): Promise<void> {
    if (failure !== null) throw failure;
    const bytes = Buffer.from(buffer);
    buffer = '';
    hash.update(bytes);
    if (bytes.length > 0 && !stream.write(bytes)) await Promise.race([once(stream, 'drain'), done]);
  }
  return {
    async write(line) {
      buffer += line;
      rows += 1;
      if (buffer.length > 65_536) await flush();
    },
    async close() {
      await flush();
      stream.end();
      await done;
      return { sha256: hash.digest('hex'), rows };
    },
  };
}

/** Records of a CSV file in RFC 4180 form, header included, as they are read. Throws a BundleFormatError on a quote out of place or a file that ends inside one. */
export async function* readCsv(file: string): AsyncGenerator<string[]> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 262_144 })) {
    rest += String(chunk);
    const { records, used } = recordsOf(rest, false, `${file}:${number + 1}`);
    number += records.length;
    yield* records;
    rest = rest.slice(used);
  }
  const { records, used } = recordsOf(rest, true, `${file}:${number + 1}`);
  yield* records;
  if (used < rest.length) throw new BundleFormatError(`${file}:${number + records.length + 1}`, 'ends inside a quoted cell or without CRLF');
}

/** Records of a CSV text that a person or a spreadsheet wrote: any line end, with or without a byte order mark. Throws a BundleFormatError on a quote out of place. */
export function csvRecords(text: string, place: string): string[][] {
  const whole = `${text.replace(/^\ufeff/u, '').replace(/\r?\n|\r/gu, '\r\n').replace(/(?:\r\n)+$/u, '')}\r\n`;
  const { records, used } = recordsOf(whole, true, place);
  if (used < whole.length) throw new BundleFormatError(place, 'ends inside a quoted cell');
  return records;
}

/** Whole records at the start of a text; a record that the text does not end stays for the next call. */
function recordsOf(text: string, last: boolean, place: string): { records: string[][]; used: number } {
  const records: string[][] = [];
  let used = 0;
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string;
    let next: number;
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      // The quote at the very end of a chunk may be the first half of a doubled one.
      if (end < 0 || (end + 1 >= text.length && !last)) break;
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      next = end + 1;
    } else {
      const comma = text.indexOf(',', at);
      const line = text.indexOf('\r\n', at);
      next = comma < 0 ? line : line < 0 ? comma : Math.min(comma, line);
      if (next < 0) break;
      // A comma may be the next line's only where this line has ended, and `line` is then before it.
      cell = text.slice(at, next);
      if (cell.includes('"')) throw new BundleFormatError(place, 'a quote inside a cell that is not quoted');
    }
    if (text[next] === ',') {
      cells.push(cell);
      at = next + 1;
    } else if (text.startsWith('\r\n', next)) {
      cells.push(cell);
      records.push(cells);
      cells = [];
      at = next + 2;
      used = at;
    } else if (next + 1 >= text.length && !last) break;
    else throw new BundleFormatError(place, 'a quoted cell is followed by neither comma nor CRLF');
  }
  return { records, used };
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
