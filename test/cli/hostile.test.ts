// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { hostileCompany, HOSTILE_TEXTS } from '../../fixtures/company/hostile.ts';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { instantOf } from '../../src/model/instant.ts';
import { entries, machine, onlyRun, rollcall, type Ended } from './child.ts';
import { configure, serve } from './company-server.ts';

const here = machine();
// What moves a cursor, hides text or turns its order. A line feed ends our own lines.
const ACTS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;
const COMMANDS = (bundle: string): readonly (readonly string[])[] => [['explain', '\u001b]0;owned\u0007', '--run', bundle], ['trace', '--id', 'safe\u202egnp.exe', '--run', bundle], ['explain', 'nobody\u001b[2J', '--run', bundle], ['verify', bundle]];
let folder = '';
let bundle = '';
let scanned: Ended;

beforeAll(async () => {
  const server = await serve({ company: hostileCompany(instantOf(Date.now())) });
  try {
    folder = await here().folder('hostile');
    await configure(folder);
    scanned = await rollcall(['scan', '--archive', 'archive', '--explain-time'], { cwd: folder, env: here().environment(server.url) });
    if (scanned.code !== 4) bundle = await onlyRun(join(folder, 'archive'));
  } finally {
    await server.close();
  }
});

/** Where a text first holds a character that acts, in words. */
function acting(text: string): string | null {
  const match = ACTS.exec(text);
  return match === null ? null : JSON.stringify(text.slice(Math.max(0, match.index - 60), match.index + 20));
}

test('is scanned and sealed: no fault of ours, every hostile name is an identity of the roll', async () => {
  expect([0, 3], scanned.stderr).toContain(scanned.code);
  const names = new Set<string>();
  for await (const { name } of readJsonLines(join(bundle, BUNDLE.identities), z.object({ name: z.string() }))) names.add(name);
  // A carriage return does not outlive XML's line ends.
  for (const { name, text } of HOSTILE_TEXTS) expect(names.has(text) || names.has(text.replaceAll('\r', '\n')), name).toBe(true);
});

test('no character that acts reaches standard output or standard error, from scan or from what reads the bundle', async () => {
  expect([acting(scanned.stdout), acting(scanned.stderr)]).toEqual([null, null]);
  for (const args of COMMANDS(bundle)) {
    const { code, stdout, stderr } = await rollcall(args, { cwd: folder, env: here().environment() });
    expect([args, acting(stdout), acting(stderr)]).toEqual([args, null, null]);
    expect(code, stderr).not.toBe(4);
  }
});

test('none reaches the tables, the report, the cover or the bag\'s own files', async () => {
  const files = (await readdir(bundle, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.filter((file) => /\.(csv|html|md|txt)$/.test(file));
  expect(texts.length).toBeGreaterThan(6);
  for (const file of texts) {
    const text = await readFile(file, 'utf8');
    // Rows of a CSV file end with CR LF (RFC 4180); the page's own script is indented with tabs.
    const theirs = file.endsWith('.csv') ? text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n') : file.endsWith('.html') ? text.replaceAll(/^\t+/gm, '') : text;
    expect([relative(bundle, file), acting(theirs)]).toEqual([relative(bundle, file), null]);
  }
});

test('no markup of theirs stands in the report, and no cell of a table begins a formula', async () => {
  const html = await readFile(join(bundle, BUNDLE.html), 'utf8');
  for (const part of ['<img src=x', '<script>document.title', '<svg/onload', '" autofocus onfocus="document']) expect(html).not.toContain(part);
  for (const table of await entries(join(bundle, BUNDLE.populations))) {
    if (!table.endsWith('.csv')) continue;
    const text = await readFile(join(bundle, BUNDLE.populations, table), 'utf8');
    expect(text.split(/,|\r?\n/).filter((cell) => /^"?[=+@\t\r]/.test(cell)), table).toEqual([]);
  }
});

test('names of files come from us: plain characters, inside the bundle, nothing beside the archive', async () => {
  expect(await entries(folder)).toEqual(['archive', 'rollcall.yaml']);
  expect(await entries(join(folder, 'archive'))).toEqual(['log', 'runs', 'work']);
  for (const name of await readdir(bundle, { recursive: true })) expect(name).toMatch(/^[A-Za-z0-9._/-]{1,200}$/);
});
