// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import { canonicalJson } from '../model/json.ts';

/** A file of a bundle that cannot be read as what it should be. */
export class BundleFormatError extends Error {
  readonly file: string;
  constructor(file: string, message: string, options?: ErrorOptions) {
    super(`${file}: ${message}`, options);
    this.name = 'BundleFormatError';
    this.file = file;
  }
}

/** Writes values as gzip'd lines of canonical JSON. node:zlib puts no time and no name in the header, so equal values give equal bytes with one zlib. Makes the folder. Returns the count. */
export async function writeJsonLines(file: string, values: Iterable<unknown> | AsyncIterable<unknown>): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    let buffer = '';
    for await (const value of values) {
      buffer += `${canonicalJson(value)}\n`;
      count += 1;
      if (buffer.length > 65_536) {
        yield buffer;
        buffer = '';
      }
    }
    if (buffer !== '') yield buffer;
  }
  await pipeline(Readable.from(lines()), createGzip({ level: 6 }), createWriteStream(file, { flags: 'wx' }));
  return count;
}

// An estate of many small units is many small files: each as a stream costs ten times what is in it. What unfolds to more than this comes as a stream, so that no file decides how much is held.
const AT_ONCE = { packed: 262_144, unpacked: 4_194_304 } as const;

/** Text lines of a gzip'd file, without their line ends: only a line feed ends one, since JSON may hold U+2028 and its like as they are. Throws a BundleFormatError on a damaged stream. */
export async function* gunzipLines(file: string): AsyncGenerator<string> {
  const whole = smallText(file);
  if (whole !== null) {
    const lines = whole.split('\n');
    if (lines.at(-1) === '') lines.pop();
    yield* lines;
    return;
  }
  const unzipped = createGunzip();
  const done = pipeline(createReadStream(file), unzipped);
  // Told below, or by the reader; without a listener it would end the process first.
  done.catch((error: unknown) => unzipped.destroy(error instanceof Error ? error : new Error(String(error))));
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // Parts of a line that has not ended: joined once, since a line of many megabytes comes in thousands of them.
  let parts: string[] = [];
  try {
    for await (const chunk of unzipped as AsyncIterable<Buffer>) {
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
      parts.push(first);
      for (const other of others) {
        yield parts.join('');
        parts = [other];
      }
    }
    parts.push(decoder.decode());
    await done;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw new BundleFormatError(file, 'not a whole gzip stream of UTF-8 text', { cause: error });
  }
  const rest = parts.join('');
  if (rest !== '') yield rest;
}

/** The text of a small file; null for one that is to be streamed. Throws as `gunzipLines` does. */
function smallText(file: string): string | null {
  if (statSync(file).size > AT_ONCE.packed) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(gunzipSync(readFileSync(file), { maxOutputLength: AT_ONCE.unpacked }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw new BundleFormatError(file, 'not a whole gzip stream of UTF-8 text', { cause: error });
  }
}

/** Values of a file of gzip'd JSON lines, each parsed by the schema. Throws a BundleFormatError that names file and line. */
export async function* readJsonLines<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  let number = 0;
  for await (const line of gunzipLines(file)) {
    number += 1;
    yield parseJsonText(line, schema, `${file}:${number}`);
  }
}

/** One JSON text parsed by a schema; `place` names it in the BundleFormatError. */
export function parseJsonText<T>(text: string, schema: z.ZodType<T>, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BundleFormatError(place, 'not JSON', { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BundleFormatError(place, issue === undefined ? 'does not fit its schema' : `${issue.path.join('.') || 'value'}: ${issue.message}`, { cause: parsed.error });
  }
  return parsed.data;
}
