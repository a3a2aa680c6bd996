// SPDX-License-Identifier: Apache-2.0
import type { Depth, Source } from '../model/source.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

/** Whether a scan of this depth reads a source. */
export function isReadAt(depth: Depth, source: Pick<Source, 'depth'>): boolean {
  return ORDER.indexOf(source.depth) <= ORDER.indexOf(depth);
}
