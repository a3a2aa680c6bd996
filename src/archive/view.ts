// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { archivePaths } from '../bundle/layout.ts';
import { digestOfFile } from '../evidence/digest.ts';
import { ANCHORS, CHECKPOINT, CHECKPOINTS, LEAVES, LOCK, ORIGIN } from '../evidence/log-format.ts';
import { byCodeUnit } from '../model/json.ts';
import { INDEX_FILE } from './index-tables.ts';

/** Something in an archive that is not as it should be: what kind, where, and what about it. */
export interface ArchiveFinding {
  readonly code: 'log' | 'run_without_end' | 'run_without_start' | 'run_missing' | 'run_not_logged' | 'run_altered' | 'document_missing' | 'stamp_altered' | 'document_altered' | 'unknown_file' | 'object_hidden' | 'object_replaced' | 'lock_missing' | 'lock_ended';
  readonly place: string;
  readonly message: string;
}

/** An archive as a check sees it, in a folder or a bucket. Paths are relative to it, with `/`. */
export interface ArchiveView {
  readonly name: string;
  /** A folder that holds the log as files: of a bucket, a copy made for this. */
  readonly logFolder: string;
  /** Names under `runs/` and `documents/`, by code unit. */
  readonly runs: readonly string[];
  readonly documents: readonly string[];
  /** What stands there and has no place there. */
  readonly unknown: readonly string[];
  /** What only this kind of place can tell: versions and locks of a bucket. */
  readonly findings: readonly ArchiveFinding[];
  readonly notes: readonly string[];
  /** Does something with a run's folder: of a bucket a copy, gone afterwards. */
  withRun<T>(run: string, work: (folder: string) => Promise<T>): Promise<T>;
  digestOfDocument(name: string): Promise<string>;
  /** Time stamps beside the log, `<size>.tsr`, with the SHA-256 of each. */
  readonly stamps: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

const OF_ARCHIVE: ReadonlySet<string> = new Set(['runs', 'log', 'work', 'documents', ...['', '-journal', '-wal', '-shm'].map((end) => `${INDEX_FILE}${end}`)]);
const OF_LOG: ReadonlySet<string> = new Set([ANCHORS, LEAVES, CHECKPOINT, CHECKPOINTS, LOCK, `${LOCK}.taking`, ORIGIN]);

/** Name of a time stamp over the log of so many entries. */
export const STAMP = /^[1-9]\d{0,14}\.tsr$/;

/** A folder's archive. A folder that is not there is an empty archive. */
export async function folderView(archive: string): Promise<ArchiveView> {
  const paths = archivePaths(archive);
  const unknown = (await entriesOf(archive)).filter(({ name }) => !OF_ARCHIVE.has(name)).map(({ name }) => name);
  for (const { name } of await entriesOf(paths.log)) if (!OF_LOG.has(name)) unknown.push(`log/${name}`);
  for (const { name } of await entriesOf(join(paths.log, CHECKPOINTS))) if (!/^[1-9]\d{0,14}$/.test(name)) unknown.push(`log/${CHECKPOINTS}/${name}`);
  const stamps = new Map<string, string>();
  for (const { name, file } of await entriesOf(join(paths.log, ANCHORS))) {
    if (file && STAMP.test(name)) stamps.set(name, (await digestOfFile(join(paths.log, ANCHORS, name))).sha256);
    else unknown.push(`log/${ANCHORS}/${name}`);
  }
  const runs: string[] = [];
  for (const { name, folder } of await entriesOf(paths.runs)) (folder ? runs : unknown).push(folder ? name : `runs/${name}`);
  const documents: string[] = [];
  for (const { name, file } of await entriesOf(paths.documents)) (file && isDigest(name) ? documents : unknown).push(file && isDigest(name) ? name : `documents/${name}`);
  const work = await entriesOf(paths.work);
  return {
    name: archive, logFolder: paths.log, runs, documents, stamps, unknown: unknown.sort(byCodeUnit), findings: [],
    notes: work.length === 0 ? [] : [`work/ holds ${work.length} unfinished: ${work.map(({ name }) => name).join(', ')}`],
    withRun: (run, use) => use(join(paths.runs, run)),
    digestOfDocument: async (name) => (await digestOfFile(join(paths.documents, name))).sha256,
    close: () => Promise.resolve(),
  };
}

/** Whether a name can be a document's. */
export function isDigest(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

async function entriesOf(folder: string): Promise<readonly { readonly name: string; readonly folder: boolean; readonly file: boolean }[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).map((entry) => ({ name: entry.name, folder: entry.isDirectory(), file: entry.isFile() })).sort((a, b) => byCodeUnit(a.name, b.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
