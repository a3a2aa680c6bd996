// SPDX-License-Identifier: Apache-2.0
import type { CanaryLine } from '../canary-line.ts';

export const AZURE_CANARIES: CanaryLine = {
  faults: [{ operation: 'organization', kind: 'error500' }, { operation: 'applications/owners', kind: 'deny' }, { operation: 'applications', kind: 'unknown_field' }],
  neverKept: [
    // A text called `value` is dropped as an answer of a vault is parsed.
    'vault-value',
    // No request asks for these members.
    'notes', 'owner-title', 'federated-description', 'principal-notes',
    // Passwords and certificates of registries: texts of these names are dropped from every answer of Azure Resource Manager.
    'registry-password', 'registry-certificate',
    // What was sent and by whom stands beside an event.
    'activity-claims', 'activity-properties',
    // They come with every credential, and the client drops them before anything else sees the answer.
    'password-text', 'password-hint', 'password-identifier', 'key-value', 'key-identifier', 'symmetric-key',
  ],
};
