// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file to write: its name, and its text in pieces. */
export interface ExportFile { readonly name: string; readonly pieces: AsyncIterable<string> }
/** A file as it was written. */
export interface WrittenFile { readonly file: string; readonly sha256: string; readonly bytes: number }

// Small pieces are joined up to this many characters before they are written.
const CHUNK = 65_536;

/**
 * Writes files into a folder, all of them or none: each is made beside its place and gets its name when every one is whole. A file of
 * the same name is replaced, since the same run gives the same bytes.
 */
export async function writeExports(folder: string, files: readonly ExportFile[]): Promise<WrittenFile[]> {
  await mkdir(folder, { recursive: true });
  const making = await mkdtemp(join(folder, '.exporting-'));
  try {
    const written: WrittenFile[] = [];
    for (const { name, pieces } of files) {
      const hash = createHash('sha256');
      let bytes = 0;
      async function* chunks(): AsyncGenerator<Buffer> {
        for await (const text of joined(pieces)) {
          const chunk = Buffer.from(text);
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      }
      await pipeline(Readable.from(chunks()), createWriteStream(join(making, name), { flags: 'wx', flush: true }));
      written.push({ file: join(folder, name), sha256: hash.digest('hex'), bytes });
    }
    for (const { name } of files) await rename(join(making, name), join(folder, name));
    return written;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function* joined(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let buffer = '';
  for await (const piece of pieces) {
    buffer += piece;
    if (buffer.length < CHUNK) continue;
    yield buffer;
    buffer = '';
  }
  if (buffer !== '') yield buffer;
}
