// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
const SDK = /\/node_modules\/(@aws-sdk|@smithy|@azure|@google-cloud|@googleapis|@kubernetes)\//;
const COLLECT = /\/src\/collect\//;

/** The modules that a new process loads for these files, as URLs. */
async function loadedBy(...files: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'list-loaded.ts'), ...files], { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 });
  return z.array(z.string()).parse(JSON.parse(stdout));
}

it('loads every provider and every source without an SDK', async () => {
  const sources = globSync('scanners/*/sources/*.ts', { cwd: ROOT }).sort();
  expect(sources.length).toBeGreaterThan(10);
  const loaded = await loadedBy('scanners/index.ts', ...sources);
  for (const source of sources) expect(loaded.some((url) => url.endsWith(`/${source}`)), source).toBe(true);
  expect(loaded.filter((url) => SDK.test(url))).toEqual([]);
});

it('loads verify and derivation without an SDK and without the collector', async () => {
  const files = ['src/verify/verify.ts', 'src/pipeline/derive.ts', 'src/cli/commands/verify.ts'];
  const loaded = await loadedBy(...files);
  for (const file of files) expect(loaded.some((url) => url.endsWith(`/${file}`)), file).toBe(true);
  expect(loaded.filter((url) => SDK.test(url))).toEqual([]);
  expect(loaded.filter((url) => COLLECT.test(url))).toEqual([]);
});

it('sees an SDK where one is loaded, so that the lists above mean something', async () => {
  const loaded = await loadedBy('node_modules/@aws-sdk/client-sts/dist-cjs/index.js');
  expect(loaded.filter((url) => SDK.test(url)).length).toBeGreaterThan(0);
});
