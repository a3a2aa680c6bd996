// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { RESPONSIBILITY_STATEMENT } from '../../src/bundle/records.ts';
import { scanCompany, type Archive } from '../support/archive.ts';
import { exported } from '../support/export-bundle.ts';
import { temporaryFolder } from '../support/temp.ts';
import { readXlsx } from '../support/xlsx-reader.ts';

let archive: Archive;
beforeAll(async () => {
  archive = await scanCompany();
}, 120_000);
afterAll(() => rm(archive.folder, { recursive: true }));

test.each([BUNDLE.cover, BUNDLE.html, BUNDLE.frameworks])('%s says whose evidence it is, word for word', async (file) => {
  expect((await readFile(join(archive.bundle, file), 'utf8')).includes(RESPONSIBILITY_STATEMENT)).toBe(true);
});

test('so does the first sheet of the workbook', () => {
  const [first] = readXlsx(join(archive.bundle, BUNDLE.workbook)).sheets;
  expect([...(first?.rows.values() ?? [])].flatMap((row) => [...row.values()].map(({ text }) => text))).toContain(RESPONSIBILITY_STATEMENT);
});

test('so does every evidence record', async () => {
  const names = (await readdir(join(archive.bundle, BUNDLE.evidence))).filter((name) => name.endsWith('.json'));
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect((await readFile(join(archive.bundle, BUNDLE.evidence, name), 'utf8')).includes(RESPONSIBILITY_STATEMENT), name).toBe(true);
});

test.each(['oscal', 'ocsf', 'sarif'] as const)('so does every file of an export as %s, and every line of one that is read line by line', async (format) => {
  const { texts } = await exported(archive.bundle, format, join(await temporaryFolder(), 'out'));
  expect(texts.size).toBe(format === 'oscal' ? 2 : 1);
  for (const [name, text] of texts) for (const part of format === 'ocsf' ? text.trimEnd().split('\n') : [text]) expect(part.includes(RESPONSIBILITY_STATEMENT), name).toBe(true);
});
