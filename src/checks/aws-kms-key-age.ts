// SPDX-License-Identifier: Apache-2.0
import { judgeAge } from './age.ts';
import { days, defineCheck } from './define.ts';

/** Material of a symmetric key of management's own that was not replaced for too long. Other keys cannot rotate: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
export const awsKmsKeyAge = defineCheck({
  id: 'aws-kms-key-age',
  version: 1,
  subject: 'credential',
  kinds: ['aws.kms-key'],
  severity: 'low',
  title: 'KMS key is in use with old material',
  rationale: 'The longer one piece of material encrypts, the more depends on it; KMS replaces it without any change to who uses the key.',
  remediation: 'Turn automatic rotation on. What was encrypted before stays readable.',
  limits: 'Looks at symmetric keys whose material KMS made. Keys that sign, keys of imported material and keys of custom key stores are left to people; whether a key is used at all is not seen.',
  expected: 'material at most {maxAgeDays} days old',
  applies: ({ status, responsibility, audience }) => {
    if (responsibility === 'provider') return 'AWS manages it';
    if (status.status === 'known' && status.value !== 'active') return `it is ${status.value}`;
    return audience === null || audience === 'SYMMETRIC_DEFAULT' ? true : 'keys of its kind do not rotate by themselves';
  },
  needs: { status: (credential) => credential.status, created: (credential) => credential.created },
  parameters: { maxAgeDays: days(365, 'tool', 'the period of automatic rotation where nobody sets another (https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-enable.html)') },
  evaluate: ({ created }, { maxAgeDays }, asOf) => judgeAge(created, maxAgeDays, asOf, 'material made'),
});
