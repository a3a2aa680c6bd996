// SPDX-License-Identifier: Apache-2.0
import type { Section } from '../report/sections/section.ts';
import type { Period } from './document.ts';
import { counted, whoActed } from './words.ts';

/** All runs, and what became of each slot of the schedule. */
export function runsSection({ runs, slots, schedules, selection, notCovered }: Period): Section {
  return {
    id: 'runs', title: 'Runs expected and made',
    words: [
      'Every run that the log tells of is here, also those that were aborted, that never ended, or that nobody had scheduled. A run is logged when it starts, before its first request, so none can be left out for what it found.',
      selection,
      'A slot is done by a scheduled run that starts within its grace; late after it; missed where the next slot comes first. A run shows one moment: the schedule says for how long that is to be enough.',
    ],
    tables: [
      {
        id: 'slots', sheet: 'Slots', title: 'Slots of the schedule', none: schedules.length === 0 ? 'No schedule was declared: whether a run is missing cannot be said.' : 'No slot lies in the period.',
        columns: [{ name: 'schedule', as: 'id' }, { name: 'due', as: 'moment' }, { name: 'state', as: 'text' }, { name: 'late by minutes', as: 'number' }, { name: 'run', as: 'id' }, { name: 'beside it', as: 'lines' }, { name: 'control', as: 'text' }, { name: 'deviation', as: 'text' }],
        rows: slots.map((slot) => [slot.schedule, { at: slot.due }, slot.state, slot.lateByMinutes, slot.run, slot.beside.join('; '), slot.control, slot.deviations.join(', ')]),
      },
      {
        id: 'runs', sheet: 'Runs', title: 'Runs', none: 'The log tells of no run.',
        columns: [{ name: 'run', as: 'id' }, { name: 'started', as: 'moment' }, { name: 'state', as: 'text' }, { name: 'occasion', as: 'text' }, { name: 'tool', as: 'text' }, { name: 'in the period', as: 'text' }, { name: 'units read', as: 'number' }, { name: 'units read in part or not', as: 'number' }, { name: 'reads that failed', as: 'number' }, { name: 'digest of the sealed bag', as: 'id' }, { name: 'note', as: 'lines' }],
        rows: runs.map((run) => [
          run.run, { at: run.started }, run.state, run.occasion, run.tool, run.inPeriod ? 'yes' : 'no', run.units?.scanned ?? null, run.units === null ? null : run.units.partially_scanned + run.units.failed + run.units.unreachable + run.units.undeclared,
          run.gaps, run.tagManifestSha256, run.note,
        ]),
      },
      {
        id: 'not-covered', sheet: 'Days not covered', title: 'Days that no run speaks for', none: 'Each day of the period has a run that speaks for it.',
        columns: [{ name: 'from', as: 'text' }, { name: 'to', as: 'text' }, { name: 'days', as: 'number' }, { name: 'why', as: 'lines' }], rows: notCovered.map(({ from, to, days, why }) => [from, to, days, why]),
      },
      {
        id: 'schedules', sheet: 'Schedules', title: 'Schedules declared', none: 'None.',
        columns: [{ name: 'schedule', as: 'id' }, { name: 'in force from', as: 'moment' }, { name: 'logged', as: 'moment' }, { name: 'every', as: 'text' }, { name: 'grace hours', as: 'number' }, { name: 'control', as: 'text' }, { name: 'declared by', as: 'lines' }, { name: 'ended', as: 'moment' }, { name: 'retroactive', as: 'text' }],
        rows: schedules.map((one) => [one.schedule, { at: one.effective }, { at: one.logged }, one.every, one.graceHours, one.control, whoActed(one.by), one.ended === null ? null : { at: one.ended }, one.logged > one.effective ? 'retroactive' : 'no']),
      },
    ],
  };
}

/** What runs could not read. It is a deviation only where a declared control says so. */
export function gapsSection({ coverageGaps, blindSpots }: Period): Section {
  return {
    id: 'coverage', title: 'What could not be read',
    words: ['A gap is not "nothing found": whatever lies behind it is unknown, and every verdict that needs it says so. A gap is a deviation only where a control of management\'s declares that coverage.', ...(blindSpots.length === 0 ? [] : [`What no interface shows, in any run: ${blindSpots.join(' ')}`])],
    tables: [{
      id: 'coverage-gaps', sheet: 'Coverage gaps', title: 'Coverage gaps', none: 'Every read that was due in a sealed run of the period ended with its end marker.',
      columns: [{ name: 'unit', as: 'id' }, { name: 'source', as: 'text' }, { name: 'operation', as: 'text' }, { name: 'outcome', as: 'text' }, { name: 'in how many runs', as: 'text' }, { name: 'reads in the newest of them', as: 'number' }, { name: 'management named it beforehand', as: 'text' }, { name: 'what the provider said', as: 'lines' }],
      rows: coverageGaps.map((gap) => [gap.unit, gap.source, gap.operation, gap.outcome, `${gap.runs.length} of ${gap.ofRuns}`, gap.reads, gap.expected ? 'yes' : 'no', gap.message]),
    }],
  };
}

/** What decides what runs read and conclude, and was changed. */
export function changesSection({ changes }: Period): Section {
  return {
    id: 'changes', title: 'Changes of scope, rules, thresholds and tool',
    words: [`${counted(changes.length, 'change')} between one sealed run and the next. Before and after each, numbers may differ for that reason alone. Who changed it and who approved it stands in management's own change records; this tool sees only that it is different.`],
    tables: [{
      id: 'changes', sheet: 'Changes', title: 'Changes', none: 'Scope, rules, thresholds, controls, inputs and tool were the same in every sealed run.',
      columns: [{ name: 'kind', as: 'text' }, { name: 'what', as: 'text' }, { name: 'before', as: 'lines' }, { name: 'after', as: 'lines' }, { name: 'first run with it', as: 'moment' }, { name: 'run', as: 'id' }],
      rows: changes.map((change) => [change.kind, change.what, change.before, change.after, { at: change.noLaterThan }, change.firstAfter]),
    }],
  };
}
