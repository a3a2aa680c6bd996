// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { isScopeGap, RESPONSIBILITY_STATEMENT } from '../bundle/records.ts';
import { printable } from '../model/printable.ts';
import type { Summary } from '../report/summary.ts';
import type { Terminal } from './terminal.ts';

/** More units than this are told together where they have the same to tell. */
const MANY = 12;

/** A scan in words that a newcomer understands: what was read, what could not be, what follows, where to look. Never a score. */
export function printSummary(terminal: Terminal, bundle: string, summary: Summary): void {
  const { coverage, principals, results, run } = summary;
  const line = (text: string): void => terminal.out(text);
  const inPopulation = principals.nonHuman + principals.both + principals.undecided;
  line('');
  line(terminal.bold(`Roll of ${namedUnits(coverage.units, MANY)} as of ${run.asOf}`));
  line('');
  line(`  ${inPopulation} identities that are not, or not surely, people (${principals.nonHuman} non-human, ${principals.both} both, ${principals.undecided} undecided); ${principals.human} human.`);
  const tying = coverage.principals.length > MANY ? coverage.principals.filter(({ ties }) => ties === 'yes') : [];
  if (tying.length > 0) line(`  ${tying.length} units: ${tying.reduce((sum, { listed }) => sum + listed, 0)} principals listed, as many as the provider counts in each: they tie.`);
  for (const entry of coverage.principals) {
    if (tying.includes(entry)) continue;
    line(`  ${printable(entry.unit)}: ${entry.listed} principals listed, ${entry.controlTotal === null ? 'no count of the provider to hold against' : `the provider counts ${entry.controlTotal}: ${entry.ties === 'yes' ? 'they tie' : entry.ties === 'no' ? 'they do not tie' : 'cannot say whether they tie'}`}.`);
  }
  line(`  ${summary.credentials} credentials${summary.credentialsWithoutId === 0 ? ', each with its own id' : `; the provider gives ${summary.credentialsWithoutId} of them no id of their own`}.`);
  line('');
  line(terminal.bold('What could not be read'));
  if (coverage.gaps.length === 0 && summary.unexpectedGaps === 0) line('  nothing: every read that was due ended with its end marker');
  for (const [what, gaps] of Map.groupBy(coverage.gaps, (gap) => `${gap.operation} ${gap.outcome.replaceAll('_', ' ')}${gap.expected ? ' (expected)' : ''}`)) {
    const [first] = gaps;
    line(`  ${printable(what)}, ${gaps.length} read${gaps.length === 1 ? '' : 's'}: ${printable(first?.blanks ?? '')} unknown there. Needs ${printable(first?.permission ?? '')}.`);
  }
  // One role that is missing in 900 accounts is one thing to mend: reasons that differ in the account alone are one.
  for (const units of Map.groupBy(coverage.units.filter(({ outcome }) => isScopeGap(outcome)), ({ unit, outcome, reason }) => `${outcome}: ${reason.replaceAll(unit.slice(unit.indexOf(':') + 1), '')}`).values()) {
    const [first] = units;
    if (first !== undefined) line(`  ${namedUnits(units)}: ${first.outcome}: ${printable(first.reason)}`);
  }
  const closed = coverage.units.filter(({ outcome }) => outcome === 'closed').length;
  if (closed > 0) line(`  ${closed} that the list has as suspended or closed ${closed === 1 ? 'is' : 'are'} not read.`);
  if (summary.differingTotals > 0) line(`  ${summary.differingTotals} control total${summary.differingTotals === 1 ? '' : 's'} of the provider differ from what was listed.`);
  line('');
  line(terminal.bold('What the checks found'));
  line(`  ${results.met} met, ${results.not_met} not met, ${results.not_evaluated} not evaluated, ${results.needs_review} to review, ${results.not_occurring} not occurring.`);
  for (const { check, severity, count, accepted, known } of summary.notMet) line(`  not met: ${check} (${severity}), ${count}${accepted === 0 ? '' : `, ${accepted} of them accepted`}${known === 0 ? '' : `, ${known} of them not met in the earlier run too`}`);
  for (const { acceptance, count } of summary.acceptances) line(`  accepted: ${count} by ${printable(acceptance)}; they are not met all the same`);
  line('');
  line(terminal.bold('Where to look'));
  line(`  report    ${join(bundle, BUNDLE.html)}`);
  line(`  workbook  ${join(bundle, BUNDLE.workbook)}`);
  line(`  bundle    ${bundle}`);
  line('');
  line(terminal.dim(RESPONSIBILITY_STATEMENT));
}

/** Units by name while they are few, else how many, with the first of them. */
function namedUnits(units: Summary['coverage']['units'], most = 5): string {
  const shown = units.slice(0, units.length <= most ? most : 3).map(({ unit, name }) => printable(name === null ? unit : `${unit} (${name})`)).join(', ');
  return units.length <= most ? shown : `${units.length} units, ${shown} among them`;
}
