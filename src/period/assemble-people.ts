// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from '../evidence/log-format.ts';
import type { Instant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Names } from './assemble-history.ts';
import { accepts, acceptancesOf, acceptanceState, isRetroactive, type Acceptance } from './acceptances.ts';
import { deviationsOf, isAboutItem, isAboutSlot, repairProof, standsToResult, type Deviation, type Shown } from './deviations.ts';
import type { Period, PeriodReview, PeriodRun, Unexplained } from './document.ts';
import type { RunFacts } from './run-facts.ts';
import { schedulesShown } from './slots-of-period.ts';
import { slotsOf } from './schedule.ts';
import type { Span } from './spans.ts';

interface PeopleInputs {
  readonly names: Names;
  readonly events: readonly LogEvent[]; readonly runs: readonly PeriodRun[]; readonly reviews: readonly PeriodReview[];
  /** Sealed runs that are looked at, the last before the period among them. */
  readonly sealed: readonly RunFacts[];
  readonly spans: readonly Span[]; readonly first: Instant; readonly until: Instant; readonly asOf: Instant;
}
type People = Pick<Period, 'schedules' | 'slots' | 'controls' | 'observations' | 'deviations' | 'unexplained' | 'acceptances' | 'reviews' | 'represented' | 'improvements'>;

/** What people declared, accepted, explained and decided, beside what runs show of it: everything of a period's document that has a person in it. */
export function peopleOf(inputs: PeopleInputs): People {
  const { events, runs, spans, first, until, asOf } = inputs;
  const deviations = deviationsOf(events).map((deviation) => ({ ...deviation, seenAt: seenAt(deviation, inputs) }));
  const acceptances = acceptancesOf(events).filter(({ recorded, withdrawn }) => recorded.effective < until && `${recorded.expires}T23:59:59.999Z` >= first && (withdrawn === null || withdrawn.effective >= first));
  // What had ended before the period began is of the period before.
  const own = spans.filter(({ last, end }) => last.at >= first || (end !== null && end.at >= first));
  const targets = new Map(events.flatMap((event) => (event.event === 'run.started' ? [[event.run, event.targets] as const] : [])));
  const slots = slotsOf(events, runs.map((run) => ({ run: run.run, started: run.started, occasion: run.occasion, targets: targets.get(run.run) ?? [], state: run.state, sealed: run.state === 'sealed' || run.state === 'resealed' })), first, until, asOf)
    .map((slot): Period['slots'][number] => ({ ...slot, beside: [...slot.beside], deviations: deviations.filter((deviation) => isAboutSlot(deviation, slot.schedule, slot.due)).map(({ recorded }) => recorded.deviation) }));
  const controls = controlsOf(inputs, own, deviations, acceptances);
  const controlled = new Set(controls.flatMap(({ checks }) => checks));
  const concerning = deviations.filter((deviation) => concerns(deviation, inputs, { slots, controls }));
  return {
    schedules: schedulesShown(events), slots, controls,
    observations: [...Map.groupBy(own.filter(({ check }) => !controlled.has(check)), ({ check }) => check)].sort(([a], [b]) => byCodeUnit(a, b)).map(([check, of]) => ({ check, spans: of.length, open: of.filter(({ end }) => end === null).length })),
    deviations: concerning.map((deviation) => shownDeviation(deviation, { spans, slots, sealed: inputs.sealed.map(({ run }) => ({ run: run.run, at: run.startedAt })) })),
    unexplained: unexplainedOf(inputs, slots, controls, concerning),
    acceptances: acceptances.map((acceptance) => shownAcceptance(acceptance, until < asOf ? until : asOf, own)),
    reviews: [...inputs.reviews],
    represented: events.flatMap((event) => (event.event === 'representation.recorded' ? [{ documentSha256: event.documentSha256, count: event.count, logged: event.at, by: event.by }] : [])),
    improvements: improvementsOf(events, until),
  };
}

/** A deviation with the start of the run that it was recorded from, as far as anything tells it. */
type Dated = Deviation & { readonly seenAt: Instant };

function seenAt({ recorded: { detectedIn, detected } }: Deviation, { sealed, events }: PeopleInputs): Instant {
  return sealed.find(({ run }) => run.run === detectedIn)?.run.startedAt ?? events.find((event) => event.event === 'run.started' && event.run === detectedIn)?.at ?? detected;
}

/** Controls as the newest run has them, with what was not met on their checks. A check that two controls name stands under both. */
function controlsOf({ sealed, names }: PeopleInputs, spans: readonly Span[], deviations: readonly Dated[], acceptances: readonly Acceptance[]): Period['controls'] {
  return (sealed.at(-1)?.records ?? []).map(({ control }) => {
    const checks = control.checks.map(({ check }) => check);
    return {
      id: control.id, wording: control.wording, owner: control.owner, frequency: control.frequency, criteria: control.criteria, checks,
      spans: spans.filter(({ check }) => checks.includes(check)).map((span) => ({
        ...span, name: names.get(span.subject) ?? null, deviations: deviations.filter((deviation) => deviation.recorded.control === control.id && standsToResult(deviation, span, deviation.seenAt) === 'explains').map(({ recorded }) => recorded.deviation),
        acceptances: acceptances.filter((acceptance) => accepts(acceptance, span) && overlaps(acceptance, span)).map(({ recorded }) => recorded.acceptance),
      })),
    };
  });
}

/** Whether an acceptance was in force at some time while a result was not met. */
function overlaps({ recorded, withdrawn }: Acceptance, { first, last }: Span): boolean {
  const ends = [`${recorded.expires}T23:59:59.999Z`, ...(withdrawn === null ? [] : [withdrawn.effective])].sort()[0] ?? '';
  return recorded.effective <= last.at && ends >= first.at;
}

/** Whether an acceptance was in force the whole time, from the first run that saw it not met to the last. One that came afterwards does not count: it would excuse what nobody had agreed to. */
function acceptedThroughout(acceptances: readonly Acceptance[], span: Span): boolean {
  return acceptances.some((acceptance) => accepts(acceptance, span) && !isRetroactive(acceptance) && acceptanceState(acceptance, span.first.at) === 'in force' && acceptanceState(acceptance, span.last.at) === 'in force');
}

function unexplainedOf({ events, reviews, names }: PeopleInputs, slots: Period['slots'], controls: Period['controls'], deviations: readonly Dated[]): Unexplained[] {
  const acceptances = acceptancesOf(events);
  const open: Unexplained[] = [];
  for (const slot of slots) {
    if ((slot.state === 'missed' || slot.state === 'late') && slot.control !== null && slot.deviations.length === 0) open.push({ kind: 'slot', control: slot.control, what: `${slot.state} slot of ${slot.schedule}`, subject: null, name: null, since: slot.due, detail: slot.beside.join('; ') });
  }
  for (const control of controls) {
    for (const span of control.spans) {
      if (span.deviations.length > 0 || acceptedThroughout(acceptances, span)) continue;
      const mended = deviations.flatMap((deviation) => (deviation.recorded.control === control.id && standsToResult(deviation, span, deviation.seenAt) === 'mended before' ? [deviation.recorded.deviation] : []));
      const beside = [...(span.acceptances.length === 0 ? [] : [`${span.acceptances.join(', ')} covers part of the time`]), ...(mended.length === 0 ? [] : [`seen again after ${mended.join(', ')} is said to have been mended`])];
      open.push({ kind: 'results', control: control.id, what: span.check, subject: span.subject, name: span.name, since: span.first.at, detail: `${span.reason}${beside.length === 0 ? '' : ` (${beside.join('; ')})`}` });
    }
  }
  for (const review of reviews) {
    for (const item of review.followThrough) {
      if (item.state !== 'not done' || deviations.some((deviation) => isAboutItem(deviation, review.review, item.key))) continue;
      open.push({ kind: 'review', control: review.control, what: `${item.decision} decided in ${review.review} and not done`, subject: item.key, name: names.get(item.key) ?? null, since: item.decidedAt, detail: item.why });
    }
  }
  for (const { recorded, missing } of deviations) if (missing.length > 0) open.push({ kind: 'deviation', control: recorded.control, what: `deviation ${recorded.deviation} lacks ${missing.join(', ')}`, subject: null, name: null, since: recorded.detected, detail: '' });
  return open;
}

/**
 * Whether a deviation is of this period: it began before its end, and nobody had logged its repair before its beginning; or it explains something of it. The log's own time
 * counts, for a repair may be dated as anybody likes.
 */
function concerns({ recorded, repaired }: Deviation, { first, until, reviews }: PeopleInputs, { slots, controls }: Pick<Period, 'slots' | 'controls'>): boolean {
  const explains = [...slots, ...controls.flatMap(({ spans }) => spans)].some(({ deviations }) => deviations.includes(recorded.deviation)) || (recorded.about.kind === 'review' && reviews.some(({ review }) => recorded.about.kind === 'review' && recorded.about.review === review));
  return explains || ((recorded.began.from ?? recorded.began.to) < until && (repaired === null || repaired.at >= first));
}

function shownDeviation(deviation: Deviation, shown: Shown): Period['deviations'][number] {
  const { recorded, repaired } = deviation;
  const { about } = recorded;
  const subjects = about.kind === 'results' ? about.subjects : about.kind === 'slots' ? about.due : about.items;
  return {
    deviation: recorded.deviation, control: recorded.control, about: about.kind === 'results' ? `${about.check} not met by ${about.subjects.length} subjects` : about.kind === 'slots' ? `slots of ${about.schedule}: ${about.due.map((due) => due.slice(0, 10)).join(', ')}` : `what was decided in ${about.review}`,
    subjects: [...subjects], began: recorded.began, detected: recorded.detected, detectedIn: recorded.detectedIn, logged: recorded.at, recordedBy: recorded.by, said: [...deviation.said], missing: [...deviation.missing],
    approvedBy: deviation.approved.map(({ at, by, samePersonReason }) => ({ at, by, samePersonReason })),
    repaired: repaired === null ? null : { at: repaired.repaired, logged: repaired.at, provenBy: repaired.provenBy, proof: repairProof(deviation, shown), by: repaired.by },
  };
}

function shownAcceptance(acceptance: Acceptance, at: Instant, spans: readonly Span[]): Period['acceptances'][number] {
  const { recorded, withdrawn } = acceptance;
  return {
    acceptance: recorded.acceptance, ...recorded.match, reason: recorded.reason, ticket: recorded.ticket, requestedBy: recorded.requestedBy, approvedBy: recorded.approvedBy, samePersonReason: recorded.samePersonReason,
    effective: recorded.effective, logged: recorded.at, retroactive: isRetroactive(acceptance), expires: recorded.expires, withdrawn: withdrawn === null ? null : { at: withdrawn.effective, by: withdrawn.by, reason: withdrawn.reason },
    state: acceptanceState(acceptance, at), covers: spans.filter((span) => accepts(acceptance, span) && overlaps(acceptance, span)).length,
  };
}

function improvementsOf(events: readonly LogEvent[], until: Instant): Period['improvements'] {
  return events.filter((event): event is EventOf<'improvement.recorded'> => event.event === 'improvement.recorded' && event.at < until).map((event) => {
    const done = events.find((later): later is EventOf<'improvement.done'> => later.event === 'improvement.done' && later.improvement === event.improvement);
    return { improvement: event.improvement, text: event.text, from: event.from, owner: event.owner, due: event.due, logged: event.at, by: event.by, done: done === undefined ? null : { at: done.at, text: done.text, by: done.by } };
  });
}
