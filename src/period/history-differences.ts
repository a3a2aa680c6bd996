// SPDX-License-Identifier: Apache-2.0
import { exactly, type When } from '../model/instant.ts';
import type { LifecycleEvent, LifecycleKind } from '../model/lifecycle.ts';
import type { Dated, Difference, Gone, LifeLine, RunRef } from './history.ts';
import { holds, intersection, later, widened } from './history-dates.ts';
import { seenAt, type Subject, type UnitTimeline } from './history-timeline.ts';

/** Audit logs come late: CloudTrail within 15 minutes as a rule, the others within the hour. Until a window has run on for that long, a missing event says nothing. */
export const EVENT_DELAY_MS = 3_600_000;

interface Appearance { readonly created: When | null; readonly absentBefore: RunRef | null; readonly firstSeen: RunRef | null; readonly events: readonly LifecycleEvent[]; readonly gone: readonly Gone[] }

/**
 * When it came. What the list says of creation and the last complete list that lacks it bound it together; where they exclude each
 * other, the bounds hold both. An event that fits dates it; one that does not is a difference and changes nothing.
 */
export function appearedOf({ created, absentBefore, firstSeen, events, gone }: Appearance): Dated {
  const event = events.find(({ kind }) => kind === 'created');
  if (firstSeen === null) {
    if (event !== undefined) return { when: exactly(event.at), basis: 'event', event: event.key };
    const first = events[0]?.at ?? gone[0]?.when.to;
    if (first === undefined) throw new RangeError('nothing tells of it');
    return { when: { from: null, to: first }, basis: 'event', event: null };
  }
  const bounds: When = { from: absentBefore?.at ?? null, to: firstSeen.until };
  const when = created === null ? bounds : (intersection(created, bounds) ?? hull(created, bounds));
  if (event === undefined || !holds(widened(when), event.at)) return { when, basis: 'snapshot', event: null };
  return { when: when.from === when.to ? when : exactly(event.at), basis: 'both', event: event.key };
}

/** Everything in which the provider's audit log and its lists do not agree about one subject. */
export function differencesOf(line: Omit<LifeLine, 'differences'>, subject: Subject, timeline: UnitTimeline, events: readonly LifecycleEvent[]): readonly Difference[] {
  return [...ofComing(line, subject, timeline, events), ...ofGoing(line, subject, timeline, events), ...ofStatus(subject, timeline, events)];
}

function ofComing(line: Omit<LifeLine, 'differences'>, subject: Subject, timeline: UnitTimeline, events: readonly LifecycleEvent[]): Difference[] {
  const found: Difference[] = [];
  const { created, absentBefore, firstSeen, appeared } = line;
  const event = events.find(({ kind }) => kind === 'created');
  if (firstSeen !== null && event === undefined && coveredByWindows(timeline, line.kind, 'created', appeared.when) && !mayBeOf(line, timeline, 'created', appeared.when)) {
    found.push({ kind: 'came without an event', text: `listed first by the run of ${firstSeen.at}; the audit log was read for the time in which it came and has no event of it`, events: [], runs: [firstSeen] });
  }
  if (event !== undefined && created !== null && !holds(widened(created), event.at)) {
    found.push({ kind: 'date of creation differs', text: `the event says ${event.at}, the list ${inWords(created)}`, events: [event.key], runs: firstSeen === null ? [] : [firstSeen] });
  }
  for (const other of subject.created.slice(1)) found.push({ kind: 'date of creation differs', text: `one run was told ${created === null ? 'none' : inWords(created)}, another ${inWords(other)}`, events: [], runs: firstSeen === null ? [] : [firstSeen] });
  const earliest = created ?? (event === undefined ? null : exactly(event.at));
  if (absentBefore !== null && firstSeen !== null && earliest !== null && earliest.to < absentBefore.at) {
    found.push({ kind: 'created before a complete list that lacks it', text: `created ${inWords(earliest)}, and the complete list of the run of ${absentBefore.at} does not have it`, events: created === null && event !== undefined ? [event.key] : [], runs: [absentBefore, firstSeen] });
  }
  const [first] = line.gone;
  if (firstSeen === null && event !== undefined && first !== undefined && first.event === null && first.provenBy !== null && !mayBeOf(line, timeline, 'deleted', first.when)) {
    found.push({ kind: 'created by an event, never listed', text: `created at ${event.at} by ${event.operation}; the complete list of the run of ${first.provenBy.at} does not have it and no event tells of its end`, events: [event.key], runs: [first.provenBy] });
  }
  return found;
}

function ofGoing(line: Omit<LifeLine, 'differences'>, subject: Subject, timeline: UnitTimeline, events: readonly LifecycleEvent[]): Difference[] {
  const found: Difference[] = [];
  for (const event of events) {
    if (event.kind !== 'deleted' || line.gone.some((gone) => gone.event === event.key || holds(gone.when, event.at))) continue;
    const listed = timeline.runs.find(({ position, run, read }) => read && run.at > event.at && seenAt(subject, position) !== null);
    if (listed === undefined || events.some(({ kind, at }) => (kind === 'created' || kind === 'enabled') && at > event.at && at <= listed.run.until)) continue;
    found.push({ kind: 'deleted by an event, listed later', text: `deleted at ${event.at} by ${event.operation}; the run of ${listed.run.at} lists it`, events: [event.key], runs: [listed.run] });
  }
  for (const { basis, proof, when, provenBy } of line.gone) {
    if (basis !== 'snapshot' || proof === 'holder gone' || provenBy === null || line.firstSeen === null || !coveredByWindows(timeline, line.kind, 'deleted', when) || mayBeOf(line, timeline, 'deleted', when)) continue;
    found.push({ kind: 'went without an event', text: `not in the complete list of the run of ${provenBy.at}; the audit log was read for the time in which it went and has no event of it`, events: [], runs: [provenBy] });
  }
  return found;
}

/** The last word of the audit log on being enabled before a run, against what that run lists. */
function ofStatus(subject: Subject, timeline: UnitTimeline, events: readonly LifecycleEvent[]): Difference[] {
  const switches = events.filter(({ kind }) => kind === 'enabled' || kind === 'disabled');
  return switches.flatMap((event, index): Difference[] => {
    const next = switches[index + 1];
    const listed = timeline.runs.find(({ run, read, position }) => read && run.at > event.at && seenAt(subject, position) !== null);
    if (listed === undefined || (next !== undefined && next.at <= listed.run.until)) return [];
    const status = seenAt(subject, listed.position)?.status;
    if (event.kind === 'disabled' && status === 'active') return [{ kind: 'disabled by an event, listed as active', text: `disabled at ${event.at} by ${event.operation}; the run of ${listed.run.at} lists it as active`, events: [event.key], runs: [listed.run] }];
    if (event.kind === 'enabled' && status === 'inactive') return [{ kind: 'enabled by an event, listed as inactive', text: `enabled at ${event.at} by ${event.operation}; the run of ${listed.run.at} lists it as inactive`, events: [event.key], runs: [listed.run] }];
    return [];
  });
}

/** Whether an event that gives no id may be about it: CloudTrail's `DeleteUser` gives a name only. Names are used again, so it dates nothing; but nobody can say either that there is no event. */
function mayBeOf({ type, kind, name }: Pick<LifeLine, 'type' | 'kind' | 'name'>, timeline: UnitTimeline, what: LifecycleKind, when: When): boolean {
  const bounds = widened(when);
  // The name in an event of a credential is its holder's.
  return timeline.unnamed.some((event) => event.kind === what && event.subjectKind === kind && holds(bounds, event.at) && (type === 'credential' || event.name === null || event.name === name));
}

/** Whether every operation that tells of such an event was read, to the end, for the whole of a time, and its events give ids: only then does a missing event mean something. */
export function coveredByWindows(timeline: UnitTimeline, subjectKind: string, kind: LifecycleKind, when: When): boolean {
  const { from } = when;
  const own = timeline.windows.filter((window) => window.subjectKind === subjectKind && window.kind === kind);
  if (from === null || own.length === 0 || own.some(({ subjects }) => subjects === 'name')) return false;
  const end = later(when.to, EVENT_DELAY_MS);
  return [...Map.groupBy(own, ({ operation }) => operation).values()].every((windows) => {
    let reached = from;
    for (const window of windows.filter(({ complete }) => complete).sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
      if (window.from <= reached && window.to > reached) reached = window.to;
    }
    return reached >= end;
  });
}

function hull(a: When, b: When): When {
  return { from: a.from === null || b.from === null ? null : a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to };
}
function inWords({ from, to }: When): string {
  return from === to ? to : from === null ? `no later than ${to}` : `between ${from} and ${to}`;
}
