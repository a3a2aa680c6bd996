// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { credentialSchema, identitySchema } from '../../src/model/row.ts';
import { verdictSchema } from '../../src/model/verdict.ts';
import { writeHtmlReport } from '../../src/report/html/index.ts';
import { writeSyntheticBundle } from '../support/synthetic-bundle.ts';
import { ask, cells, launch, openPage, type Watched } from './open-page.ts';

/** Five times what a person should wait for, so that a busy machine does not fail the test and work that grows with the square does. */
const LIMIT_MS = 500;
const CREDENTIALS = 50_000;

interface Row { readonly id: string; readonly key: string; readonly unit: string; readonly kind: string; readonly status: string; readonly created: string | null; readonly holder: string | null }

let browser: Browser;
let folder: string;
let opened: Watched;
let rows: Row[] = [];
const notMet = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-browser-'));
  const bundle = join(folder, 'bundle');
  await writeSyntheticBundle(bundle, { credentials: CREDENTIALS, seed: 5 });
  const holders = new Map<string, string>();
  for await (const { key, name } of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) holders.set(key, name);
  for await (const { id, key, unit, kind, status, created, identity } of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) {
    rows.push({ id, key, unit, kind, status: status.status === 'known' ? status.value : status.status, created: created.status === 'known' ? created.value.to : null, holder: identity === null ? null : (holders.get(identity) ?? null) });
  }
  rows = rows.toSorted((a, b) => byCodeUnit(a.key, b.key));
  for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), verdictSchema.or(verdictSchema.pick({ check: true })))) if ('result' in verdict && verdict.check === 'aws-access-key-age' && verdict.result === 'not_met') notMet.add(verdict.subject);
  await writeHtmlReport(bundle, join(folder, 'index.html'));
  browser = await launch();
  opened = await openPage(browser, join(folder, 'index.html'), { hash: '#tab=credentials' });
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

test('holds only the rows near what is seen, and every row can be scrolled to', async () => {
  const { page, problems } = opened;
  expect(await page.locator('#count').textContent()).toBe('50,000 credentials');
  expect(await page.locator('#body tr').count()).toBeLessThan(60);
  await page.locator('#body a').first().focus();
  await page.keyboard.press('End');
  expect(await cells(page, 'number').then((numbers) => numbers.at(-1))).toBe('50,000');
  expect(await page.locator('#rows').getAttribute('aria-rowcount')).toBe('50001');
  expect(problems).toEqual([]);
});

test('searches, filters and sorts fast, and shows the right rows', async () => {
  const { page, problems } = opened;
  const times: Record<string, number> = {};
  const change = async (field: string, value: string): Promise<void> => {
    const milliseconds = Number(await ask(page, 'timeOf', `f-${field}`, value));
    times[`${field} ${value}`] = Math.round(milliseconds);
    expect(milliseconds, `${field} ${value}`).toBeLessThan(LIMIT_MS);
  };
  const shown = async (expected: readonly Row[]): Promise<void> => {
    expect(await page.locator('#count').textContent()).toBe(`${expected.length.toLocaleString('en')} of 50,000 credentials`);
    const ids = await page.locator('#body tr:not(.spacer) .c-name .code').allTextContents();
    expect(ids.length).toBeGreaterThan(5);
    expect(ids).toEqual(expected.slice(0, ids.length).map(({ id }) => id));
  };
  await ask(page, 'timeOf', 'f-q', 'first search makes the texts');
  await change('q', 'backup-1');
  await shown(rows.filter(({ holder, id }) => `${holder ?? ''} ${id}`.toLowerCase().includes('backup-1')));
  await change('q', 'zzzz-nothing');
  expect(await page.locator('#count').textContent()).toBe('0 of 50,000 credentials');
  await change('q', '');
  await change('result', 'not_met');
  await change('check', 'aws-access-key-age');
  const late = rows.filter(({ key }) => notMet.has(key));
  await shown(late);
  await change('state', 'active');
  await change('unit', rows[0]?.unit ?? '');
  const here = late.filter(({ unit, status }) => unit === rows[0]?.unit && status === 'active');
  await shown(here);
  await change('sort', '-created');
  const oldest = here.toSorted((a, b) => byCodeUnit(a.created ?? '', b.created ?? ''));
  const ages = (await cells(page, 'created')).map((text) => text.split('\n')[0]?.replace('by ', ''));
  expect(ages).toEqual(oldest.slice(0, ages.length).map(({ created }) => created?.slice(0, 10)));
  await page.click('#clear');
  await page.click('#whole');
  await change('sort', 'name');
  await change('sort', '-results');
  await change('kind', 'aws.server-certificate');
  expect(await page.locator('#count').textContent()).toBe(`${rows.filter(({ kind }) => kind === 'aws.server-certificate').length.toLocaleString('en')} of 50,000 credentials`);
  console.log('milliseconds on 50,000 rows', times);
  expect(problems).toEqual([]);
});

test('opens one identity without opening the others', async () => {
  const { page } = opened;
  await page.click('#clear');
  const row = rows.find(({ holder, kind }) => holder !== null && kind === 'aws.access-key');
  await page.fill('#f-q', row?.key ?? '');
  await page.locator('#body a').first().click();
  await page.waitForSelector('dialog[open] .credential.asked');
  expect(await page.locator('.credential.asked h4').innerText()).toContain(row?.id);
  expect(await page.locator('#detail-body pre').innerText()).toContain(`rollcall trace credentials:${rows.findIndex(({ key }) => key === row?.key) + 1}`);
});
