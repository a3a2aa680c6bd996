// SPDX-License-Identifier: Apache-2.0
import type { CanaryLine } from '../canary-line.ts';

/** Error messages and fields that nobody named carry canaries too. */
export const AWS_CANARIES: CanaryLine = { faults: [{ operation: 'ListSAMLProviders', kind: 'error500' }, { operation: '*', kind: 'unknown_field' }], neverKept: [] };
