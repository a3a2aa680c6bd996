// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const ROW = /^\| (\d+) \| (kept|changed|dropped) \| (.+?) \| (.*?) \| (?:\[`(.+?)`\]\((.+?)\): (.+?))? ?\| ?(.*?) ?\|$/;

async function rows(): Promise<readonly RegExpExecArray[]> {
  const text = await readFile(join(ROOT, 'docs/evidence-properties.md'), 'utf8');
  return text.split('\n').filter((line) => /^\| \d/.test(line)).map((line) => {
    const row = ROW.exec(line);
    if (row === null) throw new Error(`no row of the page: ${line}`);
    return row;
  });
}

describe('the page of properties', () => {
  test('has each of the sixty once, in order', async () => {
    expect((await rows()).map(([, number]) => Number(number))).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  test('names for each that is kept or changed a test that is there', async () => {
    for (const [, number = '', state, , , file = '', link = '', name = ''] of await rows()) {
      if (state === 'dropped') continue;
      expect(link, `${number}: the link leads to the file`).toBe(`../${file}`);
      const source = (await readFile(join(ROOT, file), 'utf8')).replaceAll("\\'", "'");
      expect(source.includes(name.replaceAll('\\|', '|')), `${number}: ${file} has no test "${name}"`).toBe(true);
    }
  });

  test('gives the reason of each that was changed or dropped, and of no other', async () => {
    for (const [, number = '', state, , , , , , why = ''] of await rows()) expect(why === '', `property ${number}`).toBe(state === 'kept');
  });
});
