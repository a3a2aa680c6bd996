// SPDX-License-Identifier: Apache-2.0
import type { Coverage } from '../bundle/records.ts';
import { escaped, shown } from '../evidence/populations-text.ts';
import { byCodeUnit } from '../model/json.ts';
import { isObservation, originOf, verdictsOf, type Summary } from './workbook-facts.ts';
import type { XlsxCell, XlsxSheet } from './xlsx.ts';

/** Text that came from outside, made safe to read. */
export function outside(text: string | null): XlsxCell {
  return { type: 'text', text: text === null ? 'none' : shown(text).text };
}
/** A sentence of ours that may quote what came from outside. */
export function told(text: string): XlsxCell {
  return words(escaped(text).text);
}
/** Our own words. */
export function words(text: string): XlsxCell {
  return { type: 'text', text };
}
export function count(value: number): XlsxCell {
  return { type: 'number', value };
}

/** A sheet over rows that are already in memory. */
function listSheet(name: string, columns: readonly (readonly [string, number])[], frozenColumns: number, rows: readonly (readonly XlsxCell[])[]): XlsxSheet {
  return {
    name, header: columns.map(([title]) => title), widths: columns.map(([, width]) => width), frozenColumns, printedColumns: columns.length, count: rows.length,
    async *rows() {
      for (const row of rows) yield () => row;
    },
  };
}

/** Every unit that was declared, discovered or left out, and what became of it. */
export function scopeSheet(coverage: Coverage): XlsxSheet {
  const classes = new Map(coverage.principals.map((row) => [row.unit, row]));
  const none = words('n/a: nothing was read here');
  const rows = coverage.units.map((unit, index) => {
    const sum = (of: (reads: NonNullable<Coverage['units'][number]['reads']>) => number): XlsxCell => count(unit.reads === null ? 0 : of(unit.reads));
    const principals = classes.get(unit.unit);
    return [
      count(index + 1), outside(unit.unit), unit.name === null ? words('none') : outside(unit.name), words(unit.basis), words(unit.outcome), told(unit.reason),
      sum(({ readsDue }) => readsDue), sum(({ complete }) => complete), sum(({ failed }) => failed), sum(({ skipped }) => skipped), sum(({ calls }) => calls),
      ...(principals === undefined ? [none, none, none, none, none, none, none]
        : [count(principals.human), count(principals.nonHuman), count(principals.both), count(principals.undecided), count(principals.listed), principals.controlTotal === null ? words('unknown: not read') : count(principals.controlTotal), words(principals.ties)]),
    ];
  });
  return listSheet('Scope', [
    ['number', 8], ['unit', 24], ['name', 24], ['basis', 12], ['outcome', 18], ['reason', 60], ['reads due', 9], ['complete', 9], ['failed', 9], ['not due', 9], ['calls', 9],
    ['human', 10], ['non-human', 10], ['both', 10], ['undecided', 10], ['principals listed', 12], ['control total', 12], ['ties', 12],
  ], 3, rows);
}

/** Each read that was due and did not end well: what is missing, and what that leaves unknown. */
export function unreadSheet(coverage: Coverage): XlsxSheet {
  return listSheet('Could not be read', [
    ['number', 8], ['unit', 22], ['source', 30], ['read for', 26], ['operation', 26], ['outcome', 14], ['permission that is missing', 34], ['what this leaves unknown', 44],
    ['error code', 18], ['message', 60], ['named beforehand by management', 18], ['reason given beforehand', 40], ['calls', 60],
  ], 3, coverage.gaps.map((gap, index) => [
    count(index + 1), outside(gap.unit), outside(gap.source), gap.parent === null ? words('the whole unit') : outside(gap.parent), outside(gap.operation), words(gap.outcome),
    gap.outcome.startsWith('denied') ? outside(gap.permission) : told(`none missing as far as is known; it needs ${gap.permission}`), told(gap.blanks), outside(gap.errorCode), outside(gap.message),
    words(gap.expected ? 'yes' : 'no'), gap.expectedReason === null ? words('none') : told(gap.expectedReason), told(gap.calls.join(' ')),
  ]));
}

/** `not_met` of checks that stand in no control of management: seen, kept, and owing no explanation. */
export function observationsSheet(dir: string, summary: Summary): XlsxSheet {
  const columns = [['number', 8], ['check', 28], ['unit', 22], ['subject', 44], ['kind', 20], ['severity', 10], ['reason', 60], ['thresholds', 50], ['page references', 60]] as const;
  return {
    name: 'Observations', header: columns.map(([title]) => title), widths: columns.map(([, width]) => width), frozenColumns: 2, printedColumns: columns.length, count: summary.observations,
    async *rows() {
      let number = 0;
      for await (const verdict of verdictsOf(dir)) {
        if (!isObservation(verdict, summary.controlled)) continue;
        number += 1;
        const nth = number;
        yield () => [
          count(nth), words(verdict.check), outside(verdict.unit), outside(verdict.subject), words(verdict.subjectKind), words(verdict.severity), told(verdict.reason),
          verdict.thresholds.length === 0 ? words('none') : told(verdict.thresholds.toSorted((a, b) => byCodeUnit(a.name, b.name)).map((threshold) => `${threshold.name} = ${JSON.stringify(threshold.value)} (${originOf(threshold)})`).join('; ')),
          verdict.refs.length + verdict.inputs.length === 0 ? words('none') : told([...verdict.refs, ...verdict.inputs].join(' ')),
        ];
      }
    },
  };
}
