// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { identitySchema } from '../../src/model/row.ts';
import { writeHtmlReport } from '../../src/report/html/index.ts';
import { HOSTILE_NAMES, writeSyntheticBundle } from '../support/synthetic-bundle.ts';
import { ask, cells, launch, openPage } from './open-page.ts';

let browser: Browser;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-browser-'));
  file = join(folder, 'index.html');
  await writeSyntheticBundle(join(folder, 'bundle'), { credentials: 400, seed: 11, hostile: true });
  await writeHtmlReport(join(folder, 'bundle'), file);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function identityNames(): Promise<{ readonly key: string; readonly name: string }[]> {
  const rows: { key: string; name: string }[] = [];
  for await (const { key, name } of readJsonLines(join(folder, 'bundle', BUNDLE.identities), identitySchema)) rows.push({ key, name });
  return rows.toSorted((a, b) => byCodeUnit(a.key, b.key));
}

describe('security', () => {
  test('asks for nothing but itself, breaks no rule of its policy and says nothing on the console', async () => {
    const { page, problems, requests } = await openPage(browser, file);
    await page.click('#tab-credentials');
    await page.locator('#body a').first().click();
    await page.waitForSelector('dialog[open] .facts');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(/^file:.*index\.html$/);
    expect(problems).toEqual([]);
  });

  test('its policy stops what is put in: a script, a style, an image, markup made of text', async () => {
    const { page, problems, requests, refused } = await openPage(browser, file);
    expect(await ask(page, 'attack')).toEqual({ refused: ['script', 'markup'], title: expect.stringMatching(/^Rollcall, run /) });
    expect(requests.filter((url) => !url.startsWith('file:'))).toHaveLength(1);
    expect(refused).toEqual(['https://attacker.invalid/x.png csp']);
    expect(problems.some((problem) => problem.startsWith('console error: policy: img-src'))).toBe(true);
  });

  test('names that try to be markup stand as text in row, detail and address, and do nothing', async () => {
    const rows = await identityNames();
    const { page, problems, requests } = await openPage(browser, file);
    const tried = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</script><script>alert(2)</script>', '<!--', '&lt;b&gt;', '__proto__', '{{constructor.constructor("alert(3)")()}}'];
    for (const name of tried) {
      expect(HOSTILE_NAMES).toContain(name);
      const row = rows.find((one) => one.name === name);
      expect(row, `the bundle has an identity named ${name}`).toBeDefined();
      await page.fill('#f-q', row?.key ?? '');
      expect(await page.locator('#body tr:not(.spacer) a').first().textContent()).toBe(name);
      await page.locator('#body a').first().click();
      await expect.poll(() => page.locator('#detail-title').textContent()).toBe(name);
      await page.keyboard.press('Escape');
    }
    expect(await page.locator('main img, main iframe, main object, main script').count()).toBe(0);
    expect(problems).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test('characters that turn or hide text are written out, and an empty name says that it is empty', async () => {
    const rows = await identityNames();
    const { page } = await openPage(browser, file);
    for (const [name, shown] of [['\u202egnp.exe', '\\u{202e}gnp.exe'], ['a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'], ['', 'empty name'], [' ', 'blank name']] as const) {
      await page.fill('#f-q', rows.find((one) => one.name === name)?.key ?? 'absent from the bundle');
      expect(await page.locator('#body a').first().textContent()).toBe(shown);
    }
  });
});

describe('reading', () => {
  test('without a script the sections are there in their order, and the table says where its rows are', async () => {
    const { page } = await openPage(browser, file, { script: false });
    const headings = await page.locator('main > header h1, main > section > h2').allTextContents();
    expect(headings).toEqual(['Roll of non-human identities and their credentials', 'Scope and coverage', 'What could not be read', 'Blind spots', 'Age and last use of credentials', 'Management\'s controls', 'Requirements', 'Observations', 'Populations and verdicts']);
    expect(await page.locator('#populations .warn').first().innerText()).toContain('populations/credentials.csv');
    expect(await page.locator('#explorer').isVisible()).toBe(false);
    expect(await page.locator('#controls article').count()).toBe(2);
    expect(await page.locator('#controls article').first().isVisible()).toBe(true);
  });

  for (const width of [390, 1024, 1600]) {
    for (const dark of [false, true]) {
      test(`at ${width} px, ${dark ? 'dark' : 'light'}: nothing runs off the side, and text stands out from its ground`, async () => {
        const { page, problems } = await openPage(browser, file, { width, dark, hash: '#tab=identities' });
        expect(await ask(page, 'width')).toBe(width);
        expect(await ask(page, 'ground')).toBe(dark ? 'rgb(19, 21, 25)' : 'rgb(250, 249, 246)');
        expect(await ask(page, 'contrastsBelow', 4.5)).toEqual([]);
        expect(await page.locator('#body .r').count()).toBeGreaterThan(10);
        expect(await ask(page, 'cutResults')).toEqual([]);
        expect(await ask(page, 'cutTexts')).toEqual([]);
        await page.locator('#body a').first().click();
        await page.waitForSelector('dialog[open] .facts');
        expect(await ask(page, 'width')).toBe(width);
        expect(await ask(page, 'dialogOverflows')).toBe(false);
        expect(await ask(page, 'contrastsBelow', 4.5)).toEqual([]);
        expect(problems).toEqual([]);
      });
    }
  }

  test('prints to paper: the static sections whole, folded ones open, the first 200 rows with a note of how many there are', async () => {
    const { page, problems } = await openPage(browser, file, { hash: '#tab=credentials' });
    await page.emulateMedia({ media: 'print' });
    await ask(page, 'beforePrint');
    expect(await page.locator('#body tr:not(.spacer)').count()).toBe(200);
    expect(await page.locator('#printnote').innerText()).toBe('The first 200 of 400 rows are printed. All are in populations/credentials.csv.');
    expect(await page.locator('.tools').isVisible()).toBe(false);
    expect(await ask(page, 'foldedIsShown')).toBe(true);
    await ask(page, 'afterPrint');
    await page.emulateMedia({ media: 'screen' });
    // The page draws again with its next frame.
    await expect.poll(() => page.locator('#body tr:not(.spacer)').count()).toBeLessThan(60);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(5);
    expect(problems).toEqual([]);
  });

  test('a result is told by its word and by its shape, not by colour alone', async () => {
    const { page } = await openPage(browser, file, { hash: '#tab=credentials&result=not_evaluated' });
    const shapes = new Set<unknown>();
    for (const result of ['met', 'not_met', 'not_evaluated', 'needs_review', 'not_applicable', 'not_occurring']) {
      const mark = page.locator(`main .r.${result}`).first();
      expect((await mark.textContent())?.trim().endsWith(result.replaceAll('_', ' '))).toBe(true);
      shapes.add(await ask(page, 'shapeOf', result));
    }
    expect(shapes.size).toBe(6);
  });
});

describe('keyboard and address', () => {
  test('a row is found, reached, opened and closed with keys alone, and focus comes back to it', async () => {
    const { page, problems } = await openPage(browser, file);
    const names = await identityNames();
    await page.keyboard.press('/');
    expect(await ask(page, 'focusedId')).toBe('f-q');
    await page.locator('#body a').first().focus();
    for (let step = 0; step < 60; step += 1) await page.keyboard.press('ArrowDown');
    expect(await ask(page, 'focusedRow')).toBe('62');
    expect(await page.locator(':focus').isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    expect(await page.locator('#detail-body').innerText()).toContain(names[60]?.key.split('/')[1]);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(await ask(page, 'focusedRow')).toBe('62');
    await page.keyboard.press('End');
    expect(await ask(page, 'focusedRow')).toBe(String(names.length + 1));
    await page.keyboard.press('Home');
    expect(await ask(page, 'focusedRow')).toBe('2');
    expect(await ask(page, 'focusOutline')).toBe('solid');
    expect(problems).toEqual([]);
  });

  test('the address keeps search, filters, order and the open row, and brings them back elsewhere', async () => {
    const first = await openPage(browser, file);
    await first.page.click('#tab-credentials');
    await first.page.selectOption('#f-result', 'not_met');
    await first.page.selectOption('#f-class', 'non-human');
    await first.page.fill('#f-q', 'akia');
    await first.page.locator('#heads .c-created button').click();
    await first.page.locator('#body a').nth(3).click();
    await first.page.waitForSelector('dialog[open] .credential.asked');
    const { hash } = new URL(first.page.url());
    const second = await openPage(browser, file, { hash });
    await second.page.waitForSelector('dialog[open] .credential.asked');
    expect(await second.page.locator('.credential.asked h4').innerText()).toBe(await first.page.locator('.credential.asked h4').innerText());
    expect(await second.page.locator('#count').textContent()).toBe(await first.page.locator('#count').textContent());
    expect(await cells(second.page, 'name')).toEqual(await cells(first.page, 'name'));
    expect(await second.page.locator('#heads .c-created').getAttribute('aria-sort')).toBe('descending');
    await second.page.keyboard.press('Escape');
    // The dialog tells that it closed with the next turn of the page.
    await expect.poll(() => new URL(second.page.url()).hash).not.toContain('open=');
    expect(new URL(second.page.url()).hash).toContain('result=not_met');
  });

  test('a link to a row of another run says so, and a filter this run does not have finds nothing rather than everything', async () => {
    const { page, problems } = await openPage(browser, file, { hash: '#tab=credentials&open=aws%3A1%2FAKIAOTHER' });
    await page.waitForSelector('dialog[open]');
    expect(await page.locator('#detail-body').innerText()).toContain('No row of this page has the key aws:1/AKIAOTHER');
    const other = await openPage(browser, file, { hash: '#tab=credentials&kind=gcp.key' });
    expect(await other.page.locator('#count').textContent()).toBe('0 of 400 credentials');
    expect(await other.page.locator('#f-kind').inputValue()).toBe('gcp.key');
    expect([...problems, ...other.problems]).toEqual([]);
  });

  test('a subject in a list of deviation candidates opens its row', async () => {
    const { page } = await openPage(browser, file, { hash: '#control-ROT-1' });
    await page.locator('#control-ROT-1 summary').first().click();
    const subject = page.locator('#control-ROT-1 tbody a[href*="open="]').first();
    const key = await subject.innerText();
    await subject.click();
    await page.waitForSelector('dialog[open] .credential.asked');
    expect(await page.locator('.credential.asked h4').innerText()).toContain(key.slice(key.indexOf('/') + 1));
  });
});
