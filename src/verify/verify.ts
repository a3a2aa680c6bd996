// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, relative, resolve } from 'node:path';
import { BundleFormatError } from '../bundle/jsonl.ts';
import { filesOf } from '../evidence/bag.ts';
import { readRun } from '../evidence/read-seal.ts';
import { authenticity } from './authenticity.ts';
import { integrity } from './integrity.ts';
import { reDerivation } from './re-derivation.ts';
import { verdict, VERDICT_NAMES, type Finding, type VerdictName, type VerifyReport, type VerifyVerdict } from './report.ts';
import { time } from './time.ts';

export { VERDICT_NAMES, type VerdictName, type VerifyReport } from './report.ts';

export interface VerifyOptions {
  /** Public keys in PEM form that the reader trusts; from the reader, never from the bundle. */
  readonly keys: readonly string[];
  readonly logDir?: string;
  /** A checkpoint that the reader kept. */
  readonly checkpoint?: string;
  /** How far the provider's clock and the scan's may be apart, in milliseconds; five minutes where absent. */
  readonly maxSkewMs?: number;
  /** CA certificates of time stamp authorities in PEM form that the reader trusts; from the reader, never from a token. */
  readonly tsaCas?: readonly string[];
  /** How long after a seal its time stamp may be, in milliseconds; a day where absent. */
  readonly anchorWithinMs?: number;
  readonly require: readonly VerdictName[];
  /** Derives a bundle's derived files into a folder. */
  readonly rederive: (bundle: string, out: string) => Promise<void>;
  readonly completeness: (bundle: string) => Promise<{ readonly problems: readonly string[]; readonly gaps: readonly string[] }>;
}

const COMPLETENESS_DOES_NOT_SHOW = 'what no interface lists (the blind spots), units that nobody named, or that the provider answered truly';
const PERIOD_DOES_NOT_SHOW = 'anything about other days: one bundle shows one moment';
const UNREAD_DOES_NOT_SHOW = 'more than that: the bundle could not be read';
/** Faults of the machine that verifies, not of what it reads: https://nodejs.org/api/errors.html#common-system-errors */
const OF_THE_MACHINE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EROFS', 'EIO']);

/** Six verdicts on a bundle, each on its own; a damaged file is a finding, never an exception. No network, no SDK. */
export async function verifyBundle(bundle: string, options: VerifyOptions): Promise<VerifyReport> {
  const special = await specialOf(bundle);
  const judge = (name: VerdictName, of: () => Promise<VerifyVerdict>): Promise<VerifyVerdict> => (special.length > 0 ? Promise.resolve(unread(name, special)) : guarded(bundle, name, of));
  const verdicts = [
    await guarded(bundle, 'integrity', () => (special.length > 0 ? Promise.resolve(strange(special)) : integrity(bundle))),
    await judge('authenticity', () => authenticity(bundle, options)),
    await judge('time', () => time(bundle, options)),
    await judge('completeness', async () => completeness(await options.completeness(bundle))),
    verdict('period-coverage', 'cannot_say', [{ message: 'a bundle is of one moment; whether a period is covered is asked of all runs of the archive: `rollcall period`' }], PERIOD_DOES_NOT_SHOW),
    await judge('re-derivation', () => reDerivation(bundle, options.rederive)),
  ];
  const required = VERDICT_NAMES.filter((name) => options.require.includes(name));
  const failed = verdicts.some(({ result }) => result === 'fail');
  const unsaid = verdicts.some(({ name, result }) => result === 'cannot_say' && required.includes(name));
  return { bundle, run: special.length > 0 ? null : await runOf(bundle), verdicts, required, exitCode: failed ? 1 : unsaid ? 3 : 0 };
}

/** None where there is no folder: that each judgement then finds and names. */
async function specialOf(bundle: string): Promise<readonly string[]> {
  try {
    return (await filesOf(bundle)).special;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

function completeness({ problems, gaps }: { readonly problems: readonly string[]; readonly gaps: readonly string[] }): VerifyVerdict {
  if (problems.length > 0) return verdict('completeness', 'fail', problems.map((message) => ({ message })), COMPLETENESS_DOES_NOT_SHOW);
  if (gaps.length > 0) return verdict('completeness', 'cannot_say', [...gaps.map((message) => ({ message })), { message: 'every other read that was due has a call or a recorded reason' }], COMPLETENESS_DOES_NOT_SHOW);
  return verdict('completeness', 'pass', [{ message: 'every read that was due has a call that ended its list, or a recorded reason' }], COMPLETENESS_DOES_NOT_SHOW);
}

/** A link could lead the reader's machine anywhere, and a pipe could hold it for ever: with one of them in the bundle no file is opened. */
function strange(special: readonly string[]): VerifyVerdict {
  return verdict('integrity', 'fail', special.map((file) => ({ file, message: 'is not a plain file with a plain name' })), 'more than that: no file was opened');
}

function unread(name: VerdictName, special: readonly string[]): VerifyVerdict {
  return verdict(name, 'cannot_say', [{ message: `the bundle was not opened: it holds what is not a plain file with a plain name, such as ${special[0] ?? ''}` }], 'more than that: no file was opened');
}

/** What cannot be read makes a verdict fail and is named. Only where this machine is at fault (a full disk) can it not be said. */
async function guarded(bundle: string, name: VerdictName, judge: () => Promise<VerifyVerdict>): Promise<VerifyVerdict> {
  try {
    return await judge();
  } catch (error) {
    const code = codeOf(error);
    if (code !== null && OF_THE_MACHINE.has(code)) return verdict(name, 'cannot_say', [{ message: `this machine could not do it (${code}): ${messageOf(error)}` }], 'anything: it was not judged');
    return verdict(name, 'fail', [findingOf(bundle, error, code)], UNREAD_DOES_NOT_SHOW);
  }
}

function findingOf(bundle: string, error: unknown, code: string | null): Finding {
  if (error instanceof BundleFormatError) {
    const [, file = error.file, line] = /^(.*?)(?::(\d+))?$/s.exec(error.file) ?? [];
    const message = error.message.slice(error.file.length + 2);
    return { file: inBundle(bundle, file), message: line === undefined ? message : `line ${line}: ${message}` };
  }
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
  if (path !== null) return { file: inBundle(bundle, path), message: code === 'ENOENT' ? 'is missing' : `cannot be read (${code ?? messageOf(error)})` };
  return { message: `what the bundle holds stops this judgement: ${messageOf(error)}` };
}

function inBundle(bundle: string, file: string): string {
  const path = relative(resolve(bundle), resolve(file));
  return isAbsolute(file) && path !== '' && !path.startsWith('..') ? path.replaceAll('\\', '/') : file.startsWith(`${bundle}/`) ? file.slice(bundle.length + 1) : file;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function runOf(bundle: string): Promise<string | null> {
  try {
    return (await readRun(bundle)).run;
  } catch (error) {
    if (error instanceof BundleFormatError) return null;
    throw error;
  }
}
