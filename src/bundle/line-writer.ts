// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { canonicalJson } from '../model/json.ts';

/** A file of gzip'd JSON lines that is written a value at a time, for stages that fill several files at once. */
export interface LineWriter {
  /** Adds a value; resolves when there is room for the next, so that memory stays bounded. */
  write(value: unknown): Promise<void>;
  /** Ends the file. Returns how many values it holds. */
  close(): Promise<number>;
}

/** Opens a new file, with its folder; fails where it exists. Equal values give equal bytes. */
export async function openLineWriter(file: string): Promise<LineWriter> {
  await mkdir(dirname(file), { recursive: true });
  const gzip = createGzip({ level: 6 });
  const done = pipeline(gzip, createWriteStream(file, { flags: 'wx' }));
  let failure: Error | null = null;
  done.catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(`${file}: writing failed`, { cause: error });
  });
  let count = 0;
  let buffer = '';
  async function flush(): Promise<void> {
    if (failure !== null) throw failure;
    const text = buffer;
    buffer = '';
    if (text !== '' && !gzip.write(text)) await Promise.race([once(gzip, 'drain'), done]);
  }
  return {
    async write(value) {
      buffer += `${canonicalJson(value)}\n`;
      count += 1;
      if (buffer.length > 65_536) await flush();
    },
    async close() {
      await flush();
      gzip.end();
      await done;
      return count;
    },
  };
}
