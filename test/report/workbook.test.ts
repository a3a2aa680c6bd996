// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { coverageSchema, RESPONSIBILITY_STATEMENT } from '../../src/bundle/records.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { parametersInForce } from '../../src/evidence/controls.ts';
import { populationFile, readPopulation, writePopulations, type PopulationName, type PopulationRow } from '../../src/evidence/populations.ts';
import { millisecondsOf } from '../../src/model/instant.ts';
import { credentialSchema, identitySchema, type Credential, type Identity } from '../../src/model/row.ts';
import type { UnitInventory } from '../../src/model/source.ts';
import { foldedVerdictSchema, verdictSchema, type Verdict } from '../../src/model/verdict.ts';
import { RECOMPUTED } from '../../src/report/workbook-results.ts';
import { writeWorkbook } from '../../src/report/workbook.ts';
import { allOf } from '../support/all-of.ts';
import { SYNTHETIC_AS_OF, writeSyntheticBundle } from '../support/synthetic-bundle.ts';
import { readXlsx, tableOf, type ReadBook } from '../support/xlsx-reader.ts';
import { runAll } from '../support/run-checks.ts';

const SHEETS: readonly (readonly [string, PopulationName])[] = [['Non-human identities', 'non-human-identities'], ['Credentials', 'credentials'], ['Privileged', 'privileged']];
const FIRST = ['number', 'unit', 'identity', 'credential id', 'created', 'age at as-of', 'last used', 'owner', 'purpose', 'status', 'page reference'];
let root = '';
let bundle = '';
let book: ReadBook;
const verdicts: Verdict[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'workbook-'));
  bundle = join(root, 'bundle');
  await writeSyntheticBundle(bundle, { credentials: 500, seed: 21, hostile: true, clusters: 2 });
  await writePopulations(bundle, SYNTHETIC_AS_OF);
  await writeWorkbook(bundle, join(bundle, BUNDLE.workbook));
  book = readXlsx(join(bundle, BUNDLE.workbook));
  for await (const row of readJsonLines(join(bundle, BUNDLE.verdicts), z.discriminatedUnion('type', [verdictSchema, foldedVerdictSchema]))) if (row.type === 'verdict') verdicts.push(row);
});
afterAll(async () => rm(root, { recursive: true }));

const rowsOf = async (name: PopulationName, dir = bundle): Promise<PopulationRow[]> => allOf(readPopulation(join(dir, populationFile(name))));

test('the sheets stand in the order that a reader expects, and population sheets begin with the same columns', () => {
  expect(book.sheets.map(({ name }) => name)).toEqual(['Read me', 'Scope', 'Non-human identities', 'Credentials', 'Privileged', 'Could not be read', 'Observations']);
  for (const [title] of SHEETS) expect([...(book.sheets.find(({ name }) => name === title)?.rows.get(1)?.values() ?? [])].slice(0, 11).map(({ text }) => text)).toEqual(FIRST);
});

test.each(SHEETS)('%s holds the rows, numbers and texts of %s.csv', async (title, name) => {
  const rows = await rowsOf(name);
  const table = tableOf(book, title);
  expect(rows.length).toBeGreaterThan(10);
  expect(table.length).toBe(rows.length);
  for (const [index, row] of rows.entries()) {
    const cells = table[index];
    expect(cells?.['number']).toMatchObject({ kind: 'number', text: row.number });
    for (const [column, field] of [['unit', 'unit'], ['identity', 'identity'], ['credential id', 'credential_id'], ['owner', 'owner'], ['purpose', 'purpose'], ['status', 'status'], ['page reference', 'page_reference'], ['key', 'key'], ['identity id', 'identity_id'], ['neutralised', 'neutralised']] as const) {
      expect(cells?.[column], `${title} ${row.number} ${column}`).toMatchObject({ kind: 'text', text: row[field], formula: null, format: 'builtin 49' });
    }
    expect(cells?.['age at as-of']?.text).toBe(row.age_days);
  }
});

test('moments are UTC date cells to the millisecond, and what is not known is the text that says so', async () => {
  const rows = await rowsOf('credentials');
  const table = tableOf(book, 'Credentials');
  let dates = 0;
  for (const [index, row] of rows.entries()) {
    const cell = table[index]?.['created'];
    if (row.created.startsWith('unknown')) expect(cell).toMatchObject({ kind: 'text', text: row.created });
    else {
      expect(cell).toMatchObject({ kind: 'number', isMoment: true });
      expect(Math.round((Number(cell?.text) - 25_569) * 86_400_000)).toBe(Date.parse(row.created));
      dates += 1;
    }
  }
  expect(dates).toBeGreaterThan(100);
  expect(dates).toBeLessThan(rows.length);
});

test('the only formulas are ours: ages and results, over named cells that say who set the limit', () => {
  for (const sheet of book.sheets) {
    for (const [, cells] of sheet.rows) for (const [, cell] of cells) if (cell.formula !== null) expect(cell.formula).toMatch(/^IF\((ISNUMBER\([A-Z]+\d+\),MAX|OR\(AND\([A-Z]+\d+<>"[a-z0-9.-]+"|LEFT\([A-Z]+\d+,8\)="provider")/);
    if (!SHEETS.some(([title]) => title === sheet.name)) expect(sheet.xml).not.toContain('<f>');
  }
  const named = (name: string): ReturnType<Map<string, never>['get']> | { text: string } | undefined => {
    const [, column = '', row = ''] = /^'Read me'!\$([A-Z]+)\$(\d+)$/.exec(book.names.get(name) ?? '') ?? [];
    return book.sheets[0]?.rows.get(Number(row))?.get(column);
  };
  expect(named('as_of')?.text).toBe(String(millisecondsOf(SYNTHETIC_AS_OF) / 86_400_000 + 25_569));
  expect(named('limit_aws_access_key_age')?.text).toBe('90');
  expect(named('limit_aws_access_key_unused')?.text).toBe('45');
  const readMe = [...(book.sheets[0]?.rows.values() ?? [])].map((cells) => [...cells.values()].map(({ text }) => text).join(' | '));
  expect(readMe.find((line) => line.startsWith('aws-access-key-age | 90'))).toContain("management's threshold: control ROT-1");
  expect(readMe.find((line) => line.startsWith('aws-access-key-unused | 45'))).toContain("not management's threshold");
  for (const text of [RESPONSIBILITY_STATEMENT, 'Get-FileHash', 'sha256sum', 'neutralised', 'Access keys | aws:']) expect(readMe.some((line) => line.includes(text)), text).toBe(true);
});

test('computed results are those that the checks give for the same rows, and every result occurs', async () => {
  const recorded = new Map<string, string>();
  const identities: Identity[] = [];
  const credentials: Credential[] = [];
  for await (const row of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) identities.push({ ...(row as Identity), credentialCounts: {} });
  for await (const row of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) credentials.push(row as Credential);
  const checks = RECOMPUTED.map(({ check }) => CHECKS.find(({ id }) => id === check)).filter((check) => check !== undefined);
  expect(checks.length).toBe(RECOMPUTED.length);
  for (const unit of new Set(identities.map((identity) => identity.unit))) {
    const inventory: UnitInventory = { identityKinds: ['aws.user', 'aws.role', 'aws.root'], identities: identities.filter((row) => row.unit === unit), credentials: credentials.filter((row) => row.unit === unit), grants: [], trusts: [], objects: [], populations: {}, controlTotals: [], unplaced: [] };
    for (const verdict of runAll(checks, unit, inventory, parametersInForce(checks, []), SYNTHETIC_AS_OF).verdicts) recorded.set(`${verdict.check} ${verdict.subject}`, verdict.result);
  }
  const seen = new Set<string>();
  for (const { check, populations } of RECOMPUTED) {
    const table = tableOf(book, SHEETS.find(([, name]) => populations.includes(name))?.[0] ?? '');
    for (const cells of table) {
      const [key, result] = [cells['key']?.text ?? '', cells[`result: ${check}`]?.text ?? ''];
      expect(result, `${check} ${key}`).toBe(recorded.get(`${check} ${key}`) ?? 'not_applicable');
      seen.add(`${check} ${result}`);
    }
  }
  expect([...seen].filter((one) => /^(aws-access-key|nhi)-/.test(one)).length).toBe(16);
  for (const result of ['met', 'not_met', 'not_applicable']) expect(seen).toContain(`k8s-legacy-token-unused ${result}`);
});

test('what could not be read names operation, permission and what it leaves unknown, one row a gap', async () => {
  const coverage = coverageSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.coverage), 'utf8')));
  const table = tableOf(book, 'Could not be read');
  expect(table.length).toBe(coverage.gaps.length);
  for (const [index, gap] of coverage.gaps.entries()) {
    expect(table[index]?.['operation']?.text).toBe(gap.operation);
    expect(table[index]?.['permission that is missing']?.text).toContain(gap.permission);
    expect(table[index]?.['what this leaves unknown']?.text).toBe(gap.blanks);
    expect(table[index]?.['named beforehand by management']?.text).toBe(gap.expected ? 'yes' : 'no');
    expect(table[index]?.['message']?.text).not.toMatch(/[\p{Cc}\p{Cf}]|^=/u);
  }
});

test('observations are the not_met of checks outside every control, and no others', () => {
  const expected = verdicts.filter(({ check, result }) => result === 'not_met' && check !== 'aws-access-key-age' && check !== 'nhi-owner-missing');
  const table = tableOf(book, 'Observations');
  expect(expected.length).toBeGreaterThan(10);
  expect(table.map((cells) => `${cells['check']?.text ?? ''} ${cells['reason']?.text ?? ''}`)).toEqual(expected.map(({ check, reason }) => `${check} ${reason}`));
  expect(table[0]?.['thresholds']?.text).toMatch(/maxUnusedDays = 45 \(not management's threshold/);
});

test('a table longer than a sheet goes on in the next, with its header, and nothing is lost', async () => {
  const file = join(root, 'split.xlsx');
  await writeWorkbook(bundle, file, { maxRows: 151 });
  const split = readXlsx(file);
  expect(split.sheets.map(({ name }) => name).filter((name) => name.startsWith('Credentials'))).toEqual(['Credentials', 'Credentials 2', 'Credentials 3', 'Credentials 4']);
  expect(tableOf(split, 'Credentials').map((cells) => cells['key']?.text)).toEqual(tableOf(book, 'Credentials').map((cells) => cells['key']?.text));
  expect(tableOf(split, 'Credentials').map((cells) => cells['result: aws-access-key-age']?.text)).toEqual(tableOf(book, 'Credentials').map((cells) => cells['result: aws-access-key-age']?.text));
  const second = split.sheets.find(({ name }) => name === 'Credentials 2');
  expect(second?.rows.get(2)?.get('F')?.formula).toContain('E2');
});

test('bytes are the same in other time zones and locales', async () => {
  const program = join(import.meta.dirname, '../support/derive-workbook.ts');
  const run = (name: string, zone: string, locale: string): { populations: unknown; zone: string; locale: string } =>
    JSON.parse(execFileSync(process.execPath, [program, join(root, name)], { encoding: 'utf8', env: { PATH: process.env['PATH'], TZ: zone, LANG: locale, LC_ALL: locale } })) as { populations: unknown; zone: string; locale: string };
  const far = run('far', 'Pacific/Kiritimati', 'de_DE.UTF-8');
  const west = run('west', 'America/St_Johns', 'C');
  expect(far.zone).not.toBe(west.zone);
  expect(far.locale).not.toBe(west.locale);
  expect(far.populations).toEqual(west.populations);
  expect(Buffer.compare(await readFile(join(root, 'far', 'populations.xlsx')), await readFile(join(root, 'west', 'populations.xlsx')))).toBe(0);
});
