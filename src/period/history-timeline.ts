// SPDX-License-Identifier: Apache-2.0
import { listingsByUnit, type Listing } from '../bundle/closed-lists.ts';
import { isLeftOut, type Coverage } from '../bundle/records.ts';
import type { When } from '../model/instant.ts';
import type { EventWindow, LifecycleEvent } from '../model/lifecycle.ts';
import type { Proof, RunRef } from './history.ts';
import type { Version } from './history-version.ts';

/** A unit in one run that had it in scope. `position`: the run's place among all runs. `read`: false where nothing of it was read, `why` then says so. */
export interface UnitRun { readonly position: number; readonly run: RunRef; readonly read: boolean; readonly why: string; readonly lists: ReadonlyMap<string, Listing> }

/** A unit over the runs that had it in scope, in their order, what the provider's audit log was read for, and its events that give no id of what they are about. */
export interface UnitTimeline { readonly unit: string; readonly runs: readonly UnitRun[]; readonly windows: readonly EventWindow[]; readonly unnamed: readonly LifecycleEvent[] }

/** A version that was seen in every run that read the unit from one position to another, both counted. */
export interface Seen { readonly from: number; readonly to: number; readonly version: Version }

/** What runs saw of one identity or credential, in order. Empty for one that only events name. */
export interface Subject { readonly type: 'identity' | 'credential'; readonly key: string; readonly unit: string; readonly seen: readonly Seen[]; readonly created: readonly When[] }

/** What is around a subject: its holder, where rows have it, and what the holder has of the same kind under another form of id. */
export interface Around { readonly timeline: UnitTimeline; readonly holder: Subject | null; readonly otherNames: readonly Subject[] }

const NO_LISTS: ReadonlyMap<string, Listing> = new Map();

/** Units of a run as its coverage tells them. */
export function unitRunsOf(coverage: Coverage, run: RunRef, position: number): ReadonlyMap<string, UnitRun> {
  const lists = listingsByUnit(coverage.lists);
  return new Map(coverage.units.map(({ unit, outcome, reason }) => [unit, {
    // Where every read failed, pages before the failure may still show rows; only what was left out or not reached has none.
    position, run, read: !isLeftOut(outcome), why: `${outcome}: ${reason}`,
    lists: lists.get(unit) ?? NO_LISTS,
  }]));
}

/** The version that a run at a position saw, or null. */
export function seenAt(subject: Subject, position: number): Version | null {
  let low = 0;
  let high = subject.seen.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = subject.seen[middle];
    if (span === undefined) return null;
    if (position < span.from) high = middle - 1;
    else if (position > span.to) low = middle + 1;
    else return span.version;
  }
  return null;
}

export type Absence = { readonly proven: true; readonly proof: Proof } | { readonly proven: false; readonly why: string };

/**
 * What it means that a run did not see something: gone only where a list that would have it closed in that very run. `version`: as it was
 * known. A list that names its rows in another form (slots of a report, not ids) says nothing about ids.
 */
export function absenceIn(unitRun: UnitRun, type: Subject['type'], version: Pick<Version, 'kind' | 'idBasis'>, around: Pick<Around, 'holder' | 'otherNames'>): Absence {
  if (!unitRun.read) return { proven: false, why: `the unit was not read (${unitRun.why})` };
  const { position } = unitRun;
  for (const other of around.otherNames) {
    const named = seenAt(other, position);
    if (named !== null && named.idBasis !== version.idBasis) return { proven: false, why: `this run names what the holder has of kind ${version.kind} by ${named.idBasis}, not by ${version.idBasis}` };
  }
  const { holder } = around;
  if (type === 'credential' && holder !== null) {
    const held = seenAt(holder, position);
    const known = holder.seen.findLast(({ from }) => from <= position) ?? holder.seen[0];
    if (held !== null && held.lists[version.kind] === null) return { proven: true, proof: 'holder list' };
    if (held === null && known !== undefined && absenceIn(unitRun, 'identity', known.version, { holder: null, otherNames: [] }).proven) return { proven: true, proof: 'holder gone' };
  }
  const listing = unitRun.lists.get(version.kind);
  if (listing === undefined) return { proven: false, why: `this run does not say whether its list of ${version.kind} closed` };
  return listing.closed ? { proven: true, proof: 'list' } : { proven: false, why: `the list of ${version.kind} did not close (${listing.why})` };
}
