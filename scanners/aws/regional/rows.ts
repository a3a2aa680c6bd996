// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { JsonObject } from '../../../src/model/json.ts';
import { known, notApplicable, unknown, type Fact } from '../../../src/model/fact.ts';
import { listRefs, unknownOf } from '../../../src/model/read-facts.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential, ObjectRow, Observation } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { parsedRows } from '../rows.ts';
import type { Moment } from '../sources/regional/list.ts';
import { madeAt } from './times.ts';

/** What a credential of one kind takes from its item; what it leaves out is unknown, and says so. */
type Own = Pick<Credential, 'id' | 'name'> & Partial<Pick<Credential, 'status' | 'expires' | 'lastUsed' | 'audience' | 'created'>> & { readonly made?: Moment | undefined };

const NO_STATUS = notApplicable('AWS has no status for it: it is there or not');
const NO_LAST_USE = unknown('no_source', 'no list tells when it was last used');

/** Credentials of one kind from the rows of its source. */
export function credentialsOf<T>(related: Related, source: string, kind: string, schema: z.ZodType<T>, own: (value: T, refs: readonly PageReference[], row: Observation) => Own): readonly Credential[] {
  return parsedRows(related, source, kind, schema).map(({ value, row }): Credential => {
    const { made, id, name, ...facts } = own(value, row.refs, row);
    return {
      type: 'credential', key: row.key, id, idBasis: 'provider', kind, unit: related.unit.id, identity: null, name, responsibility: 'entity',
      status: NO_STATUS, created: madeAt(made, row.refs), expires: known({ never: true as const }, row.refs), lastUsed: NO_LAST_USE, audience: null, ...facts, refs: row.refs,
    };
  });
}

/** The same of what is no credential. */
export function objectsOf<T>(related: Related, source: string, kind: string, schema: z.ZodType<T>, own: (value: T, row: Observation) => { readonly id: string; readonly name: string; readonly made?: Moment | undefined; readonly detail: { readonly [name: string]: JsonObject[string] | undefined } }): readonly ObjectRow[] {
  return parsedRows(related, source, kind, schema).map(({ value, row }): ObjectRow => {
    const { id, name, made, detail } = own(value, row);
    const said = Object.entries(detail).flatMap(([member, one]): [string, JsonObject[string]][] => (one === undefined ? [] : [[member, one]]));
    return { type: 'object', key: row.key, id, kind, unit: related.unit.id, name, created: madeAt(made, row.refs), expires: notApplicable('things of this kind do not expire'), detail: Object.fromEntries(said), refs: row.refs };
  });
}

/** Whether a switch is on, as a status; unknown where the answer leaves it out. */
export function switchedOn(on: boolean | undefined, refs: readonly PageReference[]): Credential['status'] {
  return on === undefined ? unknown('not_reported', 'the answer does not say whether it is on') : known(on ? 'active' as const : 'inactive' as const, refs);
}

/** A count at the end of a chain of lists, each read once for every item of the one before: known only where all of them closed. */
export function countThrough(related: Related, chain: readonly { readonly source: string; readonly parents: readonly (string | null)[] }[], count: number): Fact<number> {
  const refs: PageReference[] = [];
  for (const { source, parents } of chain) {
    for (const parent of parents) {
      const end = related.ended(source, parent);
      // What was not needed has nothing to list: a server whose users are elsewhere.
      if (end.state === 'skipped' && end.kind === 'not_needed' && parent !== null) continue;
      if (end.state !== 'complete') return unknownOf(related, source, parent);
      refs.push(...listRefs(related, source, parent));
    }
  }
  return known(count, refs);
}
