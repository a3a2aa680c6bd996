// SPDX-License-Identifier: Apache-2.0
import type { ArchiveFinding } from '../archive/view.ts';
import { printable } from '../model/printable.ts';
import type { Terminal } from './terminal.ts';

/** Findings, then notes, a line each. */
export function printFindings(terminal: Terminal, findings: readonly ArchiveFinding[], notes: readonly string[]): void {
  for (const { code, place, message } of findings) terminal.out(`  ${terminal.warn(code.replaceAll('_', ' ').padEnd(18))} ${printable(place)}: ${printable(message)}`);
  for (const note of notes) terminal.out(terminal.dim(`  note: ${printable(note)}`));
}
