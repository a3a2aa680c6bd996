// SPDX-License-Identifier: Apache-2.0
import type { Section } from '../report/sections/section.ts';
import type { Period } from './document.ts';
import { counted, minute, whenInWords, whoActed } from './words.ts';

/** What nobody has said anything about yet. It is for management to say it before the opinion. */
export function unexplainedSection({ unexplained }: Period): Section {
  return {
    id: 'unexplained', title: 'What still needs explaining',
    words: [`${counted(unexplained.length, 'matter')} that a control of management's bears on and that no deviation explains. Each wants a cause, its extent and a response: \`rollcall deviations record\`. An observation, on which no control bears, owes no explanation and is not here.`],
    tables: [{
      id: 'unexplained', sheet: 'To be explained', title: 'Still to be explained', none: 'Nothing that a control bears on is without an explanation. Whether the explanations hold is for others to say.',
      columns: [{ name: 'what', as: 'text' }, { name: 'control', as: 'text' }, { name: 'name', as: 'text' }, { name: 'subject', as: 'id' }, { name: 'since', as: 'moment' }, { name: 'detail', as: 'lines' }, { name: 'kind', as: 'text' }],
      rows: unexplained.map((one) => [one.what, one.control, one.name, one.subject, one.since === null ? null : { at: one.since }, one.detail, one.kind]),
    }],
  };
}

/** Management's controls, and what was not met on their checks, from when to when. */
export function controlsSection({ controls, observations }: Period): Section {
  return {
    id: 'controls', title: 'Management\'s controls',
    words: ['One line for each subject that did not meet a check of a control: the first run that saw it, the last, and how a later run showed its end. An acceptance stands beside it and changes nothing in it.'],
    tables: [
      {
        id: 'controls', sheet: 'Controls', title: 'Controls', none: 'No control was declared: every result is an observation.',
        columns: [{ name: 'control', as: 'text' }, { name: 'in management\'s words', as: 'lines' }, { name: 'owner', as: 'text' }, { name: 'frequency', as: 'text' }, { name: 'lines below', as: 'number' }, { name: 'criteria that management names', as: 'text' }, { name: 'checks', as: 'lines' }],
        rows: controls.map((control) => [control.id, control.wording, control.owner, control.frequency, control.spans.length, control.criteria.join(', '), control.checks.join(', ')]),
      },
      {
        id: 'not-met', sheet: 'Not met', title: 'Deviation candidates', none: 'In no sealed run of the period was a check of a control not met.',
        columns: [{ name: 'control', as: 'text' }, { name: 'check', as: 'text' }, { name: 'name', as: 'text' }, { name: 'subject', as: 'id' }, { name: 'first seen', as: 'moment' }, { name: 'end', as: 'text' }, { name: 'last seen', as: 'moment' }, { name: 'in the run before the first', as: 'text' }, { name: 'reason', as: 'lines' }, { name: 'deviation', as: 'text' }, { name: 'acceptance', as: 'text' }],
        rows: controls.flatMap((control) => control.spans.map((span) => [
          control.id, span.check, span.name, span.subject, { at: span.first.at }, span.end === null ? 'still not met' : `${span.end.state} in the run of ${span.end.at.slice(0, 10)}`, { at: span.last.at },
          span.before === null ? 'no earlier run' : span.before.state, span.reason, span.deviations.join(', '), span.acceptances.join(', '),
        ])),
      },
      {
        id: 'observations', sheet: 'Observations', title: 'Observations', none: 'None.',
        columns: [{ name: 'check on which no control bears', as: 'text' }, { name: 'subjects not met in the period', as: 'number' }, { name: 'of these still in the last run', as: 'number' }], rows: observations.map(({ check, spans, open }) => [check, spans, open]),
      },
    ],
  };
}

/** Deviations with all that was said of them, in the order in which it was said. */
export function deviationsSection({ deviations }: Period): Section {
  return {
    id: 'deviations', title: 'Deviations',
    words: ['A deviation stays in its period, with the date on which it was mended beside the date on which it began; a later acceptance does not take it out. What stands empty has not been said by anybody.'],
    tables: [{
      id: 'deviations', sheet: 'Deviations', title: 'Deviations', none: 'None was recorded.',
      columns: [
        { name: 'deviation', as: 'text' }, { name: 'control', as: 'text' }, { name: 'about', as: 'lines' }, { name: 'began', as: 'text' }, { name: 'mended', as: 'text' }, { name: 'detected', as: 'moment' }, { name: 'logged', as: 'moment' }, { name: 'recorded by', as: 'lines' },
        { name: 'said', as: 'lines' }, { name: 'not said', as: 'text' }, { name: 'approved by', as: 'lines' }, { name: 'run that is to show the repair', as: 'id' }, { name: 'does it', as: 'text' },
      ],
      rows: deviations.map((one) => [
        one.deviation, one.control, one.about, whenInWords(one.began), one.repaired === null ? 'not said to be mended' : minute(one.repaired.at), { at: one.detected }, { at: one.logged }, whoActed(one.recordedBy),
        one.said.map(({ at, by, field, text }) => `${field}: ${text} [${at.slice(0, 10)}, ${whoActed(by)}]`).join(' | '), one.missing.join(', '),
        one.approvedBy.map(({ at, by, samePersonReason }) => `${whoActed(by)} on ${at.slice(0, 10)}${samePersonReason === null ? '' : ` (same person: ${samePersonReason})`}`).join('; '), one.repaired?.provenBy ?? null, one.repaired === null ? null : one.repaired.proof,
      ]),
    }],
  };
}

/** Risks that were accepted, from when to when, by whom. */
export function acceptancesSection({ acceptances }: Period): Section {
  return {
    id: 'acceptances', title: 'Acceptances',
    words: ['A risk that somebody asked to bear and somebody approved, before or while it applied. One that was logged after it took effect is retroactive and says so. None rewrites a result.'],
    tables: [{
      id: 'acceptances', sheet: 'Acceptances', title: 'Acceptances in force at some time of the period', none: 'None.',
      columns: [
        { name: 'acceptance', as: 'text' }, { name: 'state at the end', as: 'text' }, { name: 'in force from', as: 'moment' }, { name: 'to', as: 'text' }, { name: 'reason', as: 'lines' }, { name: 'requested by', as: 'lines' }, { name: 'approved by', as: 'lines' }, { name: 'same person', as: 'lines' }, { name: 'ticket', as: 'text' },
        { name: 'logged', as: 'moment' }, { name: 'retroactive', as: 'text' }, { name: 'checks', as: 'lines' }, { name: 'units', as: 'lines' }, { name: 'subjects', as: 'lines' }, { name: 'lines of the period that it covers', as: 'number' },
      ],
      rows: acceptances.map((one) => [
        one.acceptance, one.state, { at: one.effective }, one.withdrawn === null ? one.expires : `withdrawn ${one.withdrawn.at.slice(0, 10)}: ${one.withdrawn.reason}`, one.reason, whoActed(one.requestedBy), whoActed(one.approvedBy), one.samePersonReason, one.ticket,
        { at: one.logged }, one.retroactive ? 'retroactive' : 'no', one.checks.join(', '), one.units.join(', '), one.subjects.join(', '), one.covers,
      ]),
    }],
  };
}

/** Reviews: what was frozen, what was decided by whom, and whether it was done. */
export function reviewsSection({ reviews, represented }: Period): Section {
  return {
    id: 'reviews', title: 'Reviews',
    words: [...reviews.flatMap(({ review, problems }) => problems.map((problem) => `${review}: ${problem}`)), 'A review freezes a population by its digest. The owner confirms need, a second person approves; where one person did both it says so. Later runs show whether what was decided happened.', ...represented.map(({ count, by, logged, documentSha256 }) => `Management representation, not read by this tool: ${counted(count, 'credential')} in other systems, from ${whoActed(by)} on ${logged.slice(0, 10)} (document ${documentSha256}).`)],
    tables: [
      {
        id: 'reviews', sheet: 'Reviews', title: 'Reviews', none: 'None was held.',
        columns: [{ name: 'review', as: 'text' }, { name: 'population', as: 'text' }, { name: 'items', as: 'number' }, { name: 'opens', as: 'moment' }, { name: 'closes', as: 'moment' }, { name: 'keep', as: 'number' }, { name: 'rotate', as: 'number' }, { name: 'revoke', as: 'number' }, { name: 'undecided', as: 'number' }, { name: 'approved', as: 'number' }, { name: 'same person', as: 'number' }, { name: 'decided after its window', as: 'number' }, { name: 'started by', as: 'lines' }, { name: 'by what authority', as: 'lines' }, { name: 'digest of the population', as: 'id' }],
        rows: reviews.map(({ decided, ...one }) => [one.review, one.population, one.count, { at: one.opens }, { at: one.closes }, decided.keep, decided.rotate, decided.revoke, decided.undecided, decided.approved, decided.samePerson, decided.late, whoActed(one.by), one.authority, one.populationSha256]),
      },
      {
        id: 'follow-through', sheet: 'Follow-through', title: 'What was decided, and whether it was done', none: 'Nothing was decided that a later run could show.',
        columns: [{ name: 'credential or identity', as: 'id' }, { name: 'decision', as: 'text' }, { name: 'done', as: 'text' }, { name: 'when', as: 'text' }, { name: 'why', as: 'lines' }, { name: 'review', as: 'text' }, { name: 'owner', as: 'text' }, { name: 'approved by', as: 'text' }, { name: 'decided', as: 'moment' }, { name: 'run', as: 'id' }],
        rows: reviews.flatMap((one) => one.followThrough.map((item) => [item.key, item.decision, item.state, item.when === null ? null : whenInWords(item.when), item.why, one.review, item.owner, item.approvedBy, { at: item.decidedAt }, item.run])),
      },
    ],
  };
}

/** Improvements that management drew from all this. */
export function improvementsSection({ improvements }: Period): Section {
  return {
    id: 'improvements', title: 'Improvements',
    words: ['What management drew from deviations, reviews and indicators (supports CSF 2.0 ID.IM).'],
    tables: [{
      id: 'improvements', sheet: 'Improvements', title: 'Improvements', none: 'None was recorded.',
      columns: [{ name: 'improvement', as: 'text' }, { name: 'what', as: 'lines' }, { name: 'drawn from', as: 'text' }, { name: 'owner', as: 'text' }, { name: 'due', as: 'text' }, { name: 'recorded', as: 'moment' }, { name: 'by', as: 'lines' }, { name: 'done', as: 'lines' }],
      rows: improvements.map((one) => [one.improvement, one.text, one.from, one.owner, one.due, { at: one.logged }, whoActed(one.by), one.done === null ? 'not said to be done' : `${one.done.at.slice(0, 10)}: ${one.done.text} (${whoActed(one.done.by)})`]),
    }],
  };
}
