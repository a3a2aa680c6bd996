// SPDX-License-Identifier: Apache-2.0
// An own writer, because each derivation must give equal bytes, which exceljs does not, and because ids must stand in the sheet as inline text.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { CONTENT_TYPES_HEAD, relationships, STYLE, STYLES, xmlText } from './xlsx-parts.ts';

/** A cell. Text is never a formula, whatever it begins with. `formula` carries the value it has now, for readers that do not compute. */
export type XlsxCell =
  | { readonly type: 'text'; readonly text: string; readonly style?: 'text' | 'heading' | 'header' | 'wrapped' }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'date'; readonly milliseconds: number }
  | { readonly type: 'formula'; readonly formula: string; readonly value: string | number };

export interface XlsxSheet {
  readonly name: string;
  /** Widths in characters, from the first column on. */
  readonly widths: readonly number[];
  /** The header of a table, repeated on each printed page and each sheet that continues it; null for a page of text. */
  readonly header: readonly string[] | null;
  /** How many columns stay in sight when scrolling. */
  readonly frozenColumns: number;
  /** How many columns are printed, from the first on; the others are for the screen, where a page would shrink them beyond reading. */
  readonly printedColumns: number;
  /** Columns whose cells take one of a few words, by 0-based index; a program offers the list. None where absent. */
  readonly choices?: readonly { readonly column: number; readonly words: readonly string[] }[];
  /** How many rows `rows` gives, so that the list of sheets stands before their content. */
  readonly count: number;
  /** Rows from a table's second row on. `sheetRow` numbers from 1 within the sheet it lands on, for formulas. */
  rows(): AsyncIterable<(sheetRow: number) => readonly XlsxCell[]>;
}

/** A name for one cell, e.g. `as_of` for `'Read me'!$B$5`. */
export interface XlsxName { readonly name: string; readonly reference: string }

/** Rows that one sheet can hold (Excel specifications and limits). */
export const MAX_SHEET_ROWS = 1_048_576;
/** Characters that one cell can hold (the same page). */
export const MAX_CELL_TEXT = 32_767;

/** Column letters of a 0-based index: 0 is A, 26 is AA. */
export function columnLetters(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : columnLetters(Math.floor(index / 26) - 1) + String.fromCharCode(65 + (index % 26));
}

/** Days since 1899-12-30, as spreadsheets count moments, or null before March 1900, where their calendar has a day that never was. */
export function serialOf(milliseconds: number): number | null {
  const serial = milliseconds / 86_400_000 + 25_569;
  return serial < 61 ? null : serial;
}

interface Part { readonly sheet: XlsxSheet; readonly name: string; readonly rows: number; readonly nth: number }

/**
 * Writes a workbook; equal sheets give equal bytes with one zlib. Rows are streamed, and a table with more rows than a sheet holds goes on in
 * `Name 2`. Fails where the file exists, or where a sheet gives another number of rows than it said.
 */
export async function writeXlsx(file: string, sheets: readonly XlsxSheet[], names: readonly XlsxName[], maxRows: number = MAX_SHEET_ROWS): Promise<void> {
  const parts = sheets.flatMap((sheet) => partsOf(sheet, maxRows));
  const zip = new ZipFile();
  const failed = Promise.withResolvers<never>();
  zip.on('error', (error: Error) => failed.reject(error));
  // Before 1980, which zip cannot hold, so that yazl writes its least date in every time zone.
  const options = { mtime: new Date(0), mode: 0o100_644, forceDosTimestamp: true, compressionLevel: 6 };
  const add = (path: string, xml: string): void => zip.addBuffer(Buffer.from(xml), path, options);
  add('[Content_Types].xml', `${CONTENT_TYPES_HEAD}${parts.map((_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`).join('')}</Types>`);
  add('_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']]));
  add('xl/workbook.xml', workbookXml(parts, names));
  add('xl/_rels/workbook.xml.rels', relationships([...parts.map((_, index): [string, string] => ['worksheet', `worksheets/sheet${index + 1}.xml`]), ['styles', 'styles.xml']]));
  add('xl/styles.xml', STYLES);
  const iterators = new Map<XlsxSheet, AsyncIterator<(sheetRow: number) => readonly XlsxCell[]>>();
  for (const [index, part] of parts.entries()) {
    zip.addReadStreamLazy(`xl/worksheets/sheet${index + 1}.xml`, options, (give) => {
      const rows = iterators.get(part.sheet) ?? part.sheet.rows()[Symbol.asyncIterator]();
      iterators.set(part.sheet, rows);
      const stream = Readable.from(chunked(sheetXml(part, rows, maxRows)));
      stream.on('error', (error) => failed.reject(error));
      give(null, stream);
    });
  }
  zip.end();
  await Promise.race([pipeline(zip.outputStream, createWriteStream(file, { flags: 'wx' })), failed.promise]);
}

function partsOf(sheet: XlsxSheet, maxRows: number): Part[] {
  const room = sheet.header === null ? maxRows : maxRows - 1;
  const count = Math.max(1, Math.ceil(sheet.count / room));
  return Array.from({ length: count }, (_, nth) => ({ sheet, nth, name: nth === 0 ? sheet.name : `${sheet.name} ${nth + 1}`, rows: Math.min(room, sheet.count - nth * room) }));
}

function workbookXml(parts: readonly Part[], names: readonly XlsxName[]): string {
  const quoted = (name: string): string => `'${name.replaceAll("'", "''")}'`;
  const defined: string[] = names.map(({ name, reference }) => `<definedName name="${xmlText(name)}">${xmlText(reference)}</definedName>`);
  for (const [index, { sheet, name, rows }] of parts.entries()) {
    if (sheet.header === null) continue;
    const sheetName = xmlText(quoted(name));
    if (sheet.printedColumns < sheet.header.length) defined.push(`<definedName name="_xlnm.Print_Area" localSheetId="${index}">${sheetName}!$A$1:$${columnLetters(sheet.printedColumns - 1)}$${rows + 1}</definedName>`);
    defined.push(`<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${sheetName}!$1:$1</definedName>`);
    defined.push(`<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${sheetName}!$A$1:$${columnLetters(sheet.header.length - 1)}$${rows + 1}</definedName>`);
  }
  const sheets = parts.map(({ name }, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join('');
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><bookViews><workbookView activeTab="0"/></bookViews><sheets>${sheets}</sheets><definedNames>${defined.join('')}</definedNames><calcPr calcId="191029" fullCalcOnLoad="1"/></workbook>`;
}

async function* sheetXml({ sheet, rows, nth, name }: Part, iterator: AsyncIterator<(sheetRow: number) => readonly XlsxCell[]>, maxRows: number): AsyncGenerator<string> {
  const { header, frozenColumns } = sheet;
  const last = `${columnLetters(Math.max(0, (header?.length ?? sheet.widths.length) - 1))}${Math.max(1, rows + (header === null ? 0 : 1))}`;
  const pane = header === null ? '' : `<pane${frozenColumns > 0 ? ` xSplit="${frozenColumns}"` : ''} ySplit="1" topLeftCell="${columnLetters(frozenColumns)}2" activePane="${frozenColumns > 0 ? 'bottomRight' : 'bottomLeft'}" state="frozen"/>`;
  yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:${last}"/><sheetViews><sheetView workbookViewId="0"${nth === 0 && name === 'Read me' ? ' tabSelected="1" showGridLines="0"' : ''}>${pane}</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>`;
  yield `<cols>${sheet.widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('')}</cols><sheetData>`;
  let at = 1;
  if (header !== null) {
    yield rowXml(1, header.map((text) => ({ type: 'text', text, style: 'header' })), sheet.widths);
    at = 2;
  }
  for (let made = 0; made < rows; made += 1) {
    const next = await iterator.next();
    if (next.done === true) throw new Error(`sheet ${name}: ${made} rows came where ${rows} were announced; the bundle changed while it was read`);
    yield rowXml(at, next.value(at), sheet.widths);
    at += 1;
  }
  if ((nth + 1) * (header === null ? maxRows : maxRows - 1) >= sheet.count && (await iterator.next()).done !== true) throw new Error(`sheet ${name}: more rows came than the ${sheet.count} that were announced; the bundle changed while it was read`);
  yield `</sheetData>${header === null ? '' : `<autoFilter ref="A1:${last}"/>`}${choicesXml(sheet, rows)}<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter></worksheet>`;
}

/** Lists that a program offers in the cells of a column; another word is refused there, an empty cell is not. */
function choicesXml({ choices, header }: XlsxSheet, rows: number): string {
  if (choices === undefined || header === null || rows === 0) return '';
  const each = choices.map(({ column, words }) => `<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="${columnLetters(column)}2:${columnLetters(column)}${rows + 1}"><formula1>${xmlText(`"${words.join(',')}"`)}</formula1></dataValidation>`);
  return `<dataValidations count="${each.length}">${each.join('')}</dataValidations>`;
}

function rowXml(row: number, cells: readonly XlsxCell[], widths: readonly number[]): string {
  return `<row r="${row}"${heightOf(cells, widths)}>${cells.map((cell, index) => cellXml(`${columnLetters(index)}${row}`, cell)).join('')}</row>`;
}

/** A row with wrapped text says how high it is, since not every program works that out when it opens a file. */
function heightOf(cells: readonly XlsxCell[], widths: readonly number[]): string {
  let lines = 1;
  for (const [index, cell] of cells.entries()) {
    if (cell.type === 'text' && (cell.style === 'wrapped' || cell.style === 'header')) lines = Math.max(lines, Math.ceil((cell.text.length * 1.1) / (widths[index] ?? 10)));
  }
  return lines === 1 ? '' : ` ht="${Math.min(400, lines * 13.5 + 2)}" customHeight="1"`;
}

function cellXml(place: string, cell: XlsxCell): string {
  if (cell.type === 'number') return `<c r="${place}" s="${STYLE.number}"><v>${cell.value}</v></c>`;
  if (cell.type === 'date') {
    const serial = serialOf(cell.milliseconds);
    return serial === null ? textXml(place, new Date(cell.milliseconds).toISOString(), STYLE.text) : `<c r="${place}" s="${STYLE.date}"><v>${serial}</v></c>`;
  }
  if (cell.type === 'formula') return `<c r="${place}" s="${STYLE.number}"${typeof cell.value === 'string' ? ' t="str"' : ''}><f>${xmlText(cell.formula)}</f><v>${typeof cell.value === 'string' ? xmlText(cell.value) : cell.value}</v></c>`;
  return cell.text === '' ? '' : textXml(place, cell.text, STYLE[cell.style ?? 'text']);
}

function textXml(place: string, text: string, style: number): string {
  const note = `… (${text.length} characters; whole in the CSV or JSON file)`;
  const fits = text.length <= MAX_CELL_TEXT ? text : `${text.slice(0, MAX_CELL_TEXT - note.length).replace(/[\ud800-\udbff]$/, '')}${note}`;
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(fits)}</t></is></c>`;
}

async function* chunked(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let buffer = '';
  for await (const text of texts) {
    buffer += text;
    if (buffer.length > 65_536) {
      yield Buffer.from(buffer);
      buffer = '';
    }
  }
  if (buffer !== '') yield Buffer.from(buffer);
}
