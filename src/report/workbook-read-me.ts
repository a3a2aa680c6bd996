// SPDX-License-Identifier: Apache-2.0
import { BUNDLE } from '../bundle/layout.ts';
import { RESPONSIBILITY_STATEMENT, type Coverage, type Run, type Scope } from '../bundle/records.ts';
import { populationFile, POPULATION_RULES, POPULATIONS } from '../evidence/populations.ts';
import { millisecondsOf } from '../model/instant.ts';
import type { Summary } from './workbook-facts.ts';
import { count, outside, told, words } from './workbook-lists.ts';
import { limitName, RECOMPUTED } from './workbook-results.ts';
import type { XlsxCell, XlsxName, XlsxSheet } from './xlsx.ts';

const NAME = 'Read me';
const RESULTS_NOTE = 'Result columns repeat these checks with what stands in this workbook: change a limit or the as-of moment and they follow. The verdicts of record are those in data/verdicts.jsonl.gz.';

/** The first sheet: what this is, as of when, what it adds up to, how to check it. The as-of moment and the limits are named cells that ages and results are computed from. */
export function readMeSheet(run: Run, scope: Scope, coverage: Coverage, summary: Summary): { readonly sheet: XlsxSheet; readonly names: readonly XlsxName[] } {
  const rows: XlsxCell[][] = [];
  const names: XlsxName[] = [];
  const heading = (text: string): void => {
    rows.push([], [{ type: 'text', text, style: 'heading' }]);
  };
  const line = (label: string, ...cells: XlsxCell[]): void => {
    rows.push([words(label), ...cells.map((cell): XlsxCell => (cell.type === 'text' && cell.style === undefined ? { ...cell, style: 'wrapped' } : cell))]);
  };
  const table = (...titles: string[]): void => {
    rows.push(titles.map((text) => ({ type: 'text', text, style: 'header' })));
  };
  /** Gives the second cell of the newest row a name. */
  const name = (text: string): void => {
    names.push({ name: text, reference: `'${NAME}'!$B$${rows.length}` });
  };
  const moment = (instant: Run['asOf']): XlsxCell => ({ type: 'date', milliseconds: millisecondsOf(instant) });

  rows.push([{ type: 'text', text: 'Populations of non-human identities and credentials', style: 'heading' }]);
  line('Responsibility', words(RESPONSIBILITY_STATEMENT));
  line('As of (UTC)', moment(run.asOf), words('Ages count whole days to this moment, the scan\'s own clock at its start. Every moment in this workbook is UTC.'));
  name('as_of');
  line('Read until (UTC)', moment(run.finishedAt));
  line('Run', outside(run.run), words(`${run.occasion}, depth ${run.depth}, ${run.tool.name} ${run.tool.version}`));
  for (const login of run.logins) line('Read as', outside(login.principal), outside(`target ${login.target}`));
  for (const login of run.failedLogins) line('Could not sign in', outside(login.message), outside(`target ${login.target}`));
  line('Scope', told(scope.statement));

  heading('Totals');
  table('population', 'rows', 'what belongs to it', 'file');
  for (const population of POPULATIONS) line(population, count(summary.counts[population]), words(POPULATION_RULES[population]), words(populationFile(population)));
  const classes = (of: (row: Coverage['principals'][number]) => number): XlsxCell => count(coverage.principals.reduce((sum, row) => sum + of(row), 0));
  line('human principals', classes(({ human }) => human), words('These four classes add up to the principals that were listed; the sheet Scope has them by unit, with the provider\'s own total.'));
  line('non-human principals', classes(({ nonHuman }) => nonHuman));
  line('principals that are both', classes(({ both }) => both));
  line('undecided principals', classes(({ undecided }) => undecided));
  line('reads that failed', count(coverage.gaps.length), words('Each is a row of the sheet Could not be read. What they would have shown is unknown here, never taken as good.'));
  line('observations', count(summary.observations), words('not_met of checks that stand in no control of management. Deviation candidates of controls are in data/evidence/.'));

  heading('Limits');
  table('check', 'days', 'who set it');
  for (const limit of summary.limits) {
    line(limit.check, limit.days === null ? words('n/a: no limit in force') : count(limit.days), told(limit.origin));
    name(limitName(limit.check));
  }
  line('Results', words(RESULTS_NOTE));
  line('Computed again here', words(RECOMPUTED.map(({ check }) => check).join(', ')));

  heading('How to read the cells');
  line('unknown: cause', words('Could not be read or was not told; the cause is that of the call. It is not a pass and not a zero.'));
  line('n/a: reason', words('Does not apply to this row.'));
  line('none', words('Everything that could say so was read, and nothing does.'));
  line('no use since, no use recorded', words('The provider tracks use and has none. It means never only for what was made after tracking began.'));
  line('age at as-of', words('A lower bound where the column created basis does not say exact.'));
  line('neutralised', words('Names the columns of a row whose cells differ from the exact text: what a spreadsheet could run or what looks like the words above has an apostrophe in front, and characters that act but do not show are written \\u{hex}. To get the exact text, drop one apostrophe at the front and turn each \\u{hex} into its character. The exact text also stands in data/inventory/.'));
  line('ids', words('Stand as text, so that no digit is rounded and no zero is lost. Columns credential id, identity id and key join with the CSV file of the same population.'));

  heading('How to check a file against its digest');
  line('Windows PowerShell', words(`Get-FileHash -Algorithm SHA256 ${populationFile('credentials').replaceAll('/', '\\')}`), words('Compare with the line of the same file in manifest-sha256.txt.'));
  line('Linux, macOS', words('sha256sum -c manifest-sha256.txt'), words('In the folder of the bundle. On macOS: shasum -a 256 -c manifest-sha256.txt'));
  line('This workbook', words(BUNDLE.workbook), words('Is in the same manifest. Once you have saved it, it is another file with another digest.'));

  heading('Control totals');
  table('control total', 'unit', 'method', 'before', 'after', 'listed', 'state', 'note');
  const number = (value: number | null): XlsxCell => (value === null ? words('unknown: not read') : count(value));
  for (const total of coverage.controlTotals) line(total.name, outside(total.unit), told(total.method), number(total.before), number(total.after), number(total.listed), words(total.state), total.note === null ? words('none') : told(total.note));
  for (const total of coverage.equalTotals) line(total.name, told(`${total.units} units`), told(total.method), words('in each'), words('in each'), count(total.listed), words('equal'), total.note === null ? words('none') : told(total.note));

  heading('What no read of this scan can show');
  for (const spot of coverage.blindSpots) line(spot.provider, told(spot.text));
  return {
    names,
    sheet: {
      name: NAME, header: null, widths: [30, 64, 64, 40, 12, 12, 20, 40], frozenColumns: 0, printedColumns: 8, count: rows.length,
      async *rows() {
        for (const row of rows) yield () => row;
      },
    },
  };
}
