// SPDX-License-Identifier: Apache-2.0
import { BundleFormatError } from '../bundle/jsonl.ts';
import type { Coverage } from '../bundle/records.ts';
import type { When } from '../model/instant.ts';
import { byCodeUnit, canonicalJson } from '../model/json.ts';
import type { EventWindow, LifecycleEvent, LifecycleRow } from '../model/lifecycle.ts';
import { unitFolder } from '../model/reference.ts';
import type { Credential, Identity } from '../model/row.ts';
import type { LifeLine, RunRef } from './history.ts';
import { withCreated } from './history-dates.ts';
import { lifeLineOf } from './history-line.ts';
import { withSuccessors } from './history-successors.ts';
import { unitRunsOf, type Seen, type Subject, type UnitRun, type UnitTimeline } from './history-timeline.ts';
import { versionOf, type Versioned } from './history-version.ts';
import { unitReader, type UnitReader } from './unit-reader.ts';

/** A sealed run as history reads it. Rows stand by unit folder and key, as a bundle has them; each reader may be asked for once. */
export interface HistoryRun {
  readonly ref: RunRef;
  readonly coverage: Coverage;
  identities(): AsyncIterable<Identity>;
  credentials(): AsyncIterable<Credential>;
  events(): AsyncIterable<LifecycleRow>;
}

/**
 * The life lines of everything that runs and their events tell of, by unit folder, identities before credentials, by key. Runs come in the
 * order of their start. Walks all runs side by side, a unit at a time: it holds what changed in one unit, never the rows of all runs.
 * `unnamed` is told of every event that does not give the id of what it is about, so that none is lost.
 */
export async function* lifeLines(runs: readonly HistoryRun[], unnamed: (event: LifecycleEvent) => void = () => undefined): AsyncGenerator<LifeLine> {
  const refs = runs.map(({ ref }) => ref);
  const unitRuns = runs.map(({ coverage, ref }, position) => unitRunsOf(coverage, ref, position));
  const units = [...new Set(unitRuns.flatMap((map) => [...map.keys()]))].sort((a, b) => byCodeUnit(unitFolder(a), unitFolder(b)));
  const readers = runs.map((run) => ({ identities: unitReader(run.identities(), run.ref), credentials: unitReader(run.credentials(), run.ref), events: unitReader(run.events(), run.ref) }));
  try {
    for (const unit of units) {
      const gathered = await readUnit(unit, readers, unitRuns);
      for (const event of gathered.timeline.unnamed) unnamed(event);
      yield* linesOfUnit(gathered, refs);
    }
    for (const reader of readers) for (const read of Object.values(reader)) await read.end();
  } finally {
    for (const reader of readers) for (const read of Object.values(reader)) await read.close();
  }
}

interface Gathered { readonly timeline: UnitTimeline; readonly identities: ReadonlyMap<string, Building>; readonly credentials: ReadonlyMap<string, Building>; readonly events: ReadonlyMap<string, LifecycleEvent> }
interface Readers { readonly identities: UnitReader<Identity>; readonly credentials: UnitReader<Credential>; readonly events: UnitReader<LifecycleRow> }

async function readUnit(unit: string, readers: readonly Readers[], unitRuns: readonly ReadonlyMap<string, UnitRun>[]): Promise<Gathered> {
  const identities = new Map<string, Building>();
  const credentials = new Map<string, Building>();
  const events = new Map<string, LifecycleEvent>();
  const windows = new Map<string, EventWindow>();
  const own: UnitRun[] = [];
  let previous = -1;
  for (const [position, reader] of readers.entries()) {
    const unitRun = unitRuns[position]?.get(unit);
    if (unitRun !== undefined) own.push(unitRun);
    for await (const row of reader.identities(unit)) add(identities, row, position, previous, unitRun);
    for await (const row of reader.credentials(unit)) add(credentials, row, position, previous, unitRun);
    for await (const row of reader.events(unit)) {
      if (row.type === 'event') events.set(row.key, row);
      else windows.set(canonicalJson(row), row);
    }
    if (unitRun?.read === true) previous = position;
  }
  return { timeline: { unit, runs: own, windows: [...windows].sort(([a], [b]) => byCodeUnit(a, b)).map(([, window]) => window), unnamed: [...events.values()].filter(({ subject }) => subject === null).sort(inOrder) }, identities, credentials, events };
}

/** What one subject has gathered so far. `text`: of its last version. */
interface Building { readonly seen: Seen[]; created: readonly When[]; text: string }

function add(into: Map<string, Building>, row: Identity | Credential, position: number, previous: number, unitRun: UnitRun | undefined): void {
  if (unitRun?.read !== true) throw new BundleFormatError(`run ${unitRun?.run.run ?? position}`, `has a row ${row.key} of a unit that it did not read`);
  const versioned = versionOf(row);
  const there = into.get(row.key);
  if (there === undefined) into.set(row.key, { seen: [{ from: position, to: position, version: versioned.version }], created: versioned.created === null ? [] : [versioned.created], text: versioned.text });
  else extend(there, versioned, position, previous);
}

/** A version that the run before had, too, goes on; another, or the same after an absence, begins anew. */
function extend(building: Building, versioned: Versioned, position: number, previous: number): void {
  const last = building.seen.at(-1);
  if (versioned.created !== null) building.created = withCreated(building.created, versioned.created);
  if (last?.to === position) return;
  if (last !== undefined && last.to === previous && building.text === versioned.text) building.seen[building.seen.length - 1] = { ...last, to: position };
  else building.seen.push({ from: position, to: position, version: versioned.version });
  building.text = versioned.text;
}

function linesOfUnit({ timeline, identities, credentials, events }: Gathered, runs: readonly RunRef[]): LifeLine[] {
  const bySubject = Map.groupBy([...events.values()].sort(inOrder), ({ subject }) => subject);
  const told = (key: string): readonly LifecycleEvent[] => bySubject.get(key) ?? [];
  const subjectsOf = (type: Subject['type'], built: ReadonlyMap<string, Building>): Subject[] => {
    const only = [...bySubject].flatMap(([key, [first]]) => (key !== null && first?.subjectType === type && !built.has(key) ? [key] : []));
    return [...built.keys(), ...only].sort(byCodeUnit).map((key) => ({ type, key, unit: timeline.unit, seen: built.get(key)?.seen ?? [], created: built.get(key)?.created ?? [] }));
  };
  const holders = new Map(subjectsOf('identity', identities).map((subject) => [subject.key, subject]));
  const lines = [...holders.values()].map((subject) => lifeLineOf({ subject, around: { timeline, holder: null, otherNames: [] }, runs, events: told(subject.key), holderEvents: [] }));
  const credentialLines: LifeLine[] = [];
  for (const [, group] of Map.groupBy(subjectsOf('credential', credentials), (subject) => groupOf(subject, told(subject.key)))) {
    const bases = new Set(group.map(basisOf));
    const held = group.map((subject) => {
      const identity = subject.seen.at(-1)?.version.identity ?? told(subject.key).at(-1)?.identity ?? null;
      const otherNames = bases.size < 2 ? [] : group.filter((other) => basisOf(other) !== basisOf(subject));
      return lifeLineOf({ subject, around: { timeline, holder: identity === null ? null : (holders.get(identity) ?? null), otherNames }, runs, events: told(subject.key), holderEvents: identity === null ? [] : told(identity) });
    });
    credentialLines.push(...withSuccessors(held));
  }
  return [...lines, ...credentialLines.sort((a, b) => byCodeUnit(a.key, b.key))];
}

/** Order of events: by time, then key. */
export function inOrder(a: LifecycleEvent, b: LifecycleEvent): number {
  return byCodeUnit(a.at, b.at) || byCodeUnit(a.key, b.key);
}

/** Credentials of one holder (or of the unit) and one kind stand together. */
function groupOf({ seen }: Subject, events: readonly LifecycleEvent[]): string {
  const last = seen.at(-1)?.version;
  return canonicalJson(last === undefined ? [events.at(-1)?.identity ?? null, events.at(-1)?.subjectKind ?? null] : [last.identity, last.kind]);
}
function basisOf({ seen }: Subject): string {
  return seen.at(-1)?.version.idBasis ?? 'provider';
}
