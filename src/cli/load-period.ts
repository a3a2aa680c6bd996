// SPDX-License-Identifier: Apache-2.0
import { damageOf, sealedRuns } from '../archive/runs.ts';
import { archivePaths } from '../bundle/layout.ts';
import { rootOf } from '../evidence/merkle.ts';
import { readLog } from '../evidence/read-log.ts';
import { InputError } from '../model/errors.ts';
import { isCalendarDay, type Instant } from '../model/instant.ts';
import { assemblePeriod } from '../period/assemble.ts';
import type { Period } from '../period/document.ts';
import type { HistoryRun } from '../period/history-walk.ts';
import type { BundleState } from '../period/period-runs.ts';
import { reviewsIn } from '../period/review.ts';
import { readRunFacts } from '../period/run-facts.ts';
import { openReviewIn } from './review-archive.ts';
import { isFolder } from './what-stands.ts';

/** The days of a period from flags. Throws an InputError where they are none, or the wrong way round. */
export function periodDays(options: { readonly from: string; readonly to: string }): { readonly from: string; readonly to: string } {
  for (const [flag, day] of [['--from', options.from], ['--to', options.to]] as const) if (!isCalendarDay(day)) throw new InputError(flag, `${day} is no day`, 'give a day such as 2026-07-01; both days count');
  if (options.to < options.from) throw new InputError('--to', `${options.to} lies before ${options.from}`, 'give the first and the last day of the period');
  return { from: options.from, to: options.to };
}

/**
 * Reads an archive and puts together what it shows of a period. A bundle that is missing or damaged is part of what is shown, never left out. `progress` is told of each
 * run that is read; `entries` looks at no more of the log than that. Throws an InputError where there is no archive or the moment cuts its log where clocks disagree, and a BundleFormatError where its log is damaged.
 */
export async function loadPeriod(archive: string, days: { readonly from: string; readonly to: string }, asOf: Instant, progress: (run: string) => void = () => undefined, entries = Number.POSITIVE_INFINITY): Promise<Period> {
  const { log: logDir } = archivePaths(archive);
  if (!(await isFolder(logDir))) throw new InputError('--archive', `there is no log in ${archive}`, 'name the folder that `rollcall scan` writes to');
  const log = await readLog(logDir);
  const looked = log.events.slice(0, entries);
  const later = looked.findIndex(({ at }) => at > asOf);
  const events = later === -1 ? looked : looked.slice(0, later);
  const back = looked.slice(events.length).find(({ at }) => at <= asOf);
  if (back !== undefined) throw new InputError('--as-of', `entry ${back.sequence} of the log is dated ${back.at}, before an earlier entry that is later than ${asOf}: a clock was set back`, `give a moment from which the log is a whole beginning of itself, such as ${looked.reduce<Instant>((newest, { at }) => (at > newest ? at : newest), asOf)}`);
  const { runs, damaged } = await sealedRuns(archive);
  const bundles = new Map<string, BundleState>();
  const history: HistoryRun[] = [];
  for (const { folder, problem } of damaged) bundles.set(folder.split(/[\\/]/).at(-1) ?? folder, { damaged: problem });
  for (const sealed of runs) {
    const { run } = sealed.run;
    progress(run);
    try {
      bundles.set(run, { facts: await readRunFacts(sealed.folder) });
      history.push({ ref: { run, at: sealed.run.startedAt, until: sealed.run.finishedAt }, coverage: await sealed.coverage(), identities: () => sealed.identities(), credentials: () => sealed.credentials(), events: () => sealed.events() });
    } catch (error) {
      bundles.set(run, { damaged: damageOf(error) });
    }
  }
  const reviews = [];
  for (const { review } of reviewsIn(events)) reviews.push((await openReviewIn(archive, events, review, asOf)).state);
  return assemblePeriod({ ...days, asOf, log: { origin: log.origin ?? '', root: rootOf(log.leaves.slice(0, events.length)).toString('hex'), events }, bundles, history, reviews });
}
