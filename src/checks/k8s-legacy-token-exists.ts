// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';

/** A Secret holds a token of a service account that works and has no end. */
export const k8sLegacyTokenExists = defineCheck({
  id: 'k8s-legacy-token-exists',
  version: 1,
  subject: 'credential',
  kinds: ['kubernetes.service-account-token'],
  severity: 'high',
  title: 'Long-lived service account token exists',
  rationale: 'It never expires, it is bound to no pod, and whoever may read the Secret may act as the account from anywhere.',
  remediation: 'Let workloads use the token that is projected into their pod, or ask for one with an end through the TokenRequest API; then delete the Secret.',
  limits: 'Shows that the Secret is there and not invalidated. Tokens that were issued through the TokenRequest API are no objects and are not listed; what the account may do is not looked at here.',
  expected: 'no active token that is kept in a Secret',
  applies: () => true,
  needs: { status: (credential) => credential.status },
  parameters: {},
  evaluate: ({ status }) => (status === 'active' ? notMet({ status }, 'an active token without an end is kept in a Secret') : met({ status }, `the token is ${status}`)),
});
