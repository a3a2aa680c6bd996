// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { firstDifference } from '../../src/verify/same-content.ts';
import { zipEntries } from '../../src/verify/zip-entries.ts';
import { temporaryFolder } from '../support/temp.ts';

async function compared(name: string, sealed: string | Uint8Array, again: string | Uint8Array): Promise<string | null> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, `a-${name}`), sealed);
  await writeFile(join(folder, `b-${name}`), again);
  return firstDifference(join(folder, `a-${name}`), join(folder, `b-${name}`));
}

async function zip(entries: readonly (readonly [string, string])[], compressionLevel: number): Promise<Buffer> {
  const file = join(await temporaryFolder(), 'x.zip');
  const made = new ZipFile();
  for (const [name, text] of entries) made.addBuffer(Buffer.from(text), name, { mtime: new Date(0), compressionLevel });
  made.end();
  await pipeline(made.outputStream as NodeJS.ReadableStream, createWriteStream(file));
  return readFile(file);
}

const BOOK: readonly (readonly [string, string])[] = [['xl/workbook.xml', `<workbook>${'sheet '.repeat(200)}</workbook>`], ['xl/sheet1.xml', 'rows']];

describe('content', () => {
  test('of two compressions of one text is the same, of whatever kind', async () => {
    const text = 'line\n'.repeat(5000);
    const [low, high] = [gzipSync(text, { level: 1 }), gzipSync(text, { level: 9 })];
    expect(low.equals(high)).toBe(false);
    expect(await compared('x.jsonl.gz', low, high)).toBeNull();
    expect(await compared('x.html', page(low), page(high))).toBeNull();
    const [flat, packed] = [await zip(BOOK, 0), await zip(BOOK, 9)];
    expect(flat.equals(packed)).toBe(false);
    expect(await compared('x.xlsx', flat, packed)).toBeNull();
  });

  function page(block: Buffer): string {
    return `<html>\n<script type="text/plain" id="block-0">${block.toString('base64')}</script>\n</html>\n`;
  }

  test.each<readonly [string, string, string | Uint8Array, string | Uint8Array, RegExp]>([
    ['a line of text', 'x.csv', 'a\nb\nc\n', 'a\nB\nc\n', /^line 2 differs$/], ['a cut text', 'x.csv', 'a\nb\n', 'a\nb\nc\n', /^ends at line 3; more follows/], ['a longer text', 'x.md', 'a\nb\nc\n', 'a\n', /^goes on at line 2/],
    ['a last line feed', 'x.json', '{}', '{}\n', /^ends at line 1/], ['an empty file', 'x.csv', '', 'a\n', /^ends at line 1/],
    ['a line of packed text', 'x.jsonl.gz', gzipSync(`${'same\n'.repeat(40_000)}a\n`), gzipSync(`${'same\n'.repeat(40_000)}b\n`), /^line 40001 differs$/],
    ['a cut gzip stream', 'x.jsonl.gz', gzipSync('a\nb\n').subarray(0, -6), gzipSync('a\nb\n'), /^is damaged near line \d: /], ['no gzip at all', 'x.jsonl.gz', 'plain', gzipSync('a\n'), /^is damaged near line 1/],
    ['a packed block of a page', 'x.html', page(gzipSync('[1]')), page(gzipSync('[2]')), /^line 2 differs$/], ['a block that is no gzip', 'x.html', page(Buffer.from('none')), page(gzipSync('[2]')), /^has a block that cannot be unpacked/],
    ['a page that goes on', 'x.html', 'a\nb\n<!-- -->', 'a\nb\n', /^line 3 differs$/], ['no workbook', 'x.xlsx', 'PK', 'PK too', /^is no workbook/],
  ])('differs by %s', async (_, name, sealed, again, expected) => {
    expect(await compared(name, sealed, again)).toMatch(expected);
  });

  test('of a workbook differs by the entry that was changed, added, left out or moved', async () => {
    const [workbook, sheet] = BOOK as [readonly [string, string], readonly [string, string]];
    const ours = await zip(BOOK, 6);
    expect(await compared('x.xlsx', await zip([workbook, ['xl/sheet1.xml', 'Rows']], 6), ours)).toBe('xl/sheet1.xml in it differs');
    expect(await compared('x.xlsx', await zip([workbook], 6), ours)).toBe('lacks xl/sheet1.xml');
    expect(await compared('x.xlsx', await zip([...BOOK, ['xl/vbaProject.bin', 'macro']], 6), ours)).toBe('holds xl/vbaProject.bin, which nothing makes');
    expect(await compared('x.xlsx', await zip([sheet, workbook], 6), ours)).toBe('has xl/sheet1.xml in the place of xl/workbook.xml');
  });

  test('is not unpacked beyond what was derived: a small file cannot fill the memory', async () => {
    const bomb = await zip([['xl/workbook.xml', 'x'.repeat(20_000_000)], ['xl/sheet1.xml', 'rows']], 9);
    const before = process.memoryUsage().arrayBuffers;
    expect(await compared('x.xlsx', bomb, await zip(BOOK, 9))).toBe('xl/workbook.xml in it differs');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  test('of any two texts is the same only if they are, packed or not, and the line is the first that differs', async () => {
    const text = fc.array(fc.constantFrom('a', 'b', '\n', 'ä', '')).map((parts) => parts.join(''));
    await fc.assert(fc.asyncProperty(text, text, fc.boolean(), async (one, other, packed) => {
      const said = await compared(packed ? 'x.gz' : 'x', packed ? gzipSync(one) : one, packed ? gzipSync(other) : other);
      expect(said === null).toBe(one === other);
      if (said === null) return;
      const [a, b] = [Buffer.from(one), Buffer.from(other)];
      let same = 0;
      while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
      expect(Number(/line (\d+)/.exec(said)?.[1])).toBe(a.subarray(0, same).toString('latin1').split('\n').length);
    }), { numRuns: 60 });
  });
});

describe('a zip directory', () => {
  test('is read as it was written', async () => {
    expect(zipEntries(await zip(BOOK, 6)).map(({ name, method }) => [name, method])).toEqual([['xl/workbook.xml', 8], ['xl/sheet1.xml', 8]]);
    expect(zipEntries(await zip(BOOK, 6))[1]?.data.equals(deflateRawSync('rows', { level: 6 }))).toBe(true);
  });

  test('of any bytes is read or refused by a RangeError, nothing else', async () => {
    const whole = await zip(BOOK, 6);
    fc.assert(fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), fc.boolean(), (at, value, cut) => {
      const bytes = cut ? Buffer.concat([whole.subarray(0, at), whole.subarray(-22)]) : Buffer.from(whole);
      if (!cut) bytes.writeUInt8(value, at);
      try {
        zipEntries(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }), { numRuns: 500 });
  });
});
