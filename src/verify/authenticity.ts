// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { BUNDLE } from '../bundle/layout.ts';
import { publicKeyOf, verifyEnvelope } from '../evidence/dsse.ts';
import { isRunEvent, type LogEvent } from '../evidence/log-format.ts';
import { collectedDigest, readSeal, statementDigest, type Seal } from '../evidence/read-seal.ts';
import { registerNotes } from './key-register.ts';
import { judgeHistory } from './log-history.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that whoever holds the key told the truth, or that the input was genuine: a re-query of the source does';
const LEAVES_FILE = 'log/leaves.jsonl';

/**
 * Whether a key that the reader trusts sealed this bundle, and whether the log tells of this seal and no other. Without a key it
 * cannot be said: a key in or beside the bundle proves nothing. The log is held against the checkpoint that the reader kept.
 */
export async function authenticity(bundle: string, options: { readonly keys: readonly string[]; readonly logDir?: string; readonly checkpoint?: string }): Promise<VerifyVerdict> {
  const seal = await readSeal(bundle);
  if (seal === null) return verdict('authenticity', 'fail', [{ file: BUNDLE.seal, message: 'is missing, so there is no signature' }], DOES_NOT_SHOW);
  const problems: Finding[] = [];
  const notes: Finding[] = [];
  const keys = usableKeys(options.keys, problems);
  if (options.keys.length > 0) judgeSignature(seal, keys, problems, notes);
  if (options.logDir === undefined) {
    notes.push({ message: 'the log was not consulted: name it with --log' });
    if (options.checkpoint !== undefined) problems.push({ message: 'a checkpoint was given and no log to hold against it: name the log with --log' });
  } else {
    const history = await judgeHistory(options.logDir, options.checkpoint, keys);
    problems.push(...history.problems);
    notes.push(...history.notes);
    await judgeEvents(bundle, history.events, seal, problems, notes);
  }
  if (problems.length > 0) return verdict('authenticity', 'fail', [...problems, ...notes], DOES_NOT_SHOW);
  if (options.keys.length === 0) return verdict('authenticity', 'cannot_say', [{ message: 'no key was given: name the signer\'s public key with --key, from a place that is not the bundle\'s' }, ...notes], DOES_NOT_SHOW);
  return verdict('authenticity', 'pass', notes, DOES_NOT_SHOW);
}

function usableKeys(pems: readonly string[], problems: Finding[]): readonly KeyObject[] {
  return pems.flatMap((pem): KeyObject[] => {
    try {
      return [publicKeyOf(pem)];
    } catch (error) {
      problems.push({ message: `a key that was given cannot be used: ${error instanceof Error ? error.message : String(error)}` });
      return [];
    }
  });
}

function judgeSignature({ envelope }: Seal, keys: readonly KeyObject[], problems: Finding[], notes: Finding[]): void {
  const signer = verifyEnvelope(envelope, keys);
  if (signer === null) problems.push({ file: BUNDLE.seal, message: 'is not signed by any key that was given' });
  else if (!envelope.signatures.some(({ keyid }) => keyid === signer)) problems.push({ file: BUNDLE.seal, message: `is signed by key ${signer} and names another: it was changed after it was made` });
  else notes.push({ message: `signed by key ${signer}` });
}

async function judgeEvents(bundle: string, events: readonly LogEvent[], seal: Seal, problems: Finding[], notes: Finding[]): Promise<void> {
  const mine = events.filter(isRunEvent).filter(({ run }) => run === seal.statement.predicate.run);
  const seals = mine.filter((event) => event.event === 'run.sealed' || event.event === 'run.resealed');
  const [first] = seals;
  const before = problems.length;
  if (mine[0]?.event !== 'run.started') problems.push({ file: LEAVES_FILE, message: 'does not tell of the start of this run before anything else of it' });
  if (mine.filter(({ event }) => event === 'run.started').length > 1) problems.push({ file: LEAVES_FILE, message: 'tells of more than one start of this run' });
  const aborted = mine.find(({ event }) => event === 'run.aborted');
  if (aborted !== undefined) problems.push({ file: LEAVES_FILE, message: `tells as entry ${aborted.sequence} that this run was aborted` });
  if (first === undefined) {
    problems.push({ file: LEAVES_FILE, message: 'does not tell of a seal of this run' });
    return;
  }
  if (seals.length > 1) problems.push({ file: LEAVES_FILE, message: `tells of ${seals.length} seals of this run, as entries ${seals.map(({ sequence }) => sequence).join(', ')}: what was sealed first is ${first.tagManifestSha256}` });
  if (first.tagManifestSha256 !== seal.statement.subject[0].digest.sha256) problems.push({ file: BUNDLE.seal, message: `is over ${seal.statement.subject[0].digest.sha256}; the log's first seal of this run is over ${first.tagManifestSha256}` });
  else if (first.statementSha256 !== statementDigest(seal.envelope)) problems.push({ file: BUNDLE.seal, message: 'states something else than the log tells' });
  else if (!seal.envelope.signatures.some(({ keyid }) => keyid === first.keyId)) problems.push({ file: BUNDLE.seal, message: `names another key than the log does: ${first.keyId}` });
  const collected = mine.filter((event) => event.event === 'run.collected');
  const [read] = collected;
  if (read === undefined || read.sequence > first.sequence) problems.push({ file: LEAVES_FILE, message: 'does not tell what was collected, before the seal' });
  else if (collected.length > 1) problems.push({ file: LEAVES_FILE, message: `tells ${collected.length} times what was collected` });
  else if (read.collectedSha256 !== (await collectedDigest(bundle))) problems.push({ file: BUNDLE.pages, message: 'pages, ledger or inputs are not those that were logged when reading ended' });
  notes.push(...registerNotes(events, first.keyId, first.sequence));
  if (problems.length === before) notes.push({ message: `the log tells of this run's start, its reading and this seal, as entries ${mine.map(({ sequence }) => sequence).join(', ')}` });
}
