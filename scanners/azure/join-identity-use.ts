// SPDX-License-Identifier: Apache-2.0
import { known, type Fact } from '../../src/model/fact.ts';
import type { Json } from '../../src/model/json.ts';
import { listRefs, notClosed, parsedRows } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Related } from '../../src/model/source.ts';
import { IDENTITY_USE, IDENTITY_USE_ROW, identityUseSchema } from './sources/arm/tenant.ts';

/** As many resources as a report can show; the number of all stands beside. */
const MOST_SHOWN = 20;

/** Which resources have a managed identity: by its principal where it is a resource's own, by the id of its resource where it is assigned. Known only where the whole query was read, and of what the login sees. */
export type IdentityUsers = (principal: string, resource: string | null) => Fact<Json>;

export function identityUsers(related: Related): IdentityUsers {
  const users = new Map<string, { readonly id: string; readonly refs: readonly PageReference[] }[]>();
  const put = (of: string, id: string, refs: readonly PageReference[]): void => {
    const list = users.get(of.toLowerCase());
    if (list === undefined) users.set(of.toLowerCase(), [{ id, refs }]);
    else list.push({ id, refs });
  };
  for (const { value, row } of parsedRows(related, IDENTITY_USE, IDENTITY_USE_ROW, identityUseSchema)) {
    if (value.principalId !== null && value.principalId !== undefined && value.principalId !== '') put(value.principalId, value.id, row.refs);
    for (const identity of value.userAssigned ?? []) put(identity, value.id, row.refs);
  }
  return (principal, resource) => {
    const open = notClosed(related, IDENTITY_USE);
    if (open !== null) return open;
    const found = [...(users.get(principal.toLowerCase()) ?? []), ...(resource === null ? [] : (users.get(resource.toLowerCase()) ?? []))];
    return known<Json>({ count: found.length, resources: found.slice(0, MOST_SHOWN).map(({ id }) => id) }, found.length === 0 ? listRefs(related, IDENTITY_USE) : found.flatMap(({ refs }) => refs).slice(0, MOST_SHOWN), { note: 'of the resources that the login sees' });
  };
}
