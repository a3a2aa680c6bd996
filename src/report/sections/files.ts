// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { csvLine, openCsv } from '../../evidence/populations-csv.ts';
import { shown } from '../../evidence/populations-text.ts';
import { millisecondsOf } from '../../model/instant.ts';
import type { PdfBlock } from '../pdf.ts';
import { writeXlsx, type XlsxCell, type XlsxSheet } from '../xlsx.ts';
import { cellText, type Cell, type Column, type Sections, type Table } from './section.ts';

const WIDTHS = { text: 22, id: 34, lines: 60, number: 10, moment: 20 } as const;

/** Writes one CSV file a table into a folder that is there. Cells that would begin as a formula are neutralised. Returns the names. Fails where one exists. */
export async function writeSectionsCsv(folder: string, { sections }: Sections): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { id, columns, rows } of sections.flatMap(({ tables }) => tables)) {
    const csv = openCsv(join(folder, `${id}.csv`));
    await csv.write(csvLine(columns.map(({ name }) => name)));
    for (const row of rows) await csv.write(csvLine(row.map((cell) => (typeof cell === 'string' && cell !== '' ? shown(cell).text : cellText(cell)))));
    await csv.close();
    names.push(`${id}.csv`);
  }
  return names;
}

/** Writes the document as a workbook: a first sheet that says what it is, then a sheet a table. Ids are text, moments UTC date cells. Fails where the file exists. */
export async function writeSectionsWorkbook(file: string, document: Sections): Promise<void> {
  await writeXlsx(file, [readMe(document), ...document.sections.flatMap(({ tables }) => tables).map(sheetOf)], []);
}

function readMe({ title, under, responsibility, pairs, sections, footer }: Sections): XlsxSheet {
  const text = (value: string, style: 'text' | 'heading' | 'wrapped' = 'text'): XlsxCell => ({ type: 'text', text: value, style });
  const rows: XlsxCell[][] = [
    [text(title, 'heading')], [text(under)], [text(responsibility, 'wrapped')], [],
    ...pairs.map(([name, value]) => [text(name), text(value, 'wrapped')]), [],
    ...sections.flatMap(({ title: name, words, tables }) => [[text(name, 'heading')], ...words.map((line) => [text(line, 'wrapped')]), ...tables.map(({ sheet, title: what, rows: { length } }) => [text(`Sheet "${sheet}"`), text(`${what}: ${length}`)]), []]),
    [text(footer, 'wrapped')],
  ];
  return { name: 'Read me', widths: [90, 80], header: null, frozenColumns: 0, printedColumns: 2, count: rows.length, rows: () => inOrder(rows) };
}

function sheetOf({ sheet, columns, rows, none }: Table): XlsxSheet {
  const cells = rows.length === 0 ? [[{ type: 'text', text: none } satisfies XlsxCell]] : rows.map((row) => row.map((cell, index) => xlsxCell(cell, columns[index])));
  return { name: sheet, widths: columns.map(({ as }) => WIDTHS[as]), header: columns.map(({ name }) => name), frozenColumns: 1, printedColumns: columns.length, count: cells.length, rows: () => inOrder(cells) };
}

function xlsxCell(cell: Cell, column: Column | undefined): XlsxCell {
  if (typeof cell === 'number') return { type: 'number', value: cell };
  if (cell !== null && typeof cell === 'object') return { type: 'date', milliseconds: millisecondsOf(cell.at) };
  return { type: 'text', text: cell === null || cell === '' ? '' : shown(cell).text, style: column?.as === 'lines' ? 'wrapped' : 'text' };
}

async function* inOrder(rows: readonly (readonly XlsxCell[])[]): AsyncGenerator<() => readonly XlsxCell[]> {
  for (const row of rows) yield () => row;
}

/** Rows of one table that a printed document shows; paper is for reading, the workbook for looking things up. */
const PRINTED_ROWS = 25;

/** The document as blocks to print: the first columns of each table and its first rows, with a word on where the rest is. */
export function sectionsPdf({ title, under, responsibility, pairs, sections }: Sections): readonly PdfBlock[] {
  return [
    { type: 'title', text: title, under }, { type: 'paragraph', style: 'boxed', text: responsibility }, { type: 'pairs', pairs },
    ...sections.flatMap(({ title: name, words, tables }): PdfBlock[] => [{ type: 'heading', text: name }, ...words.map((text): PdfBlock => ({ type: 'paragraph', text })), ...tables.flatMap(printed)]),
  ];
}

function printed({ id, title, columns, rows, none }: Table): PdfBlock[] {
  if (rows.length === 0) return [{ type: 'paragraph', style: 'small', text: none }];
  const shownColumns = columns.slice(0, 5);
  const weight = ({ as }: Column): number => (as === 'lines' ? 3 : as === 'number' ? 0.8 : as === 'id' ? 2 : 1.5);
  const total = shownColumns.reduce((sum, column) => sum + weight(column), 0);
  const plain = (cell: Cell): string => (cell !== null && typeof cell === 'object' ? cell.at.slice(0, 16).replace('T', ' ') : cellText(cell));
  return [
    { type: 'paragraph', style: 'strong', text: `${title}: ${rows.length}` },
    { type: 'table', widths: shownColumns.map((column) => weight(column) / total), header: shownColumns.map(({ name }) => name), rows: rows.slice(0, PRINTED_ROWS).map((row) => row.slice(0, 5).map(plain)) },
    ...(rows.length > PRINTED_ROWS || columns.length > 5 ? [{ type: 'paragraph', style: 'small', text: `${rows.length > PRINTED_ROWS ? `The first ${PRINTED_ROWS} of ${rows.length} rows. ` : ''}All rows and columns stand in ${id}.csv and in the workbook.` } as const] : []),
  ];
}
