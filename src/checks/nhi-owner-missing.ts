// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Nobody is recorded as owner. An owners file is asked first, tags second; unread tags leave it unknown. */
export const nhiOwnerMissing = defineCheck({
  id: 'nhi-owner-missing',
  version: 1,
  subject: 'identity',
  kinds: ['*'],
  severity: 'medium',
  title: 'Non-human identity has no recorded owner',
  rationale: 'An identity that nobody answers for is rotated, reviewed and removed by nobody.',
  remediation: 'Name an owner and a deputy in the owners file, or tag the identity with its owner.',
  limits: 'A recorded owner shows assignment, not that the person knows of it, accepts it or is still there.',
  expected: 'an owner is recorded in the owners file or in a tag',
  applies: inNonHumanPopulation,
  needs: { owner: (identity) => identity.owner },
  parameters: {},
  evaluate({ owner }) {
    if (owner === null) return notMet({ owner: null }, 'neither the owners file nor a tag names an owner');
    return met({ owner: owner.owner, source: owner.source, confidence: owner.confidence }, `owner recorded by ${owner.source}`);
  },
});
