// SPDX-License-Identifier: Apache-2.0
import { known, unknown } from '../../src/model/fact.ts';
import { exactly, plusDays, type Instant } from '../../src/model/instant.ts';
import { pageReference } from '../../src/model/reference.ts';
import type { Credential, Identity } from '../../src/model/row.ts';

/** Service accounts of a synthetic cluster, each with one token: a second provider beside the accounts of a synthetic bundle. */
export function clusterRows(unit: string, count: number, asOf: Instant, random: () => number): { readonly identities: readonly Identity[]; readonly credentials: readonly Credential[] } {
  const identities: Identity[] = [];
  const credentials: Credential[] = [];
  for (let index = 0; index < count; index += 1) {
    const refs = [pageReference({ unit, source: 'kubernetes.service-accounts', parent: null }, 1, ['items', index])];
    const created = plusDays(asOf, -Math.floor(random() * 900));
    const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const identity: Identity = {
      type: 'identity', key: `${unit}/${uid}`, id: uid, idBasis: 'provider', kind: 'kubernetes.service-account', unit, name: `worker-${index}`, address: `system:serviceaccount:shop:worker-${index}`, responsibility: 'entity',
      classification: { class: 'non-human', basis: 'rule', rule: 'a service account', refs }, created: known(exactly(created), refs), lastUsed: unknown('not_reported', 'the cluster keeps no use of a service account'), interactiveLogin: known(false, refs),
      privilege: known({ level: 'not_administrator', via: [] }, refs), tags: known({}, refs), owner: known(null, refs), purpose: known(null, refs), review: known(null, refs), credentialCounts: {}, self: false, refs,
    };
    identities.push(identity);
    credentials.push({
      type: 'credential', key: `${unit}/token-${uid}`, id: `token-${uid}`, idBasis: 'provider', kind: 'kubernetes.service-account-token', unit, identity: identity.key, name: `worker-${index}-token`, responsibility: 'entity',
      status: known('active', refs), created: known(exactly(created), refs), expires: known({ never: true }, refs), audience: null, refs,
      lastUsed: index % 3 === 0 ? known({ none: true, since: created }, refs) : known({ at: plusDays(asOf, -Math.min(index * 7, 300)) }, refs, { granularity: 'day' }),
    });
  }
  return { identities, credentials };
}
