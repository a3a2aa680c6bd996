// SPDX-License-Identifier: Apache-2.0
import { ageInDays, type Instant, type When } from '../model/instant.ts';
import { cannotSay, met, notMet, type Evaluation } from './define.ts';

/** Judges an age against a limit in whole days: exactly the limit is within it. A bound decides only where it lies beyond the limit. `made` is the verb of the reason. */
export function judgeAge(created: When, limitDays: number, asOf: Instant, made: string): Evaluation {
  const { least, most } = ageInDays(created, asOf);
  if (least > limitDays) return notMet({ ageDays: least }, `${made} ${most === least ? '' : 'at least '}${least} days ago`);
  if (most === null || most > limitDays) return cannotSay({ ageDaysAtLeast: least }, 'the age is known only as a lower bound, which is within the limit');
  return met({ ageDays: most }, `${made} ${most} days ago`);
}
