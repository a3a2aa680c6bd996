// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { BUNDLE } from '../bundle/layout.ts';
import { checkpointIsSigned, parseCheckpoint, type Checkpoint } from '../evidence/checkpoint.ts';
import { sha256 } from '../evidence/digest.ts';
import { publicKeyOf, verifyEnvelope } from '../evidence/dsse.ts';
import type { LogEvent } from '../evidence/log-format.ts';
import { consistencyProof, rootOf, verifyConsistency } from '../evidence/merkle.ts';
import { readLog, type ReadLog } from '../evidence/read-log.ts';
import { collectedDigest, readSeal } from '../evidence/seal.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that whoever holds the key told the truth, or that the input was genuine: a re-query of the source does';

/**
 * Whether a key that the reader trusts sealed this bundle, and whether the log tells of this seal and no other. Without a key it
 * cannot be said: a key in or beside the bundle proves nothing. The log is held against the checkpoint that the reader kept.
 */
export async function authenticity(bundle: string, options: { readonly keys: readonly string[]; readonly logDir?: string; readonly checkpoint?: string }): Promise<VerifyVerdict> {
  const seal = await readSeal(bundle);
  if (seal === null) return verdict('authenticity', 'fail', [{ file: BUNDLE.seal, message: 'is missing, so there is no signature' }], DOES_NOT_SHOW);
  const problems: Finding[] = [];
  const notes: Finding[] = [];
  const keys = options.keys.flatMap((pem): KeyObject[] => {
    try {
      return [publicKeyOf(pem)];
    } catch (error) {
      problems.push({ message: `a key that was given cannot be used: ${error instanceof Error ? error.message : String(error)}` });
      return [];
    }
  });
  if (options.keys.length > 0) {
    const signer = verifyEnvelope(seal.envelope, keys);
    if (signer === null) problems.push({ file: BUNDLE.seal, message: 'is not signed by any key that was given' });
    else notes.push({ message: `signed by key ${signer}` });
  }
  if (options.logDir === undefined) {
    notes.push({ message: 'the log was not consulted: name it with --log' });
    if (options.checkpoint !== undefined) problems.push({ message: 'a checkpoint was given and no log to hold against it: name the log with --log' });
  } else await judgeLog(bundle, options.logDir, options.checkpoint, keys, seal, problems, notes);
  if (problems.length > 0) return verdict('authenticity', 'fail', problems, DOES_NOT_SHOW);
  if (options.keys.length === 0) return verdict('authenticity', 'cannot_say', [{ message: 'no key was given: name the signer\'s public key with --key, from a place that is not the bundle\'s' }, ...notes], DOES_NOT_SHOW);
  return verdict('authenticity', 'pass', notes, DOES_NOT_SHOW);
}

async function judgeLog(bundle: string, folder: string, kept: string | undefined, keys: readonly KeyObject[], seal: NonNullable<Awaited<ReturnType<typeof readSeal>>>, problems: Finding[], notes: Finding[]): Promise<void> {
  const log = await readLog(folder);
  const newest = log.checkpoint === null ? null : parseCheckpoint(log.checkpoint);
  if (newest === null) problems.push({ file: 'log/checkpoint', message: 'is missing or no checkpoint' });
  else {
    if (newest.size !== log.leaves.length || !newest.root.equals(rootOf(log.leaves.slice(0, newest.size)))) problems.push({ file: 'log/checkpoint', message: `does not fit the log's ${log.leaves.length} leaves` });
    if (keys.length > 0 && !checkpointIsSigned(newest, keys)) problems.push({ file: 'log/checkpoint', message: 'is not signed by any key that was given' });
  }
  if (kept === undefined) notes.push({ message: 'no checkpoint of your own was given, so a log that was rewritten whole cannot be told from an honest one' });
  else judgeKept(log, kept, keys, problems, notes);
  await judgeEvents(bundle, log.events, seal, problems, notes);
}

/** The reader's own checkpoint decides whether history was rewritten, cut short or forked since. */
function judgeKept(log: ReadLog, text: string, keys: readonly KeyObject[], problems: Finding[], notes: Finding[]): void {
  const kept: Checkpoint | null = parseCheckpoint(text);
  if (kept === null) problems.push({ message: 'the checkpoint that was given is none' });
  else if (kept.origin !== log.origin) problems.push({ message: `the checkpoint that was given is of another log: ${kept.origin}` });
  else if (keys.length > 0 && !checkpointIsSigned(kept, keys)) problems.push({ message: 'the checkpoint that was given is not signed by any key that was given' });
  else if (kept.size > log.leaves.length) problems.push({ file: 'log/leaves.jsonl', message: `history_truncated: the log has ${log.leaves.length} leaves; the checkpoint that you kept has ${kept.size}` });
  else if (!verifyConsistency(kept.size, log.leaves.length, kept.root, rootOf(log.leaves), consistencyProof(log.leaves, kept.size, log.leaves.length))) problems.push({ file: 'log/leaves.jsonl', message: `history_rewritten: its first ${kept.size} leaves are not those of the checkpoint that you kept` });
  else notes.push({ message: `the log continues the checkpoint of ${kept.size} leaves that you kept` });
}

async function judgeEvents(bundle: string, events: readonly LogEvent[], seal: NonNullable<Awaited<ReturnType<typeof readSeal>>>, problems: Finding[], notes: Finding[]): Promise<void> {
  const mine = events.filter(({ run }) => run === seal.statement.predicate.run);
  const started = mine.findIndex(({ event }) => event === 'run.started');
  const seals = mine.filter((event) => event.event === 'run.sealed' || event.event === 'run.resealed');
  const [first] = seals;
  if (started !== 0) problems.push({ file: 'log/leaves.jsonl', message: 'does not tell of the start of this run before anything else of it' });
  if (first === undefined) {
    problems.push({ file: 'log/leaves.jsonl', message: 'does not tell of a seal of this run' });
    return;
  }
  if (seals.length > 1) problems.push({ file: 'log/leaves.jsonl', message: `tells of ${seals.length} seals of this run: what was sealed first is ${first.tagManifestSha256}` });
  if (first.tagManifestSha256 !== seal.statement.subject[0].digest.sha256) problems.push({ file: BUNDLE.seal, message: `is over ${seal.statement.subject[0].digest.sha256}; the log's first seal of this run is over ${first.tagManifestSha256}` });
  else if (first.statementSha256 !== sha256(Buffer.from(seal.envelope.payload, 'base64'))) problems.push({ file: BUNDLE.seal, message: 'states something else than the log tells' });
  const collected = mine.find((event) => event.event === 'run.collected');
  if (collected === undefined) problems.push({ file: 'log/leaves.jsonl', message: 'does not tell what was collected' });
  else if (collected.collectedSha256 !== (await collectedDigest(bundle))) problems.push({ file: BUNDLE.pages, message: 'pages, ledger or inputs are not those that were logged when reading ended' });
  if (problems.length === 0) notes.push({ message: `the log tells of this run's start, its reading and this seal, as entries ${mine.map(({ sequence }) => sequence).join(', ')}` });
}

