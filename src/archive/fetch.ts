// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { archivePaths } from '../bundle/layout.ts';
import { copyIntoLog } from '../evidence/append-log.ts';
import { ANCHORS } from '../evidence/log-format.ts';
import { refuseOther } from '../evidence/log-step.ts';
import { copyOfBucketLog, LOG, readBucketLog } from './bucket-log.ts';
import { againstLog, runProblems, storiesOf, type RunStory } from './check.ts';
import { compareLogs, copyOfFolderLog, type LogRelation } from './folder-log.ts';
import { download, inParallel, isPlainKey } from './object-reads.ts';
import type { Objects } from './objects.ts';
import { folderView, isDigest, STAMP, type ArchiveFinding } from './view.ts';

/** What was brought back. `refused`: the logs disagree, and nothing was brought. */
export interface FetchOutcome {
  readonly archive: string;
  readonly bucket: string;
  readonly log: LogRelation & { readonly entries: number };
  readonly refused: string | null;
  readonly runs: { readonly fetched: readonly string[]; readonly there: readonly string[]; readonly held: readonly string[] };
  readonly documents: { readonly fetched: number; readonly there: number };
  readonly findings: readonly ArchiveFinding[];
}

/**
 * Brings a bucket's archive into a folder: documents, sealed runs, then the log. A run gets its name under `runs/` when its bytes are those of its manifests and its manifests
 * those of the log; what is not stays out and is named. What the folder has already is not touched. Throws where the bucket's log is damaged.
 */
export async function fetchArchive(objects: Objects, archive: string): Promise<FetchOutcome> {
  const paths = archivePaths(archive);
  const folder = await copyOfFolderLog(paths.log);
  const bucket = await readBucketLog(objects);
  refuseOther(`${objects.name}/${LOG}`, bucket.log, 'rollcall archive check names what differs; nothing was fetched');
  const relation = compareLogs({ origin: folder?.copy.origin ?? null, lines: folder?.copy.lines ?? [] }, { origin: bucket.log.origin, lines: bucket.lines });
  const about = { archive, bucket: objects.name, log: { ...relation, entries: bucket.lines.length } };
  const refused = relation.relation === 'forked' ? `the logs have parted: entry ${relation.entry} is not the same in folder and bucket; fetch into an empty folder and compare` : relation.relation === 'other_log' ? `the folder holds another log: ${relation.here}; fetch into an empty folder` : null;
  if (refused !== null) return { ...about, refused, runs: { fetched: [], there: [], held: [] }, documents: { fetched: 0, there: 0 }, findings: [] };
  const findings: ArchiveFinding[] = [];
  const here = await folderView(archive);
  const documents = await fetchDocuments(objects, paths.documents, new Set(here.documents), findings);
  const files = new Map<string, string[]>();
  for (const key of await objects.list('runs/')) {
    const [, run = '', ...rest] = key.split('/');
    if (!isPlainKey(key) || rest.length === 0) findings.push({ code: 'unknown_file', place: key, message: 'has no place in an archive and was not fetched' });
    else files.set(run, [...(files.get(run) ?? []), rest.join('/')]);
  }
  const stories = storiesOf(bucket.log.events);
  const runs = { fetched: [] as string[], there: [] as string[], held: [] as string[] };
  for (const [run, names] of files) runs[await fetchRun(objects, archive, run, names, stories.get(run) ?? null, new Set(here.runs), findings)].push(run);
  for (const [run, { sealed }] of stories) if (sealed !== null && !files.has(run)) findings.push({ code: 'run_missing', place: `runs/${run}`, message: `was sealed at ${sealed.at} (entry ${sealed.sequence}), and the bucket has nothing of it` });
  await fetchStamps(objects, join(paths.log, ANCHORS), here.stamps);
  const copy = relation.relation === 'bucket_ahead' ? await copyOfBucketLog(objects, bucket) : null;
  if (copy !== null) await copyIntoLog(paths.log, copy);
  return { ...about, refused: null, runs, documents, findings };
}

/** What is no stamp of the log, a check of the folder names. */
async function fetchStamps(objects: Objects, folder: string, here: ReadonlyMap<string, string>): Promise<void> {
  const names = (await objects.list(`log/${ANCHORS}/`)).map((key) => key.slice(`log/${ANCHORS}/`.length)).filter((name) => STAMP.test(name) && !here.has(name));
  await inParallel(names, async (name) => {
    const temporary = join(folder, `.${name}.${process.pid}.${randomUUID()}.tmp`);
    if ((await download(objects, `log/${ANCHORS}/${name}`, temporary)) !== null) await rename(temporary, join(folder, name));
  });
}

async function fetchDocuments(objects: Objects, folder: string, here: ReadonlySet<string>, findings: ArchiveFinding[]): Promise<FetchOutcome['documents']> {
  const names = (await objects.list('documents/')).map((key) => key.slice('documents/'.length));
  for (const name of names.filter((candidate) => !isDigest(candidate))) findings.push({ code: 'unknown_file', place: `documents/${name}`, message: 'has no place in an archive and was not fetched' });
  const wanted = names.filter((name) => isDigest(name) && !here.has(name));
  const came = await inParallel(wanted, async (name) => {
    const temporary = join(folder, `.${name}.${process.pid}.${randomUUID()}.tmp`);
    const digest = (await download(objects, `documents/${name}`, temporary))?.sha256 ?? null;
    if (digest === name) {
      await rename(temporary, join(folder, name));
      return true;
    }
    await rm(temporary, { force: true });
    findings.push({ code: 'document_altered', place: `documents/${name}`, message: digest === null ? 'is listed and cannot be read' : `its bytes have the digest ${digest}; it was not fetched` });
    return false;
  });
  return { fetched: came.filter(Boolean).length, there: names.filter((name) => here.has(name)).length };
}

async function fetchRun(objects: Objects, archive: string, run: string, files: readonly string[], story: RunStory | null, here: ReadonlySet<string>, findings: ArchiveFinding[]): Promise<'fetched' | 'there' | 'held'> {
  const paths = archivePaths(archive);
  const place = `runs/${run}`;
  if (story === null || story.sealed === null) {
    findings.push({ code: 'run_not_logged', place, message: 'is in the bucket, and its log has no seal of it; it was not fetched' });
    return 'held';
  }
  if (here.has(run)) {
    for (const message of await againstLog(join(paths.runs, run), story)) findings.push({ code: 'run_altered', place, message: `${message}: the folder here was left as it is` });
    return 'there';
  }
  // Half a run must never stand where a whole one would.
  const temporary = join(paths.work, `fetching-${run}-${randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    await inParallel(files, (file) => download(objects, `${place}/${file}`, join(temporary, file)));
    const problems = await runProblems(temporary, story);
    for (const message of problems) findings.push({ code: 'run_altered', place, message: `${message}; it was not fetched` });
    if (problems.length > 0) return 'held';
    await mkdir(paths.runs, { recursive: true });
    await rename(temporary, join(paths.runs, run));
    return 'fetched';
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
