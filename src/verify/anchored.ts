// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { archivePaths } from '../bundle/layout.ts';
import { handOversOf, stampsOf, type LoggedStamp } from '../evidence/anchors.ts';
import { parseCheckpoint } from '../evidence/checkpoint.ts';
import { sha256 } from '../evidence/digest.ts';
import { ANCHORS, CHECKPOINTS } from '../evidence/log-format.ts';
import { rootOf } from '../evidence/merkle.ts';
import type { ReadLog } from '../evidence/read-log.ts';
import { millisecondsOf, type Instant } from '../model/instant.ts';
import type { Finding } from './report.ts';

/** What the reader brings to judge anchors with. */
export interface AnchorOptions {
  /** Certificates in PEM form that the reader trusts to make stamps, or to say who may. */
  readonly tsaCas: readonly string[];
  /** How long after the seal a stamp may be and still bear witness to its time, in milliseconds. */
  readonly withinMs: number;
  /** How far apart clocks may be. */
  readonly maxSkewMs: number;
  /** A checkpoint that the reader kept. */
  readonly checkpoint?: string;
}

/** What stands outside for a seal. `anchored`: a stamp by an authority that the reader trusts covers it, and came within the time allowed. */
export interface Anchoring { readonly anchored: boolean; readonly problems: readonly Finding[]; readonly notes: readonly Finding[] }

/** A seal of the log: its entry and when it was made. */
export interface LoggedSeal { readonly sequence: number; readonly sealedAt: Instant; /** When the run had read everything. */ readonly runEnded: Instant }

const UNANCHORED = 'unanchored: no time stamp and no witness outside management\'s control';

/** Whether a seal that the log tells of stands under a checkpoint that something outside management's control bears witness to. Damage of what is kept is a problem or a note, never thrown. */
export async function judgeAnchors(folder: string, log: ReadLog, seal: LoggedSeal | null, options: AnchorOptions): Promise<Anchoring> {
  const problems: Finding[] = [];
  const notes: Finding[] = [];
  const covers = ({ size }: { readonly size: number }): boolean => seal !== null && size > seal.sequence;
  const stamps = stampsOf(log.events);
  let anchored = false;
  let untrusted = 0;
  for (const stamp of seal === null ? [] : stamps.filter(covers)) {
    const judged = seal === null ? 'not judged' : await judgeStamp(folder, log, seal, stamp, options, problems, notes);
    if (judged === 'untrusted') untrusted += 1;
    if (judged === 'useless' || judged === 'untrusted') continue;
    anchored = judged === 'in time';
    if (judged !== 'not judged') notes.push({ message: `anchored: entries 0 to ${stamp.size - 1} of the log${stamp.size < log.events.length ? `; unanchored, as far as this stamp goes: entries ${stamp.size} to ${log.events.length - 1}` : ''}` });
    break;
  }
  if (untrusted > 0 && !anchored) notes.push({ message: `${untrusted} time stamp${untrusted === 1 ? '' : 's'} of the log cover${untrusted === 1 ? 's' : ''} this seal by authorities that none of your CA certificates leads to` });
  if (stamps.filter(covers).length === 0) {
    notes.push({ message: UNANCHORED });
    const last = stamps.at(-1);
    if (last !== undefined) notes.push({ message: seal === null ? 'the log holds time stamps, and does not tell of this seal' : `the newest time stamp of the log is over entries 0 to ${last.size - 1}; this seal is entry ${seal.sequence}` });
  }
  const [handOver] = handOversOf(log.events).filter(covers);
  if (handOver !== undefined) {
    const { anchor, size, at } = handOver;
    notes.push({ message: `the checkpoint over entries 0 to ${size - 1} was handed over, as ${anchor.by.name} (${anchor.by.basis}) said on ${at}: ${anchor.where}. Whoever has it can give it as --checkpoint` });
  }
  if (options.checkpoint !== undefined) notes.push(keptNote(log, seal, options.checkpoint));
  return { anchored, problems, notes };
}

type Judged = 'in time' | 'late' | 'not judged' | 'untrusted' | 'useless';

/** A stamp that covers the seal. `not judged`: the reader gave no CA; `useless`: it is damaged or not there. Why stands in problems or notes. */
async function judgeStamp(folder: string, log: ReadLog, seal: LoggedSeal, stamp: LoggedStamp, options: AnchorOptions, problems: Finding[], notes: Finding[]): Promise<Judged> {
  const { size, anchor } = stamp;
  const [checkpointFile, answerFile] = [`log/${CHECKPOINTS}/${size}`, `log/${ANCHORS}/${size}.tsr`];
  const checkpoint = await read(join(folder, CHECKPOINTS, String(size)));
  const answer = await answerOf(folder, size, anchor.tokenSha256);
  if (checkpoint === null || answer === null) {
    notes.push({ file: checkpoint === null ? checkpointFile : answerFile, message: `is missing, and the log tells as entry ${stamp.sequence} of a time stamp: restore it from a copy` });
    return 'useless';
  }
  const parsed = parseCheckpoint(checkpoint.toString('utf8'));
  if (sha256(checkpoint) !== stamp.checkpointSha256 || parsed === null || parsed.size !== size || parsed.origin !== log.origin || size > log.leaves.length || !parsed.root.equals(rootOf(log.leaves.slice(0, size)))) {
    problems.push({ file: checkpointFile, message: `is not the checkpoint of this log's first ${size} entries that was stamped, as entry ${stamp.sequence} tells` });
    return 'useless';
  }
  if (sha256(answer) !== anchor.tokenSha256) {
    problems.push({ file: answerFile, message: `is not the answer of the authority that the log names as entry ${stamp.sequence}: it was changed` });
    return 'useless';
  }
  // Parsing of ASN.1 is loaded only where there is a stamp.
  const [{ TimeStampError }, { verifyStamp }, { trustPath }, { readCertificates }] = await Promise.all([import('../evidence/time-stamp/error.ts'), import('../evidence/time-stamp/signature.ts'), import('../evidence/time-stamp/trust.ts'), import('../evidence/time-stamp/parse.ts')]);
  try {
    const found = verifyStamp(answer, checkpoint);
    const latest = log.events.slice(0, size).reduce((last, event) => (event.at > last.at ? event : last));
    if (found.time !== anchor.time) problems.push({ file: answerFile, message: `is of ${found.time}, and the log says ${anchor.time}` });
    if (millisecondsOf(found.time) + found.accuracyMs + options.maxSkewMs < millisecondsOf(latest.at)) problems.push({ file: answerFile, message: `is of ${found.time}, before what it covers: entry ${latest.sequence} (${latest.event}) says ${latest.at}` });
    if (options.tsaCas.length === 0) {
      notes.push({ file: answerFile, message: `is a time stamp of ${found.time} over entries 0 to ${size - 1}, this seal among them, by ${found.authority}. Whether to trust that authority is yours to say: get its CA certificate from the authority itself and name it with --tsa-ca, or run openssl ts -verify -data ${checkpointFile} -in ${answerFile} -CAfile CA.pem` });
      return 'not judged';
    }
    trustPath(found, options.tsaCas.flatMap(readCertificates));
    const lateMs = millisecondsOf(found.time) - millisecondsOf(seal.sealedAt);
    const sealedLateMs = millisecondsOf(seal.sealedAt) - millisecondsOf(seal.runEnded);
    const late = Math.max(lateMs, sealedLateMs) > options.withinMs;
    const stamped = `${found.authority}, by a CA that you gave, stamped a checkpoint that covers this seal at ${found.time}, ${lateMs < 0 ? 'within the clocks\' difference of' : `${hours(lateMs)} after`} the seal`;
    const why = sealedLateMs > options.withinMs ? `; the seal itself was made ${hours(sealedLateMs)} after the run had ended` : '';
    notes.push({ file: answerFile, message: late ? `late_anchor: ${stamped}${why}, where ${hours(options.withinMs)} are allowed: it existed by then, and nothing outside bears witness to an earlier time` : stamped });
    return late ? 'late' : 'in time';
  } catch (error) {
    if (!(error instanceof TimeStampError)) throw error;
    if (error.code === 'untrusted') return 'untrusted';
    problems.push({ file: answerFile, message: error.message });
    return 'useless';
  }
}

function hours(milliseconds: number): string {
  return `${Math.round(milliseconds / 360_000) / 10} h`;
}

/** The answer of an authority: beside the log, or among the archive's documents where it is not what the log names. */
async function answerOf(folder: string, size: number, digest: string): Promise<Buffer | null> {
  const beside = await read(join(folder, ANCHORS, `${size}.tsr`));
  if (beside !== null && sha256(beside) === digest) return beside;
  return (await read(join(archivePaths(dirname(resolve(folder))).documents, digest))) ?? beside;
}

async function read(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** What the reader's own checkpoint shows of the time: no more than that the log told of the seal when it came to the reader. Whether it is one of this log is judged under authenticity. */
function keptNote(log: ReadLog, seal: LoggedSeal | null, text: string): Finding {
  const kept = parseCheckpoint(text);
  const fits = kept !== null && kept.origin === log.origin && kept.size <= log.leaves.length && kept.root.equals(rootOf(log.leaves.slice(0, kept.size)));
  if (!fits) return { message: 'the checkpoint that you kept is not of this log as it stands, so it shows nothing of the time of this seal' };
  if (seal === null || kept.size <= seal.sequence) return { message: `the checkpoint that you kept is over entries 0 to ${kept.size - 1}, and not over this seal: it shows nothing of its time` };
  return { message: `the checkpoint that you kept covers this seal (entry ${seal.sequence} of ${kept.size}): the seal is no younger than the day on which you got that checkpoint, which your own records tell` };
}
