// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogCopy } from '../evidence/append-log.ts';
import { CHECKPOINTS, LEAVES } from '../evidence/log-format.ts';
import { refuseOther } from '../evidence/log-step.ts';
import { leafHash } from '../evidence/merkle.ts';
import { readLog, type ReadLog } from '../evidence/read-log.ts';

/** How a folder's log stands to a bucket's. `entry`: the first that only one of them has, or that differs. */
export type LogRelation =
  | { readonly relation: 'same' }
  | { readonly relation: 'folder_ahead' | 'bucket_ahead'; readonly entry: number }
  | { readonly relation: 'forked'; readonly entry: number; readonly here: string; readonly there: string }
  | { readonly relation: 'other_log'; readonly here: string; readonly there: string };

/** The log of a folder with the text of its leaves and all its checkpoints. Null where there is none. Throws as readLog does, and where it does not fit its newest checkpoint. */
export async function copyOfFolderLog(folder: string): Promise<{ readonly log: ReadLog; readonly copy: LogCopy } | null> {
  const log = await readLog(folder);
  if (log.origin === null) return null;
  refuseOther(join(folder, LEAVES), log, `restore ${LEAVES} and its checkpoint from a copy; rollcall archive check names what differs`);
  const text = log.leaves.length === 0 ? '' : await readFile(join(folder, LEAVES), 'utf8');
  const names = (await readdir(join(folder, CHECKPOINTS))).filter((name) => /^[1-9]\d{0,14}$/.test(name));
  const sizes = names.map(Number).filter((size) => size <= log.leaves.length).sort((a, b) => a - b);
  const checkpoints = await Promise.all(sizes.map(async (size) => [size, await readFile(join(folder, CHECKPOINTS, String(size)), 'utf8')] as const));
  return { log, copy: { origin: log.origin, lines: text.split('\n').slice(0, log.leaves.length), checkpoints: new Map(checkpoints) } };
}

interface Compared { readonly origin: string | null; readonly lines: readonly string[] }

/** Holds two logs against each other, entry by entry. A log without a name is empty and goes before any. */
export function compareLogs(folder: Compared, bucket: Compared): LogRelation {
  if (folder.origin !== null && bucket.origin !== null && folder.origin !== bucket.origin) return { relation: 'other_log', here: folder.origin, there: bucket.origin };
  const common = Math.min(folder.lines.length, bucket.lines.length);
  for (let entry = 0; entry < common; entry += 1) {
    const [here = '', there = ''] = [folder.lines[entry], bucket.lines[entry]];
    if (!leafHash(Buffer.from(here)).equals(leafHash(Buffer.from(there)))) return { relation: 'forked', entry, here, there };
  }
  if (folder.lines.length > common || (folder.origin !== null && bucket.origin === null)) return { relation: 'folder_ahead', entry: common };
  if (bucket.lines.length > common || (bucket.origin !== null && folder.origin === null)) return { relation: 'bucket_ahead', entry: common };
  return { relation: 'same' };
}
