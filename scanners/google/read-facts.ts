// SPDX-License-Identifier: Apache-2.0
import { known, type Fact } from '../../src/model/fact.ts';
import { listRefs, notClosed } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Related } from '../../src/model/source.ts';

/** A count over the lists that follow a list: known only where that one and each of them closed. */
export function overParents(related: Related, above: string, parents: readonly string[], source: string, count: number): Fact<number> {
  const open = notClosed(related, above);
  if (open !== null) return open;
  const refs: PageReference[] = [...listRefs(related, above)];
  for (const parent of parents) {
    const unread = notClosed(related, source, parent);
    if (unread !== null) return { ...unread, detail: `${parent}: ${unread.detail}` };
    refs.push(...listRefs(related, source, parent));
  }
  return known(count, refs);
}
