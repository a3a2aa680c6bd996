// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BundleFormatError, readJsonLines, writeJsonLines } from '../../src/bundle/jsonl.ts';
import { canonicalJson, jsonSchema } from '../../src/model/json.ts';
import { temporaryFolder } from '../support/temp.ts';

async function readAll(file: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of readJsonLines(file, jsonSchema)) values.push(value);
  return values;
}

test('any value comes back, line breaks of every alphabet included', async () => {
  const folder = await temporaryFolder();
  let number = 0;
  const breaking = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\u2028', '\u2029', '\u0085', '😀', '"') });
  await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue({ noUnicodeString: false }), breaking), { maxLength: 20 }), async (values) => {
    const file = join(folder, `${number += 1}.jsonl.gz`);
    const plain = values.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    expect(await writeJsonLines(file, plain)).toBe(plain.length);
    expect((await readAll(file)).map(canonicalJson)).toEqual(plain.map(canonicalJson));
  }), { numRuns: 60 });
});

test.each([['is read at once', 100_000], ['unfolds to more than is read at once, however small it is packed', 1_200_000]])('a character that lies across two chunks is not torn in a file that %s', async (_, length) => {
  const file = join(await temporaryFolder(), 'wide.jsonl.gz');
  const wide = '😀'.repeat(length);
  await writeJsonLines(file, [`a${wide}`, wide]);
  expect(await readAll(file)).toEqual([`a${wide}`, wide]);
});

test('equal values give equal bytes, whatever the order of their members', async () => {
  const folder = await temporaryFolder();
  await writeJsonLines(join(folder, 'a'), [{ b: 1, a: [{ d: null, c: 'x' }] }]);
  await writeJsonLines(join(folder, 'b'), [{ a: [{ c: 'x', d: null }], b: 1 }]);
  expect(await readFile(join(folder, 'a'))).toEqual(await readFile(join(folder, 'b')));
});

test.each<[string, (file: string) => Promise<void>, RegExp]>([
  ['is cut short', async (file) => truncate(file, (await readFile(file)).length - 5), /not a whole gzip stream of UTF-8 text/],
  ['is no gzip', async (file) => writeFile(file, 'hello'), /not a whole gzip stream of UTF-8 text/],
  ['holds a line that is no JSON', async (file) => writeFile(file, gzipSync('1\n{\n')), /:2: not JSON/],
])('a file that %s is told with its place', async (_name, damage, message) => {
  const file = join(await temporaryFolder(), 'x.jsonl.gz');
  await writeJsonLines(file, Array.from({ length: 1000 }, (_, index) => ({ index })));
  await damage(file);
  await expect(readAll(file)).rejects.toThrow(BundleFormatError);
  await expect(readAll(file)).rejects.toThrow(message);
});
