// SPDX-License-Identifier: Apache-2.0
import type { WireOperation } from './wire-operation.ts';

const REFERENCE = 'https://learn.microsoft.com/en-us/rest/api/keyvault';

function list(operation: string, path: string, action: string, documentation: string): WireOperation {
  return { service: 'vault', operation, path, select: [], fixed: 'api-version=7.4&maxresults=25', top: null, eventual: false, permissions: [action], documentation: `${REFERENCE}/${documentation}`, query: null };
}

/**
 * Every request that Rollcall sends to a key vault itself. Lists show names and dates; one level deeper, at `/secrets/NAME`, Key Vault returns the value: no such path stands here, and no link to one is followed.
 */
export const VAULT_OPERATIONS: readonly WireOperation[] = [
  list('ListSecrets', '/secrets', 'Microsoft.KeyVault/vaults/secrets/readMetadata/action', 'secrets/get-secrets/get-secrets'),
  list('ListKeys', '/keys', 'Microsoft.KeyVault/vaults/keys/read', 'keys/get-keys/get-keys'),
  list('ListCertificates', '/certificates', 'Microsoft.KeyVault/vaults/certificates/read', 'certificates/get-certificates/get-certificates'),
];
