// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

/** The sheet part of a workbook that our writer made: the first is `Read me`, the second the items. */
export function sheetPart(number: number): string {
  return `xl/worksheets/sheet${number}.xml`;
}

/** Writes a copy of a workbook with one part changed, as a person's program or somebody with ill intent might. */
export async function editXlsx(from: string, to: string, part: string, change: (xml: string) => string): Promise<void> {
  const parts = unzipSync(readFileSync(from));
  const before = strFromU8(parts[part] ?? new Uint8Array());
  const after = change(before);
  if (after === before) throw new Error(`the change of ${part} changed nothing`);
  await writeFile(to, zipSync({ ...parts, [part]: strToU8(after) }));
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Puts text into a cell, in its place among the cells of its row. */
export function putCell(xml: string, column: string, row: number, text: string): string {
  const cell = `<c r="${column}${row}" t="inlineStr"><is><t>${escape(text)}</t></is></c>`;
  return xml.replace(new RegExp(`(<row r="${row}"[^>]*>)(.*?)</row>`, 's'), (_, open: string, cells: string) => {
    const own = [...cells.matchAll(/<c r="([A-Z]+)\d+"(?:(?!<\/c>).)*<\/c>/gs)].filter(([, letters]) => letters !== column).map(([whole, letters]) => ({ whole, letters: letters ?? '' }));
    own.push({ whole: cell, letters: column });
    own.sort((a, b) => a.letters.length - b.letters.length || (a.letters < b.letters ? -1 : 1));
    return `${open}${own.map(({ whole }) => whole).join('')}</row>`;
  });
}
