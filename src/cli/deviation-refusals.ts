// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { archivePaths } from '../bundle/layout.ts';
import type { EventOf, LogEvent } from '../evidence/log-format.ts';
import { InputError } from '../model/errors.ts';
import { instantOf, millisecondsOf, type Instant } from '../model/instant.ts';
import { deviationsOf } from '../period/deviations.ts';
import { reviewsIn } from '../period/review.ts';
import { readRunFacts } from '../period/run-facts.ts';
import { slotsOf } from '../period/schedule.ts';
import { chosenRun, readingBundle } from './newest-run.ts';
import { openReviewIn } from './review-archive.ts';
import { isFolder } from './what-stands.ts';

type Recorded = EventOf<'deviation.recorded'>;

/**
 * Refuses a deviation that could explain nothing: of a control that neither the run it is recorded from, nor the newest, nor a declared schedule or review names; of a check that the control does not
 * name; of a slot that no schedule had by now; of an item that is not in the review's sheet. Throws an InputError.
 */
export async function refuseUnknown(archive: string, events: readonly LogEvent[], { control, about, detectedIn, at }: Pick<Recorded, 'control' | 'about' | 'detectedIn' | 'at'>): Promise<void> {
  const controls = await controlsOf(archive, detectedIn);
  const named = new Set([...controls.keys(), ...events.flatMap((event) => ((event.event === 'schedule.declared' || event.event === 'review.started') && event.control !== null ? [event.control] : []))]);
  if (!named.has(control)) throw new InputError('--control', `no run, schedule or review names a control ${control}`, named.size === 0 ? 'write management\'s controls into controls.yaml, name it in rollcall.yaml, and scan' : `they name ${[...named].sort().join(', ')}`);
  if (about.kind === 'results') {
    if (controls.get(control)?.has(about.check) === true) return;
    const others = [...controls].filter(([, checks]) => checks.has(about.check)).map(([id]) => id);
    throw new InputError('--control', `${control} does not name the check ${about.check}`, others.length === 0 ? 'no control does: what is not met there is an observation, and wants no deviation' : `${others.join(', ')} does`);
  }
  if (about.kind === 'slots') {
    const due = about.due.toSorted();
    const [first, last] = [due[0], due.at(-1)];
    const known = first === undefined || last === undefined ? [] : slotsOf(events, [], first, instantOf(millisecondsOf(last) + 1), at).filter(({ schedule }) => schedule === about.schedule);
    if (!events.some((event) => event.event === 'schedule.declared' && event.schedule === about.schedule)) throw new InputError('--schedule', `no schedule ${about.schedule} is declared`, '`rollcall schedule list` shows all');
    const other = about.due.find((moment) => moment > at || !known.some((slot) => slot.due === moment));
    if (other !== undefined || first === undefined) throw new InputError('--slot', other === undefined ? `names no slot of ${about.schedule}` : `${other} is no slot of ${about.schedule} that was due by now`, '`rollcall schedule list` shows each with its moment');
    return;
  }
  if (!reviewsIn(events).some(({ review }) => review === about.review)) throw new InputError('--review', `the log tells of no review ${about.review}`, '`rollcall review start` begins one');
  const keys = new Set((await openReviewIn(archive, events, about.review, at)).state.items.map(({ key }) => key));
  const other = about.items.find((item) => !keys.has(item));
  if (other !== undefined || about.items.length === 0) throw new InputError('--item', other === undefined ? `names no item of ${about.review}` : `${other} is not in the sheet of ${about.review}`, 'name keys as the review\'s sheet has them');
}

/** Checks by control, as the named run and the newest one have them. */
async function controlsOf(archive: string, run: string | null): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const own = run === null ? null : join(archivePaths(archive).runs, run);
  const bundles = new Set([...(own !== null && (await isFolder(own)) ? [own] : []), ...((await isFolder(archivePaths(archive).runs)) ? [await chosenRun({ archive })] : [])]);
  const found = new Map<string, Set<string>>();
  for (const bundle of bundles) {
    for (const { control } of (await readingBundle(bundle, () => readRunFacts(bundle))).records) found.set(control.id, new Set([...(found.get(control.id) ?? []), ...control.checks.map(({ check }) => check)]));
  }
  return found;
}

/**
 * Refuses a repair that no run can show: dated before the deviation had begun, or after the start of the run that is named for it. Dates that anybody may choose would else take a deviation
 * out of what it explains. Throws an InputError.
 */
export function refuseRepair(events: readonly LogEvent[], { deviation, repaired, provenBy }: { readonly deviation: string; readonly repaired: Instant; readonly provenBy: string }): void {
  const found = deviationsOf(events).find(({ recorded }) => recorded.deviation === deviation)?.recorded;
  const sealed = events.some((event) => (event.event === 'run.sealed' || event.event === 'run.resealed') && event.run === provenBy);
  const started = events.find((event) => event.event === 'run.started' && event.run === provenBy)?.at;
  if (!sealed || started === undefined) throw new InputError('--proven-by', `the log tells of no sealed run ${provenBy}`, 'scan again after the repair, and name that run by its id');
  if (found !== undefined && repaired < found.began.to) throw new InputError('--repaired', `${repaired} is before ${found.began.to}, by when ${deviation} had begun`, 'give a moment after it, with its time where it was the same day');
  if (repaired > started) throw new InputError('--repaired', `${repaired} is after ${started}, when run ${provenBy} began`, 'scan again after the repair, and name that run');
}
