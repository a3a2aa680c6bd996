// SPDX-License-Identifier: Apache-2.0
import { wholeDays, type Instant, type When } from '../model/instant.ts';
import type { LastUse } from '../model/row.ts';
import { cannotSay, met, notMet, type Evaluation } from './define.ts';

/**
 * Judges how long something has not been used. A use counts from its moment. None recorded counts from creation, or from the start of
 * the provider's tracking where that came later: before it, nobody looked. Only its whole age within the limit makes that met.
 * `words` says "never used" or less, told whether tracking covers the whole life.
 */
export function judgeIdle(lastUsed: LastUse, created: When, limitDays: number, asOf: Instant, words: (wholeLife: boolean) => string): Evaluation {
  if ('at' in lastUsed) {
    const idle = wholeDays(lastUsed.at, asOf);
    const observed = { lastUsed: lastUsed.at, idleDays: idle };
    return idle > limitDays ? notMet(observed, `last used ${idle} days ago`) : met(observed, `last used ${idle} days ago`);
  }
  const { since } = lastUsed;
  const wholeLife = since !== null && created.from !== null && since <= created.from;
  // The moment from which on the record is surely without a use.
  const surely = since !== null && since > created.to ? since : created.to;
  const idle = wholeDays(surely, asOf);
  const observed = { lastUsed: null, noUseSince: surely, idleDays: idle };
  if (idle > limitDays) return notMet(observed, `${words(wholeLife)}, for at least ${idle} days`);
  const oldest = created.from === null ? null : wholeDays(created.from, asOf);
  if (oldest !== null && oldest <= limitDays) return met({ ...observed, ageDays: oldest }, `no use yet; it is ${oldest} days old`);
  return cannotSay(observed, `${words(wholeLife)}; how long that has been is known only as a lower bound, which is within the limit`);
}
