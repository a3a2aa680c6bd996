// SPDX-License-Identifier: Apache-2.0
import type { Coverage } from '../../src/bundle/records.ts';
import { known } from '../../src/model/fact.ts';
import { instantOf, type Instant } from '../../src/model/instant.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import type { EventWindow, LifecycleEvent, LifecycleKind, LifecycleRow } from '../../src/model/lifecycle.ts';
import { unitFolder } from '../../src/model/reference.ts';
import type { Credential, Identity } from '../../src/model/row.ts';
import { lifeLines, type HistoryRun } from '../../src/period/history-walk.ts';
import type { LifeLine } from '../../src/period/history.ts';
import { credential, identity, ref, ROWS_UNIT, unread } from './rows.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 6, 1, 6);

/** 06:00 UTC on a day counted from 1 July 2026, or so many hours after. */
export function onDay(day: number, hours = 0): Instant {
  return instantOf(FIRST + day * DAY_MS + hours * 3_600_000);
}

/** A run as a story tells it: on a day, with the rows that it lists. Every list closes unless `open` names the kind, or `unread` the whole unit. */
export interface Told {
  readonly day: number;
  readonly identities?: readonly Identity[];
  readonly credentials?: readonly Credential[];
  readonly events?: readonly LifecycleRow[];
  /** Kinds whose lists did not close, with why. */
  readonly open?: { readonly [kind: string]: string };
  /** Units of its scope; the one of the built rows unless told. */
  readonly units?: readonly string[];
  /** Units of its scope that were not read at all. */
  readonly unread?: readonly string[];
}

export const STORY_KINDS = ['aws.user', 'aws.role', 'aws.access-key', 'aws.server-certificate'] as const;

/** The id that a story's run on a day has; ids sort by time. */
export function runIdOf(day: number): string {
  return `019a${String(day).padStart(4, '0')}-0000-7000-8000-000000000000`;
}

/** A user that holds access keys whose list closed, or did not. */
export function holder(id: string, keys: number | null, overrides: Partial<Identity> = {}): Identity {
  return identity({ id, name: `bot-${id}`, credentialCounts: { 'aws.access-key': keys === null ? unread() : known(keys, [ref('keys')]) }, ...overrides });
}
export function key(id: string, holderId: string | null, overrides: Partial<Credential> = {}): Credential {
  return credential({ id, identity: holderId === null ? null : `${ROWS_UNIT}/${holderId}`, created: { status: 'unknown', cause: 'not_reported', detail: 'not told', calls: [] }, ...overrides });
}
export function lifecycle(kind: LifecycleKind, subject: string | null, at: Instant, more: Partial<LifecycleEvent> = {}): LifecycleEvent {
  const id = `${kind}-${subject ?? 'nobody'}-${at}`;
  return {
    type: 'event', key: `${ROWS_UNIT}/${id}`, unit: ROWS_UNIT, id, kind, operation: { created: 'CreateAccessKey', enabled: 'UpdateAccessKey', disabled: 'UpdateAccessKey', deleted: 'DeleteAccessKey', changed: 'UpdateAccessKey' }[kind], at,
    subjectType: 'credential', subjectKind: 'aws.access-key', subject: subject === null ? null : `${ROWS_UNIT}/${subject}`, name: null, identity: null, actor: 'arn:aws:iam::111122223333:user/ines', refs: [ref('event')], ...more,
  };
}
export function window(kind: LifecycleKind, from: Instant, to: Instant, more: Partial<EventWindow> = {}): EventWindow {
  const operation = kind === 'deleted' ? 'DeleteAccessKey' : kind === 'created' ? 'CreateAccessKey' : 'UpdateAccessKey';
  return { type: 'event-window', key: `${ROWS_UNIT}/window-${operation}-${kind}-${from}`, unit: ROWS_UNIT, operation, subjectKind: 'aws.access-key', kind, from, to, complete: true, subjects: 'id', retention: '90 days', ...more };
}

/** Coverage of a told run. */
export function coverageOfTold(told: Told): Coverage {
  const units = told.units ?? [ROWS_UNIT];
  const unreadUnits = told.unread ?? [];
  return {
    units: [...units, ...unreadUnits].sort(byCodeUnit).map((unit) => ({ unit, name: null, basis: 'declared', outcome: unreadUnits.includes(unit) ? 'unreachable' as const : 'scanned' as const, reason: unreadUnits.includes(unit) ? 'the login failed' : 'every read that was due ended with its end marker', reads: null })),
    gaps: [], skips: [], controlTotals: [], equalTotals: [], principals: [], unknownFields: [], redactions: [], unplaced: [], blindSpots: [], clock: { greatestSkewMs: null, limitMs: 300_000 },
    lists: { patterns: [Object.fromEntries(STORY_KINDS.map((kind) => [kind, told.open?.[kind] ?? null]))], units: Object.fromEntries(units.map((unit) => [unit, 0])) },
  };
}

/** Rows in the order in which a bundle has them. */
export function inBundleOrder<T extends { readonly unit: string; readonly key: string }>(rows: readonly T[]): readonly T[] {
  return rows.toSorted((a, b) => byCodeUnit(unitFolder(a.unit), unitFolder(b.unit)) || byCodeUnit(a.key, b.key));
}

async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

/** Told runs as history reads them. */
export function runsOf(story: readonly Told[]): readonly HistoryRun[] {
  return story.map((told) => ({
    ref: { run: runIdOf(told.day), at: onDay(told.day), until: onDay(told.day, 1) }, coverage: coverageOfTold(told),
    identities: () => each(inBundleOrder(told.identities ?? [])), credentials: () => each(inBundleOrder(told.credentials ?? [])), events: () => each(inBundleOrder(told.events ?? [])),
  }));
}

/** Life lines of a story, by native id. */
export async function linesOf(story: readonly Told[]): Promise<ReadonlyMap<string, LifeLine>> {
  const lines = new Map<string, LifeLine>();
  for await (const line of lifeLines(runsOf(story))) lines.set(line.key.slice(line.unit.length + 1), line);
  return lines;
}
