// SPDX-License-Identifier: Apache-2.0
import type { CanaryLine } from '../canary-line.ts';

/** What stands in configurations that carry values: replaced before any redaction. */
const WITHHELD = ['build-specification', 'build-variable', 'container-command', 'container-log-token', 'container-variable', 'function-description', 'function-variable', 'function-variable-named'];

/** Of a report that could not be made no page is kept. */
const FAILED = 'job-error';

/** Error messages and fields that nobody named carry canaries too. */
export const AWS_CANARIES: CanaryLine = { faults: [{ operation: 'ListSAMLProviders', kind: 'error500' }, { operation: '*', kind: 'unknown_field' }], neverKept: [...WITHHELD, FAILED] };
