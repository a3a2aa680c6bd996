// SPDX-License-Identifier: Apache-2.0
import { printable } from '../model/printable.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Diff } from '../period/diff.ts';
import { datedInWords } from '../period/history-words.ts';
import { momentInWords, RESULT_WORDS } from '../report/html/words.ts';
import { table, type Terminal } from './terminal.ts';

/** A difference as people read it: what happened, what verdicts became, what lies behind a change, and what cannot be compared. */
export function printDiff(terminal: Terminal, diff: Diff): void {
  terminal.out(terminal.bold(`From ${diff.a.run} (${momentInWords(diff.a.startedAt)}) to ${diff.b.run} (${momentInWords(diff.b.startedAt)})`));
  const section = (title: string, lines: readonly string[]): void => {
    if (lines.length === 0) return;
    terminal.out('');
    terminal.out(terminal.bold(`${title}: ${lines.length}`));
    for (const line of lines) terminal.out(`  ${line}`);
  };
  const moved = (entry: Diff['created'][number]): string => `${named(entry)}: ${datedInWords(entry.dated)}`;
  section('Created', diff.created.map(moved));
  section('Rotated: the holder has a new one, and an older one ended', diff.rotated.map((entry) => `${printable(entry.kind)} of ${printable(entry.identity)}: ${printable(entry.newer)} came ${datedInWords(entry.appeared)}; ${printable(entry.older)} ${entry.became} ${datedInWords(entry.ended)} (${printable(entry.basis)})`));
  section('Enabled', diff.enabled.map(moved));
  section('Disabled', diff.disabled.map(moved));
  section('Revoked or removed, proven', diff.revoked.map((entry) => `${moved(entry)}; proof: ${entry.proof}`));
  section('Reappeared', diff.reappeared.map(moved));
  section('Came and went in between, known from the audit log only', diff.between.map((entry) => `${moved(entry)}; ${entry.gone === null ? 'nothing tells of its end' : `gone ${datedInWords(entry.gone)}`}`));
  section('Changed', diff.changed.map((entry) => `${named(entry)}: ${printable(entry.field)} was ${printable(entry.before)}, is ${printable(entry.after)}`));
  section('Audit log and lists disagree', diff.differences.map((entry) => `${printable(entry.key)}: ${entry.kind}: ${printable(entry.text)}`));
  printVerdicts(terminal, diff.verdicts);
  section('Changed in what the runs stand on', diff.basis.map((change) => `${change.kind}: ${printable(change.what)}: ${printable(change.before)} → ${printable(change.after)}`));
  printNotComparable(terminal, diff);
  printFailOnNew(terminal, diff.failOnNew);
}

function named({ kind, key, name }: Diff['changed'][number] | Diff['created'][number]): string {
  return `${printable(kind)} ${printable(key)}${name === null ? '' : ` (${printable(name)})`}`;
}

/** Verdicts in groups: a change that many subjects share is one line. */
function printVerdicts(terminal: Terminal, verdicts: Diff['verdicts']): void {
  if (verdicts.length === 0) return;
  const words = (stand: Diff['verdicts'][number]['from']): string => (stand === 'no verdict' ? 'no verdict of its own' : RESULT_WORDS[stand]);
  const groups = [...Map.groupBy(verdicts, ({ check, from, to }) => JSON.stringify([check, from, to]))].sort(([one], [other]) => byCodeUnit(one, other));
  terminal.out('');
  terminal.out(terminal.bold(`Verdicts that changed: ${verdicts.length}`));
  const rows = groups.map(([, group]) => {
    const [first] = group;
    return first === undefined ? [] : [first.check, `${words(first.from)} → ${words(first.to)}`, String(group.length), group.slice(0, 3).map(({ subject }) => subject).join(', ') + (group.length > 3 ? ', …' : '')];
  });
  for (const line of table(['check', 'from and to', 'subjects', 'of'], rows)) terminal.out(`  ${line}`);
}

function printNotComparable(terminal: Terminal, { notComparable }: Diff): void {
  const lines = [
    ...(notComparable.depth === null ? [] : [`depth: A was read at ${notComparable.depth.a}, B at ${notComparable.depth.b}`]),
    ...notComparable.units.map(({ unit, a, b }) => `${printable(unit)}: A: ${printable(a)}; B: ${printable(b)}`),
    ...notComparable.kinds.map(({ unit, kind, a, b }) => `${printable(unit)}, ${printable(kind)}: ${a === null ? 'A has the whole list' : `A has no whole list (${printable(a)})`}; ${b === null ? 'B has the whole list' : `B has no whole list (${printable(b)})`}`),
    ...notComparable.reads.map(({ side, unit, source, operation, outcome, reads }) => `${side.toUpperCase()}, ${printable(unit)}: ${reads} of ${printable(source)} (${printable(operation)}) ended ${printable(outcome)}`),
    ...notComparable.unproven.map(({ listedBy, unit, kind, why, count, keys }) => `${printable(unit)}: ${count} of ${printable(kind)} only in ${listedBy.toUpperCase()}, and nothing is proven: ${printable(why)} (${keys.slice(0, 3).map(printable).join(', ')}${count > 3 ? ', …' : ''})`),
  ];
  terminal.out('');
  terminal.out(terminal.bold(lines.length === 0 ? 'Both runs read the same to the end.' : `Not comparable: ${lines.length}`));
  for (const line of lines) terminal.out(`  ${line}`);
}

function printFailOnNew(terminal: Terminal, asked: Diff['failOnNew']): void {
  if (asked === null) return;
  terminal.out('');
  terminal.out(terminal.bold(`Newly not met at ${asked.severity} or above: ${asked.new.length}; cannot be said: ${asked.cannotSay.length}`));
  for (const { check, subject, severity, reason } of asked.new) terminal.out(`  ${check} (${severity}): ${printable(subject)}: ${printable(reason)}`);
  for (const { check, subject, why } of asked.cannotSay) terminal.out(`  cannot say: ${check}: ${printable(subject)}: ${printable(why)}`);
}
