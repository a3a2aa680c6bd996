// SPDX-License-Identifier: Apache-2.0
import type { When } from '../model/instant.ts';
import type { LifecycleEvent } from '../model/lifecycle.ts';
import type { Basis, Dated, FieldChange, Gone, LifeLine, NotObserved, RunRef, StatusSpan } from './history.ts';
import { appearedOf, differencesOf } from './history-differences.ts';
import { datedBy } from './history-dates.ts';
import { absenceIn, seenAt, type Around, type Seen, type Subject, type UnitRun } from './history-timeline.ts';
import type { Version } from './history-version.ts';

export interface LineInput {
  readonly subject: Subject;
  readonly around: Around;
  /** All runs in order, also those that did not have the unit in scope. */
  readonly runs: readonly RunRef[];
  /** Lifecycle events that name the subject, and those that name its holder, each once, by time. */
  readonly events: readonly LifecycleEvent[];
  readonly holderEvents: readonly LifecycleEvent[];
}

/**
 * The life of one identity or credential from what runs saw and what the provider's audit log says. A pure function of both; it knows
 * nothing of its siblings, see `withSuccessors`. Throws a RangeError for a subject that neither runs nor events know.
 */
export function lifeLineOf(input: LineInput): LifeLine {
  const { subject, events, runs, around } = input;
  const last = subject.seen.at(-1);
  const event = events.at(-1);
  const version = last?.version ?? (event === undefined ? null : versionOfEvent(event));
  if (version === null) throw new RangeError(`${subject.key}: neither a run nor an event knows it`);
  const walked = walk(input, version);
  const created = subject.created[0] ?? null;
  const appeared = appearedOf({ created, absentBefore: walked.absentBefore, firstSeen: walked.firstSeen, events, gone: walked.gone });
  const statuses = statusesOf(subject, runs, walked.gone, events);
  const line: Omit<LifeLine, 'differences'> = {
    type: subject.type, key: subject.key, kind: version.kind, unit: subject.unit, identity: version.identity, name: version.name, idBasis: version.idBasis,
    class: last === undefined ? null : version.class, responsibility: last === undefined ? null : version.responsibility, basis: basisOf(last !== undefined, events.length > 0),
    created, appeared, absentBefore: walked.absentBefore, firstSeen: walked.firstSeen, lastSeen: walked.lastSeen,
    sightings: subject.seen.map((seen) => ({ ...bothEnds(subject, seen, runs), status: seen.version.status, class: seen.version.class })), statuses, disabled: disabledOf(statuses, appeared, events),
    gone: walked.gone, state: walked.state, notObserved: walked.notObserved, successor: null, changes: changesOf(subject, runs),
    events: events.map(({ key, kind, operation, at, actor }) => ({ key, kind, operation, at, actor })),
  };
  return { ...line, differences: differencesOf(line, subject, around.timeline, events) };
}

function basisOf(seen: boolean, told: boolean): Basis {
  return seen && told ? 'both' : seen ? 'snapshot' : 'event';
}

/** What an event says of a subject that no run has listed. */
function versionOfEvent(event: LifecycleEvent): Version {
  return { kind: event.subjectKind, idBasis: 'provider', identity: event.identity, name: event.name, responsibility: 'entity', class: null, status: 'unknown', cause: 'not_reported', fields: {}, lists: {} };
}

interface Walked { readonly gone: readonly Gone[]; readonly state: LifeLine['state']; readonly notObserved: NotObserved | null; readonly absentBefore: RunRef | null; readonly firstSeen: RunRef | null; readonly lastSeen: RunRef | null }

/** Goes through the runs of the unit in order: seen, proven absent, or neither. */
function walk({ subject, around, runs, events, holderEvents }: LineInput, known: Version): Walked {
  const gone: Gone[] = [];
  let firstSeen: RunRef | null = null;
  let lastSeen: RunRef | null = null;
  let version = known;
  let open: Gone | null = null;
  let reasons = new Map<string, RunRef>();
  const told = subject.seen.length === 0 ? events.findLast(({ kind }) => kind !== 'deleted')?.at ?? null : null;
  for (const unitRun of around.timeline.runs) {
    const seen = unitRun.read ? seenAt(subject, unitRun.position) : null;
    if (seen !== null) {
      if (open !== null) gone[gone.length - 1] = { ...open, reappeared: { ...datedBy({ from: open.provenBy?.at ?? open.when.to, to: unitRun.run.until }, events, ['created', 'enabled']), run: unitRun.run } };
      open = null;
      firstSeen ??= unitRun.run;
      lastSeen = unitRun.run;
      version = seen;
      reasons = new Map();
    } else if (open === null && (lastSeen !== null || (told !== null && unitRun.run.at > told))) {
      const absence = absenceIn(unitRun, subject.type, version, around);
      if (absence.proven) {
        const when: When = { from: lastSeen?.at ?? told, to: unitRun.run.until };
        open = { ...datedGone(when, absence.proof, events, holderEvents), lastSeen, provenBy: unitRun.run, proof: absence.proof, reappeared: null };
        gone.push(open);
      } else if (!reasons.has(absence.why)) reasons.set(absence.why, unitRun.run);
    }
  }
  if (open === null) open = goneByEvent(lastSeen, events);
  if (open !== null && open.provenBy === null) gone.push(open);
  const newest = runs.at(-1);
  const current = newest !== undefined && lastSeen?.run === newest.run;
  if (open === null && !current) outOfScope(around.timeline.runs, runs, reasons);
  return {
    gone, firstSeen, lastSeen, absentBefore: absentBefore(subject, around, firstSeen),
    state: open !== null ? 'gone' : current ? 'present' : 'not observed', notObserved: open !== null || current ? null : { lastSeen, reasons: [...reasons].map(([why, run]) => ({ run, why })) },
  };
}

/** The provider's audit log says that it was deleted, and no run has seen it since. */
function goneByEvent(lastSeen: RunRef | null, events: readonly LifecycleEvent[]): Gone | null {
  const at = events.findLastIndex(({ kind }) => kind === 'deleted');
  const event = events[at];
  if (event === undefined || (lastSeen !== null && event.at < lastSeen.at) || events.slice(at + 1).some(({ kind }) => kind === 'created' || kind === 'enabled')) return null;
  return { when: { from: event.at, to: event.at }, basis: 'event', event: event.key, lastSeen, provenBy: null, proof: 'event', reappeared: null };
}

/** What hangs from a holder that was deleted went no later than it. */
function datedGone(when: When, proof: Gone['proof'], events: readonly LifecycleEvent[], holderEvents: readonly LifecycleEvent[]): Dated {
  const own = datedBy(when, events, ['deleted']);
  if (own.event !== null || proof !== 'holder gone') return own;
  const holder = datedBy(when, holderEvents, ['deleted']);
  return holder.event === null ? own : { when: { from: when.from, to: holder.when.to }, basis: 'both', event: holder.event };
}

/** Runs that did not have the unit in scope prove nothing; they are named, since they did not see it either. */
function outOfScope(own: readonly UnitRun[], runs: readonly RunRef[], reasons: Map<string, RunRef>): void {
  const after = runs[(own.at(-1)?.position ?? -1) + 1];
  if (after !== undefined) reasons.set('the unit was not in scope of this run and those after it', after);
}

/** The last run before the first that saw it, whose complete list lacks it. */
function absentBefore(subject: Subject, around: Around, firstSeen: RunRef | null): RunRef | null {
  const first = subject.seen[0];
  if (first === undefined || firstSeen === null) return null;
  for (const unitRun of around.timeline.runs.toReversed()) {
    if (unitRun.position < first.from && absenceIn(unitRun, subject.type, first.version, around).proven) return unitRun.run;
  }
  return null;
}

function statusesOf(subject: Subject, runs: readonly RunRef[], gone: readonly Gone[], events: readonly LifecycleEvent[]): readonly StatusSpan[] {
  const spans: StatusSpan[] = [];
  for (const seen of subject.seen) {
    const { version } = seen;
    const { from: first, to: last } = bothEnds(subject, seen, runs);
    const earlier = spans.at(-1);
    const between = earlier !== undefined && gone.some(({ provenBy }) => provenBy !== null && provenBy.at > earlier.to.at && provenBy.at < first.at);
    if (earlier !== undefined && !between && earlier.status === version.status && earlier.cause === version.cause) spans[spans.length - 1] = { ...earlier, to: last };
    else spans.push({ status: version.status, cause: version.cause, from: first, to: last, changed: earlier === undefined || between ? null : datedBy({ from: earlier.to.at, to: first.until }, events, version.status === 'inactive' ? ['disabled'] : version.status === 'active' ? ['enabled'] : ['changed']) });
  }
  return spans;
}

function disabledOf(statuses: readonly StatusSpan[], appeared: Dated, events: readonly LifecycleEvent[]): readonly Dated[] {
  return statuses.flatMap(({ status, changed, from }, index) => {
    if (status !== 'inactive') return [];
    if (changed !== null) return statuses[index - 1]?.status === 'inactive' ? [] : [changed];
    return [datedBy({ from: appeared.when.from, to: from.until }, events, ['disabled'])];
  });
}

function bothEnds({ key }: Subject, { from, to }: Seen, runs: readonly RunRef[]): { readonly from: RunRef; readonly to: RunRef } {
  const [first, last] = [runs[from], runs[to]];
  if (first === undefined || last === undefined) throw new RangeError(`${key}: seen by a run that is not among the runs`);
  return { from: first, to: last };
}

function changesOf(subject: Subject, runs: readonly RunRef[]): readonly FieldChange[] {
  return subject.seen.flatMap((seen, index) => {
    const { version } = seen;
    const earlier = subject.seen[index - 1];
    if (earlier === undefined) return [];
    const [before, after] = [bothEnds(subject, earlier, runs).to, bothEnds(subject, seen, runs).from];
    const fields = new Set([...Object.keys(earlier.version.fields), ...Object.keys(version.fields)]);
    return [...fields].sort().flatMap((field) => {
      const [old, now] = [earlier.version.fields[field] ?? 'not told', version.fields[field] ?? 'not told'];
      return old === now ? [] : [{ field, before: old, after: now, from: before, to: after }];
    });
  });
}
