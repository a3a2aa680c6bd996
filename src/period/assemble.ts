// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT } from '../bundle/records.ts';
import type { LogEvent } from '../evidence/log-format.ts';
import { plusDays, type Instant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import { historyOf } from './assemble-history.ts';
import { peopleOf } from './assemble-people.ts';
import { decidedKeys, reviewsShown } from './assemble-reviews.ts';
import { changesBetween } from './changes.ts';
import { coverageGapsOf } from './coverage-gaps.ts';
import { daysNotCovered } from './covered-days.ts';
import type { Period } from './document.ts';
import type { HistoryRun } from './history-walk.ts';
import { indicatorOf, type Indicator } from './indicators.ts';
import { runsOf, type BundleState } from './period-runs.ts';
import { populationsAt } from './populations-at.ts';
import type { RunFacts } from './run-facts.ts';
import type { ReviewState } from './review.ts';
import { speakingDays } from './slots-of-period.ts';
import { spansOver } from './spans.ts';

export interface PeriodInputs {
  /** First and last day, both counted, in UTC. */
  readonly from: string; readonly to: string;
  /** Nothing that was logged after it is looked at. */
  readonly asOf: Instant;
  readonly log: { readonly origin: string; readonly root: string; readonly events: readonly LogEvent[] };
  /** Each sealed run that the log tells of, in the order of its start: its bundle as facts, or why there is none. */
  readonly bundles: ReadonlyMap<string, BundleState>;
  /** The same runs with readers of their rows. */
  readonly history: readonly HistoryRun[];
  /** Reviews that the log tells of, as they stood at that moment. */
  readonly reviews: readonly ReviewState[];
}

/**
 * All that an archive shows of a period, as one document: a pure function of its log, its sealed runs and the moment up to which it is looked at. Throws a
 * BundleFormatError where a bundle is damaged in what is read here.
 */
export async function assemblePeriod(inputs: PeriodInputs): Promise<Period> {
  const { from, to, asOf, log } = inputs;
  const first = `${from}T00:00:00.000Z` as Instant;
  const until = plusDays(`${to}T00:00:00.000Z` as Instant, 1);
  const events = log.events.filter(({ at }) => at <= asOf);
  const runs = runsOf(events, inputs.bundles, { from: first, until, asOf });
  const sealed = runs.flatMap(({ run, state }): RunFacts[] => {
    const bundle = inputs.bundles.get(run);
    // A bundle that was sealed after that moment is in the archive, and of the log as it stood nothing follows from it.
    return (state === 'sealed' || state === 'resealed') && bundle !== undefined && 'facts' in bundle ? [bundle.facts] : [];
  }).filter(({ run }) => run.startedAt < until);
  const own = sealed.filter(({ run }) => run.startedAt >= first);
  // The last run before the period says how things stood when it began.
  const before = sealed.filter(({ run }) => run.startedAt < first).slice(-1);
  const looked = [...before, ...own];
  const spans = await spansOver(looked);
  const indicators: Indicator[] = [];
  for (const facts of own) indicators.push(await indicatorOf(facts));
  const ids = new Set(sealed.map(({ run }) => run.run));
  const walked = inputs.history.filter(({ ref }) => ids.has(ref.run));
  const reviews = inputs.reviews.filter(({ started }) => started.opens < until && (started.closes >= first || started.opens >= first));
  const { found: history, names, lines } = await historyOf(walked, { from: first, to: until }, new Set(spans.map(({ subject }) => subject)), decidedKeys(reviews));
  const people = peopleOf({ names, events, runs, reviews: reviewsShown(reviews, lines, walked.at(-1)?.ref ?? null), sealed: looked, spans, first, until, asOf });
  return {
    format: 'rollcall-period/1', responsibility: RESPONSIBILITY_STATEMENT, from, to, asOf,
    log: { origin: log.origin, size: events.length, root: log.root, anchors: anchorsOf(events) },
    runs: runs.filter(({ inPeriod, run }) => inPeriod || before.some((facts) => facts.run.run === run)),
    selection: 'Whatever is said of the population, of results and of their change stands on every sealed run of the period, scheduled or not, in the order of its start; the last run before the period says how things stood when it began. None was chosen, and none left out.',
    ...people, notCovered: [...daysNotCovered(from, to, speakingDays(events, sealed))],
    coverageGaps: [...coverageGapsOf(own)], changes: [...changesBetween(looked)],
    opening: await populationsAt(sealed, first), closing: await populationsAt(sealed, until), ...history, indicators,
    blindSpots: [...new Set(own.flatMap(({ coverage }) => coverage.blindSpots.map(({ text }) => text)))].sort(byCodeUnit),
  };
}

function anchorsOf(events: readonly LogEvent[]): Period['log']['anchors'] {
  return events.flatMap((event) => (event.event !== 'checkpoint.anchored' ? [] : [{ size: event.size, kind: event.anchor.kind, time: event.anchor.kind === 'rfc3161' ? event.anchor.time : null, where: event.anchor.kind === 'rfc3161' ? event.anchor.authority : event.anchor.where }]));
}
