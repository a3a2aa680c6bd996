// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { inspectBag } from '../evidence/bag.ts';
import { digestOfFile } from '../evidence/digest.ts';
import { documentsNamed } from '../evidence/documents-named.ts';
import { isRunEvent, type EventOf, type LogEvent } from '../evidence/log-format.ts';
import { collectedDigest, readSeal, statementDigest } from '../evidence/read-seal.ts';
import { damageOf } from './runs.ts';
import type { ArchiveFinding, ArchiveView } from './view.ts';

/** What the log's own judgement gave: `events` are those under its newest checkpoint. */
export interface JudgedLog { readonly events: readonly LogEvent[]; readonly problems: readonly { readonly file?: string | undefined; readonly message: string }[]; readonly notes: readonly { readonly message: string }[] }
/** What an archive's check found. Nothing found is no word on whether the evidence is true. */
export interface ArchiveCheck {
  readonly archive: string;
  readonly counts: { readonly entries: number; readonly runs: number; readonly documents: number };
  readonly findings: readonly ArchiveFinding[];
  readonly notes: readonly string[];
}

type SealEvent = EventOf<'run.sealed'> | EventOf<'run.resealed'>;
/** What the log tells of one run; of several seals the newest. */
export interface RunStory { started: EventOf<'run.started'> | null; collected: EventOf<'run.collected'> | null; sealed: SealEvent | null; aborted: EventOf<'run.aborted'> | null; /** Where nothing tells that it went on. */ interrupted: EventOf<'run.interrupted'> | null }

// Of one altered run a few files are enough to see; `rollcall verify` names all.
const SHOWN = 10;

/** Holds an archive against its log, both ways: every run that the log tells of, every document it names, and everything that stands there. Reads every byte once. */
export async function checkArchive(view: ArchiveView, log: JudgedLog): Promise<ArchiveCheck> {
  const findings: ArchiveFinding[] = log.problems.map(({ file, message }) => ({ code: 'log', place: file ?? 'log', message }));
  const notes = [...log.notes.map(({ message }) => message), ...view.notes];
  const stories = storiesOf(log.events);
  // A log that cannot be read tells of nothing: every run would look unlogged, which is not what is wrong.
  const readable = log.events.length > 0 || log.problems.length === 0;
  if (readable) findings.push(...endings(stories, new Set(view.runs)));
  else notes.push('the log cannot be read, so runs and documents were held against themselves alone');
  for (const run of view.runs) findings.push(...(await judgeRun(view, run, readable ? stories.get(run) ?? null : null, readable)));
  findings.push(...(await judgeDocuments(view, log.events, notes)));
  if (readable) findings.push(...judgeStamps(view, log.events, notes));
  for (const place of view.unknown) findings.push({ code: 'unknown_file', place, message: 'has no place in an archive: nothing of it is logged or checked' });
  return { archive: view.name, counts: { entries: log.events.length, runs: view.runs.length, documents: view.documents.length }, findings: [...findings, ...view.findings], notes };
}

/** What became of each run, by its id. */
export function storiesOf(events: readonly LogEvent[]): ReadonlyMap<string, RunStory> {
  const stories = new Map<string, RunStory>();
  for (const event of events.filter(isRunEvent)) {
    const story = stories.get(event.run) ?? { started: null, collected: null, sealed: null, aborted: null, interrupted: null };
    story.interrupted = event.event === 'run.interrupted' ? event : null;
    if (event.event === 'run.started') story.started = event;
    else if (event.event === 'run.collected') story.collected = event;
    else if (event.event === 'run.aborted') story.aborted = event;
    else if (event.event !== 'run.resumed' && event.event !== 'run.interrupted') story.sealed = event;
    stories.set(event.run, story);
  }
  return stories;
}

function endings(stories: ReadonlyMap<string, RunStory>, there: ReadonlySet<string>): readonly ArchiveFinding[] {
  const findings: ArchiveFinding[] = [];
  for (const [run, { started, collected, sealed, aborted, interrupted }] of stories) {
    const place = `runs/${run}`;
    if (started === null) findings.push({ code: 'run_without_start', place, message: 'the log tells how it went on and not that it started' });
    if (sealed === null && aborted === null && interrupted === null) findings.push({ code: 'run_without_end', place, message: `started at ${(started ?? collected)?.at ?? 'an unknown time'} (entry ${(started ?? collected)?.sequence ?? ''}) and neither sealed nor aborted: it is still going, or was killed` });
    if (sealed !== null && !there.has(run)) findings.push({ code: 'run_missing', place, message: `was sealed at ${sealed.at} (entry ${sealed.sequence}), and its folder is gone` });
  }
  return findings;
}

async function judgeRun(view: ArchiveView, run: string, story: RunStory | null, logged: boolean): Promise<readonly ArchiveFinding[]> {
  const place = `runs/${run}`;
  const findings: ArchiveFinding[] = logged && (story === null || story.sealed === null) ? [{ code: 'run_not_logged', place, message: 'stands among the sealed runs, and the log has no seal of it' }] : [];
  const found = await view.withRun(run, (folder) => runProblems(folder, story));
  return [...findings, ...found.map((message): ArchiveFinding => ({ code: 'run_altered', place, message }))];
}

/** In what the folder of a run differs from its own manifests and then, where it is whole, from what the log says of it. Reads every byte. */
export async function runProblems(folder: string, story: RunStory | null): Promise<readonly string[]> {
  const problems = (await inspectBag(folder)).findings.map(({ file, message }) => `${file} ${message}`);
  if (problems.length === 0) return story === null ? [] : await againstLog(folder, story);
  return problems.length <= SHOWN ? problems : [...problems.slice(0, SHOWN), `and ${problems.length - SHOWN} more`];
}

/** In what a run's tag manifest, seal and collected files differ from what the log says of them. */
export async function againstLog(folder: string, { sealed, collected }: RunStory): Promise<readonly string[]> {
  if (sealed === null) return [];
  const problems: string[] = [];
  try {
    if ((await digestOfFile(join(folder, BUNDLE.tagManifest))).sha256 !== sealed.tagManifestSha256) problems.push(`${BUNDLE.tagManifest} is not the one that entry ${sealed.sequence} of the log was made over`);
    const seal = await readSeal(folder);
    if (seal === null) problems.push(`${BUNDLE.seal} is missing`);
    else if (statementDigest(seal.envelope) !== sealed.statementSha256) problems.push(`${BUNDLE.seal} states something else than entry ${sealed.sequence} of the log has`);
    if (collected !== null && (await collectedDigest(folder)) !== collected.collectedSha256) problems.push(`what was read is not what entry ${collected.sequence} of the log was made over`);
  } catch (error) {
    problems.push(damageOf(error));
  }
  return problems;
}

async function judgeDocuments(view: ArchiveView, events: readonly LogEvent[], notes: string[]): Promise<readonly ArchiveFinding[]> {
  const findings: ArchiveFinding[] = [];
  const there = new Set(view.documents);
  const named = new Map<string, LogEvent>();
  for (const event of events) for (const digest of documentsNamed(event)) if (!named.has(digest)) named.set(digest, event);
  for (const [digest, event] of named) if (!there.has(digest)) findings.push({ code: 'document_missing', place: `documents/${digest}`, message: `entry ${event.sequence} of the log (${event.event}) names it` });
  for (const name of view.documents) {
    const digest = await view.digestOfDocument(name);
    if (digest !== name) findings.push({ code: 'document_altered', place: `documents/${name}`, message: `its bytes have the digest ${digest}` });
    else if (!named.has(name)) notes.push(`documents/${name} is named by no entry of the log`);
  }
  return findings;
}

/** Time stamps lie beside the log for whoever checks them with ordinary tools; the log names each by its size and digest. */
function judgeStamps(view: ArchiveView, events: readonly LogEvent[], notes: string[]): readonly ArchiveFinding[] {
  const findings: ArchiveFinding[] = [];
  const logged = events.flatMap((event) => (event.event === 'checkpoint.anchored' && event.anchor.kind === 'rfc3161' ? [{ name: `${event.size}.tsr`, sha256: event.anchor.tokenSha256 }] : []));
  for (const [name, sha256] of view.stamps) {
    if (logged.some((stamp) => stamp.name === name && stamp.sha256 === sha256)) continue;
    // Kept and not logged: an anchoring that ended in between.
    if (view.documents.includes(sha256) && !logged.some((stamp) => stamp.sha256 === sha256)) notes.push(`log/anchors/${name} is named by no entry of the log`);
    else findings.push({ code: 'stamp_altered', place: `log/anchors/${name}`, message: `its digest, ${sha256}, is not one that the log names for that size` });
  }
  return findings;
}
