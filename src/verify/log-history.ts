// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleFormatError } from '../bundle/jsonl.ts';
import { checkpointIsSigned, parseCheckpoint, type Checkpoint } from '../evidence/checkpoint.ts';
import { CHECKPOINTS, type LogEvent } from '../evidence/log-format.ts';
import { consistencyProof, rootOf, rootsBySize, verifyConsistency } from '../evidence/merkle.ts';
import { readLog, type ReadLog } from '../evidence/read-log.ts';
import type { Finding } from './report.ts';

/** What a log says when it is held against its own checkpoints and the one that the reader kept. `events`: those under the newest checkpoint alone. */
export interface LogHistory { readonly events: readonly LogEvent[]; readonly problems: readonly Finding[]; readonly notes: readonly Finding[] }

const LEAVES_FILE = 'log/leaves.jsonl';

/**
 * Whether a log was cut short, rewritten or forked: against its newest checkpoint, the older ones beside it, and `kept`, the text of one that
 * the reader holds, which alone tells a log that was rewritten whole. Without keys no signature is looked at. A damaged log is a problem, never thrown.
 */
export async function judgeHistory(folder: string, kept: string | undefined, keys: readonly KeyObject[]): Promise<LogHistory> {
  const problems: Finding[] = [];
  const notes: Finding[] = [];
  let log: ReadLog;
  try {
    log = await readLog(folder);
  } catch (error) {
    if (!(error instanceof BundleFormatError)) throw error;
    return { events: [], problems: [{ file: LEAVES_FILE, message: error.message }], notes };
  }
  const newest = log.checkpoint === null ? null : parseCheckpoint(log.checkpoint);
  if (newest === null) problems.push({ file: 'log/checkpoint', message: 'is missing or no checkpoint' });
  else {
    judgeCheckpoint('log/checkpoint', newest, log, keys, problems);
    const unsigned = log.leaves.length - newest.size;
    if (unsigned > 0) notes.push({ file: LEAVES_FILE, message: `its last ${unsigned} leaves are under no checkpoint and were left aside: an append was under way, or somebody else wrote them` });
    if (problems.length === 0) problems.push(...(await judgeOlder(folder, log, keys)));
  }
  if (kept === undefined) notes.push({ message: 'no checkpoint of your own was given, so a log that was rewritten whole cannot be told from an honest one' });
  else judgeKept(log, kept, keys, problems, notes);
  return { events: log.events.slice(0, newest?.size ?? 0), problems, notes };
}

function judgeCheckpoint(file: string, checkpoint: Checkpoint, log: ReadLog, keys: readonly KeyObject[], problems: Finding[]): void {
  const { size, root, origin } = checkpoint;
  if (origin !== log.origin) problems.push({ file, message: `is of the log ${origin}, and this one is ${log.origin ?? 'without a name'}` });
  if (size > log.leaves.length) problems.push({ file, message: `does not fit the log's ${log.leaves.length} leaves: history_truncated, it was made over ${size}` });
  else if (!root.equals(rootOf(log.leaves.slice(0, size)))) problems.push({ file, message: `does not fit the log's ${log.leaves.length} leaves: history_rewritten, the first ${size} are not those that it was made over` });
  if (keys.length > 0 && !checkpointIsSigned(checkpoint, keys)) problems.push({ file, message: 'is not signed by any key that was given' });
}

/** Every older checkpoint beside the log. Whoever rewrites a log may take them away; where they stand, they must fit. */
async function judgeOlder(folder: string, log: ReadLog, keys: readonly KeyObject[]): Promise<Finding[]> {
  const problems: Finding[] = [];
  const roots = rootsBySize(log.leaves);
  for (const name of await namesIn(join(folder, CHECKPOINTS))) {
    const file = `log/${CHECKPOINTS}/${name}`;
    const checkpoint = parseCheckpoint(await readFile(join(folder, CHECKPOINTS, name), 'utf8'));
    if (checkpoint === null || String(checkpoint.size) !== name || checkpoint.origin !== log.origin) problems.push({ file, message: 'is no checkpoint of this log and of its name\'s size' });
    else if (checkpoint.size > log.leaves.length) problems.push({ file: LEAVES_FILE, message: `history_truncated: the log has ${log.leaves.length} leaves; ${file} was made over ${name}` });
    else if (roots[checkpoint.size]?.equals(checkpoint.root) !== true) problems.push({ file: LEAVES_FILE, message: `history_rewritten: its first ${name} leaves are not those of ${file}` });
    // A key that was given need not be the one of every year: an older one that signed is no fault of this bundle.
    else if (keys.length > 0 && !checkpointIsSigned(checkpoint, keys) && checkpoint.size === log.leaves.length) problems.push({ file, message: 'is not signed by any key that was given' });
  }
  return problems;
}

/** The reader's own checkpoint decides whether history was rewritten, cut short or forked since. */
function judgeKept(log: ReadLog, text: string, keys: readonly KeyObject[], problems: Finding[], notes: Finding[]): void {
  const kept = parseCheckpoint(text);
  if (kept === null) problems.push({ message: 'the checkpoint that was given is none' });
  else if (kept.origin !== log.origin) problems.push({ message: `the checkpoint that was given is of another log: ${kept.origin}` });
  else if (keys.length > 0 && !checkpointIsSigned(kept, keys)) problems.push({ message: 'the checkpoint that was given is not signed by any key that was given' });
  else if (kept.size > log.leaves.length) problems.push({ file: LEAVES_FILE, message: `history_truncated: the log has ${log.leaves.length} leaves; the checkpoint that you kept has ${kept.size}` });
  else if (!verifyConsistency(kept.size, log.leaves.length, kept.root, rootOf(log.leaves), consistencyProof(log.leaves, kept.size, log.leaves.length))) problems.push({ file: LEAVES_FILE, message: `history_rewritten: its first ${kept.size} leaves are not those of the checkpoint that you kept` });
  else notes.push({ message: `the log continues the checkpoint of ${kept.size} leaves that you kept` });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^\d+$/.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
