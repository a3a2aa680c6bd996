// SPDX-License-Identifier: Apache-2.0
import { BundleFormatError } from '../bundle/jsonl.ts';
import { InputError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { ConnectError } from '../model/source.ts';
import { EXIT, type ExitCode } from './exit.ts';

/** One clear message for whatever stopped a command, and the exit code that tells the truth. A stack trace only for our own faults, and only when asked for. */
export function reportError(error: unknown): ExitCode {
  if (error instanceof InputError) return say(EXIT.usage, error.message, error.remedy);
  if (error instanceof ConnectError) return say(EXIT.usage, error.message, error.remedy);
  if (error instanceof BundleFormatError) return say(EXIT.usage, error.message, 'the bundle is damaged or not a bundle; `rollcall verify` names every file that differs');
  const text = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC') return say(EXIT.fault, `the disk is full: ${text}`, 'free some space; nothing half-written was sealed');
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return say(EXIT.usage, `not permitted: ${text}`, 'choose a folder that can be written, with --archive');
  if (code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP') return say(EXIT.usage, `this path cannot be used: ${text}`, code === 'ENOTDIR' ? 'a file stands where a folder is needed: name another' : 'name a shorter path without loops');
  const trace = process.env['ROLLCALL_DEBUG'] === '1' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return say(EXIT.fault, `a fault of rollcall itself: ${text}${trace}`, 'run again with ROLLCALL_DEBUG=1 and report what it prints; nothing half-written was sealed');
}

function say(code: ExitCode, message: string, remedy: string): ExitCode {
  process.stderr.write(`rollcall: ${message.split('\n').map(printable).join('\n')}\n  → ${printable(remedy)}\n`);
  return code;
}
