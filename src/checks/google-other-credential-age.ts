// SPDX-License-Identifier: Apache-2.0
import { judgeAge } from './age.ts';
import { days, defineCheck } from './define.ts';

/** API keys, HMAC keys and values in Secret Manager that have stood for longer than the limit. */
export const googleOtherCredentialAge = defineCheck({
  id: 'google-other-credential-age',
  version: 1,
  subject: 'credential',
  kinds: ['google.api-key', 'google.hmac-key', 'google.secret'],
  severity: 'medium',
  title: 'API key, HMAC key or stored secret is older than the limit',
  rationale: 'None of them ends by itself: what was copied once works until somebody replaces or deletes it.',
  remediation: 'Make a new one, move what uses it, and delete the old one; of a secret, store a new version and destroy the old. Delete what nothing uses.',
  limits: 'Of a secret it shows when the newest version that can be read was stored, not whether it holds another value than before. Whether anything is used is not seen.',
  expected: 'made, or stored anew, at most {maxAgeDays} days ago',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `it is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, created: (credential) => credential.created },
  parameters: { maxAgeDays: days(90, 'tool', 'CIS Google Cloud Platform Foundation Benchmark asks for API keys to be rotated every 90 days; we ask the same of HMAC keys and stored secrets') },
  evaluate: ({ created }, { maxAgeDays }, asOf) => judgeAge(created, maxAgeDays, asOf, 'made'),
});
