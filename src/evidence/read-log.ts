// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleFormatError, parseJsonText } from '../bundle/jsonl.ts';
import { leafHash } from './merkle.ts';
import { CHECKPOINT, eventSchema, LEAVES, ORIGIN, type LogEvent } from './log-format.ts';

/** A log as it stands on disk: its events, the hash of each leaf's exact bytes, and the newest checkpoint's text. */
export interface ReadLog { readonly events: readonly LogEvent[]; readonly leaves: readonly Buffer[]; readonly checkpoint: string | null; readonly origin: string | null }

/** Reads a log. A missing one is empty. Throws a BundleFormatError for a torn last line, bytes that are no UTF-8, a line that is no event and a sequence that is not dense. */
export async function readLog(folder: string): Promise<ReadLog> {
  // The checkpoint first: an append in between then leaves more leaves than it is over, never fewer.
  const checkpoint = await readOptional(join(folder, CHECKPOINT));
  const text = await readOptional(join(folder, LEAVES));
  const origin = (await readOptional(join(folder, ORIGIN)))?.trim() ?? null;
  if (text === null || text === '') return { events: [], leaves: [], checkpoint, origin };
  if (!text.endsWith('\n')) throw new BundleFormatError(join(folder, LEAVES), 'its last line is torn: an append was cut short. Restore the file from a copy; a checkpoint tells how many lines belong to it');
  const events: LogEvent[] = [];
  const leaves: Buffer[] = [];
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const place = `${join(folder, LEAVES)}:${index + 1}`;
    const event = parseJsonText(line, eventSchema, place);
    if (event.sequence !== index) throw new BundleFormatError(place, `is numbered ${event.sequence} where ${index} belongs: a line was removed, added or moved`);
    events.push(event);
    leaves.push(leafHash(Buffer.from(line)));
  }
  return { events, leaves, checkpoint, origin };
}

async function readOptional(file: string): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    // Read leniently, two different lines could come out as one text, and so as one leaf.
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new BundleFormatError(file, 'is not UTF-8 text. Restore the file from a copy', { cause: error });
    throw error;
  }
}
