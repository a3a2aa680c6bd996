// SPDX-License-Identifier: Apache-2.0
import type { Register } from '../options.ts';
import { registerExport } from './export.ts';
import { registerReview } from './review.ts';

/** Commands about what holds over time, in the order of the help. */
export const REGISTERED: readonly Register[] = [registerExport, registerReview];
