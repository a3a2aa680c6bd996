// SPDX-License-Identifier: Apache-2.0
import type { Register } from '../options.ts';
import { anchor } from './anchor.ts';
import { keys } from './keys.ts';

/** Commands about what holds over time, in the order of the help. */
export const REGISTERED: readonly Register[] = [anchor, keys];
