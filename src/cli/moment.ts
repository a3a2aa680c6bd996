// SPDX-License-Identifier: Apache-2.0
import { InputError } from '../model/errors.ts';
import { parseInstant, type Instant } from '../model/instant.ts';

/** A moment from a flag: a day, which stands for its first moment in UTC, or a time with an offset. Throws an InputError that names the flag. */
export function momentOf(text: string, flag: string): Instant {
  const instant = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (instant === null) throw new InputError(flag, `${text} is no moment`, 'give a day such as 2026-07-01, or a time such as 2026-07-01T06:00:00Z');
  return instant;
}
