// SPDX-License-Identifier: Apache-2.0
import { known, type Fact } from '../../src/model/fact.ts';
import { listRefs, notClosed, type Parsed } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Related } from '../../src/model/source.ts';

/** A count over the lists below each of several resources: known only where every one of them closed. */
export function below(related: Related, list: string, source: string, parents: readonly Parsed<{ readonly id: string }>[], count: number): Fact<number> {
  const open = notClosed(related, list);
  if (open !== null) return open;
  const refs: PageReference[] = [...listRefs(related, list)];
  for (const { value } of parents) {
    const unread = notClosed(related, source, value.id);
    if (unread !== null) return { ...unread, detail: `${value.id}: ${unread.detail}` };
    refs.push(...listRefs(related, source, value.id));
  }
  return known(count, refs);
}
