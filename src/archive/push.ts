// SPDX-License-Identifier: Apache-2.0
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { archivePaths, BUNDLE, COLLECTED } from '../bundle/layout.ts';
import { filesOf } from '../evidence/bag.ts';
import { digestOfFile } from '../evidence/digest.ts';
import { ANCHORS } from '../evidence/log-format.ts';
import { refuseOther } from '../evidence/log-step.ts';
import { instantOf } from '../model/instant.ts';
import { continueBucketLog, LOG, readBucketLog } from './bucket-log.ts';
import { runProblems, storiesOf, type RunStory } from './check.ts';
import { compareLogs, copyOfFolderLog, type LogRelation } from './folder-log.ts';
import { inParallel } from './object-reads.ts';
import type { BucketArchive } from './open-bucket.ts';
import { folderView, type ArchiveFinding } from './view.ts';
import { digestOf, writeObject } from './write-object.ts';

/** What a push did. `refused`: the logs disagree, and nothing was sent. */
export interface PushOutcome {
  readonly archive: string;
  readonly bucket: string;
  readonly keeping: { readonly mode: string; readonly days: number } | 'without lock';
  readonly log: LogRelation & { readonly entries: number; readonly sent: number };
  readonly refused: string | null;
  readonly runs: { readonly sent: readonly string[]; readonly there: readonly string[]; readonly held: readonly string[] };
  readonly objects: { readonly written: number; readonly there: number };
  readonly findings: readonly ArchiveFinding[];
  readonly notes: readonly string[];
}

interface Tally { written: number; there: number; lockEnded: number; readonly findings: ArchiveFinding[] }

/**
 * Sends what an archive's folder has and its bucket has not: documents, sealed runs, then the log, so that no entry comes before what it names. What is there is held against the folder by
 * digest and lock. Sends nothing where the logs disagree. A run that is not as it was sealed stays here.
 * `only`: the one run to send.
 */
export async function pushArchive(archive: string, bucket: BucketArchive, now: () => number, only?: string): Promise<PushOutcome> {
  const { objects } = bucket;
  const paths = archivePaths(archive);
  const folder = await copyOfFolderLog(paths.log);
  const there = await readBucketLog(objects);
  refuseOther(`${objects.name}/${LOG}`, there.log, 'rollcall archive check names what differs; nothing was sent');
  const relation = compareLogs({ origin: folder?.copy.origin ?? null, lines: folder?.copy.lines ?? [] }, { origin: there.log.origin, lines: there.lines });
  const entries = folder?.copy.lines.length ?? 0;
  const about = { archive, bucket: objects.name, keeping: bucket.keeping };
  const refused = refusalOf(relation, entries, there.lines.length);
  if (refused !== null) return { ...about, log: { ...relation, entries, sent: 0 }, refused, runs: { sent: [], there: [], held: [] }, objects: { written: 0, there: 0 }, findings: [], notes: [] };
  const tally: Tally = { written: 0, there: 0, lockEnded: 0, findings: [] };
  const view = await folderView(archive);
  await inParallel(view.documents, async (name) => {
    const file = join(paths.documents, name);
    const { sha256, bytes } = await digestOfFile(file);
    if (sha256 !== name) tally.findings.push({ code: 'document_altered', place: `documents/${name}`, message: `its bytes have the digest ${sha256}; it was not sent` });
    else await send(bucket, `documents/${name}`, { file, size: bytes, sha256 }, false, tally, now);
  });
  // A later stamp of one size takes the place of the earlier; both are documents.
  await inParallel([...view.stamps], async ([name, sha256]) => {
    const file = join(paths.log, ANCHORS, name);
    await send(bucket, `log/${ANCHORS}/${name}`, { file, size: (await stat(file)).size, sha256 }, true, tally, now);
  });
  const stories = storiesOf(folder?.log.events ?? []);
  const runs = { sent: [] as string[], there: [] as string[], held: [] as string[] };
  for (const run of view.runs) if (only === undefined || run === only) runs[await pushRun(bucket, join(paths.runs, run), run, stories.get(run) ?? null, tally, now)].push(run);
  if (folder !== null && relation.relation === 'folder_ahead') await continueBucketLog(bucket, folder.copy, relation.entry);
  const sent = relation.relation === 'folder_ahead' ? entries - relation.entry : 0;
  const notes = tally.lockEnded === 0 ? [] : [`the lock of ${tally.lockEnded} objects that are there has ended`];
  return { ...about, log: { ...relation, entries, sent }, refused: null, runs, objects: { written: tally.written, there: tally.there }, findings: tally.findings, notes };
}

/** Why two logs cannot be joined, in words; null where the bucket's is the folder's beginning. */
export function refusalOf(relation: LogRelation, here: number, there: number): string | null {
  if (relation.relation === 'forked') return `the logs have parted: entry ${relation.entry} is not the same in folder and bucket; everything from there on is one of two histories`;
  if (relation.relation === 'other_log') return `the bucket holds another log: ${relation.there}, and the folder's is ${relation.here}`;
  if (relation.relation === 'bucket_ahead') return `the folder's log is shorter: it ends after ${here} entries, and the bucket has ${there}. It was cut short, or others wrote to the bucket since; rollcall archive fetch brings the rest`;
  return null;
}

async function pushRun(bucket: BucketArchive, folder: string, run: string, story: RunStory | null, tally: Tally, now: () => number): Promise<'sent' | 'there' | 'held'> {
  const place = `runs/${run}`;
  if (story?.sealed === null || story === null) {
    tally.findings.push({ code: 'run_not_logged', place, message: 'stands among the sealed runs, and the log has no seal of it; it was not sent' });
    return 'held';
  }
  const problems = await runProblems(folder, story);
  if (problems.length > 0) {
    for (const message of problems) tally.findings.push({ code: 'run_altered', place, message: `${message}; the run was not sent` });
    return 'held';
  }
  const { files } = await filesOf(folder);
  const known = new Set(files);
  for (const key of await bucket.objects.list(`${place}/`)) if (!known.has(key.slice(place.length + 1))) tally.findings.push({ code: 'unknown_file', place: key, message: 'is in the bucket, and the run here has no such file' });
  // The seal last: where it is, the rest is there.
  const last = new Set<string>([BUNDLE.tagManifest, BUNDLE.seal]);
  const before = tally.written;
  const one = async (file: string): Promise<void> => {
    const digest = await digestOfFile(join(folder, file));
    const mayReplace = story.sealed?.event === 'run.resealed' && !COLLECTED.some((path) => file === path || file.startsWith(`${path}/`));
    await send(bucket, `${place}/${file}`, { file: join(folder, file), size: digest.bytes, sha256: digest.sha256 }, mayReplace, tally, now);
  };
  await inParallel(files.filter((file) => !last.has(file)), one);
  for (const file of last) await one(file);
  return tally.written > before ? 'sent' : 'there';
}

/** One file: written and read back where it is not there, else held against what is. `mayReplace`: the log says that the run was sealed again, so a newer version is right. */
async function send(bucket: BucketArchive, key: string, file: { readonly file: string; readonly size: number; readonly sha256: string }, mayReplace: boolean, tally: Tally, now: () => number): Promise<void> {
  const { objects, keeping } = bucket;
  const content = { body: { file: file.file, size: file.size }, sha256: file.sha256 };
  const found = await objects.head(key);
  if (found === null && (await writeObject(bucket, key, content, true)).outcome === 'written') {
    tally.written += 1;
    return;
  }
  const there = found ?? (await objects.head(key));
  if (there === null) throw new Error(`${objects.name}/${key} is there and is not: somebody removes objects while they are sent`);
  const digest = there.sha256 ?? (await digestThere(bucket, key));
  if (digest === file.sha256) {
    tally.there += 1;
    if (keeping !== 'without lock' && there.lock === null) tally.findings.push({ code: 'lock_missing', place: key, message: 'is in the bucket without a lock, or the login may not read it (s3:GetObjectRetention)' });
    else if (there.lock !== null && there.lock.until <= instantOf(now())) tally.lockEnded += 1;
  } else if (mayReplace) {
    await writeObject(bucket, key, content, false);
    tally.written += 1;
  } else tally.findings.push({ code: 'object_replaced', place: key, message: `has the digest ${digest} in the bucket and ${file.sha256} here` });
}

async function digestThere({ objects }: BucketArchive, key: string): Promise<string> {
  const found = await objects.read(key);
  return found === null ? '' : (await digestOf(found.body)).sha256;
}
