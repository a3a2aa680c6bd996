// SPDX-License-Identifier: Apache-2.0
import type { CanaryLine } from '../canary-line.ts';

export const KUBERNETES_CANARIES: CanaryLine = {
  faults: [{ operation: 'list roles', kind: 'error500' }, { operation: 'list rolebindings', kind: 'deny' }, { operation: '*', kind: 'unknown_field' }],
  neverKept: [
    // Values of Secrets and ConfigMaps, and the labels and annotations of Secrets that are no tokens: no request asks for them.
    'opaque-data', 'tls-key', 'docker-password', 'basic-auth-password', 'ssh-key', 'helm-release', 'bootstrap-secret', 'applied-data', 'applied-string-data', 'secret-annotation', 'secret-label', 'config-map',
    'deployer-token', 'ledger-token', 'broker-token', 'runner-token',
    // Whole custom resources: only their tables are asked for.
    'certificate-keystore', 'external-template',
    // What `kubectl apply` leaves, and the containers of pods: they come, and the client drops them before anything else sees the answer.
    'token-applied', 'account-applied', 'pod-environment', 'pod-argument',
  ],
};
