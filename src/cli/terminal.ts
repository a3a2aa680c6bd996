// SPDX-License-Identifier: Apache-2.0
import { styleText } from 'node:util';
import { printable } from '../model/printable.ts';

/** Where a command prints: results on standard output, everything else on standard error. */
export interface Terminal {
  /** A line of result. */
  out(line: string): void;
  /** A line of progress or explanation; silent with `--quiet`. */
  note(line: string): void;
  /** A line that must be seen. */
  error(line: string): void;
  /** A result as JSON, two spaces deep. */
  json(value: unknown): void;
  bold(text: string): string;
  dim(text: string): string;
  warn(text: string): string;
  /** Whether a bar may redraw itself on standard error. */
  readonly live: boolean;
  status(line: string | null): void;
}

export interface TerminalOptions { readonly quiet: boolean }

/** The terminal of this process. Colour only where standard output is a terminal and `NO_COLOR` is unset (https://no-color.org). */
export function processTerminal(options: TerminalOptions): Terminal {
  const colour = process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
  const live = process.stderr.isTTY === true && !options.quiet && process.env['TERM'] !== 'dumb';
  let shown = false;
  const style = (format: 'bold' | 'dim' | 'yellow', text: string): string => (colour ? styleText(format, text, { validateStream: false }) : text);
  function clear(): void {
    if (shown) process.stderr.write('\r\u001b[2K');
    shown = false;
  }
  return {
    out: (line) => {
      clear();
      process.stdout.write(`${line}\n`);
    },
    note: (line) => {
      if (options.quiet) return;
      clear();
      process.stderr.write(`${line}\n`);
    },
    error: (line) => {
      clear();
      process.stderr.write(`${line}\n`);
    },
    json: (value) => {
      clear();
      process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    },
    bold: (text) => style('bold', text),
    dim: (text) => style('dim', text),
    warn: (text) => style('yellow', text),
    live,
    status: (line) => {
      if (!live) return;
      clear();
      if (line !== null) {
        process.stderr.write(line.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1)));
        shown = true;
      }
    },
  };
}

/** Rows as a table: columns as wide as their widest cell, cut at `widest` with an ellipsis. Every cell is made printable here. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], widest = 60): readonly string[] {
  const cells = [header, ...rows].map((row) => row.map((cell) => cut(printable(cell), widest)));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  const [first = [], ...rest] = cells;
  return [line(first), widths.map((width) => '─'.repeat(width)).join('  '), ...rest.map(line)];
}

function cut(text: string, widest: number): string {
  return text.length <= widest ? text : `${text.slice(0, widest - 1)}…`;
}
