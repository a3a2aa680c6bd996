// SPDX-License-Identifier: Apache-2.0
import { instantOf, millisecondsOf, parseInstant, type When } from '../../src/model/instant.ts';

const MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 31_536_000_000 } as const;
type Letter = keyof typeof MS;
const AGE = /^(?:(\d{1,4})y)?(?:(\d{1,4})d)?(?:(\d{1,3})h)?(?:(\d{1,3})m)?(?:(\d{1,3})s)?$/;
const LETTERS: readonly Letter[] = ['y', 'd', 'h', 'm', 's'];

/**
 * The bounds of an age as `k8s.io/apimachinery/pkg/util/duration.HumanDuration` writes it, in milliseconds: at least `least`, less than
 * `below`. It rounds down to a unit that grows with the age and leaves a zero out (`5m` is 5m0s to 5m0.999s). Null for another text.
 */
export function ageBounds(text: string): { readonly least: number; readonly below: number } | null {
  const match = AGE.exec(text);
  if (match === null || text === '') return null;
  const least = LETTERS.reduce((sum, letter, index) => sum + Number(match[index + 1] ?? 0) * MS[letter], 0);
  const grain = least < 10 * MS.m ? MS.s : least < 8 * MS.h ? MS.m : least < 8 * MS.d ? MS.h : least < 8 * MS.y ? MS.d : MS.y;
  return { least, below: least + grain };
}

/** The API server gives a request a minute (`--request-timeout`): no table was made longer than that before its answer's Date. */
const MADE_BEFORE_MS = 60_000;

/** When something was made, from its age and the answer's Date, which has whole seconds. Null where either cannot be read. */
export function madeWithin(age: string, readAt: string | null): When | null {
  const bounds = ageBounds(age);
  const read = readAt === null ? null : parseInstant(readAt);
  if (bounds === null || read === null) return null;
  const at = millisecondsOf(read);
  return { from: instantOf(at - MADE_BEFORE_MS - bounds.below), to: instantOf(at + 1000 - bounds.least) };
}
