// SPDX-License-Identifier: Apache-2.0
import { judgeAge } from './age.ts';
import { days, defineCheck } from './define.ts';

/** The value of a stored secret has stood for longer than the limit. */
export const awsStoredSecretAge = defineCheck({
  id: 'aws-stored-secret-age',
  version: 1,
  subject: 'credential',
  kinds: ['aws.secret', 'aws.ssm-secure-string'],
  severity: 'medium',
  title: 'Stored secret has not been replaced for too long',
  rationale: 'Whoever read the value once can use what it opens until it is replaced there; a secret store only hands out what was put in.',
  remediation: 'Turn rotation on, or replace the value where it is used and then here. Delete it where nothing reads it.',
  limits: 'Shows when a value was put in, not whether it is another one than before, nor whether what it opens was changed. Secrets Manager dates any change, a tag\'s too, so that the age may be known only between two dates.',
  expected: 'its value was stored at most {maxAgeDays} days ago',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value !== 'active' ? `it is ${credential.status.value}` : true),
  needs: { status: (credential) => credential.status, created: (credential) => credential.created },
  parameters: { maxAgeDays: days(90, 'tool', 'AWS Security Hub, SecretsManager.4, asks for 90 days of secrets; we ask the same of parameters') },
  evaluate: ({ created }, { maxAgeDays }, asOf) => judgeAge(created, maxAgeDays, asOf, 'stored'),
});
