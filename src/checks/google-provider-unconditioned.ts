// SPDX-License-Identifier: Apache-2.0
import type { Trust } from '../model/row.ts';
import { defineCheck, met, needsReview, notMet } from './define.ts';
import { KNOWN_ISSUERS } from './oidc-issuers.ts';
import { recognized } from './trust-conditions.ts';

/** A provider of a workload identity pool that lets in whoever its issuer vouches for. */
export const googleProviderUnconditioned = defineCheck({
  id: 'google-provider-unconditioned',
  version: 1,
  subject: 'trust',
  kinds: ['google.workload-identity-provider'],
  severity: 'critical',
  title: 'Workload identity provider without a condition',
  rationale: 'Without a condition every token of the issuer enters the pool: with an issuer that everybody shares, anybody\'s pipeline does, and holds what is given to the pool as a whole.',
  remediation: 'Set an attribute condition that names whose workloads may come, such as the owner of the repository; give roles to single subjects and attributes, not to the whole pool.',
  limits: 'Shows that there is a condition, not that it is a good one: its expression is kept for people to read. Which roles are given to the pool, or to parts of it, is not read by this version.',
  expected: 'an attribute condition, or a provider that is disabled',
  applies: (trust) => (isDisabled(trust) ? 'the provider or its pool is disabled or deleted; tokens that were given before still work until they end' : true),
  needs: { trust: recognized },
  parameters: {},
  evaluate({ trust }) {
    const { conditions } = trust;
    const condition = conditions.find(({ key }) => key === 'attributeCondition')?.values[0] ?? null;
    // An expression that is true of everybody is none.
    const limiting = condition !== null && !/^\s*\(*\s*true\s*\)*\s*$/.test(condition);
    const observed = { issuer: trust.principal, condition, audiences: conditions.filter(({ key }) => key === 'aud').flatMap(({ values }) => values) };
    if (limiting) return met(observed, 'its tokens must meet a condition');
    const shared = trust.principalKind === 'oidc' ? KNOWN_ISSUERS.find(({ issuer }) => issuer.test(trust.principal.replace(/^https:\/\//, ''))) : undefined;
    if (shared !== undefined) return notMet(observed, `no condition that limits anybody, and ${shared.title} gives tokens to anybody`);
    return needsReview(observed, 'no condition that limits anybody: who may come is whoever this issuer gives a token to, which has to be judged');
  },
});

function isDisabled({ conditions }: Trust): boolean {
  return conditions.some(({ operator }) => operator === 'Disabled');
}
