// SPDX-License-Identifier: Apache-2.0
import type { Fact } from '../model/fact.ts';
import type { LastUse } from '../model/row.ts';
import type { When } from '../model/instant.ts';

/** A fact in words, with its status: never a bare value, never an empty place. */
export function factInWords<T>(fact: Fact<T>, show: (value: T) => string): string {
  if (fact.status === 'unknown') return `unknown (${fact.cause}): ${fact.detail}`;
  if (fact.status === 'not_applicable') return `not applicable: ${fact.reason}`;
  const time = fact.asOf === undefined ? '' : ` as of ${fact.asOf}`;
  return `${show(fact.value)}${time}${fact.granularity === undefined ? '' : `, to ${fact.granularity}`}${fact.note === undefined ? '' : ` (${fact.note})`}`;
}

export function whenInWords(when: When): string {
  return when.from === when.to ? when.to : when.from === null ? `no later than ${when.to}` : `between ${when.from} and ${when.to}`;
}

export function lastUseInWords(use: LastUse): string {
  if ('at' in use) return `${use.at}${use.where === undefined ? '' : ` (${use.where})`}`;
  return use.since === null ? 'no use recorded' : `no use recorded since ${use.since}`;
}

export function expiryInWords(expiry: { readonly at: string } | { readonly never: true }): string {
  return 'at' in expiry ? expiry.at : 'never';
}
