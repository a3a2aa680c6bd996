// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archivePaths } from '../../src/bundle/layout.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { reviewArchive } from '../support/review-archive.ts';
import { launch } from './open-page.ts';

const PROGRAM = join(import.meta.dirname, '../../src/cli/main.ts');
let browser: Browser;
let root: string;
let archive: string;
const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], HOME: root, XDG_CONFIG_HOME: join(root, 'config') });
const children: ChildProcess[] = [];

function run(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, 'review', ...args, '--archive', archive], { cwd: root, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}
async function ended(child: ChildProcess): Promise<number | null> {
  return child.exitCode ?? new Promise((done) => child.once('exit', done));
}
async function served(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = run('serve', '--id', '2026-Q3');
  const url = await new Promise<string>((done, failed) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('\n')) done(text.trim());
    });
    child.once('exit', () => failed(new Error(`it ended: ${text}`)));
  });
  return { url, child };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rollcall-review-'));
  archive = join(root, 'evidence');
  await reviewArchive(archive, { credentials: 150, seed: 9, hostile: true });
  const closes = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  expect(await ended(run('start', '--id', '2026-Q3', '--population', 'credentials', '--closes', closes, '--by', 'Ines Duarte', '--authority', 'policy 4.2'))).toBe(0);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  for (const child of children) child.kill();
  await rm(root, { recursive: true, force: true });
});

async function open(url: string, dark = false): Promise<{ readonly page: Page; readonly problems: string[]; readonly requests: string[] }> {
  const context = await browser.newContext({ colorScheme: dark ? 'dark' : 'light', offline: false });
  const page = await context.newPage();
  const [problems, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  await page.waitForSelector('html[data-ready]');
  return { page, problems, requests };
}
const decided = async (): Promise<readonly string[]> => (await readLog(archivePaths(archive).log)).events.flatMap((event) => (event.event === 'review.decided' ? [`${event.role} ${event.by.name} (${event.by.basis}) ${event.count}${event.samePersonReason === null ? '' : ' same person'}`] : []));

describe('the page on which people decide', () => {
  test('by keyboard alone: find an item, decide with a reason, save; a second person approves; the log holds both', async () => {
    const { url, child } = await served();
    const { page, problems, requests } = await open(url);
    expect(await page.locator('#found').textContent()).toMatch(/^150 of 150 items$/);
    const key = (await page.locator('.item').nth(3).getAttribute('data-key')) ?? '';
    await page.focus('#find');
    await page.keyboard.type(key);
    expect(await page.locator('.item').count()).toBe(1);
    expect(await page.locator('.item .shown-facts').innerText()).toContain('last used');
    await page.focus('.item input[value="revoke"]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('not needed since the move');
    await page.focus('#name');
    await page.keyboard.type('Zoe Marsh');
    await page.keyboard.press('Enter');
    await page.locator('#status', { hasText: /^Saved/ }).waitFor();
    // The page says that it is saved, and then asks how things stand.
    await expect.poll(() => page.locator('.item .stand').innerText()).toContain('confirmed; owner: revoke by Zoe Marsh (typed only): not needed since the move');
    // The same person cannot approve it without a reason.
    await page.selectOption('#role', 'approver');
    await page.selectOption('#all-decision', 'agree');
    await page.fill('#all-reason', 'agreed');
    await page.getByRole('button', { name: 'Prepare' }).click();
    await page.click('#save');
    await page.locator('#status.warn').waitFor();
    expect(await page.locator('#status').textContent()).toContain('cannot approve it without a reason');
    expect(await decided()).toEqual(['owner Zoe Marsh (typed only) 1']);
    await page.fill('#name', 'Ada Roy');
    await page.click('#save');
    await page.locator('#status', { hasText: /^Saved/ }).waitFor();
    await expect.poll(() => page.locator('.item .stand').innerText()).toContain('approved');
    expect(await decided()).toEqual(['owner Zoe Marsh (typed only) 1', 'approver Ada Roy (typed only) 1']);
    expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
    expect(new Set(requests.map((request) => new URL(request).host))).toEqual(new Set([new URL(url).host]));
    await page.click('#end');
    expect(await ended(child)).toBe(0);
  });

  test('every control has a name, in light and dark; names of resources stay text', async () => {
    const { url, child } = await served();
    const { page, problems } = await open(url, true);
    expect(await page.locator('input, select, button').count()).toBeGreaterThan(100);
    expect(await page.evaluate('[...document.querySelectorAll("input, select, button")].filter((one) => !(one.labels?.length > 0) && (one.getAttribute("aria-label") ?? one.textContent).trim() === "").map((one) => one.outerHTML)')).toEqual([]);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(19, 21, 25)');
    await page.fill('#find', 'script');
    expect(await page.locator('.item').count()).toBeGreaterThan(0);
    expect(await page.locator('.item script, .item img').count()).toBe(0);
    expect(problems).toEqual([]);
    child.kill('SIGINT');
    expect(await ended(child)).toBe(0);
  });

  test('without the cookie, with another name, from another page, or a second time, nothing opens and nothing is saved', async () => {
    const { url, child } = await served();
    const { origin, host, port } = new URL(url);
    const before = await decided();
    const body = JSON.stringify({ role: 'owner', name: 'Zoe Marsh', samePersonReason: null, items: [{ key: 'x', decision: 'keep', reason: 'x' }] });
    expect((await fetch(`${origin}/`)).status).toBe(403);
    expect((await fetch(`${origin}/items`)).status).toBe(403);
    expect((await fetch(`${origin}/?token=wrong`, { redirect: 'manual' })).status).toBe(403);
    const first = await fetch(url, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(first.headers.get('set-cookie')).toContain('HttpOnly; SameSite=Strict');
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(403);
    expect((await fetch(`${origin}/items`, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(`http://localhost:${port}/items`, { headers: { cookie } })).status).toBe(421);
    const post = async (headers: Record<string, string>, text = body): Promise<number> => (await fetch(`${origin}/decisions`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text })).status;
    expect(await post({ cookie })).toBe(403);
    expect(await post({ cookie, origin: 'http://attacker.invalid' })).toBe(403);
    expect(await post({ origin })).toBe(403);
    expect(await post({ cookie, origin, 'content-type': 'text/plain' })).toBe(415);
    expect(await post({ cookie, origin }, '{')).toBe(400);
    expect(await post({ cookie, origin })).toBe(422);
    expect(await post({ cookie, origin }, body.replace('Zoe Marsh', 'admin'))).toBe(422);
    expect((await fetch(`${origin}/`, { headers: { cookie } })).headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(host.startsWith('127.0.0.1:')).toBe(true);
    expect(await decided()).toEqual(before);
    child.kill('SIGINT');
    expect(await ended(child)).toBe(0);
  });
});
