// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';

/** Secrets and keys in key vaults that work and have no end. https://learn.microsoft.com/en-us/azure/key-vault/secrets/secrets-best-practices */
export const azureVaultItemNoExpiry = defineCheck({
  id: 'azure-vault-item-no-expiry',
  version: 1,
  subject: 'credential',
  kinds: ['azure.key-vault-secret', 'azure.key-vault-key'],
  severity: 'medium',
  title: 'Secret or key in a vault has no end',
  rationale: 'What has no end is replaced when somebody remembers, and a copy that was taken works until then.',
  remediation: 'Set an end, and have the vault or its event replace the secret or key before it.',
  limits: 'The end belongs to the newest version and is a mark that programs may overlook: what the secret opens may work beyond it, or stop before.',
  expected: 'an end that somebody set',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value === 'inactive' ? 'it is switched off' : true),
  needs: { expires: (credential) => credential.expires },
  parameters: {},
  evaluate: ({ expires }) => ('never' in expires ? notMet({ expires: 'never' }, 'it has no end') : met({ expires: expires.at }, 'it has an end')),
});
