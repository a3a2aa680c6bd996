// SPDX-License-Identifier: Apache-2.0
// Fills in the workbook of a review, has LibreOffice open and save it, as xlsx and by way of its own format, and reads it back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Instant } from '../../../src/model/instant.ts';
import { importWorkbook } from '../../../src/period/review-import.ts';
import { makeSheet, representedKey } from '../../../src/period/review-sheet.ts';
import { writeReviewWorkbook } from '../../../src/period/review-workbook.ts';
import { readWorkbook } from '../../../src/report/xlsx-read.ts';
import { editXlsx, putCell, sheetPart } from '../../support/edit-xlsx.ts';
import { reviewArchive } from '../../support/review-archive.ts';
import { office } from './office.ts';

const program = office();
const work = await mkdtemp(join(tmpdir(), 'rollcall-libreoffice-'));
try {
  const convert = (file: string, to: string, folder: string): void => {
    execFileSync(program, [`-env:UserInstallation=${pathToFileURL(join(work, 'profile')).href}`, '--headless', '--norestore', '--convert-to', to, '--outdir', folder, file], { stdio: ['ignore', 'ignore', 'ignore'], timeout: 180_000 });
  };
  const { bundle } = await reviewArchive(join(work, 'evidence'), { credentials: 400, seed: 11, hostile: true });
  const made = await makeSheet(bundle, { review: '2026-Q3', population: 'credentials', opens: '2026-11-22T10:00:00.000Z' as Instant, closes: '2026-12-01T23:59:59.999Z' as Instant, events: [], represented: null });
  const represented = { system: '=cmd|\'/C calc\'!A0', credential: '0012', owner: '', purpose: '', created: '2026-01-01', last_rotated: '1e5', last_used: '', note: '-1+1' };
  const sheet: typeof made = { ...made, represented: { documentSha256: 'a'.repeat(64), recorded: made.opens, by: { name: 'Ines Duarte', basis: 'typed only' }, items: [{ key: representedKey(represented), ...represented }] } };
  const digest = 'd'.repeat(64);
  const [out, filled, both, altered] = ['out.xlsx', 'filled-items.xlsx', 'filled.xlsx', 'altered.xlsx'].map((name) => join(work, name)) as [string, string, string, string];
  await writeReviewWorkbook(out, sheet, digest, null);
  await editXlsx(out, filled, sheetPart(2), (xml) => putCell(putCell(putCell(putCell(putCell(xml, 'C', 2, 'revoke'), 'D', 2, '=1+1 "quoted" <b> é 日本'), 'E', 2, 'Zoe Marsh'), 'C', 7, 'Keep'), 'D', 7, '0012'));
  await editXlsx(filled, both, sheetPart(3), (xml) => putCell(putCell(xml, 'C', 2, 'rotate'), 'D', 2, 'two years old'));
  const expected = [
    { key: sheet.items[0]?.key, decision: 'revoke', reason: '=1+1 "quoted" <b> é 日本' }, { key: sheet.items[5]?.key, decision: 'keep', reason: '0012' }, { key: representedKey(represented), decision: 'rotate', reason: 'two years old' },
  ];
  convert(both, 'xlsx', join(work, 'saved'));
  convert(both, 'ods', join(work, 'ods'));
  convert(join(work, 'ods', 'filled.ods'), 'xlsx', join(work, 'by-ods'));
  for (const folder of ['saved', 'by-ods']) {
    const back = importWorkbook(readWorkbook(readFileSync(join(work, folder, 'filled.xlsx')), 'filled.xlsx'), sheet, digest, 'Zoe Marsh');
    assert.deepEqual(back.problems.slice(0, 5), [], `${folder}: nothing that LibreOffice saved looks altered`);
    assert.deepEqual(back.items, expected, `${folder}: decisions come back under their keys`);
    assert.equal(back.left, sheet.items.length - 2, `${folder}: the other rows are there`);
  }
  await editXlsx(both, altered, sheetPart(2), (xml) => putCell(xml, 'F', 9, 'yesterday'));
  convert(altered, 'xlsx', join(work, 'saved'));
  const told = importWorkbook(readWorkbook(readFileSync(join(work, 'saved', 'altered.xlsx')), 'altered.xlsx'), sheet, digest, 'Zoe Marsh').problems;
  assert.deepEqual(told.map(({ cell }) => cell), ['Decisions!F9'], 'what was altered is told at its cell, and nothing else');
  process.stdout.write(`LibreOffice saved ${sheet.items.length} items twice; ${expected.length} decisions came back, and the one altered cell was told\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}
