// SPDX-License-Identifier: Apache-2.0
import type { Cell, Section, Series } from '../report/sections/section.ts';
import type { Movement, Period } from './document.ts';
import { minute, whenInWords } from './words.ts';

/** The populations at both ends of the period, and whether what came and went accounts for the difference. */
export function populationSection({ opening, closing, reconciliation, eventWindows }: Period): Section {
  const names = [...new Set([...opening.files, ...closing.files].map(({ name }) => name))];
  const find = (files: Period['opening']['files'], name: string): number | null => files.find((file) => file.name === name)?.count ?? null;
  return {
    id: 'populations', title: 'Populations',
    words: [
      `At the beginning: ${sourceOf(opening)}. At the end: ${sourceOf(closing)}. Each file is numbered from 1 and stands, with its digest, in the sealed run.`,
      eventWindows.length === 0 ? 'No provider\'s audit log was read in this period: what came and went between two runs is not known.' : 'Additions and removals come from the providers\' audit logs where those were read, and from two successive runs otherwise. Both are held against each other.',
    ],
    tables: [
      {
        id: 'populations', sheet: 'Populations', title: 'Populations at both ends', none: 'No sealed run has a population.',
        columns: [{ name: 'population', as: 'text' }, { name: 'at the beginning', as: 'number' }, { name: 'at the end', as: 'number' }, { name: 'digest of the file at the end', as: 'id' }],
        rows: names.map((name) => [name, find(opening.files, name), find(closing.files, name), closing.files.find((file) => file.name === name)?.sha256 ?? null]),
      },
      {
        id: 'reconciliation', sheet: 'Reconciliation', title: 'Opening, additions, removals, closing', none: 'There is nothing to reconcile.',
        columns: [{ name: 'population', as: 'text' }, { name: 'opening', as: 'number' }, { name: 'additions', as: 'number' }, { name: 'removals', as: 'number' }, { name: 'closing', as: 'number' }, { name: 'not accounted for', as: 'number' }, { name: 'why', as: 'lines' }, { name: 'additions of which it cannot be said', as: 'number' }, { name: 'removals of which it cannot be said', as: 'number' }],
        rows: reconciliation.map((row) => [row.population, row.opening, row.additions, row.removals, row.closing, row.remainder.reduce((sum, { difference }) => sum + difference, 0), row.remainder.map(({ reason, difference, keys }) => `${difference > 0 ? '+' : ''}${difference} ${reason}: ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ' …' : ''}`).join(' | '), row.additionsUnsaid, row.removalsUnsaid]),
      },
      {
        id: 'event-windows', sheet: 'Event windows', title: 'Audit logs that were read', none: 'None.',
        columns: [{ name: 'unit', as: 'id' }, { name: 'from', as: 'moment' }, { name: 'to', as: 'moment' }, { name: 'read to the end', as: 'text' }, { name: 'kept by the provider', as: 'text' }, { name: 'operations', as: 'lines' }],
        rows: eventWindows.map((window) => [window.unit, { at: window.from }, { at: window.to }, window.complete ? 'yes' : 'no', window.retention, window.operations.join(', ')]),
      },
    ],
  };
}

function sourceOf({ run, runAt, notClosed }: Period['opening']): string {
  if (run === null || runAt === null) return 'no run had been sealed by then';
  return `the run of ${minute(runAt)}${notClosed.length === 0 ? '' : `, in which ${notClosed.length} lists did not close, so that their populations are not whole`}`;
}

const MOVEMENT = [{ name: 'name', as: 'text' }, { name: 'kind', as: 'text' }, { name: 'when', as: 'text' }, { name: 'in the period', as: 'text' }, { name: 'credential or identity', as: 'id' }, { name: 'holder', as: 'id' }, { name: 'known from', as: 'text' }, { name: 'no earlier than', as: 'moment' }, { name: 'no later than', as: 'moment' }, { name: 'note', as: 'lines' }] as const;

/** What came and what went. */
export function credentialsSection({ additions, removals, differences }: Period): Section {
  const row = (one: Movement): readonly Cell[] => [one.name, one.kind, whenInWords(one.when), one.inPeriod, one.key, one.holder, one.basis, one.when.from === null ? null : { at: one.when.from }, { at: one.when.to }, one.note];
  return {
    id: 'movements', title: 'Additions and removals',
    words: ['A removal stands here only where it is proven: by an event of the provider\'s, or by a later run in which the list that it would be on closed. Where only two runs bound it, it is an interval, and "in the period" is "cannot say" if the interval crosses an edge.'],
    tables: [
      { id: 'additions', sheet: 'Additions', title: 'Additions', none: 'None was seen, in runs or events.', columns: MOVEMENT, rows: additions.map(row) },
      { id: 'removals', sheet: 'Removals', title: 'Removals', none: 'None was proven.', columns: MOVEMENT, rows: removals.map(row) },
      { id: 'differences', sheet: 'Events against runs', title: 'Where events and runs do not agree', none: 'They agree, as far as both were read.', columns: [{ name: 'credential or identity', as: 'id' }, { name: 'what does not agree', as: 'lines' }], rows: differences.map(({ key, text }) => [key, text]) },
    ],
  };
}

/** Counts of each run, side by side. */
export function indicatorsSection({ indicators }: Period): Section {
  const points = indicators.map(({ at }) => at);
  const checks = [...new Set(indicators.flatMap(({ checks: own }) => own.filter(({ results }) => results.not_met > 0).map(({ check }) => check)))].sort();
  const of = (check: string, result: 'not_met' | 'not_evaluated'): (number | null)[] => indicators.map(({ checks: own }) => own.find((one) => one.check === check)?.results[result] ?? null);
  const series: Series[] = [
    { title: 'Population', note: 'Non-human identities (with those of both kinds and the undecided), and credentials. A run in which a read failed cannot say how many credentials there were.', points, lines: [{ name: 'non-human identities', values: indicators.map(({ principals }) => principals.nonHuman + principals.both + principals.undecided) }, { name: 'credentials', values: indicators.map(({ credentials }) => credentials) }] },
    ...checks.map((check): Series => ({ title: check, note: 'Subjects that did not meet it, and those that could not be evaluated.', points, lines: [{ name: 'not met', values: of(check, 'not_met') }, { name: 'not evaluated', values: of(check, 'not_evaluated') }] })),
  ];
  return {
    id: 'indicators', title: 'Indicators over time',
    words: ['Counts of each sealed run, for whoever reviews how this part of the programme performs (supports CSF 2.0 GV.OV-03). They are counts, not scores; a fall may mean repair, a smaller scope or a read that failed, and the lists above tell which.'],
    series: indicators.length === 0 ? [] : series,
    tables: [{
      id: 'indicators', sheet: 'Indicators', title: 'Results by run and check', none: 'No sealed run.',
      columns: [{ name: 'run of', as: 'moment' }, { name: 'check', as: 'text' }, { name: 'met', as: 'number' }, { name: 'not met', as: 'number' }, { name: 'not evaluated', as: 'number' }, { name: 'needs review', as: 'number' }, { name: 'not applicable', as: 'number' }, { name: 'not occurring', as: 'number' }, { name: 'run', as: 'id' }],
      rows: indicators.flatMap(({ run, at, checks: own }) => own.map(({ check, results }) => [{ at }, check, results.met, results.not_met, results.not_evaluated, results.needs_review, results.not_applicable, results.not_occurring, run])),
    }],
  };
}
