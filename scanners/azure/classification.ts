// SPDX-License-Identifier: Apache-2.0

/** In words, for reports: how each class is decided. A declaration in the owners file goes before it. */
export const CLASSIFICATION_RULES: readonly string[] = [
  'Application registration: non-human, since it signs in with credentials of its own. One that only lets people sign in, and has none, is not told apart.',
  'Service principal of every kind (applications of this tenant, of other tenants of ours, of other companies and of Microsoft, managed identities, agents): non-human. It and the application registration that it stands for are two rows: the registration has credentials, the service principal has rights, and may have credentials of its own.',
];
