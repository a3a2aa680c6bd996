// SPDX-License-Identifier: Apache-2.0
import type { CanaryLine } from '../canary-line.ts';

export const GOOGLE_CANARIES: CanaryLine = {
  faults: [{ operation: 'GetProject', kind: 'error500' }, { operation: 'ListWorkloadIdentityPoolProviders', kind: 'deny' }, { operation: 'ListServiceAccounts', kind: 'unknown_field' }],
  neverKept: [
    // No request asks for these members.
    'oauth-client', 'project-label', 'role-description', 'api-key-string', 'cluster-password', 'secret-annotation', 'secret-label', 'public-key-data', 'private-key-data', 'workforce-secret',
    // The SDK's requests have no mask; the client drops them before anything else sees the answer.
    'provider-keys', 'saml-metadata',
  ],
};
