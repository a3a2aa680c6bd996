// SPDX-License-Identifier: Apache-2.0
// Opens the workbook in LibreOffice, lets it compute every cell again, saves, and holds the result against the CSV files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { ZipFile } from 'yazl';
import { populationFile, readPopulation, writePopulations, type PopulationName, type PopulationRow } from '../../../src/evidence/populations.ts';
import { millisecondsOf, parseInstant, plusDays, type Instant } from '../../../src/model/instant.ts';
import { writeWorkbook } from '../../../src/report/workbook.ts';
import { ageValue, idleSince, RECOMPUTED } from '../../../src/report/workbook-results.ts';
import { SYNTHETIC_AS_OF, writeSyntheticBundle } from '../../support/synthetic-bundle.ts';
import { readXlsx, tableOf, unzip } from '../../support/xlsx-reader.ts';
import { office } from './office.ts';

const SHEETS: readonly (readonly [string, PopulationName, number])[] = [['Non-human identities', 'non-human-identities', 3], ['Credentials', 'credentials', 4], ['Privileged', 'privileged', 5]];
// 0 is "always": without it LibreOffice may show the values that stand in the file.
const PROFILE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`;

/** A copy with stale values in every formula cell, and other inputs where named cells say so. */
async function staleCopy(file: string, copy: string, change: (readMe: string) => string): Promise<void> {
  const zip = new ZipFile();
  for (const [name, bytes] of unzip(file)) {
    let xml = bytes.toString('utf8');
    if (name.startsWith('xl/worksheets/')) xml = xml.replace(/<c ([^>]*?)(?: t="str")?>(<f>[^<]*<\/f>)<v>[^<]*<\/v><\/c>/g, '<c $1>$2<v>-777</v></c>');
    if (name === 'xl/worksheets/sheet1.xml') xml = change(xml);
    zip.addBuffer(Buffer.from(xml), name);
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(copy));
}

async function rowsOf(bundle: string, name: PopulationName): Promise<PopulationRow[]> {
  const rows: PopulationRow[] = [];
  for await (const row of readPopulation(join(bundle, populationFile(name)))) rows.push(row);
  return rows;
}

/** Holds a workbook that LibreOffice computed and saved against the CSV files. Returns how many computed cells were compared. */
async function compare(saved: string, bundle: string, asOf: Instant, limits: ReadonlyMap<string, number>): Promise<number> {
  const book = readXlsx(saved);
  let compared = 0;
  const seen = new Set<string>();
  for (const [title, name] of SHEETS) {
    const table = tableOf(book, title);
    const rows = await rowsOf(bundle, name);
    assert.equal(table.length, rows.length, `${title}: rows`);
    for (const [index, row] of rows.entries()) {
      const cells = table[index] ?? {};
      const place = `${title} row ${row.number}`;
      assert.equal(cells['number']?.text, row.number, place);
      for (const [column, field] of [['unit', 'unit'], ['identity', 'identity'], ['credential id', 'credential_id'], ['identity id', 'identity_id'], ['key', 'key'], ['owner', 'owner'], ['page reference', 'page_reference']] as const) {
        assert.equal(cells[column]?.text, row[field], `${place}: ${column}`);
        assert.equal(cells[column]?.kind, 'text', `${place}: ${column} is text`);
        assert.equal(cells[column]?.formula, null, `${place}: ${column} is no formula`);
      }
      for (const [column, text] of [['created', row.created], ['last used', row.last_used], ['not used since', idleSince(row)], ['expires', row.expires]] as const) {
        const moment = parseInstant(text);
        const cell = cells[column];
        if (moment === null) assert.equal(cell?.text, text, `${place}: ${column}`);
        else {
          assert.ok(cell?.kind === 'number' && cell.isMoment, `${place}: ${column} is a date cell`);
          assert.ok(Math.abs((Number(cell.text) - 25_569) * 86_400_000 - millisecondsOf(moment)) < 1, `${place}: ${column} is ${text}`);
        }
      }
      const age = cells['age at as-of'];
      assert.ok(age?.formula, `${place}: age is still a formula`);
      assert.equal(age.text, String(ageValue(row, asOf)), `${place}: age`);
      compared += 1;
      for (const result of RECOMPUTED.filter(({ populations }) => populations.includes(name))) {
        const cell = cells[`result: ${result.check}`];
        assert.ok(cell?.formula, `${place}: result is still a formula`);
        assert.equal(cell.text, result.value(row, limits.get(result.check) ?? null, asOf), `${place}: ${result.check}`);
        seen.add(`${result.check} ${cell.text}`);
        compared += 1;
      }
    }
  }
  for (const check of ['aws-access-key-age', 'aws-access-key-unused']) for (const result of ['met', 'not_met', 'not_evaluated', 'not_applicable']) assert.ok(seen.has(`${check} ${result}`), `${check} ${result} occurs`);
  return compared;
}

const program = office();
const work = await mkdtemp(join(tmpdir(), 'rollcall-libreoffice-'));
try {
  const profile = join(work, 'profile');
  await mkdir(join(profile, 'user'), { recursive: true });
  await writeFile(join(profile, 'user', 'registrymodifications.xcu'), PROFILE);
  const convert = (file: string, to: string, folder: string): void => {
    execFileSync(program, [`-env:UserInstallation=${pathToFileURL(profile).href}`, '--headless', '--norestore', '--convert-to', to, '--outdir', folder, file], { stdio: ['ignore', 'ignore', 'ignore'], timeout: 180_000 });
  };
  const bundle = join(work, 'bundle');
  await writeSyntheticBundle(bundle, { credentials: 600, seed: 11, hostile: true });
  await writePopulations(bundle, SYNTHETIC_AS_OF);
  const original = join(work, 'populations.xlsx');
  await writeWorkbook(bundle, original);
  const saved = join(work, 'saved');

  await staleCopy(original, join(work, 'same.xlsx'), (xml) => xml);
  convert(join(work, 'same.xlsx'), 'xlsx', saved);
  const same = await compare(join(saved, 'same.xlsx'), bundle, SYNTHETIC_AS_OF, new Map([['aws-access-key-age', 90], ['aws-access-key-unused', 45]]));

  const place = readXlsx(original).names;
  const at = (name: string): string => (place.get(name) ?? '').replace(/^.*!/, '').replaceAll('$', '');
  const put = (xml: string, name: string, value: number): string => {
    const changed = xml.replace(new RegExp(`(<c r="${at(name)}"[^>]*><v>)[^<]*`), `$1${value}`);
    assert.notEqual(changed, xml, `${name} stands where its name says`);
    return changed;
  };
  const later = plusDays(SYNTHETIC_AS_OF, 31);
  await staleCopy(original, join(work, 'later.xlsx'), (xml) => put(put(put(xml, 'as_of', millisecondsOf(later) / 86_400_000 + 25_569), 'limit_aws_access_key_age', 365), 'limit_aws_access_key_unused', 200));
  convert(join(work, 'later.xlsx'), 'xlsx', saved);
  const moved = await compare(join(saved, 'later.xlsx'), bundle, later, new Map([['aws-access-key-age', 365], ['aws-access-key-unused', 200]]));

  let joined = 0;
  for (const [title, name, sheet] of SHEETS) {
    convert(join(saved, 'same.xlsx'), `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,${sheet}`, join(saved, 'csv'));
    const text = await readFile(join(saved, 'csv', `${basename('same')}-${title}.csv`), 'utf8');
    for (const row of await rowsOf(bundle, name)) {
      assert.ok(text.includes(row.key), `${title}: ${row.key} is in what LibreOffice exports`);
      joined += 1;
    }
  }
  process.stdout.write(`LibreOffice computed ${same} cells as written and ${moved} with another moment and other limits; ${joined} keys of its export join with the CSV files\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}
