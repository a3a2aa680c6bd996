// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Nothing says what the identity is for. */
export const nhiPurposeMissing = defineCheck({
  id: 'nhi-purpose-missing',
  version: 1,
  subject: 'identity',
  kinds: ['*'],
  severity: 'low',
  title: 'Non-human identity has no recorded purpose',
  rationale: 'Whether an identity is still needed can be judged only against what it was made for.',
  remediation: 'Write its purpose into the owners file, or tag it.',
  limits: 'Shows that a purpose is written down, not that it is true or still current.',
  expected: 'a purpose is recorded in the owners file or in a tag',
  applies: inNonHumanPopulation,
  needs: { purpose: (identity) => identity.purpose },
  parameters: {},
  evaluate({ purpose }) {
    return purpose === null ? notMet({ purpose: null }, 'neither the owners file nor a tag names a purpose') : met({ purpose }, 'a purpose is recorded');
  },
});
