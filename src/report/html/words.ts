// SPDX-License-Identifier: Apache-2.0
import type { EvidenceRecord } from '../../bundle/records.ts';
import type { Fact } from '../../model/fact.ts';
import type { Instant, When } from '../../model/instant.ts';
import type { Credential, Identity } from '../../model/row.ts';
import type { Result, Threshold } from '../../model/verdict.ts';

/** Rows as they come out of a file: there an optional text may be written as undefined. */
export type LastUseRead = { readonly at: Instant; readonly where?: string | undefined } | { readonly none: true; readonly since: Instant | null };
export type IdentityRead = Omit<Identity, 'lastUsed'> & { readonly lastUsed: Fact<LastUseRead> };
export type CredentialRead = Omit<Credential, 'lastUsed'> & { readonly lastUsed: Fact<LastUseRead> };

/** Each result as people read it. */
export const RESULT_WORDS: { readonly [result in Result]: string } = {
  met: 'met', not_met: 'not met', not_evaluated: 'not evaluated', needs_review: 'needs review', not_applicable: 'not applicable', not_occurring: 'not occurring',
};

export const COMPLETENESS_WORDS: { readonly [basis in EvidenceRecord['population']['completenessBasis']]: string } = {
  reconciled: 'Reconciled: the list ties to a total that the provider counts on its own.',
  recorded_retrieval_only: 'Recorded retrieval only: the calls and pages are kept; the note says what keeps it from being reconciled.',
  management_representation: 'Management\'s representation: that this is all is management\'s word.',
};

/** A machine's word for people: `recorded_retrieval_only` as `recorded retrieval only`. */
export function spaced(word: string): string {
  return word.replaceAll('_', ' ');
}

/** A moment as `2026-11-22 09:30:00 UTC`; a part of a second stays where there is one. */
export function momentInWords(instant: Instant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}${instant.slice(19, 23) === '.000' ? '' : instant.slice(19, 23)} UTC`;
}

export function whenInWords(when: When): string {
  if (when.from === when.to) return momentInWords(when.to);
  return when.from === null ? `no later than ${momentInWords(when.to)}` : `between ${momentInWords(when.from)} and ${momentInWords(when.to)}`;
}

export function lastUseInWords(use: LastUseRead): string {
  if ('at' in use) return `${momentInWords(use.at)}${use.where === undefined ? '' : `, ${use.where}`}`;
  return use.since === null ? 'no use recorded; the provider does not say since when it keeps record' : `no use recorded since ${momentInWords(use.since)}`;
}

export function expiryInWords(expiry: { readonly at: Instant } | { readonly never: true }): string {
  return 'at' in expiry ? momentInWords(expiry.at) : 'never';
}

/** A fact as a sentence that keeps its status: a value with what bounds it, or why there is none. */
export function factInWords<T>(fact: Fact<T>, show: (value: T) => string): string {
  if (fact.status === 'unknown') return `unknown, ${spaced(fact.cause)}: ${fact.detail}`;
  if (fact.status === 'not_applicable') return `not applicable: ${fact.reason}`;
  const more = [
    ...(fact.asOf === undefined ? [] : [`as of ${momentInWords(fact.asOf)}`]), ...(fact.granularity === undefined ? [] : [`to the ${fact.granularity}`]),
    ...(fact.trackedSince === undefined ? [] : [`the provider keeps record since ${momentInWords(fact.trackedSince)}`]), ...(fact.note === undefined ? [] : [fact.note]),
  ];
  return `${show(fact.value)}${more.length === 0 ? '' : ` (${more.join('; ')})`}`;
}

/** Who set a number: a control that management adopted, or nobody of management. */
export function originInWords({ origin, source }: Threshold): string {
  if (origin === 'management') return `management's threshold: ${source}`;
  return `not management's threshold; ${origin === 'standard' ? `taken from ${source}` : `this tool's default: ${source}`}`;
}

/** A threshold on one line, e.g. `maxAgeDays = 90 (…)`. */
export function thresholdInWords(threshold: Threshold): string {
  return `${threshold.name} = ${JSON.stringify(threshold.value)} (${originInWords(threshold)})`;
}
