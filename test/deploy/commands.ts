// SPDX-License-Identifier: Apache-2.0
import { CommanderError } from 'commander';
import { z } from 'zod';
import { buildProgram } from '../../src/cli/program.ts';

/** Commands of Rollcall that a text of shell or systemd runs, or a patch puts in a pod, each as its arguments. Variables stay as they are written; a line that goes on counts as one. */
export function rollcallCommands(text: string): readonly (readonly string[])[] {
  const whole = text.replace(/\\\n\s*/g, ' ');
  const instead = [...whole.matchAll(/"value":\s*(\["[^\]]*\])/g)].map(([, list = '']) => z.array(z.string()).parse(JSON.parse(list)));
  return [...instead, ...[...whole.matchAll(/(?:^|[\s/"'`(])rollcall(?:@[\d.]+|:[\d.]+)? ((?:archive|doctor|permissions|scan|schedule|verify|--version)\b[^\n|>;&`]*)/g)].map(([, rest = '']) => words(rest))];
}

function words(line: string): readonly string[] {
  return [...line.matchAll(/"\$\{scheduled\[@\]\}"|"([^"]*)"|'([^']*)'|([^\s"')]+)/g)].map(([all, double, single, bare]) => (all === '"${scheduled[@]}"' ? '--scheduled' : (double ?? single ?? bare ?? '')));
}

/** What the command line says of a command; null where it takes it. Nothing is run. */
export async function refusal(args: readonly string[]): Promise<string | null> {
  const program = buildProgram(() => undefined);
  const quiet = (command: typeof program): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync(['node', 'rollcall', ...args]);
    return null;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? null : error.message;
    throw error;
  }
}

/** Whether the program has a command of this name. */
export function isKnown(name: string | undefined): boolean {
  return name?.startsWith('-') === true || buildProgram(() => undefined).commands.some((command) => command.name() === name);
}
