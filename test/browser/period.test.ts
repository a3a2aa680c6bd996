// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastQuarter } from '../../fixtures/company/quarter/plan.ts';
import { loadPeriod } from '../../src/cli/load-period.ts';
import { playQuarter } from '../../src/cli/play-quarter.ts';
import { instantOf } from '../../src/model/instant.ts';
import type { Period } from '../../src/period/document.ts';
import { periodSections } from '../../src/period/sections.ts';
import { sectionsHtml } from '../../src/report/sections/html.ts';
import { testSigner } from '../support/signer.ts';
import { launch, openPage, type Look, type Watched } from './open-page.ts';

let folder = '';
let period: Period;
let browser: Browser;
// The page has no script at all, so it is opened as if there were none to wait for.
const open = (look: Look = {}): Promise<Watched> => openPage(browser, join(folder, 'index.html'), { ...look, script: false });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-period-page-'));
  const now = instantOf(Date.now());
  const { first, from, to } = lastQuarter(now);
  await playQuarter(join(folder, 'archive'), first, testSigner(), () => undefined);
  period = await loadPeriod(join(folder, 'archive'), { from, to }, now);
  await writeFile(join(folder, 'index.html'), sectionsHtml(periodSections(period)));
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the page of a period', () => {
  test('asks nothing of any network, says nothing on the console and holds no script', async () => {
    const { page, problems, requests } = await open();
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(problems).toEqual([]);
    expect(await page.locator('script').count()).toBe(0);
    await page.context().close();
  });

  test('shows every table with the rows that the period has, and a word where it has none', async () => {
    const { page } = await open();
    for (const table of periodSections(period).sections.flatMap(({ tables }) => tables)) {
      if (table.rows.length > 0) expect(await page.locator(`#table-${table.id} tbody tr`).count(), table.id).toBe(table.rows.length);
      else expect(await page.getByText(table.none, { exact: true }).count(), table.id).toBeGreaterThan(0);
    }
    await page.context().close();
  });

  test('each entry of the contents leads to its section, and each section has its heading', async () => {
    const { page } = await open();
    const links = page.locator('nav a');
    expect(await links.count()).toBe(periodSections(period).sections.length);
    for (const { id, title } of periodSections(period).sections) {
      expect(await page.locator(`nav a[href="#${id}"]`).innerText()).toBe(title);
      expect(await page.locator(`section#${id} h2`).innerText()).toBe(title);
    }
    await page.context().close();
  });

  test.each<[string, Look]>([['narrow', { width: 400 }], ['dark', { dark: true }], ['forced colours', { forcedColors: true }]])('is whole when %s: no text runs out of the page to the side', async (_name, look) => {
    const { page, problems } = await open(look);
    expect(problems).toEqual([]);
    const wide = await page.locator('body').evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(wide).toBeLessThanOrEqual(1);
    await page.context().close();
  });

  test('tells the quarter: the missed week, what is still open, and the accountability boundary', async () => {
    const { page } = await open();
    const text = await page.locator('main').innerText();
    for (const words of ['missed', 'DEV-08', 'payments-bootstrap', 'legacy-batch', 'It is not an opinion', 'typed only', 'management representation'.replace('m', 'M')]) expect(text).toContain(words);
    await page.context().close();
  });
});
