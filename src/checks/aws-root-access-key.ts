// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { active } from './listed.ts';

/** The root user has an active access key. */
export const awsRootAccessKey = defineCheck({
  id: 'aws-root-access-key',
  version: 1,
  subject: 'identity',
  kinds: ['aws.root'],
  severity: 'critical',
  title: 'Root user has an access key',
  rationale: 'No policy limits the root user, so its key opens everything and cannot be narrowed.',
  remediation: 'Delete the root keys; in member accounts remove root credentials through centralised root access.',
  limits: 'Shows that a key is there, not whether it is used by anybody else than management.',
  expected: 'no active access key',
  applies: () => true,
  needs: { keys: (identity, around) => active(identity, around, 'aws.access-key') },
  parameters: {},
  evaluate({ keys }) {
    return keys.length > 0 ? notMet({ activeKeys: keys.length }, `${keys.length} active`) : met({ activeKeys: 0 }, 'none active');
  },
});
