// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { ProgressEvent } from '../../src/collect/progress.ts';
import { progressBar } from '../../src/cli/progress-bar.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

/** The lines that a terminal is told of some events. */
function told(events: readonly ProgressEvent[]): readonly string[] {
  const lines: string[] = [];
  const terminal: Terminal = { out: () => undefined, note: (line) => { lines.push(line); }, error: () => undefined, json: () => undefined, bold: (text) => text, dim: (text) => text, warn: (text) => text, live: false, status: () => undefined };
  const bar = progressBar(terminal, () => 0);
  for (const event of events) bar.progress(event);
  return lines;
}
const due = (requests: number, perSecond: number, unit = 'aws:1'): ProgressEvent => ({ kind: 'reads-due', unit, source: 's', reads: requests, estimate: { title: 'Title', requests, perSecond } });

test.each([
  [50, 5, ['aws:1: Title: about 50 requests at 5 a second, 10 seconds at the least.']],
  [3000, 5, ['aws:1: Title: about 3000 requests at 5 a second, 10 minutes at the least.']],
  [90_000, 5, ['aws:1: Title: about 90000 requests at 5 a second, 5.0 hours at the least.']],
  [49, 5, []], [0, 5, []],
])('%i requests at %i a second are told as %o', (requests, perSecond, lines) => {
  expect(told([due(requests, perSecond)])).toEqual(lines);
});

test('reads of another depth are not told, and of very many units the first twenty are', () => {
  expect(told([{ kind: 'reads-due', unit: 'aws:1', source: 's', reads: 1_000_000 }])).toEqual([]);
  const lines = told(Array.from({ length: 30 }, (_, index) => due(1000, 1, `aws:${index}`)));
  expect([lines.length, lines.at(-1)]).toEqual([21, 'Others take long too, and are not told one by one.']);
});
