// SPDX-License-Identifier: Apache-2.0
import { every, known, unknown, type Fact } from '../model/fact.ts';
import type { Credential, Identity } from '../model/row.ts';
import type { Surroundings } from './define.ts';

/** All credentials of a kind that an identity holds: known only where that list closed in this scan. */
export function listed(identity: Identity, { credentials }: Surroundings, kind: string): Fact<readonly Credential[]> {
  const count = identity.credentialCounts[kind];
  if (count === undefined) return unknown('no_source', `nothing in this scan lists ${kind} of ${identity.kind}`);
  if (count.status !== 'known') return count;
  const own = credentials.filter((credential) => credential.kind === kind);
  if (own.length !== count.value) return unknown('conflict', `${count.value} were counted and ${own.length} were listed`);
  return known(own, [...count.refs, ...own.flatMap(({ refs }) => refs)], count.asOf === undefined ? {} : { asOf: count.asOf });
}

/** Those of them that are active: known only where the list closed and every status is known. */
export function active(identity: Identity, around: Surroundings, kind: string): Fact<readonly Credential[]> {
  const all = listed(identity, around, kind);
  if (all.status !== 'known') return all;
  const statuses = every(all.value.map(({ status }) => status));
  if (statuses.status !== 'known') return statuses;
  return known(all.value.filter((_, index) => statuses.value[index] === 'active'), [...all.refs, ...statuses.refs]);
}
