// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { processTerminal, table } from '../../src/cli/terminal.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  Reflect.deleteProperty(process.stdout, 'isTTY');
});

/** A heading as it is written to a standard output that is a terminal or is not, under a value of NO_COLOR. */
function heading(isTerminal: boolean, noColor: string): string {
  vi.stubEnv('NO_COLOR', noColor);
  Object.defineProperty(process.stdout, 'isTTY', { value: isTerminal, configurable: true });
  return processTerminal({ quiet: false }).bold('x');
}

test.each([[true, '', true], [true, '1', false], [true, '0', false], [false, '', false]])('terminal %s, NO_COLOR %j: colour %s', (isTerminal, noColor, coloured) => {
  expect(heading(isTerminal, noColor)).toBe(coloured ? '\u001b[1mx\u001b[22m' : 'x');
});

test('a table shows no cell that acts on the terminal, and cuts the long ones', () => {
  const lines = table(['name', 'n'], [['a\u001b[2J\u202eb\nc', '1'], ['x'.repeat(500), '2']], 20);
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
  expect(lines[2]).toContain('\\u{1b}');
  expect(lines[3]).toMatch(/^x{19}… {2}2$/);
});
