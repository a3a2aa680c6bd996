// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

/** What a page did that it must not do. */
export interface Watched { readonly page: Page; readonly problems: string[]; readonly requests: string[]; readonly refused: string[] }
export interface Look { readonly width?: number; readonly dark?: boolean; readonly script?: boolean; readonly hash?: string; readonly forcedColors?: boolean }

/** Chromium without a display and without a word to any network of its own. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
}

/** Opens a file as a person would, and writes down every request, console message, error, dialog and breach of the page's policy. */
export async function openPage(browser: Browser, file: string, look: Look = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: look.width ?? 1440, height: 900 }, colorScheme: look.dark === true ? 'dark' : 'light', javaScriptEnabled: look.script !== false, forcedColors: look.forcedColors === true ? 'active' : 'none' });
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  const refused: string[] = [];
  page.on('requestfailed', (request) => refused.push(`${request.url()} ${request.failure()?.errorText ?? ''}`));
  page.on('request', (request) => requests.push(request.url()));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript({ path: fileURLToPath(new URL('in-page.js', import.meta.url)) });
  await page.goto(`${pathToFileURL(file).href}${look.hash ?? ''}`);
  if (look.script !== false) await page.waitForSelector('html[data-ready]');
  return { page, problems, requests, refused };
}

/** Calls a function of in-page.js with JSON values, and gives its answer. */
export async function ask(page: Page, name: string, ...values: readonly (string | number)[]): Promise<unknown> {
  return page.evaluate(`inPage.${name}(${values.map((value) => JSON.stringify(value)).join(', ')})`);
}

/** The words that a table shows for each row it holds in the document, by column class. */
export async function cells(page: Page, column: string): Promise<string[]> {
  return page.locator(`#body tr:not(.spacer) .c-${column}`).allInnerTexts();
}
