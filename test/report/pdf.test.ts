// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { instantOf } from '../../src/model/instant.ts';
import { writePdf, type PdfBlock } from '../../src/report/pdf.ts';
import { HOSTILE_NAMES } from '../support/synthetic-bundle.ts';
import { temporaryFolder } from '../support/temp.ts';

const run = promisify(execFile);
const OPTIONS = { title: 'A quarter', author: 'Northwind Harbor', at: instantOf(Date.UTC(2026, 9, 1)), footer: 'Prepared by management.' };
const BLOCKS: readonly PdfBlock[] = [
  { type: 'title', text: 'Non-human identities', under: 'July to September' }, { type: 'paragraph', text: 'What a person reads.', style: 'boxed' }, { type: 'pairs', pairs: [['Runs', '13']] }, { type: 'heading', text: 'Names' },
  { type: 'table', widths: [0.5, 0.5], header: ['Name', 'Number'], rows: HOSTILE_NAMES.map((name, index) => [name, String(index)]) }, { type: 'commands', lines: ['sha256sum --check manifest-sha256.txt'] },
];

async function written(blocks: readonly PdfBlock[], options = OPTIONS): Promise<{ readonly file: string; readonly bytes: Buffer }> {
  const file = join(await temporaryFolder(), 'cover.pdf');
  await writePdf(file, blocks, options);
  return { file, bytes: await readFile(file) };
}

describe('a printed document', () => {
  test('has the same bytes for the same words, and others for others', async () => {
    const [one, two, other] = [await written(BLOCKS), await written(BLOCKS), await written(BLOCKS, { ...OPTIONS, footer: 'Another.' })];
    expect(one.bytes.equals(two.bytes)).toBe(true);
    expect(one.bytes.equals(other.bytes)).toBe(false);
  });

  test('holds no script, no link, no embedded file and nothing that opens by itself, whatever names say', async () => {
    const { bytes } = await written(BLOCKS);
    const plain = bytes.toString('latin1');
    expect(plain.startsWith('%PDF-1.7')).toBe(true);
    for (const acting of ['/JavaScript', '/JS', '/Launch', '/URI', '/EmbeddedFile', '/OpenAction', '/AcroForm', '/SubmitForm']) expect(plain).not.toContain(acting);
  });

  test('shows its words to a reader of another make, page by page, with its number on each', async () => {
    const { file } = await written([...BLOCKS, { type: 'table', widths: [1], header: ['Row'], rows: Array.from({ length: 120 }, (_, index) => [`row number ${index}`]) }]);
    const { stdout } = await run('pdftotext', ['-layout', file, '-']);
    const pages = stdout.split('\f').filter((page) => page.trim() !== '');
    expect(pages.length).toBeGreaterThan(3);
    for (const [index, page] of pages.entries()) expect(page).toMatch(new RegExp(`\\b${index + 1} ?/ ?${pages.length}\\b`));
    for (const text of ['Non-human identities', 'What a person reads.', 'row number 119', '\\u{202e}gnp.exe', 'sha256sum --check manifest-sha256.txt']) expect(stdout).toContain(text);
    expect(stdout).not.toContain('\u202e');
  });
});
