// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { isRunEvent, type LogEvent } from '../../evidence/log-format.ts';
import { rootOf } from '../../evidence/merkle.ts';
import { readLog } from '../../evidence/read-log.ts';
import { plusDays, type Instant } from '../../model/instant.ts';
import { canonicalJson } from '../../model/json.ts';
import { deviationsOf, isAboutSlot } from '../../period/deviations.ts';
import type { Period } from '../../period/document.ts';
import { PACK } from '../../period/pack/format.ts';
import { readPack } from '../../period/pack/render.ts';
import { slotsOf } from '../../period/schedule.ts';
import { schedulesShown } from '../../period/slots-of-period.ts';
import { verdict, type Finding, type VerifyVerdict } from '../report.ts';

const DOES_NOT_SHOW = 'that a control operated between two runs, that the schedule was often enough, or that no other archive was kept beside this one';
const LEAVES_FILE = `${PACK.log}/leaves.jsonl`;

/**
 * Whether the runs that a schedule asked for were made, judged anew from the log in the pack and not from what the pack says of it. `fail` where the two differ, where a run that
 * the log tells of is left out, or where a slot was missed or late and no deviation says why (`has_unexplained_gaps`); it cannot be said without a schedule.
 */
export async function packPeriodCoverage(folder: string): Promise<VerifyVerdict> {
  const { period } = await readPack(folder);
  if (period === null) return verdict('period-coverage', 'cannot_say', [{ message: 'these are runs or rows added to a pack: the pack itself tells of its period' }], DOES_NOT_SHOW);
  const { events } = await readLog(join(folder, PACK.log));
  const findings: Finding[] = [...(await ofLog(folder, period)), ...leftOut(period, events), ...slotsAgain(period, events)];
  if (findings.length > 0) return verdict('period-coverage', 'fail', findings, DOES_NOT_SHOW);
  if (period.schedules.length === 0) return verdict('period-coverage', 'cannot_say', [{ message: 'no schedule was declared, so which runs were due cannot be said' }], DOES_NOT_SHOW);
  const judged = period.slots.filter(({ state }) => state !== 'superseded');
  const unexplained = judged.filter(({ state, deviations }) => (state === 'missed' || state === 'late') && deviations.length === 0);
  if (unexplained.length > 0) return verdict('period-coverage', 'fail', unexplained.map(({ schedule, due, state }) => ({ file: PACK.period, message: `has_unexplained_gaps: the slot of ${schedule} at ${due} is ${state}, and no deviation says why` })), DOES_NOT_SHOW);
  const notes: Finding[] = [
    { message: `${judged.length} slots: ${judged.filter(({ state }) => state === 'done').length} done, ${judged.filter(({ state, deviations }) => state !== 'done' && deviations.length > 0).length} not in time and explained by a deviation` },
    ...period.notCovered.map(({ from, to, why }) => ({ message: `no run speaks for ${from} to ${to}: ${why}` })),
  ];
  const open = judged.filter(({ state }) => state === 'open' || state === 'declared afterwards');
  if (open.length > 0) return verdict('period-coverage', 'cannot_say', [{ message: `${open.length} slots were not over when this was made, or were declared after their time` }, ...notes], DOES_NOT_SHOW);
  return verdict('period-coverage', 'pass', notes, DOES_NOT_SHOW);
}

/** The log that the document stands on is the one in the pack, to its last entry. */
async function ofLog(folder: string, { log, asOf }: Period): Promise<readonly Finding[]> {
  const { leaves, origin, events } = await readLog(join(folder, PACK.log));
  const upTo = events.filter(({ at }) => at <= asOf).length;
  const same = log.origin === origin && log.size === leaves.length && upTo === leaves.length && log.root === rootOf(leaves).toString('hex');
  return same ? [] : [{ file: PACK.period, message: `stands on a log of ${log.size} entries with root ${log.root}; the one in the pack has ${leaves.length}, ${upTo} of them logged by ${asOf}, and root ${rootOf(leaves).toString('hex')}` }];
}

/** Runs that the log tells of within the period and the document does not, or the other way round. */
function leftOut(period: Period, events: readonly LogEvent[]): readonly Finding[] {
  const [first, until] = edges(period);
  const started = events.filter(isRunEvent).filter((event) => event.event === 'run.started');
  const told = new Map(period.runs.map((run) => [run.run, run]));
  const findings: Finding[] = [];
  for (const event of started) {
    const run = told.get(event.run);
    if (run === undefined && event.at >= first && event.at < until) findings.push({ file: PACK.period, message: `leaves out run ${event.run}, which the log tells of as entry ${event.sequence}` });
    else if (run !== undefined && (run.started !== event.at || run.occasion !== event.occasion || run.sequence !== event.sequence)) findings.push({ file: PACK.period, message: `tells of run ${event.run} what the log does not: entry ${event.sequence}` });
  }
  for (const run of period.runs) {
    if (!started.some((event) => event.run === run.run)) findings.push({ file: PACK.period, message: `tells of run ${run.run}, of which the log knows nothing` });
    const seal = events.filter(isRunEvent).find((event) => event.run === run.run && (event.event === 'run.sealed' || event.event === 'run.resealed'));
    const ended = sealedOrNot(events, run.run);
    if ((run.state === 'sealed' || run.state === 'resealed' ? 'sealed' : run.state === 'bundle missing' || run.state === 'bundle damaged' ? 'sealed' : run.state) !== ended) findings.push({ file: PACK.period, message: `tells of run ${run.run} that it is ${run.state}; the log tells that it is ${ended}` });
    const digest = seal?.event === 'run.sealed' || seal?.event === 'run.resealed' ? seal.tagManifestSha256 : null;
    if (digest !== run.tagManifestSha256) findings.push({ file: PACK.period, message: `has ${run.tagManifestSha256 ?? 'no seal'} for run ${run.run}; the log has ${digest ?? 'none'}` });
  }
  return findings;
}

/** What became of a run, as the log tells. */
function sealedOrNot(events: readonly LogEvent[], run: string): 'sealed' | 'aborted' | 'unfinished' {
  const own = events.filter(isRunEvent).filter((event) => event.run === run);
  if (own.some(({ event }) => event === 'run.sealed' || event === 'run.resealed')) return 'sealed';
  return own.some(({ event }) => event === 'run.aborted') ? 'aborted' : 'unfinished';
}

/** Schedules and slots as they follow from the log alone, with the deviations that explain them, against those that the document has. */
function slotsAgain(period: Period, events: readonly LogEvent[]): readonly Finding[] {
  const [first, until] = edges(period);
  const targets = new Map(events.flatMap((event) => (event.event === 'run.started' ? [[event.run, event.targets] as const] : [])));
  const runs = period.runs.map((run) => ({ run: run.run, started: run.started, occasion: run.occasion, targets: targets.get(run.run) ?? [], state: run.state, sealed: run.state === 'sealed' || run.state === 'resealed' }));
  const told = events.filter(({ at }) => at <= period.asOf);
  if (canonicalJson(schedulesShown(told)) !== canonicalJson(period.schedules)) return [{ file: LEAVES_FILE, message: `does not give the schedules that ${PACK.period} has` }];
  const deviations = deviationsOf(told);
  const again = slotsOf(told, runs, first, until, period.asOf).map((slot) => ({ ...slot, deviations: deviations.filter((deviation) => isAboutSlot(deviation, slot.schedule, slot.due)).map(({ recorded }) => recorded.deviation) }));
  if (canonicalJson(again) === canonicalJson(period.slots)) return [];
  const differing = again.find((slot, index) => canonicalJson(slot) !== canonicalJson(period.slots[index]));
  return [{ file: LEAVES_FILE, message: `does not give the slots that ${PACK.period} has${differing === undefined ? '' : `: ${differing.schedule} at ${differing.due} is ${differing.state}`}` }];
}

function edges({ from, to }: Period): readonly [Instant, Instant] {
  return [`${from}T00:00:00.000Z` as Instant, plusDays(`${to}T00:00:00.000Z` as Instant, 1)];
}
