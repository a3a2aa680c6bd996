// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, relative, resolve } from 'node:path';
import { BundleFormatError } from '../bundle/jsonl.ts';
import { filesOf } from '../evidence/bag.ts';
import { verdict, VERDICT_NAMES, type Finding, type VerdictName, type VerifyReport, type VerifyVerdict } from './report.ts';

const UNREAD_DOES_NOT_SHOW = 'more than that: the bundle could not be read';
/** Faults of the machine that verifies, not of what it reads: https://nodejs.org/api/errors.html#common-system-errors */
const OF_THE_MACHINE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EROFS', 'EIO']);

/** The report of several verdicts: 1 where one fails, 3 where one that was asked for cannot be said, else 0. There is no verdict over all. */
export function reportOf(bundle: string, run: string | null, verdicts: readonly VerifyVerdict[], require: readonly VerdictName[]): VerifyReport {
  const required = VERDICT_NAMES.filter((name) => require.includes(name));
  const failed = verdicts.some(({ result }) => result === 'fail');
  const unsaid = verdicts.some(({ name, result }) => result === 'cannot_say' && required.includes(name));
  return { bundle, run, verdicts: [...verdicts], required, exitCode: failed ? 1 : unsaid ? 3 : 0 };
}

/** None where there is no folder: that each judgement then finds and names. */
export async function specialOf(bundle: string): Promise<readonly string[]> {
  try {
    return (await filesOf(bundle)).special;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** A link could lead the reader's machine anywhere, and a pipe could hold it for ever: with one of them in the bundle no file is opened. */
export function strange(special: readonly string[]): VerifyVerdict {
  return verdict('integrity', 'fail', special.map((file) => ({ file, message: 'is not a plain file with a plain name' })), 'more than that: no file was opened');
}

/** A verdict on what was not opened at all. */
export function unread(name: VerdictName, special: readonly string[]): VerifyVerdict {
  return verdict(name, 'cannot_say', [{ message: `the bundle was not opened: it holds what is not a plain file with a plain name, such as ${special[0] ?? ''}` }], 'more than that: no file was opened');
}

/** What cannot be read makes a verdict fail and is named. Only where this machine is at fault (a full disk) can it not be said. */
export async function guarded(bundle: string, name: VerdictName, judge: () => Promise<VerifyVerdict>): Promise<VerifyVerdict> {
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
