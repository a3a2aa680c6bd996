// SPDX-License-Identifier: Apache-2.0
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeJsonLines } from '../bundle/jsonl.ts';
import { canonicalJson } from '../model/json.ts';

/** Lines appended as they come, held by place and length only, read back one at a time and written out in order at the end. */
export interface WorkFile<K> {
  /** Appends one value; resolves when the operating system has it. */
  append(key: K, value: unknown): Promise<WorkLine>;
  /** The value as it stands in the file. */
  read(line: WorkLine): Promise<unknown>;
  /** Writes all values, ordered by key, to a gzip'd JSON lines file. The working one stays until the unit has ended: a run that is killed before goes on from it. Returns the count. */
  finish(file: string, order: (a: K, b: K) => number): Promise<number>;
  /** Closes it with what it has: a run that is ended before its unit is goes on from there. */
  close(): Promise<void>;
}
export interface WorkLine { readonly offset: number; readonly length: number }

/** Opens a new working file; refuses one that exists. */
export async function openWorkFile<K>(path: string): Promise<WorkFile<K>> {
  await mkdir(dirname(path), { recursive: true });
  const handle: FileHandle = await open(path, 'wx+', 0o600);
  const index: { readonly key: K; readonly line: WorkLine }[] = [];
  let end = 0;
  let writing: Promise<unknown> = Promise.resolve();

  async function read(line: WorkLine): Promise<unknown> {
    const buffer = Buffer.alloc(line.length);
    await handle.read(buffer, 0, line.length, line.offset);
    return JSON.parse(buffer.toString('utf8'));
  }
  return {
    append(key, value) {
      const bytes = Buffer.from(`${canonicalJson(value)}\n`, 'utf8');
      const line = { offset: end, length: bytes.length };
      end += bytes.length;
      index.push({ key, line });
      const written = writing.then(() => handle.write(bytes, 0, bytes.length, line.offset)).then(({ bytesWritten }) => {
        if (bytesWritten !== bytes.length) throw new Error(`${path}: only ${bytesWritten} of ${bytes.length} bytes could be written; is the disk full?`);
        return line;
      });
      writing = written;
      return written;
    },
    read,
    async finish(file, order) {
      await writing;
      index.sort((a, b) => order(a.key, b.key));
      async function* values(): AsyncGenerator<unknown> {
        for (const { line } of index) yield await read(line);
      }
      await rm(file, { force: true });
      const count = await writeJsonLines(file, values());
      await handle.close();
      return count;
    },
    async close() {
      // A write that failed has told its own caller.
      await Promise.allSettled([writing]);
      await handle.close();
    },
  };
}

/** Joins ordered gzip'd files into one by concatenating their members, which gzip readers take as one stream. The parts stay: a run that is killed here joins them again. */
export async function joinGzip(folder: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const out = await open(file, 'w');
  try {
    const names = (await readdir(folder)).sort();
    if (names.length === 0) await out.writeFile(EMPTY_GZIP);
    for (const name of names) {
      const part = await open(join(folder, name), 'r');
      try {
        for await (const chunk of part.createReadStream({ autoClose: false })) await out.write(chunk as Buffer);
      } finally {
        await part.close();
      }
    }
  } finally {
    await out.close();
  }
}

// An empty gzip member, as node:zlib writes it: a file without lines is still a whole file.
const EMPTY_GZIP = Buffer.from('1f8b080000000000000303000000000000000000', 'hex');
