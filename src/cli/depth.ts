// SPDX-License-Identifier: Apache-2.0
import { notOptedIn, type Depth, type Source } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

/** Whether a scan of this depth reads a source in a unit. */
export function isReadAt(depth: Depth, source: Pick<Source, 'depth' | 'optIn'>, unit: Unit): boolean {
  return ORDER.indexOf(source.depth) <= ORDER.indexOf(depth) && notOptedIn(source, unit) === null;
}
