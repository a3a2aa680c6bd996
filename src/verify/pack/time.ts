// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { CLOCK_LIMIT_MS } from '../../inventory/coverage.ts';
import { isRunEvent } from '../../evidence/log-format.ts';
import { readLog } from '../../evidence/read-log.ts';
import { PACK } from '../../period/pack/format.ts';
import { readPack } from '../../period/pack/render.ts';
import { judgeAnchors, type Anchoring } from '../anchored.ts';
import type { Finding } from '../report.ts';
import { ANCHOR_WITHIN_MS } from '../time.ts';

/** Times of a pack that contradict each other: runs that end before they begin, a log that was continued after the pack was made, a document that looks beyond it. Empty where they agree. */
export async function timesOfPack(folder: string): Promise<readonly Finding[]> {
  const { pack, period } = await readPack(folder);
  if (period === null) return [];
  const { events } = await readLog(join(folder, PACK.log));
  const findings: Finding[] = [];
  const file = `${PACK.log}/leaves.jsonl`;
  if (period.asOf > pack.madeAt) findings.push({ file: PACK.period, message: `looks at the archive up to ${period.asOf}, and the pack was made at ${pack.madeAt}` });
  for (const event of events) if (event.at > pack.madeAt) findings.push({ file, message: `entry ${event.sequence} (${event.event}) was logged at ${event.at}, after the pack was made` });
  for (const own of Map.groupBy(events.filter(isRunEvent), ({ run }) => run).values()) {
    for (const [index, event] of own.entries()) {
      const before = own[index - 1];
      if (before !== undefined && event.at < before.at) findings.push({ file, message: `entry ${event.sequence} (${event.event}, ${event.at}) is earlier than entry ${before.sequence} (${before.event}, ${before.at}) of the same run` });
    }
  }
  return findings;
}

/**
 * Which seals of a pack's runs stand under a checkpoint that an authority stamped whom the reader trusts, soon after. `anchored` only where each does; those that do not are counted.
 */
export async function anchorsOfPack(folder: string, options: { readonly tsaCas?: readonly string[]; readonly anchorWithinMs?: number; readonly checkpoint?: string }): Promise<Anchoring> {
  const { pack, period } = await readPack(folder);
  if (period === null) return { anchored: false, problems: [], notes: [{ message: 'these are runs or rows added to a pack: the pack itself has the log' }] };
  const log = join(folder, PACK.log);
  const read = await readLog(log);
  const problems = new Map<string, Finding>();
  const notes = new Map<string, Finding>();
  const open: string[] = [];
  for (const { run } of pack.runs) {
    const own = read.events.filter(isRunEvent).filter((event) => event.run === run);
    const seal = own.find((event) => event.event === 'run.sealed' || event.event === 'run.resealed');
    const collected = own.find((event) => event.event === 'run.collected');
    const judged = await judgeAnchors(log, read, seal === undefined ? null : { sequence: seal.sequence, sealedAt: seal.at, runEnded: collected?.at ?? seal.at }, {
      tsaCas: options.tsaCas ?? [], withinMs: options.anchorWithinMs ?? ANCHOR_WITHIN_MS, maxSkewMs: CLOCK_LIMIT_MS, ...(options.checkpoint === undefined ? {} : { checkpoint: options.checkpoint }),
    });
    for (const finding of judged.problems) problems.set(finding.message, finding);
    if (judged.anchored) continue;
    open.push(run);
    for (const finding of judged.notes) notes.set(finding.message.replace(/; this seal is entry \d+$/, ''), finding);
  }
  const summary: Finding = { message: `${pack.runs.length - open.length} of ${pack.runs.length} seals are anchored by an authority that you trust${open.length === 0 ? '' : `; ${open.length} are not`}` };
  return { anchored: open.length === 0 && pack.runs.length > 0, problems: [...problems.values()], notes: [summary, ...notes.values()] };
}
