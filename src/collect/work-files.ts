// SPDX-License-Identifier: Apache-2.0
import { closeSync, createWriteStream, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { canonicalJson } from '../model/json.ts';

/**
 * Lines appended as they come, held by place and length only, read back one at a time and written out in order at the end. It reads and writes at once, without waiting in a queue: thousands of small units have a few
 * lines each, and a line handed from thread to thread costs more than it does.
 */
export interface WorkFile<K> {
  /** Appends one value; the operating system has it when this returns. */
  append(key: K, value: unknown): WorkLine;
  /** The value as it stands in the file. */
  read(line: WorkLine): unknown;
  /** Writes all values, ordered by key, to gzip'd JSON lines files: each to the one that `fileOf` names, which must not come back to one that it has left. The working file stays until the unit has ended: a run that is killed before goes on from it. */
  finish(fileOf: (key: K) => string, order: (a: K, b: K) => number): Promise<void>;
  /** Closes it with what it has: a run that is ended before its unit is goes on from there. */
  close(): void;
}
export interface WorkLine { readonly offset: number; readonly length: number }
interface Entry<K> { readonly key: K; readonly line: WorkLine }

// Up to this much is written in one piece; more comes as a stream, so that no unit decides how much is held.
const AT_ONCE = 4 * 1024 * 1024;
const PIECE = 64 * 1024;

/** Opens a working file in a folder that is there when the first value comes; refuses one that exists. */
export function openWorkFile<K>(path: string): WorkFile<K> {
  const index: Entry<K>[] = [];
  let descriptor: number | null = null;
  let end = 0;

  function opened(): number {
    descriptor ??= openSync(path, 'wx+', 0o600);
    return descriptor;
  }
  function bytesAt({ offset, length }: WorkLine): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    const read = readSync(opened(), buffer, 0, length, offset);
    if (read !== length) throw new Error(`${path}: only ${read} of ${length} bytes could be read back; was the file changed?`);
    return buffer;
  }
  function* pieces(entries: readonly Entry<K>[]): Generator<Buffer> {
    let piece: Buffer[] = [];
    let length = 0;
    for (const { line } of entries) {
      piece.push(bytesAt(line));
      length += line.length;
      if (length < PIECE) continue;
      yield Buffer.concat(piece);
      piece = [];
      length = 0;
    }
    if (length > 0) yield Buffer.concat(piece);
  }
  async function write(file: string, entries: readonly Entry<K>[], whole: Buffer | null): Promise<void> {
    const size = entries.reduce((sum, { line }) => sum + line.length, 0);
    if (size > AT_ONCE) await pipeline(Readable.from(pieces(entries)), createGzip({ level: 6 }), createWriteStream(file));
    else writeFileSync(file, gzipSync(Buffer.concat(entries.map(({ line }) => whole?.subarray(line.offset, line.offset + line.length) ?? bytesAt(line))), { level: 6 }));
  }
  function close(): void {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  }
  return {
    append(key, value) {
      const bytes = Buffer.from(`${canonicalJson(value)}\n`, 'utf8');
      const line = { offset: end, length: bytes.length };
      const written = writeSync(opened(), bytes, 0, bytes.length, line.offset);
      if (written !== bytes.length) throw new Error(`${path}: only ${written} of ${bytes.length} bytes could be written; is the disk full?`);
      end += bytes.length;
      index.push({ key, line });
      return line;
    },
    read: (line) => JSON.parse(bytesAt(line).toString('utf8')),
    async finish(fileOf, order) {
      index.sort((a, b) => order(a.key, b.key));
      const whole = end > 0 && end <= AT_ONCE ? bytesAt({ offset: 0, length: end }) : null;
      for (const [file, entries] of Map.groupBy(index, ({ key }) => fileOf(key))) await write(file, entries, whole);
      close();
    },
    close,
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
