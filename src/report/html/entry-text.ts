// SPDX-License-Identifier: Apache-2.0
import type { Fact } from '../../model/fact.ts';
import type { Grant, Trust } from '../../model/row.ts';
import type { Verdict } from '../../model/verdict.ts';
import { shown } from './markup.ts';
import type { EntryGrant, EntryTrust, FactGroup, FactLine, VerdictBasis, VerdictLine } from './page-data.ts';
import { expiryInWords, factInWords, lastUseInWords, momentInWords, spaced, thresholdInWords, whenInWords, type CredentialRead, type IdentityRead } from './words.ts';

/** Facts of an identity in words, with the pages each was read from. */
export function identityFacts(identity: IdentityRead): FactGroup {
  const group = new Group();
  const { classification } = identity;
  group.plain('Class', `${classification.class}, by ${classification.basis === 'rule' ? 'rule' : 'declaration'}: ${classification.rule}`, classification.refs);
  group.fact('Owner', identity.owner, (claim) => (claim === null ? 'none: everything that could name one was read, and nothing does' : `${claim.owner} (${claim.confidence} match, from ${claim.source})`));
  group.fact('Purpose', identity.purpose, (purpose) => purpose ?? 'none: everything that could state one was read, and nothing does');
  group.fact('Last review', identity.review, (review) => (review === null ? 'none recorded' : `${momentInWords(review.on)} by ${review.by}, basis: ${review.basis}`));
  group.fact('Created', identity.created, whenInWords);
  group.fact('Last used', identity.lastUsed, lastUseInWords);
  group.fact('Sign-in by a person', identity.interactiveLogin, (can) => (can ? 'possible' : 'not possible'));
  group.fact('Rights', identity.privilege, ({ level, via }) => `${level === 'administrator' ? 'standing administrator' : 'no standing administration found'}${via.length === 0 ? '' : `, via ${via.join('; ')}`}`);
  group.fact('Tags', identity.tags, (tags) => Object.entries(tags).map(([name, value]) => `${name} = ${value}`).join('; ') || 'none');
  for (const [kind, count] of Object.entries(identity.credentialCounts)) group.fact(`Number of ${kind}`, count, String);
  group.plain('Answers for it', identity.responsibility === 'entity' ? 'management' : 'the provider, which made and runs it', []);
  group.plain('Id', identity.idBasis === 'provider' ? `${identity.id}, the provider's own` : `${identity.id}, made of ${identity.idBasis.replaceAll('|', ' and ')}, since the provider gives none`, identity.refs);
  return group.done();
}

/** Facts of a credential in words. */
export function credentialFacts(credential: CredentialRead): FactGroup {
  const group = new Group();
  group.fact('Status', credential.status, (status) => status);
  group.fact('Created', credential.created, whenInWords);
  group.fact('Expires', credential.expires, expiryInWords);
  group.fact('Last used', credential.lastUsed, lastUseInWords);
  if (credential.audience !== null) group.plain('Opens', credential.audience, []);
  if (credential.responsibility === 'provider') group.plain('Answers for it', 'the provider, which made and runs it', []);
  group.plain('Id', credential.idBasis === 'provider' ? 'the provider\'s own' : `made of ${credential.idBasis.replaceAll('|', ' and ')}, since the provider's id was not read`, credential.refs);
  return group.done();
}

export function grantLine(grant: Grant): EntryGrant {
  return { via: shown(grant.via), policy: shown(grant.policy), administrator: shown(factInWords(grant.administrator, (is) => (is ? 'gives administration' : 'does not give administration'))), refs: grant.refs.map(shown) };
}

export function trustLine(trust: Trust): EntryTrust {
  return {
    who: shown(trustedBy(trust)), external: shown(factInWords(trust.external, (is) => (is ? 'outside the organization' : 'inside the organization, or the provider\'s own service'))),
    conditions: trust.conditions.map(({ operator, key, values }) => shown(`${operator} ${key}: ${values.join(', ')}`)), refs: trust.refs.map(shown),
  };
}

export function trustedBy({ principalKind, principal }: Trust): string {
  return principalKind === 'anyone' ? `anyone (${principal})` : `${principalKind} ${principal}`;
}

/** What a verdict shares with others of its check. */
export function verdictBasis(verdict: Verdict, check: number): VerdictBasis {
  return { check, severity: verdict.severity, expected: shown(verdict.expected), thresholds: verdict.thresholds.map((threshold) => shown(thresholdInWords(threshold))) };
}

/** A verdict with its numbers and references; `about` names what it is held against where the place does not say. */
export function verdictLine(verdict: Verdict, basis: number, result: number, about: string | null): VerdictLine {
  return {
    basis, result, about: about === null ? null : shown(about), reason: shown(verdict.reason),
    observed: shown(Object.entries(verdict.observed).map(([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`).join('; ')),
    refs: [...verdict.refs, ...verdict.inputs, ...verdict.calls].map(shown),
  };
}

/** Gathers facts whose references are listed once. */
class Group {
  readonly #facts: FactLine[] = [];
  readonly #refs: string[] = [];

  fact<T>(label: string, fact: Fact<T>, show: (value: T) => string): void {
    const refs = fact.status === 'known' ? [...fact.refs, ...(fact.input === undefined ? [] : [fact.input])] : fact.status === 'unknown' ? fact.calls : [];
    this.#facts.push([shown(label), fact.status, shown(factInWords(fact, show)), this.#positions(refs)]);
  }
  plain(label: string, words: string, refs: readonly string[]): void {
    this.#facts.push([label, 'known', shown(words), this.#positions(refs)]);
  }
  done(): FactGroup {
    return { facts: this.#facts, refs: this.#refs };
  }
  #positions(refs: readonly string[]): number[] {
    return [...new Set(refs)].map((ref) => {
      const text = shown(ref);
      const at = this.#refs.indexOf(text);
      return at === -1 ? this.#refs.push(text) - 1 : at;
    });
  }
}

/** A fact's cause for a narrow cell: `denied`. */
export function causeOf(fact: Fact<unknown>): string {
  return fact.status === 'unknown' ? spaced(fact.cause) : '';
}
