// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exactly, instantOf, millisecondsOf, wholeDays, type Instant } from '../../src/model/instant.ts';
import { ageValue, idleSince } from '../../src/report/workbook-results.ts';
import { columnLetters, MAX_CELL_TEXT, serialOf, writeXlsx, type XlsxCell, type XlsxSheet } from '../../src/report/xlsx.ts';
import { xmlText } from '../../src/report/xlsx-parts.ts';
import { POPULATION_FIELDS, type PopulationRow } from '../../src/evidence/populations.ts';
import { HOSTILE_NAMES } from '../support/synthetic-bundle.ts';
import { readXlsx } from '../support/xlsx-reader.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'xlsx-'));
});
afterAll(async () => rm(root, { recursive: true }));

function sheetOf(name: string, rows: readonly (readonly XlsxCell[])[], count = rows.length): XlsxSheet {
  return {
    name, header: ['a', 'b'], widths: [10, 10], frozenColumns: 1, printedColumns: 1, count,
    async *rows() {
      for (const row of rows) yield () => row;
    },
  };
}

test('text stays text to the letter: long digits, leading zeros, formulas, escapes that spreadsheets would undo', async () => {
  const texts = ['123456789012345678901', '000123', '1e5', '2026-01-01', '=1+1', '+1', '-1', '@x', '_x0041_', 'a_x000D_b', '__x0041__', ' leading', 'trailing ', '<&>"\'', ']]>', 'é日🔑', ...HOSTILE_NAMES.filter((name) => /^[\x20-\x7e]+$/.test(name))];
  const file = join(root, 'text.xlsx');
  await writeXlsx(file, [sheetOf('T', texts.map((text) => [{ type: 'text', text }]))], []);
  const cells = [...(readXlsx(file).sheets[0]?.rows.values() ?? [])].slice(1).map((row) => row.get('A'));
  expect(cells.map((cell) => cell?.text)).toEqual(texts);
  expect(new Set(cells.map((cell) => `${cell?.kind ?? ''} ${cell?.format ?? ''} ${String(cell?.formula)}`))).toEqual(new Set(['text builtin 49 null']));
});

test('characters that XML cannot hold or that act on a reader are shown, and a text too long for a cell says so', async () => {
  expect(xmlText('a\u0000\u001b\u202e\ufffe\ud800b')).toBe('a\\u{0}\\u{1b}\\u{202e}\\u{fffe}\\u{d800}b');
  const file = join(root, 'long.xlsx');
  await writeXlsx(file, [sheetOf('T', [[{ type: 'text', text: 'x'.repeat(40_000) }, { type: 'text', text: 'y'.repeat(MAX_CELL_TEXT) }]])], []);
  const row = readXlsx(file).sheets[0]?.rows.get(2);
  expect(row?.get('A')?.text.length).toBe(MAX_CELL_TEXT);
  expect(row?.get('A')?.text).toContain('40000 characters');
  expect(row?.get('B')?.text).toBe('y'.repeat(MAX_CELL_TEXT));
});

test('a table has frozen panes, a filter, titles on each printed page, landscape on one page width', async () => {
  const file = join(root, 'form.xlsx');
  await writeXlsx(file, [sheetOf("It's & more", [[{ type: 'text', text: 'x' }]])], [{ name: 'as_of', reference: "'It''s & more'!$A$2" }]);
  const book = readXlsx(file);
  for (const part of ['<pane xSplit="1" ySplit="1" topLeftCell="B2"', '<autoFilter ref="A1:B2"/>', 'orientation="landscape" fitToWidth="1" fitToHeight="0"', '<pageSetUpPr fitToPage="1"/>', 'customWidth="1"']) expect(book.sheets[0]?.xml).toContain(part);
  expect(book.sheets[0]?.name).toBe("It's & more");
  expect(book.names.get('_xlnm.Print_Titles')).toBe("'It''s & more'!$1:$1");
  expect(book.names.get('_xlnm.Print_Area')).toBe("'It''s & more'!$A$1:$A$2");
  expect(book.names.get('as_of')).toBe("'It''s & more'!$A$2");
});

test('a sheet that gives fewer or more rows than it announced fails the file', async () => {
  const rows: XlsxCell[][] = [[{ type: 'number', value: 1 }], [{ type: 'number', value: 2 }]];
  await expect(writeXlsx(join(root, 'fewer.xlsx'), [sheetOf('T', rows, 3)], [])).rejects.toThrow('2 rows came where 3 were announced');
  await expect(writeXlsx(join(root, 'more.xlsx'), [sheetOf('T', rows, 1)], [])).rejects.toThrow('more rows came than the 1');
  await expect(writeXlsx(join(root, 'equal.xlsx'), [sheetOf('T', rows, 2)], [])).resolves.toBeUndefined();
});

test('column letters and serial numbers are those of spreadsheets', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  expect(serialOf(Date.parse('1970-01-01T00:00:00Z'))).toBe(25_569);
  expect(serialOf(Date.parse('2026-11-22T12:00:00Z'))).toBe(46_348.5);
  expect(serialOf(Date.parse('1900-03-01T00:00:00Z'))).toBe(61);
  expect(serialOf(Date.parse('1900-02-28T00:00:00Z'))).toBeNull();
});

test('whole days by serial numbers are whole days by milliseconds, to one millisecond on either side of the border', () => {
  const formula = (from: Instant, to: Instant): number => Math.max(0, Math.floor(Math.round(((serialOf(millisecondsOf(to)) ?? 0) - (serialOf(millisecondsOf(from)) ?? 0)) * 86_400_000) / 86_400_000));
  const asOf = millisecondsOf('2026-11-22T09:30:17.123Z' as Instant);
  for (let days = 0; days < 4000; days += 1) {
    for (const off of [-1, 0, 1]) {
      const from = instantOf(asOf - days * 86_400_000 + off);
      expect(formula(from, instantOf(asOf))).toBe(wholeDays(from, instantOf(asOf)));
    }
  }
  expect(exactly(instantOf(asOf)).to).toBe('2026-11-22T09:30:17.123Z');
});

test('idle time counts from the last use, else from creation or from the start of tracking where that is later', () => {
  const row = (created: string, lastUsed: string): PopulationRow => ({ ...(Object.fromEntries(POPULATION_FIELDS.map((field) => [field, 'none'])) as PopulationRow), created, last_used: lastUsed });
  const [early, late] = ['2014-01-01T00:00:00.000Z', '2015-04-22T00:00:00.000Z'];
  expect(idleSince(row(early, late))).toBe(late);
  expect(idleSince(row(early, `no use since ${late}`))).toBe(late);
  expect(idleSince(row(late, `no use since ${early}`))).toBe(late);
  expect(idleSince(row(early, 'no use recorded'))).toBe(early);
  expect(idleSince(row('unknown: denied', 'no use recorded'))).toBe('unknown: denied');
  expect(idleSince(row(early, 'unknown: throttled'))).toBe('unknown: throttled');
  expect(ageValue(row('unknown: denied', 'none'), late as Instant)).toBe('unknown: denied');
});
