// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { byCodeUnit } from '../model/json.ts';

/** A row with the text that orders it. */
export interface Keyed<T> { readonly key: string; readonly row: T }

/**
 * Rows in the order of their keys by code unit, equal keys in the order they came, with at most `limit` rows in memory: more are
 * spilled as sorted runs into `folder`, which this makes and removes. Rows must survive JSON.
 */
export async function* sortedByKey<T>(rows: AsyncIterable<Keyed<T>>, folder: string, limit = 8_000): AsyncGenerator<Keyed<T>> {
  const runs: string[] = [];
  let held: Keyed<T>[] = [];
  const spill = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${runs.length}.jsonl`);
    held.sort((a, b) => byCodeUnit(a.key, b.key));
    await pipeline(Readable.from(lines(held)), createWriteStream(file, { flags: 'wx' }));
    runs.push(file);
    held = [];
  };
  try {
    for await (const row of rows) {
      held.push(row);
      if (held.length >= limit) await spill();
    }
    if (runs.length === 0) {
      held.sort((a, b) => byCodeUnit(a.key, b.key));
      yield* held;
      return;
    }
    if (held.length > 0) await spill();
    yield* merged<T>(runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* lines<T>(rows: readonly Keyed<T>[]): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

async function* merged<T>(runs: readonly string[]): AsyncGenerator<Keyed<T>> {
  const readers = runs.map((file) => linesOf<T>(file));
  try {
    const heads = await Promise.all(readers.map(async (reader) => (await reader.next()).value ?? null));
    for (;;) {
      let least = -1;
      let first: Keyed<T> | null = null;
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

async function* linesOf<T>(file: string): AsyncGenerator<Keyed<T>, undefined> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) yield JSON.parse(line) as Keyed<T>;
  return undefined;
}
