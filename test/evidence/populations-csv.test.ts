// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvLine, openCsv, readCsv } from '../../src/evidence/populations-csv.ts';
import { POPULATION_FIELDS, readPopulation } from '../../src/evidence/populations-row.ts';
import { sortedByKey, type KeyedLine } from '../../src/evidence/populations-sort.ts';
import { exactText, shown } from '../../src/evidence/populations-text.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { allOf } from '../support/all-of.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'csv-'));
});
afterAll(async () => rm(root, { recursive: true }));

test('every text comes back exactly from its cell, and a changed cell is told from an unchanged one', () => {
  const units = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('=', "'", '\\', 'u', '{', '}', '2', '0', ' ', '\t', '\u202e', '\ud800', '\u3000', '\uff1d', 'none', 'unknown: ', 'n/a: ') }));
  fc.assert(fc.property(units, (text) => {
    const cell = shown(text);
    expect(cell.changed).toBe(cell.text !== text);
    expect(cell.changed ? exactText(cell.text) : cell.text).toBe(text);
    expect(cell.text.isWellFormed()).toBe(true);
    expect(cell.text).not.toMatch(/^\s*[=+\-@＝＋－＠]/u);
    expect(cell.text).not.toMatch(/^(none$|unknown: |n\/a: )/);
    expect(cell.text).not.toBe('');
  }), { numRuns: 2000 });
});

test.each([['plain', 'plain'], ['a-b@c', 'a-b@c'], ["it's", "it's"], ['=1', "'=1"], [' =1', "' =1"], ['\u3000＝1', "'\u3000＝1"], ['\t=1', "'\\u{9}=1"], ['a\u202eb', 'a\\u{202e}b'], ['', "'"], ['none', "'none"], ['None', 'None'], ['\\u{202e}', '\\u{5c}u{202e}']])('%j stands as %j', (text, cell) => {
  expect(shown(text).text).toBe(cell);
});

test('records come back from the file whatever is in their cells, across chunk borders too', async () => {
  let nth = 0;
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '\r\n', ' ', 'é', '日', '""') });
  await fc.assert(fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), async (records) => {
    nth += 1;
    const file = join(root, `${nth}.csv`);
    const csv = openCsv(file);
    for (const record of records) await csv.write(csvLine(record));
    expect((await csv.close()).rows).toBe(records.length);
    expect(await allOf(readCsv(file))).toEqual(records);
  }), { numRuns: 150 });
  const long = [['"'.repeat(262_143), `${'x'.repeat(262_140)}",\r\n"`], ['é'.repeat(200_000), '']];
  await writeFile(join(root, 'long.csv'), long.map(csvLine).join(''));
  expect(await allOf(readCsv(join(root, 'long.csv')))).toEqual(long);
});

test.each([['a,b\r\n"c', 'ends inside'], ['a,b\r\nc', 'ends inside'], ['a"b\r\n', 'not quoted'], ['"a"b\r\n', 'neither comma nor CRLF']])('a broken file %j is refused', async (text, message) => {
  const file = join(root, `broken-${byCodeUnit(text, '')}${text.length}${message.length}.csv`);
  await writeFile(file, text);
  await expect(allOf(readCsv(file))).rejects.toThrow(message);
});

test('a population file with a gap in its numbers, another header or a lost cell is refused', async () => {
  const row = (number: number): string => csvLine(POPULATION_FIELDS.map((field) => (field === 'number' ? String(number) : 'x')));
  const header = csvLine(POPULATION_FIELDS);
  const refuse = async (name: string, text: string, message: string): Promise<void> => {
    await writeFile(join(root, name), text);
    await expect(allOf(readPopulation(join(root, name)))).rejects.toThrow(message);
  };
  await refuse('gap.csv', header + row(1) + row(3), 'row 2: is numbered "3"');
  await refuse('header.csv', csvLine(['number']) + row(1), 'columns');
  await refuse('cells.csv', header + csvLine(['1', 'x']), '2 cells');
  await refuse('nothing.csv', '', 'no header');
  await writeFile(join(root, 'good.csv'), header + row(1) + row(2));
  expect((await allOf(readPopulation(join(root, 'good.csv')))).length).toBe(2);
});

test('sorting spills to disk beyond its limit, keeps the order of equal keys and leaves nothing behind', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\t', '\n', 'é'), maxLength: 3 })), fc.integer({ min: 1, max: 12 }), async (keys, limit) => {
    async function* rows(): AsyncGenerator<KeyedLine> {
      for (const [index, key] of keys.entries()) yield { key, line: `${index}\té` };
    }
    const sorted = await allOf(sortedByKey(rows(), join(root, 'sort'), limit));
    expect(sorted).toEqual(keys.map((key, index) => ({ key, line: `${index}\té` })).sort((a, b) => byCodeUnit(a.key, b.key) || Number.parseInt(a.line, 10) - Number.parseInt(b.line, 10)));
    expect(await readdir(root)).not.toContain('sort');
  }), { numRuns: 60 });
});
