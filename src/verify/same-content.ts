// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGunzip, inflateRawSync } from 'node:zlib';
import { comparableHtml } from '../report/html/comparable.ts';
import { zipEntries, type ZipEntry } from './zip-entries.ts';

/**
 * Where a sealed file first differs from the one that was derived again, in words; null where the content is the same. Compressed content
 * is compared unpacked, so that another zlib does not matter. A sealed file that is damaged differs; nothing of it is thrown.
 */
export async function firstDifference(sealed: string, again: string): Promise<string | null> {
  if (sealed.endsWith('.gz')) return differenceOfStreams(gunzipped(sealed), gunzipped(again));
  if (!sealed.endsWith('.xlsx') && !sealed.endsWith('.html')) return differenceOfStreams(createReadStream(sealed), createReadStream(again));
  const [theirs, ours] = await Promise.all([readFile(sealed), readFile(again)]);
  if (theirs.equals(ours)) return null;
  return sealed.endsWith('.xlsx') ? differenceOfZips(theirs, ours) : differenceOfPages(theirs.toString('utf8'), ours.toString('utf8'));
}

async function* gunzipped(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.once('error', (error) => unzipped.destroy(error));
  try {
    for await (const chunk of unzipped as AsyncIterable<Buffer>) yield chunk;
  } finally {
    source.destroy();
    unzipped.destroy();
  }
}

/** Compares piece by piece: neither file is held whole, and nothing after the first difference is read. */
async function differenceOfStreams(sealed: AsyncIterable<unknown>, again: AsyncIterable<unknown>): Promise<string | null> {
  const theirs = pieces(sealed);
  const ours = pieces(again);
  let line = 1;
  let left: Buffer = Buffer.alloc(0);
  let right: Buffer = Buffer.alloc(0);
  try {
    for (;;) {
      if (left.length === 0) left = await nextOrDamage(theirs);
      if (right.length === 0) right = (await ours.next()).value ?? Buffer.alloc(0);
      const length = Math.min(left.length, right.length);
      if (length === 0) return left.length === right.length ? null : left.length === 0 ? `ends at line ${line}; more follows from the pages` : `goes on at line ${line}, where nothing more follows from the pages`;
      const one = left.subarray(0, length);
      const other = right.subarray(0, length);
      if (!one.equals(other)) {
        const at = one.findIndex((byte, index) => byte !== other[index]);
        return `line ${line + lineFeeds(one.subarray(0, at))} differs`;
      }
      line += lineFeeds(one);
      left = left.subarray(length);
      right = right.subarray(length);
    }
  } catch (error) {
    if (error instanceof DamagedError) return `is damaged near line ${line}: ${error.message}`;
    throw error;
  } finally {
    await theirs.return(undefined);
    await ours.return(undefined);
  }
}

class DamagedError extends Error {}

async function nextOrDamage(stream: AsyncGenerator<Buffer, undefined>): Promise<Buffer> {
  try {
    return (await stream.next()).value ?? Buffer.alloc(0);
  } catch (error) {
    throw new DamagedError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function* pieces(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer, undefined> {
  for await (const chunk of stream) if (Buffer.isBuffer(chunk) && chunk.length > 0) yield chunk;
}

function lineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

function differenceOfPages(sealed: string, again: string): string | null {
  let opened: string;
  try {
    opened = comparableHtml(sealed);
  } catch (error) {
    return `has a block that cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`;
  }
  const theirs = opened.split('\n');
  const ours = comparableHtml(again).split('\n');
  const at = theirs.findIndex((line, index) => line !== ours[index]);
  if (at >= 0) return `line ${at + 1} differs`;
  return theirs.length === ours.length ? null : `ends at line ${theirs.length}; more follows from the pages`;
}

function differenceOfZips(sealed: Buffer, again: Buffer): string | null {
  let theirs: readonly ZipEntry[];
  try {
    theirs = zipEntries(sealed);
  } catch (error) {
    return `is no workbook: ${error instanceof Error ? error.message : String(error)}`;
  }
  const ours = zipEntries(again);
  for (const [index, entry] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined) return `lacks ${entry.name}`;
    if (other.name !== entry.name) return `has ${other.name} in the place of ${entry.name}`;
    const content = unpacked(entry, Number.POSITIVE_INFINITY);
    if (content === null || unpacked(other, content.length)?.equals(content) !== true) return `${entry.name} in it differs`;
  }
  return theirs.length === ours.length ? null : `holds ${theirs[ours.length]?.name ?? 'more'}, which nothing makes`;
}

/** An entry's content; null where it is damaged or longer than it may be, so that no small file fills the memory. */
function unpacked({ method, data }: ZipEntry, most: number): Buffer | null {
  if (method === 0) return data;
  try {
    return Number.isFinite(most) ? inflateRawSync(data, { maxOutputLength: Math.max(1, most) }) : inflateRawSync(data);
  } catch {
    return null;
  }
}
