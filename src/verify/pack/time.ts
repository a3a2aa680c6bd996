// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { isRunEvent } from '../../evidence/log-format.ts';
import { readLog } from '../../evidence/read-log.ts';
import { PACK } from '../../period/pack/format.ts';
import { readPack } from '../../period/pack/render.ts';
import type { Finding } from '../report.ts';

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
