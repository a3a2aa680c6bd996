// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';

/** A cell as the file says it: kind of value, value as text, formula and whether its style shows a moment. */
export interface ReadCell { readonly kind: 'text' | 'number' | 'formula text' | 'error' | 'boolean'; readonly text: string; readonly formula: string | null; readonly format: string; readonly isMoment: boolean }
export interface ReadSheet { readonly name: string; readonly xml: string; readonly rows: ReadonlyMap<number, ReadonlyMap<string, ReadCell>> }
export interface ReadBook { readonly sheets: readonly ReadSheet[]; readonly names: ReadonlyMap<string, string>; readonly entries: ReadonlyMap<string, Buffer> }

/** Entries of a zip file by name, read from its central directory. */
export function unzip(file: string): Map<string, Buffer> {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error(`${file}: no zip`);
  const entries = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size, nameLength, extra, comment, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + size);
    entries.set(name, method === 0 ? Buffer.from(data) : inflateRawSync(data));
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

type Node = { readonly [name: string]: unknown };
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, parseAttributeValue: false, trimValues: false, isArray: (name) => ['row', 'c', 'sheet', 'definedName', 'Relationship', 'xf', 'numFmt', 'si', 'r'].includes(name), processEntities: { enabled: true, maxTotalExpansions: 10_000_000, maxExpandedLength: 500_000_000 } });

/** A workbook as any reader of OOXML sees it. */
export function readXlsx(file: string): ReadBook {
  const entries = unzip(file);
  const part = (name: string): Node => parser.parse(entries.get(name)?.toString('utf8') ?? '') as Node;
  const book = node(part('xl/workbook.xml')['workbook']);
  const targets = new Map(list(node(part('xl/_rels/workbook.xml.rels')['Relationships'])['Relationship']).map((relation) => [String(relation['@Id']), String(relation['@Target']).replace(/^\/xl\//, '')]));
  const styles = node(part('xl/styles.xml')['styleSheet']);
  const formats = new Map(list(node(styles['numFmts'])['numFmt']).map((format) => [String(format['@numFmtId']), String(format['@formatCode'])]));
  const cellFormats = list(node(styles['cellXfs'])['xf']).map((xf) => formats.get(String(xf['@numFmtId'])) ?? `builtin ${String(xf['@numFmtId'])}`);
  const strings = entries.has('xl/sharedStrings.xml') ? list(node(part('xl/sharedStrings.xml')['sst'])['si']).map(richText) : [];
  const sheets = list(node(book['sheets'])['sheet']).map((sheet): ReadSheet => {
    const path = `xl/${targets.get(String(sheet['@r:id'])) ?? ''}`;
    const rows = new Map<number, Map<string, ReadCell>>();
    for (const row of list(node(node(part(path)['worksheet'])['sheetData'])['row'])) {
      rows.set(Number(row['@r']), new Map(list(row['c']).map((cell) => [String(cell['@r']).replace(/\d+/, ''), cellOf(cell, cellFormats, strings)])));
    }
    return { name: String(sheet['@name']), xml: entries.get(path)?.toString('utf8') ?? '', rows };
  });
  const names = new Map(list(node(book['definedNames'])['definedName']).map((name) => [String(name['@name']), String(name['#text'])]));
  return { sheets, names, entries };
}

/** Rows under a sheet's header, by column title, the sheets that continue it included. */
export function tableOf(book: ReadBook, name: string): { readonly [title: string]: ReadCell }[] {
  return book.sheets.filter((sheet) => sheet.name === name || new RegExp(`^${name} \\d+$`).test(sheet.name)).flatMap(({ rows }) => {
    const header = new Map([...(rows.get(1) ?? [])].map(([column, cell]) => [column, cell.text]));
    return [...rows].filter(([number, cells]) => number > 1 && cells.size > 0).map(([, cells]) => Object.fromEntries([...cells].map(([column, cell]) => [header.get(column) ?? column, cell])));
  });
}

function cellOf(cell: Node, formats: readonly string[], strings: readonly string[]): ReadCell {
  const type = String(cell['@t'] ?? 'n');
  const format = formats[Number(cell['@s'] ?? 0)] ?? '';
  const raw = plain(cell['v']);
  const formula = cell['f'] === undefined ? null : plain(cell['f']);
  const text = unescaped(type === 's' ? (strings[Number(raw)] ?? '') : type === 'inlineStr' ? richText(node(cell['is'])) : raw);
  const kind = type === 's' || type === 'inlineStr' ? 'text' : type === 'str' ? 'formula text' : type === 'e' ? 'error' : type === 'b' ? 'boolean' : 'number';
  return { kind, text, formula, format, isMoment: /y/i.test(format) };
}

/** The escape of ECMA-376 for characters: `_x005F_` is an underscore. */
function unescaped(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
function richText(item: Node): string {
  return item['t'] === undefined ? list(item['r']).map((run) => plain(run['t'])).join('') : plain(item['t']);
}
function plain(value: unknown): string {
  return typeof value === 'object' && value !== null ? String((value as Node)['#text'] ?? '') : String(value ?? '');
}
function node(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}
function list(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(node) : value === undefined || value === '' ? [] : [node(value)];
}
