// SPDX-License-Identifier: Apache-2.0
import type { Coverage } from '../bundle/records.ts';
import { isRunEvent, type LogEvent, type RunEvent } from '../evidence/log-format.ts';
import type { Instant } from '../model/instant.ts';
import type { PeriodRun } from './document.ts';
import type { RunFacts } from './run-facts.ts';

/** What is known of the bundle of a run: its facts, or why there are none. */
export type BundleState = { readonly facts: RunFacts } | { readonly missing: true } | { readonly damaged: string };

/**
 * Every run that the log tells of up to a moment, in the order of its start: scheduled and ad hoc, sealed, aborted and never ended alike. To leave one out
 * would be to choose among them. `bundles` by run id.
 */
export function runsOf(events: readonly LogEvent[], bundles: ReadonlyMap<string, BundleState>, period: { readonly from: Instant; readonly until: Instant; readonly asOf: Instant }): readonly PeriodRun[] {
  const byRun = Map.groupBy(events.filter(isRunEvent).filter(({ at }) => at <= period.asOf), ({ run }) => run);
  const runs: PeriodRun[] = [];
  for (const [run, own] of byRun) {
    const [start] = own;
    if (start?.event === 'run.started') runs.push(runOf(run, start, own, bundles.get(run) ?? { missing: true }, period));
  }
  return runs.sort((a, b) => a.sequence - b.sequence);
}

function runOf(run: string, start: Extract<RunEvent, { readonly event: 'run.started' }>, own: readonly RunEvent[], bundle: BundleState, period: { readonly from: Instant; readonly until: Instant }): PeriodRun {
  const seals = own.filter((event) => event.event === 'run.sealed' || event.event === 'run.resealed');
  const aborted = own.find((event) => event.event === 'run.aborted');
  const last = own.at(-1);
  const interrupted = last?.event === 'run.interrupted' ? last : undefined;
  const [seal] = seals;
  const state: PeriodRun['state'] = seal === undefined ? (aborted === undefined ? 'unfinished' : 'aborted') : 'missing' in bundle ? 'bundle missing' : 'damaged' in bundle ? 'bundle damaged' : seals.length > 1 ? 'resealed' : 'sealed';
  const note = state === 'aborted' ? (aborted?.reason ?? null) : state === 'bundle damaged' && 'damaged' in bundle ? bundle.damaged : state === 'resealed' ? `sealed ${seals.length} times: what was sealed first is ${seal?.tagManifestSha256 ?? ''}` : state === 'unfinished' ? (interrupted === undefined ? 'it started and nothing tells of its end' : `it was ended before it was done, and nothing tells that it went on: ${interrupted.reason}`) : state === 'bundle missing' ? 'the log tells of its seal, and its folder is not there' : null;
  const coverage = 'facts' in bundle ? bundle.facts.coverage : null;
  return {
    run, tool: start.tool, occasion: start.occasion, started: start.at, ended: (seal ?? aborted ?? interrupted)?.at ?? null, state, note, inPeriod: start.at >= period.from && start.at < period.until,
    tagManifestSha256: seal?.tagManifestSha256 ?? null, sequence: start.sequence, units: coverage === null ? null : outcomes(coverage), gaps: coverage === null ? null : coverage.gaps.length,
  };
}

function outcomes({ units }: Coverage): NonNullable<PeriodRun['units']> {
  const of = (outcome: Coverage['units'][number]['outcome']): number => units.filter((unit) => unit.outcome === outcome).length;
  return { scanned: of('scanned'), partially_scanned: of('partially_scanned'), failed: of('failed'), excluded: of('excluded'), unreachable: of('unreachable'), undeclared: of('undeclared'), closed: of('closed') };
}
