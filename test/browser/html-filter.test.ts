// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { credentialSchema, identitySchema } from '../../src/model/row.ts';
import { foldedVerdictSchema, verdictSchema, type Verdict } from '../../src/model/verdict.ts';
import { MOST_UNITS } from '../../src/report/html/by-unit.ts';
import { writeHtmlReport } from '../../src/report/html/index.ts';
import { writeSyntheticBundle } from '../support/synthetic-bundle.ts';
import { ask, launch, openPage } from './open-page.ts';

let browser: Browser;
let folder: string;
let file: string;
const identities: string[] = [];
const credentials: string[] = [];
const verdicts: Verdict[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-browser-'));
  file = join(folder, 'index.html');
  const bundle = join(folder, 'bundle');
  await writeSyntheticBundle(bundle, { credentials: 300, seed: 4, clusters: 2 });
  await writeHtmlReport(bundle, file);
  for await (const { unit } of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) identities.push(unit);
  for await (const { unit } of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) credentials.push(unit);
  for await (const row of readJsonLines(join(bundle, BUNDLE.verdicts), z.discriminatedUnion('type', [verdictSchema, foldedVerdictSchema]))) if (row.type === 'verdict') verdicts.push(row);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const FIRST = 'aws:111122223333';
const of = (unit: string): boolean => unit === FIRST;
const inCluster = (unit: string): boolean => unit.startsWith('kubernetes:');
function hashOf(page: Page): URLSearchParams {
  return new URLSearchParams(new URL(page.url()).hash.slice(1));
}
/** Numbers at the ends of a chart's bars. */
async function barsOf(page: Page, chart: string): Promise<number> {
  return (await page.locator(`#chart-${chart} svg .value`).allTextContents()).reduce((sum, text) => sum + Number(text), 0);
}
async function figure(page: Page, href: string): Promise<string> {
  return page.locator(`.figures a[href*="${href}"] b`).innerText();
}

describe('the filter of the whole page', () => {
  test('narrows table, charts, counts, groups and lists to a unit, says so everywhere, and the address brings it back', async () => {
    const { page, problems } = await openPage(browser, file);
    expect(await page.locator('#filtered').textContent()).toBe('');
    await page.selectOption('#f-unit', FIRST);
    const check = async (at: Page): Promise<void> => {
      const [own, held] = [identities.filter(of).length, credentials.filter(of).length];
      expect(await at.locator('#filtered').textContent()).toBe(`Filtered: 1 of 7 units, ${own} of ${identities.length} identities, ${held} of ${credentials.length} credentials.`);
      expect(await at.title()).toMatch(/^Filtered: Rollcall, run /);
      expect(await at.locator('#count').textContent()).toBe(`${own} of ${identities.length} identities`);
      expect(await figure(at, 'populations')).toBe(String(own));
      expect(await barsOf(at, 'age')).toBe(held);
      expect(await barsOf(at, 'use')).toBe(held);
      const late = verdicts.filter((verdict) => verdict.check === 'aws-access-key-age' && verdict.result === 'not_met' && of(verdict.unit)).length;
      expect(late).toBeGreaterThan(5);
      expect(await at.locator('#controls > .scroll tr', { hasText: 'ROT-1' }).locator('.not_met b').innerText()).toBe(String(late));
      expect(await at.locator('#scope tbody tr:visible .code', { hasText: 'aws:111123223334' }).count()).toBe(0);
      expect(await at.locator('#observations .observed:visible', { hasText: 'k8s-legacy-token-unused' }).count()).toBe(0);
      const marks = await ask(at, 'headingMarks');
      expect(marks).toEqual(Array.from({ length: 8 }, () => '"filtered: 1 of 7 units"'));
    };
    await check(page);
    expect(hashOf(page).get('unit')).toBe(FIRST);
    const second = await openPage(browser, file, { hash: new URL(page.url()).hash });
    await check(second.page);
    expect(await second.page.locator('#f-unit').inputValue()).toBe(FIRST);
    expect([...problems, ...second.problems]).toEqual([]);
  });

  test('narrows to a provider, offers its units only, and everything comes back', async () => {
    const { page, problems } = await openPage(browser, file);
    const before = await page.locator('main').innerText();
    await page.selectOption('#f-provider', 'kubernetes');
    expect(await page.locator('#f-unit option').allTextContents()).toHaveLength(3);
    expect(await page.locator('#count').textContent()).toBe(`${identities.filter(inCluster).length} of ${identities.length} identities`);
    expect(await page.locator('#n-credentials').textContent()).toBe(`${credentials.filter(inCluster).length} of ${credentials.length}`);
    expect(await page.locator('#blind-spots li:visible').allInnerTexts()).toEqual(['Tokens that TokenRequest issued are listed by no API. kubernetes']);
    expect(await page.locator('#observations .observed:visible').count()).toBe(1);
    expect(await page.locator('#observations .group:visible .many').first().innerText()).toBe(String(verdicts.filter(({ check, result }) => check === 'k8s-legacy-token-unused' && result === 'not_met').length));
    await page.click('#whole');
    expect(await page.locator('main').innerText()).toBe(before);
    expect(new URL(page.url()).hash).toBe('');
    expect(await ask(page, 'focused')).toBe('f-provider');
    expect(problems).toEqual([]);
  });

  test('a unit that this run does not have leaves nothing and says so', async () => {
    const { page } = await openPage(browser, file, { hash: '#unit=azure%3Aelsewhere' });
    expect(await page.locator('#filtered').textContent()).toMatch(/^Filtered: 0 of 7 units, 0 of \d+ identities, 0 of \d+ credentials\.$/);
    expect(await page.locator('#f-unit option:checked').textContent()).toBe('azure:elsewhere (none here)');
    expect(await page.locator('#count').textContent()).toBe(`0 of ${identities.length} identities`);
  });

  test('stays when a link of the page is followed, in another window too', async () => {
    const { page } = await openPage(browser, file, { hash: `#unit=${encodeURIComponent(FIRST)}` });
    for (const link of ['nav a', '.figures a', '#controls > .scroll a']) expect(await page.locator(link).first().getAttribute('href')).toContain(`unit=${encodeURIComponent(FIRST)}`);
    await page.locator('nav a', { hasText: 'Controls' }).click();
    expect(hashOf(page).get('unit')).toBe(FIRST);
    await page.locator('#controls > .scroll a', { hasText: 'ROT-1' }).click();
    await page.waitForSelector('#control-ROT-1.current');
    expect(await page.locator('#filtered').textContent()).toMatch(/^Filtered: 1 of 7 units/);
  });
});

describe('pages of controls and requirements', () => {
  test('have an address, stand alone, lead to their rows, and back', async () => {
    const { page, problems } = await openPage(browser, file, { hash: '#control-ROT-1' });
    expect(await page.locator('main h2:visible').allInnerTexts()).toEqual(['Management\'s controls']);
    expect(await page.locator('.leaf:visible').count()).toBe(1);
    expect(await ask(page, 'focused')).toBe('control-ROT-1');
    const group = page.locator('#control-ROT-1 .group').first();
    const many = await group.locator('.many').innerText();
    await group.locator('summary').click();
    await group.locator('.rest a').click();
    await expect.poll(() => page.locator('#count').textContent()).toBe(`${many} of ${credentials.length} credentials`);
    expect(await page.locator('#f-reason').inputValue()).toMatch(/^created \* days ago$/);
    expect(await page.locator('.leaf:visible').count()).toBe(0);
    await page.goBack();
    await page.waitForSelector('#control-ROT-1.current');
    await page.locator('.back:visible a').click();
    expect(new URL(page.url()).hash).toBe('#controls');
    // The address changes at once, the page when it hears of it.
    await page.locator('#scope').waitFor({ state: 'visible' });
    expect(await page.locator('main > section:visible').count()).toBe(8);
    await page.locator('#requirements a', { hasText: 'NHI7:2025' }).first().click();
    await page.waitForSelector('#requirement-owasp-nhi-2025-NHI7-2025.current');
    expect(problems).toEqual([]);
  });

  test('a row opens over the page that links to it, and closing it leaves that page', async () => {
    const { page } = await openPage(browser, file, { hash: '#control-INV-1' });
    await page.locator('#control-INV-1 summary').first().click();
    await page.locator('#control-INV-1 tbody a[href*="open="]').first().click();
    await page.waitForSelector('dialog[open] .facts');
    expect(hashOf(page).get('at')).toBe('control-INV-1');
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).hash).toBe('#control-INV-1');
    expect(await page.locator('#control-INV-1').isVisible()).toBe(true);
  });

  test('one that another run has is said to be missing', async () => {
    const { page } = await openPage(browser, file, { hash: '#control-ELSE-9' });
    expect(await page.locator('#lost').innerText()).toContain('no place named control-ELSE-9');
    expect(await page.locator('main > section:visible').count()).toBe(8);
  });

  test('prints alone, with the notice of the filter; the whole page prints all of them', async () => {
    const { page } = await openPage(browser, file, { hash: `#at=control-ROT-1&unit=${encodeURIComponent(FIRST)}`, dark: true });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('main h2:visible').allInnerTexts()).toEqual(['Management\'s controls']);
    expect(await page.locator('.leaf:visible').count()).toBe(1);
    expect(await page.locator('#filtered').isVisible()).toBe(true);
    expect(await page.locator('#f-unit').isVisible()).toBe(false);
    expect(await page.locator('#control-ROT-1 .statement').isVisible()).toBe(true);
    const whole = await openPage(browser, file);
    await whole.page.emulateMedia({ media: 'print' });
    expect(await whole.page.locator('.leaf:visible').count()).toBe(3);
    expect(await whole.page.locator('#filtered').isVisible()).toBe(false);
  });
});

describe('keyboard, colours and sizes', () => {
  test('Tab goes through the page in order, every stop is seen, and nothing holds it', async () => {
    const { page } = await openPage(browser, file, { width: 1024 });
    await page.keyboard.press('Tab');
    expect(await ask(page, 'focused')).toBe('a Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await ask(page, 'focused')).toBe('f-provider');
    const seen = new Set<unknown>();
    let last: unknown = 'f-provider';
    for (let step = 0; step < 400; step += 1) {
      await page.keyboard.press('Tab');
      last = await ask(page, 'focused');
      if (last === '') break;
      seen.add(last);
      expect(await ask(page, 'focusIsSeen'), String(last)).toBe(true);
    }
    for (const stop of ['f-unit', 'tab-identities', 'f-q', 'f-result']) expect(seen).toContain(stop);
    expect(seen.size).toBeGreaterThan(40);
    expect(last, 'after the last stop the focus leaves the page').toBe('');
  });

  test('a group opens and closes with the keyboard, and the columns that are sorted say so', async () => {
    const { page } = await openPage(browser, file, { hash: '#control-ROT-1' });
    await page.locator('#control-ROT-1 summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#control-ROT-1 .group').first().getAttribute('open')).toBe('');
    await page.keyboard.press('Enter');
    expect(await page.locator('#control-ROT-1 .group').first().getAttribute('open')).toBeNull();
    const table = await openPage(browser, file, { hash: '#tab=credentials&sort=-created' });
    expect(await table.page.locator('#heads [aria-sort="descending"]').innerText()).toContain('Created');
    expect(await table.page.locator('#heads [aria-sort="none"]').count()).toBeGreaterThan(4);
  });

  test('has its landmarks, names every field, and tells counts politely', async () => {
    const { page } = await openPage(browser, file);
    for (const role of ['navigation', 'main', 'contentinfo'] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('search').count()).toBe(2);
    expect(await page.getByRole('img').count()).toBe(2);
    expect(await page.getByRole('img', { name: 'Credentials by age' }).count()).toBe(1);
    expect(await ask(page, 'unnamed')).toEqual([]);
    for (const id of ['count', 'filtered']) expect(await page.locator(`#${id}`).getAttribute('aria-live')).toBe('polite');
  });

  test('the switch of colours goes over what the system has, and back', async () => {
    const { page } = await openPage(browser, file, { dark: true });
    expect(await ask(page, 'ground')).toBe('rgb(19, 21, 25)');
    await page.getByRole('button', { name: 'Light' }).click();
    expect(await ask(page, 'ground')).toBe('rgb(250, 249, 246)');
    expect(await page.getByRole('button', { name: 'Light' }).getAttribute('aria-pressed')).toBe('true');
    expect(await ask(page, 'contrastsBelow', 4.5)).toEqual([]);
    await page.getByRole('button', { name: 'Auto' }).click();
    expect(await ask(page, 'ground')).toBe('rgb(19, 21, 25)');
  });

  for (const width of [390, 1024, 1600]) {
    for (const dark of [false, true]) {
      test(`at ${width} px, ${dark ? 'dark' : 'light'}, filtered, a control's page fits and is legible`, async () => {
        const { page, problems } = await openPage(browser, file, { width, dark, hash: `#at=control-ROT-1&unit=${encodeURIComponent(FIRST)}` });
        await page.locator('#control-ROT-1 summary').first().click();
        expect(await ask(page, 'width')).toBe(width);
        expect(await ask(page, 'contrastsBelow', 4.5)).toEqual([]);
        await page.locator('nav a', { hasText: 'Age and last use' }).click();
        expect(await ask(page, 'width')).toBe(width);
        expect(await ask(page, 'cutTexts')).toEqual([]);
        expect(await ask(page, 'contrastsBelow', 4.5)).toEqual([]);
        expect(problems).toEqual([]);
      });
    }
  }

  test('with forced colours bars can be told from the ground, and nothing moves', async () => {
    const { page, problems } = await openPage(browser, file, { forcedColors: true });
    expect(await page.locator('#chart-age .bar').count()).toBeGreaterThan(8);
    expect(await ask(page, 'unseenBars')).toBe(0);
    expect(await ask(page, 'longestMovement')).toBe(0);
    expect(problems).toEqual([]);
  });
});

test('of more units than numbers can follow, none can be chosen, and a provider still can: its numbers are its own', { timeout: 120_000 }, async () => {
  const many = join(folder, 'many');
  await writeSyntheticBundle(many, { credentials: 900, seed: 6, units: MOST_UNITS, clusters: 2 });
  await writeHtmlReport(many, join(folder, 'many.html'));
  const held: string[] = [];
  for await (const { unit } of readJsonLines(join(many, BUNDLE.credentials), credentialSchema)) held.push(unit);
  const own = held.filter(inCluster).length;
  expect(own).toBeGreaterThan(0);
  const { page, problems } = await openPage(browser, join(folder, 'many.html'));
  expect(await page.locator('#f-provider').isVisible()).toBe(true);
  expect(await page.locator('#f-unit').isVisible()).toBe(false);
  expect(await barsOf(page, 'age')).toBe(held.length);
  await page.selectOption('#f-provider', 'kubernetes');
  expect(await barsOf(page, 'age')).toBe(own);
  expect(await page.locator('#filtered').textContent()).toMatch(/^Filtered: 2 of 1,004 units, /);
  await page.selectOption('#f-provider', 'aws');
  expect(await barsOf(page, 'age')).toBe(held.length - own);
  // A link from a smaller page may name a unit.
  const { page: linked } = await openPage(browser, join(folder, 'many.html'), { hash: '#unit=aws:111122223333' });
  expect(await barsOf(linked, 'age')).toBe(held.length);
  expect(await linked.locator('#filtered').textContent()).toBe('');
  expect(problems).toEqual([]);
});
