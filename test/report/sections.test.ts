// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../src/evidence/populations-csv.ts';
import { instantOf } from '../../src/model/instant.ts';
import { sectionsPdf, writeSectionsCsv, writeSectionsWorkbook } from '../../src/report/sections/files.ts';
import { sectionsHtml } from '../../src/report/sections/html.ts';
import type { Sections } from '../../src/report/sections/section.ts';
import { HOSTILE_NAMES } from '../support/synthetic-bundle.ts';
import { temporaryFolder } from '../support/temp.ts';
import { readXlsx } from '../support/xlsx-reader.ts';

const AT = instantOf(Date.UTC(2026, 6, 6, 5));
const DOCUMENT: Sections = {
  title: 'A <quarter>', under: 'from & to', responsibility: 'Prepared by management.', pairs: [['Runs', '13']], footer: 'Made from the archive.',
  sections: [
    { id: 'names', title: 'Names', words: ['Every name is only a name.'], tables: [{ id: 'names', sheet: 'Names', title: 'Names', none: 'No name.', columns: [{ name: 'id', as: 'id' }, { name: 'count', as: 'number' }, { name: 'when', as: 'moment' }], rows: HOSTILE_NAMES.map((name, index) => [name, index, { at: AT }]) }] },
    { id: 'empty', title: 'Nothing', words: [], series: [{ title: 'Keys', note: 'by run', points: [AT, AT, AT], lines: [{ name: 'old', values: [3, null, 1] }] }], tables: [{ id: 'none', sheet: 'None', title: 'None', none: 'Nothing happened, and every list closed.', columns: [{ name: 'id', as: 'id' }], rows: [] }] },
  ],
};

describe('a document in sections', () => {
  test('as a page: names stay names, nothing is fetched or run, and what is empty says why', () => {
    const page = sectionsHtml(DOCUMENT);
    expect(page).toContain('A &lt;quarter&gt;');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('\u202e');
    expect(page).toMatch(/default-src 'none'|default-src &#39;none&#39;/);
    expect(page).toContain('Nothing happened, and every list closed.');
    expect(page).toContain('Prepared by management.');
    // The middle run cannot say: two lines, none joined across it.
    expect(page.match(/<polyline/g)).toHaveLength(2);
    expect(page).toContain('cannot say');
  });

  test('as CSV: the same rows, none of them a formula', async () => {
    const folder = await temporaryFolder();
    expect(await writeSectionsCsv(folder, DOCUMENT)).toEqual(['names.csv', 'none.csv']);
    const rows: string[][] = [];
    for await (const row of readCsv(join(folder, 'names.csv'))) rows.push(row);
    expect(rows).toHaveLength(HOSTILE_NAMES.length + 1);
    for (const [name = ''] of rows) expect(name).not.toMatch(/^\s*[=+\-@\t\r]/u);
    expect(rows[1]?.slice(1)).toEqual(['0', '2026-07-06T05:00:00.000Z']);
  });

  test('as a workbook: a sheet a table after one that says what it is; equal documents, equal bytes', async () => {
    const folder = await temporaryFolder();
    const [one, two] = [join(folder, 'a.xlsx'), join(folder, 'b.xlsx')];
    await writeSectionsWorkbook(one, DOCUMENT);
    await writeSectionsWorkbook(two, DOCUMENT);
    expect((await readFile(one)).equals(await readFile(two))).toBe(true);
    expect(readXlsx(one).sheets.map(({ name }) => name)).toEqual(['Read me', 'Names', 'None']);
  });

  test('in print: what does not fit says where the rest is', () => {
    const blocks = sectionsPdf(DOCUMENT);
    expect(blocks.flatMap((block) => (block.type === 'table' ? [block.rows.length] : []))).toEqual([25]);
    expect(JSON.stringify(blocks)).toContain(`The first 25 of ${HOSTILE_NAMES.length} rows.`);
    expect(JSON.stringify(blocks)).toContain('Nothing happened, and every list closed.');
  });
});
