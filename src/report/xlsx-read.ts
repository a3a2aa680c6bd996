// SPDX-License-Identifier: Apache-2.0
import { XMLParser } from 'fast-xml-parser';
import { strFromU8, unzipSync } from 'fflate';
import { InputError } from '../model/errors.ts';

/** A cell of a workbook that came back: its text as a person sees it in the cell, and whether a formula made it. */
export interface CameBack { readonly text: string; readonly formula: boolean }
/** A sheet's rows by number, each with its cells by column letters. */
export interface SheetBack { readonly name: string; readonly rows: ReadonlyMap<number, ReadonlyMap<string, CameBack>> }

/** What is read at most: entries of the archive, bytes of one part and of all, cells. More is refused before it is unpacked. */
export interface XlsxBounds { readonly entries: number; readonly part: number; readonly total: number; readonly cells: number }
export const XLSX_BOUNDS: XlsxBounds = { entries: 1000, part: 96 * 1024 * 1024, total: 192 * 1024 * 1024, cells: 8_000_000 };

const WANTED = /^xl\/(?:workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|worksheets\/[A-Za-z0-9_.-]+\.xml)$/;
type Node = { readonly [name: string]: unknown };

/**
 * The sheets of a workbook that a person's program saved (ECMA-376, transitional or strict; shared and inline strings). `place` names the file. Throws an InputError where it is no workbook, is encrypted, or is more than the
 * bounds allow, which is how an archive that unpacks to gigabytes ends. Nothing of it is computed or followed.
 */
export function readWorkbook(bytes: Uint8Array, place: string, bounds: XlsxBounds = XLSX_BOUNDS): readonly SheetBack[] {
  const parts = unpack(bytes, place, bounds);
  const book = child(xml(parts, 'xl/workbook.xml', place), 'workbook');
  const targets = new Map(nodes(child(xml(parts, 'xl/_rels/workbook.xml.rels', place), 'Relationships')['Relationship']).map((relation) => [attribute(relation, 'Id'), attribute(relation, 'Target').replace(/^\/?(?:xl\/)?/, 'xl/')]));
  const strings = parts['xl/sharedStrings.xml'] === undefined ? [] : nodes(child(xml(parts, 'xl/sharedStrings.xml', place), 'sst')['si']).map(richText);
  let cells = 0;
  return nodes(child(book, 'sheets')['sheet']).map((sheet): SheetBack => {
    const name = attribute(sheet, 'name');
    const path = targets.get(attribute(sheet, 'id')) ?? '';
    const rows = new Map<number, Map<string, CameBack>>();
    let last = 0;
    for (const row of nodes(child(child(xml(parts, path, place), 'worksheet'), 'sheetData')['row'])) {
      last = Number(row['@r'] ?? last + 1);
      const own = nodes(row['c']);
      cells += own.length;
      if (cells > bounds.cells) throw tooMuch(place, `${bounds.cells} cells`);
      rows.set(last, new Map(own.map((cell) => [attribute(cell, 'r').replace(/\d+$/, ''), cellOf(cell, strings)])));
    }
    return { name, rows };
  });
}

function unpack(bytes: Uint8Array, place: string, bounds: XlsxBounds): { readonly [name: string]: Uint8Array } {
  let [entries, total] = [0, 0];
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        entries += 1;
        if (entries > bounds.entries) throw tooMuch(place, `${bounds.entries} parts`);
        if (!WANTED.test(name)) return false;
        total += originalSize;
        // fflate unpacks into a buffer of the size that is declared: a part that lies is cut and is no XML then.
        if (originalSize > bounds.part || total > bounds.total) throw tooMuch(place, `${Math.floor(bounds.part / 1024 / 1024)} MB in one part or ${Math.floor(bounds.total / 1024 / 1024)} MB in all`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(place, 'is no workbook of the form .xlsx, or it is damaged or encrypted', 'save it as Excel Workbook (.xlsx) without a password', { cause: error });
  }
}

function tooMuch(place: string, what: string): InputError {
  return new InputError(place, `unpacks to more than is read: ${what}`, 'send back the workbook that was handed out, with nothing added; `--owner` makes smaller ones');
}

const parser = new XMLParser({
  ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, parseAttributeValue: false, trimValues: false, removeNSPrefix: true,
  isArray: (name) => ['row', 'c', 'sheet', 'Relationship', 'si', 'r'].includes(name), processEntities: { enabled: true, maxTotalExpansions: 50_000_000, maxExpandedLength: 500_000_000 },
});

function xml(parts: { readonly [name: string]: Uint8Array }, name: string, place: string): Node {
  const bytes = parts[name];
  const no = (cause?: unknown): InputError => new InputError(place, `its part ${name.slice(0, 80)} is missing or is no XML`, 'save it again as Excel Workbook (.xlsx), or hand out a new one', { cause });
  if (bytes === undefined) throw no();
  const text = strFromU8(bytes);
  // No part of a workbook has one (ECMA-376 part 2, 8.1.4), and it could make a small text large.
  if (/<!DOCTYPE/i.test(text)) throw no('document type');
  if (!text.trimEnd().endsWith('>')) throw no('cut');
  try {
    return parser.parse(text, true) as Node;
  } catch (error) {
    throw no(error);
  }
}

function cellOf(cell: Node, strings: readonly string[]): CameBack {
  const type = attribute(cell, 't') || 'n';
  const raw = plain(cell['v']);
  const text = type === 's' ? (strings[Number(raw)] ?? '') : type === 'inlineStr' ? richText(child(cell, 'is')) : type === 'b' ? (raw === '1' ? 'TRUE' : 'FALSE') : raw;
  return { text: text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), formula: cell['f'] !== undefined };
}

function richText(item: Node): string {
  return item['t'] === undefined ? nodes(item['r']).map((run) => plain(run['t'])).join('') : plain(item['t']);
}
function plain(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? (value as Node)['#text'] : value;
  return typeof text === 'string' ? text : '';
}
function attribute(node: Node, name: string): string {
  return plain(node[`@${name}`]);
}
function child(node: Node, name: string): Node {
  const value = node[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};
}
function nodes(value: unknown): readonly Node[] {
  return (Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value]).map((item) => (typeof item === 'object' && item !== null ? (item as Node) : { '#text': item }));
}
