// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { byCodeUnit } from '../model/json.ts';

/** A row as one line of text, with the text that orders it. Held as text since that takes a fraction of what parsed rows do. */
export interface KeyedLine { readonly key: string; readonly line: string }

const HELD_CHARACTERS = 16_000_000;

/**
 * Lines in the order of their keys by code unit, equal keys in the order they came, with at most about `held` characters in memory: more are
 * spilled as sorted runs into `folder`, which this makes and removes. A line must hold no line feed and be well-formed.
 */
export async function* sortedByKey(lines: AsyncIterable<KeyedLine>, folder: string, held: number = HELD_CHARACTERS): AsyncGenerator<KeyedLine> {
  const runs: string[] = [];
  let rows: KeyedLine[] = [];
  let size = 0;
  const spill = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    const file = join(folder, String(runs.length));
    rows.sort((a, b) => byCodeUnit(a.key, b.key));
    await pipeline(Readable.from(chunks(rows)), createWriteStream(file, { flags: 'wx' }));
    runs.push(file);
    rows = [];
    size = 0;
  };
  try {
    for await (const row of lines) {
      rows.push(row);
      size += row.key.length + row.line.length;
      if (size >= held) await spill();
    }
    if (runs.length === 0) {
      rows.sort((a, b) => byCodeUnit(a.key, b.key));
      yield* rows;
      return;
    }
    if (rows.length > 0) await spill();
    yield* merged(runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// A key is written as JSON, so that it holds neither tab nor line feed.
function* chunks(rows: readonly KeyedLine[]): Generator<string> {
  let buffer = '';
  for (const { key, line } of rows) {
    buffer += `${JSON.stringify(key)}\t${line}\n`;
    if (buffer.length > 65_536) {
      yield buffer;
      buffer = '';
    }
  }
  if (buffer !== '') yield buffer;
}

async function* merged(runs: readonly string[]): AsyncGenerator<KeyedLine> {
  const readers = runs.map((file) => linesOf(file));
  try {
    const heads = await Promise.all(readers.map(async (reader) => (await reader.next()).value ?? null));
    for (;;) {
      let least = -1;
      let first: KeyedLine | null = null;
      for (const [index, head] of heads.entries()) {
        if (head !== null && (first === null || head.key < first.key)) {
          least = index;
          first = head;
        }
      }
      if (first === null) return;
      yield first;
      heads[least] = (await readers[least]?.next())?.value ?? null;
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

async function* linesOf(file: string): AsyncGenerator<KeyedLine, undefined> {
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const tab = line.indexOf('\t');
      yield { key: JSON.parse(line.slice(0, tab)) as string, line: line.slice(tab + 1) };
    }
  }
  return undefined;
}
