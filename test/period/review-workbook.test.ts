// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync, strToU8 } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf } from '../../src/model/instant.ts';
import { importWorkbook, type Imported } from '../../src/period/review-import.ts';
import type { ReviewSheet } from '../../src/period/review-format.ts';
import { makeSheet, representedKey } from '../../src/period/review-sheet.ts';
import { rowsOf, writeReviewWorkbook } from '../../src/period/review-workbook.ts';
import { readWorkbook } from '../../src/report/xlsx-read.ts';
import { editXlsx, putCell, sheetPart } from '../support/edit-xlsx.ts';
import { reviewArchive } from '../support/review-archive.ts';
import { july, reviewItem, reviewSheet } from '../support/reviews.ts';
import { temporaryFolder } from '../support/temp.ts';

const DIGEST = 'd'.repeat(64);
let hostile: ReviewSheet;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-review-'));
  const { bundle } = await reviewArchive(folder, { credentials: 120, seed: 5, hostile: true });
  hostile = await makeSheet(bundle, { review: '2026-Q3', population: 'credentials', opens: july(1), closes: instantOf(Date.UTC(2026, 6, 10)), events: [], represented: null });
  await rm(folder, { recursive: true, force: true });
});
const file = async (name: string): Promise<string> => join(await temporaryFolder(), name);
const back = (from: string, sheet: ReviewSheet, by = 'Bo Lind'): Imported => importWorkbook(readWorkbook(readFileSync(from), 'book.xlsx'), sheet, DIGEST, by);

async function handedOut(sheet: ReviewSheet, owner: string | null = null): Promise<string> {
  const out = await file('out.xlsx');
  await writeReviewWorkbook(out, sheet, DIGEST, owner);
  return out;
}

describe('a workbook that goes out and comes back', () => {
  test('untouched it decides nothing and nothing is wrong with it, whatever names say', async () => {
    expect(hostile.items.length).toBeGreaterThan(80);
    expect(hostile.items.some(({ identity }) => identity.includes('HYPERLINK'))).toBe(true);
    expect(back(await handedOut(hostile), hostile)).toEqual({ items: [], left: hostile.items.length, problems: [] });
  });

  test('what people filled in comes back under the exact key', async () => {
    const [out, edited] = [await handedOut(hostile), await file('edited.xlsx')];
    await editXlsx(out, edited, sheetPart(2), (xml) => putCell(putCell(putCell(putCell(putCell(xml, 'C', 2, ' Revoke '), 'D', 2, '=1+1 is no formula'), 'E', 2, 'bo  lind'), 'C', 5, 'keep'), 'D', 5, 'nightly <backup>'));
    expect(back(edited, hostile)).toEqual({ problems: [], left: hostile.items.length - 2, items: [{ key: hostile.items[0]?.key, decision: 'revoke', reason: '=1+1 is no formula' }, { key: hostile.items[3]?.key, decision: 'keep', reason: 'nightly <backup>' }] });
  });

  test('no cell of it is a formula, and the column of decisions offers its words', async () => {
    const xml = readWorkbook(readFileSync(await handedOut(hostile)), 'book.xlsx').flatMap(({ rows }) => [...rows.values()].flatMap((row) => [...row.values()]));
    expect(xml.some(({ formula }) => formula)).toBe(false);
    expect(xml.filter(({ text }) => /^[=+\-@]/.test(text))).toEqual([]);
  });

  test('equal sheets give equal bytes', async () => {
    expect(readFileSync(await handedOut(hostile)).equals(readFileSync(await handedOut(hostile)))).toBe(true);
  });

  test('an owner gets the rows of that owner alone', async () => {
    const sheet = reviewSheet([reviewItem(1), reviewItem(2, { owner: 'Cem Ak', recordedOwner: 'Cem Ak' }), reviewItem(3, { owner: 'none', recordedOwner: null })]);
    const out = await handedOut(sheet, 'cem ak');
    expect(rowsOf(sheet, 'cem ak').items.map(({ number }) => number)).toEqual([2]);
    expect(back(out, sheet)).toEqual({ items: [], left: 1, problems: [] });
  });

  test('management representation has a sheet of its own, neutralised, and is decided there', async () => {
    const row = { system: '=cmd', credential: 'db', owner: 'Bo Lind', purpose: '', created: '', last_rotated: '', last_used: '', note: '@SUM(A1)' };
    const sheet = reviewSheet([reviewItem(1)], [{ key: representedKey(row), ...row }]);
    const [out, edited] = [await handedOut(sheet), await file('edited.xlsx')];
    const cells = readWorkbook(readFileSync(out), 'book.xlsx').find(({ name }) => name === 'Management representation')?.rows.get(2);
    expect([cells?.get('F')?.text, cells?.get('M')?.text]).toEqual(["'=cmd", "'@SUM(A1)"]);
    await editXlsx(out, edited, sheetPart(3), (xml) => putCell(putCell(xml, 'C', 2, 'rotate'), 'D', 2, 'old'));
    expect(back(edited, sheet)).toEqual({ problems: [], left: 1, items: [{ key: representedKey(row), decision: 'rotate', reason: 'old' }] });
  });
});

describe('what cannot be recorded is told at its cell, and then nothing is', () => {
  const sheet = reviewSheet([reviewItem(1), reviewItem(2), reviewItem(3)]);
  const row2 = /<row r="3".*?<\/row>/s;
  test.each<readonly [string, number, (xml: string) => string, string, string]>([
    ['a changed key', 2, (xml) => putCell(xml, 'B', 3, 'aws:111122223333/OTHER'), 'Decisions!B3', 'no item of this workbook has this key'],
    ['a missing row', 2, (xml) => xml.replace(row2, ''), 'Decisions!A', 'the row of item 2'],
    ['a duplicated row', 2, (xml) => xml.replace('</sheetData>', `${(row2.exec(xml)?.[0] ?? '').replaceAll(/r="([A-Z]*)3"/g, 'r="$15"')}</sheetData>`), 'Decisions!B5', 'the same item as in row 3'],
    ['an altered frozen cell', 2, (xml) => putCell(xml, 'F', 3, '2026-11-20'), 'Decisions!F3', 'was altered: it was "no use since'],
    ['a changed number', 2, (xml) => putCell(xml, 'A', 3, '7'), 'Decisions!A3', 'was altered'],
    ['a moved column', 2, (xml) => putCell(xml, 'D', 1, 'remarks'), 'Decisions!D1', 'the heading was "reason"'],
    ['another review', 1, (xml) => xml.replace('<t xml:space="preserve">2026-Q3</t>', '<t xml:space="preserve">2026-Q2</t>'), 'Read me!B2', 'is of review 2026-Q2'],
    ['another sheet of that review', 1, (xml) => xml.replace(DIGEST, 'e'.repeat(64)), 'Read me!B3', 'is of another sheet'],
    ['another owner written in', 1, (xml) => xml.replace('all owners', 'Nobody Here'), 'Decisions!B2', 'no item of this workbook'],
    ['a word that is no decision', 2, (xml) => putCell(putCell(xml, 'C', 3, 'delete'), 'D', 3, 'x'), 'Decisions!C3', 'is none of keep, rotate, revoke'],
    ['a decision without a reason', 2, (xml) => putCell(xml, 'C', 3, 'keep'), 'Decisions!D3', 'a decision without a reason'],
    ['a reason without a decision', 2, (xml) => putCell(xml, 'D', 3, 'needed'), 'Decisions!C3', 'a reason without a decision'],
    ['a reason too long', 2, (xml) => putCell(putCell(xml, 'C', 3, 'keep'), 'D', 3, 'x'.repeat(1001)), 'Decisions!D3', 'longer than 1000'],
    ['somebody else\'s row', 2, (xml) => putCell(putCell(putCell(xml, 'C', 3, 'keep'), 'D', 3, 'x'), 'E', 3, 'Ada Roy'), 'Decisions!E3', 'was decided by "Ada Roy"'],
    ['a formula for a decision', 2, (xml) => putCell(xml, 'C', 3, 'X').replace('<c r="C3" t="inlineStr"><is><t>X</t></is></c>', '<c r="C3" t="str"><f>"ke"&amp;"ep"</f><v>keep</v></c>'), 'Decisions!C3', 'a formula'],
    ['a formula in a frozen cell', 2, (xml) => xml.replace(/<c r="H3".*?<\/c>/s, '<c r="H3" t="str"><f>1</f><v>aws.access-key</v></c>'), 'Decisions!H3', 'a formula stands'],
  ])('%s', async (_, part, change, cell, why) => {
    const [out, edited] = [await handedOut(sheet), await file('edited.xlsx')];
    await editXlsx(out, edited, sheetPart(part), (xml) => change(part === 2 ? putCell(putCell(xml, 'C', 2, 'keep'), 'D', 2, 'needed') : xml));
    const { problems } = back(edited, sheet);
    expect(problems).toContainEqual({ cell, why: expect.stringContaining(why) });
  });

  test('sorted rows are fine', async () => {
    const [out, edited] = [await handedOut(sheet), await file('edited.xlsx')];
    await editXlsx(out, edited, sheetPart(2), (xml) => {
      const [a, b] = [/<row r="2".*?<\/row>/s.exec(xml)?.[0] ?? '', row2.exec(xml)?.[0] ?? ''];
      return xml.replace(a, 'AA').replace(b, a.replaceAll(/r="([A-Z]*)2"/g, 'r="$13"')).replace('AA', b.replaceAll(/r="([A-Z]*)3"/g, 'r="$12"'));
    });
    expect(back(edited, sheet)).toEqual({ items: [], left: 3, problems: [] });
  });
});

describe('what is no workbook', () => {
  const small = { entries: 20, part: 200_000, total: 400_000, cells: 1000 };
  const read = (bytes: Uint8Array): unknown => readWorkbook(bytes, 'book.xlsx', small);
  const minimal = (parts: { readonly [name: string]: string }): Uint8Array => zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
  const book = '<workbook><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>';
  const relations = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>';
  test.each<readonly [string, () => Uint8Array, string]>([
    ['text', () => strToU8('hello'), 'is no workbook'],
    ['an empty file', () => new Uint8Array(), 'is no workbook'],
    ['a zip of other things', () => minimal({ 'a.txt': 'x' }), 'its part xl/workbook.xml is missing'],
    ['a bomb in a sheet', () => minimal({ 'xl/workbook.xml': book, 'xl/_rels/workbook.xml.rels': relations, 'xl/worksheets/sheet1.xml': ' '.repeat(300_000) }), 'unpacks to more'],
    ['a bomb of many parts', () => minimal(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`x${at}`, 'x']))), 'unpacks to more'],
    ['a bomb in many sheets', () => minimal(Object.fromEntries(Array.from({ length: 3 }, (_, at) => [`xl/worksheets/s${at}.xml`, ' '.repeat(150_000)]))), 'unpacks to more'],
    ['entities that grow', () => minimal({ 'xl/workbook.xml': '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>', 'xl/_rels/workbook.xml.rels': relations }), 'is no XML'],
    ['too many cells', () => minimal({ 'xl/workbook.xml': book, 'xl/_rels/workbook.xml.rels': relations, 'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row r="1">${'<c r="A1"/>'.repeat(1001)}</row></sheetData></worksheet>` }), '1000 cells'],
    ['a sheet that is gone', () => minimal({ 'xl/workbook.xml': book, 'xl/_rels/workbook.xml.rels': relations }), 'is missing'],
  ])('%s', (_, make, words) => {
    expect(() => read(make())).toThrow(words);
  });

  test('a part that declares less than it holds is cut there and refused', () => {
    const bytes = minimal({ 'xl/workbook.xml': book, 'xl/_rels/workbook.xml.rels': relations, 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${' '.repeat(150_000)}</sheetData></worksheet>` });
    const lie = Buffer.from(bytes);
    const at = lie.lastIndexOf('xl/worksheets/sheet1.xml') - 46 + 24;
    expect(lie.readUInt32LE(at)).toBeGreaterThan(150_000);
    lie.writeUInt32LE(1000, at);
    expect(() => read(lie)).toThrow();
  });
});

