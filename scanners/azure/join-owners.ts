// SPDX-License-Identifier: Apache-2.0
import { known, type Fact } from '../../src/model/fact.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import type { Parsed } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { OwnerClaim } from '../../src/model/row.ts';
import type { z } from 'zod';
import type { ownerSchema } from './sources/application-owners.ts';

type Owner = z.output<typeof ownerSchema>;

/** Owners that a list which closed shows. Known null: it was read, and is empty. */
export function ownersListed(owners: readonly Parsed<Owner>[], refs: readonly PageReference[]): Fact<OwnerClaim | null> {
  if (owners.length === 0) return known<OwnerClaim | null>(null, refs);
  return known<OwnerClaim | null>({ owner: owners.map(({ value }) => nameOf(value)).toSorted(byCodeUnit).join(', '), source: 'owners in Entra ID', confidence: 'exact' }, [...refs, ...owners.flatMap(({ row }) => row.refs)]);
}

function nameOf({ '@odata.type': type, id, displayName, userPrincipalName }: Owner): string {
  const name = userPrincipalName ?? displayName;
  return name !== null && name !== undefined && name !== '' ? name : `${type?.split('.').at(-1) ?? 'object'} ${id}`;
}

