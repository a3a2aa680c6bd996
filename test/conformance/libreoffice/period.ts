// SPDX-License-Identifier: Apache-2.0
// Plays a quarter, opens its workbook in LibreOffice, saves it, and holds every sheet against the CSV tables; renders the printed cover and looks at its pages.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lastQuarter } from '../../../fixtures/company/quarter/plan.ts';
import { loadPeriod } from '../../../src/cli/load-period.ts';
import { playQuarter } from '../../../src/cli/play-quarter.ts';
import { makePack } from '../../../src/cli/commands/pack.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { csvRecords } from '../../../src/evidence/populations-csv.ts';
import { instantOf } from '../../../src/model/instant.ts';
import { periodSections } from '../../../src/period/sections.ts';
import { testSigner } from '../../support/signer.ts';
import { readXlsx } from '../../support/xlsx-reader.ts';
import { office } from './office.ts';

const program = office();
const work = await mkdtemp(join(tmpdir(), 'rollcall-period-'));
try {
  const now = instantOf(Date.now());
  const { first, from, to } = lastQuarter(now);
  const archive = join(work, 'archive');
  const signer = testSigner();
  await playQuarter(archive, first, signer, () => undefined);
  const period = await loadPeriod(archive, { from, to }, now);
  const out = join(work, 'pack');
  const { bytes } = await makePack(processTerminal({ quiet: true }), { archive, out, organization: 'Northwind Harbor', period, requests: null, preparedBy: null, signer, madeAt: now });
  assert.ok(bytes < 25_000_000, `the pack has ${bytes} bytes`);
  execFileSync(program, [`-env:UserInstallation=${pathToFileURL(join(work, 'profile')).href}`, '--headless', '--norestore', '--convert-to', 'xlsx', '--outdir', join(work, 'saved'), join(out, 'data/period.xlsx')], { stdio: ['ignore', 'ignore', 'ignore'], timeout: 180_000 });
  const sheets = new Map(readXlsx(join(work, 'saved', 'period.xlsx')).sheets.map((sheet) => [sheet.name, sheet]));
  let compared = 0;
  for (const table of periodSections(period).sections.flatMap(({ tables }) => tables)) {
    const sheet = sheets.get(table.sheet);
    assert.ok(sheet !== undefined, `LibreOffice kept the sheet ${table.sheet}`);
    const [header = [], ...records] = csvRecords(await readFile(join(out, 'data/tables', `${table.id}.csv`), 'utf8'), table.id);
    assert.equal(records.length, table.rows.length, `${table.id}.csv has the rows of the period`);
    for (const [index, record] of records.entries()) {
      const row = sheet.rows.get(index + 2);
      for (const [column, name] of header.entries()) {
        if (table.columns[column]?.as === 'moment') continue;
        const cell = row?.get(String.fromCharCode(65 + column));
        // A spreadsheet may give back an empty cell as none, and line ends as its own.
        assert.equal((cell?.text ?? '').replaceAll('\r\n', '\n'), (record[column] ?? '').replaceAll('\r\n', '\n'), `${table.id}: ${name} of row ${index + 1}`);
        compared += 1;
      }
    }
  }
  execFileSync('pdftoppm', ['-r', '40', '-png', join(out, 'data/cover.pdf'), join(work, 'page')]);
  const pages = (await readdir(work)).filter((name) => name.startsWith('page') && name.endsWith('.png'));
  assert.ok(pages.length >= 4, `the cover has ${pages.length} pages`);
  // A page with nothing on it compresses to almost nothing.
  for (const page of pages) assert.ok((await stat(join(work, page))).size > 1500, `${page} is not empty`);
  const text = execFileSync('pdftotext', ['-layout', join(out, 'data/cover.pdf'), '-'], { encoding: 'utf8' });
  for (const words of ['Who answers for what', 'The independent CPA firm', 'What still needs explaining', 'Runs expected and made', 'How to check this pack', 'Get-FileHash', 'sha256sum', period.log.root]) assert.ok(text.includes(words), `the cover says "${words}"`);
  process.stdout.write(`LibreOffice kept ${compared} cells of ${sheets.size} sheets; the cover has ${pages.length} pages; the pack has ${bytes} bytes\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}
