// SPDX-License-Identifier: Apache-2.0
import { judgeAge } from './age.ts';
import { days, defineCheck } from './define.ts';

/** Keys of storage and Cosmos DB accounts that work and were not replaced for too long. https://learn.microsoft.com/en-us/azure/storage/common/storage-account-keys-manage */
export const azureResourceKeyAge = defineCheck({
  id: 'azure-resource-key-age',
  version: 1,
  subject: 'credential',
  kinds: ['azure.storage-account-key', 'azure.cosmos-account-key'],
  severity: 'high',
  title: 'Key of a storage or database account is older than the rotation limit',
  rationale: 'Such a key opens the whole account from anywhere, says nothing of who uses it, and has no end of its own.',
  remediation: 'Let programs use managed identities and switch the keys off; until then replace one key, change over, and replace the other.',
  limits: 'Shows when a key was made, not whether anything uses it. Tokens that were signed with a key end with it and are listed nowhere.',
  expected: 'made at most {maxAgeDays} days ago',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value === 'inactive' ? 'the account takes no keys' : true),
  needs: { status: (credential) => credential.status, created: (credential) => credential.created },
  parameters: { maxAgeDays: days(90, 'tool', 'CIS Azure Foundations 6.0.0, 9.3.1.2, asks that keys are replaced periodically and names no number') },
  evaluate: ({ created }, { maxAgeDays }, asOf) => judgeAge(created, maxAgeDays, asOf, 'made'),
});
