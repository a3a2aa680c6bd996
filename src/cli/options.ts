// SPDX-License-Identifier: Apache-2.0
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExitCode } from './exit.ts';

/** What a chosen command does: it is imported only then, so that help costs nothing else. */
export type Run = () => Promise<ExitCode>;
/** Adds commands to the program; `choose` is told which one was asked for. */
export type Register = (program: Command, choose: (run: Run) => void) => void;

export const quiet = (): Option => new Option('-q, --quiet', 'no progress on standard error');
export const json = (): Option => new Option('--json', 'the result as JSON on standard output');
export const archive = (): Option => new Option('--archive <folder>', 'folder of runs and log').argParser(filled).default('./evidence');
export const config = (): Option => new Option('-c, --config <file>', 'configuration (default: rollcall.yaml, where there is one)').argParser(filled);
export const depth = (): Option => new Option('--depth <depth>', 'how much is read').choices(['bulk', 'standard', 'deep']).default('standard');
export const signingKey = (): Option => new Option('--key <file>', 'signing key of the log (PEM); a first use makes one').argParser(filled);

/** A list in one value, comma-separated. */
export function commaList(value: string): string[] {
  const parts = value.split(',').map((part) => part.trim()).filter((part) => part !== '');
  if (parts.length === 0) throw new InvalidArgumentError('name at least one');
  return parts;
}

/** A value that is not empty. */
export function filled(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty.');
  return value;
}

/** A number of hours above zero, at most a year's. */
export function hours(value: string): number {
  const number = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || number <= 0 || number > 8784) throw new InvalidArgumentError('Give hours, such as 24.');
  return number;
}

/** A whole number above zero. */
export function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('Give a whole number above zero.');
  return Number(value);
}
