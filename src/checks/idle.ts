// SPDX-License-Identifier: Apache-2.0
import { wholeDays, type Instant, type When } from '../model/instant.ts';
import type { LastUse } from '../model/row.ts';
import { cannotSay, met, notMet, type Evaluation } from './define.ts';

/**
 * Judges how long something has not been used. A use counts from its moment. None recorded counts from creation, or from the start
 * of the provider's tracking where that came later: before it, nobody looked. `window` names that in the reason.
 */
export function judgeIdle(lastUsed: LastUse, created: When, limitDays: number, asOf: Instant, window: string): Evaluation {
  if ('at' in lastUsed) {
    const idle = wholeDays(lastUsed.at, asOf);
    const observed = { lastUsed: lastUsed.at, idleDays: idle };
    return idle > limitDays ? notMet(observed, `last used ${idle} days ago`) : met(observed, `last used ${idle} days ago`);
  }
  const { since } = lastUsed;
  // The latest moment from which non-use is surely observed, and the earliest one.
  const surely = since !== null && since > created.to ? since : created.to;
  const atMost = created.from === null ? null : since !== null && since > created.from ? since : created.from;
  const idle = wholeDays(surely, asOf);
  const observed = { lastUsed: null, noUseSince: surely, idleDays: idle };
  if (idle > limitDays) return notMet(observed, `no use ${window}, for at least ${idle} days`);
  if (atMost === null || wholeDays(atMost, asOf) > limitDays) return cannotSay(observed, 'no use is recorded, and how long it has been there is known only as a lower bound, which is within the limit');
  return met(observed, `no use yet; it is ${idle} days old`);
}
