// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { notApplicable, type Fact } from '../../src/model/fact.ts';
import { momentOf } from '../../src/model/read-facts.ts';
import type { ObjectRow } from '../../src/model/row.ts';
import type { ControlTotal, JoinContext, Related, UnitInventory } from '../../src/model/source.ts';
import { ACCOUNTS, joinAccounts } from './join-accounts.ts';
import { joinOthers } from './join-others.ts';
import { joinSecrets, type JoinedSecrets } from './join-secrets.ts';
import { joinWorkloads, WORKLOAD } from './join-workloads.ts';
import { countOf, parsedRows } from './read-facts.ts';
import { namespaceOf, objectMetadata, rowKey } from './shapes.ts';
import { countSchema } from './sources/account-count.ts';
import { serviceAccountSchema } from './sources/service-accounts.ts';

/** Kinds of object, and the list that closes each: those that a namespace has, and those that only a cluster has. */
const OF_EITHER = [['kubernetes.role', 'kubernetes.roles'], ['kubernetes.role-binding', 'kubernetes.role-bindings']] as const;
const OF_CLUSTERS = [['kubernetes.namespace', 'kubernetes.namespaces'], ['kubernetes.cluster-role', 'kubernetes.cluster-roles'], ['kubernetes.cluster-role-binding', 'kubernetes.cluster-role-bindings']] as const;
const anyObject = z.object({ metadata: objectMetadata });

/** All rows of one cluster, or of one namespace of it, from the rows of its sources. A read that failed leaves its facts unknown, with its cause; it never leaves them empty. */
export function join(related: Related, { asOf }: JoinContext): UnitInventory {
  const accounts = parsedRows(related, ACCOUNTS, 'kubernetes.service-account', serviceAccountSchema);
  const secrets = joinSecrets(related, accounts);
  const workloads = joinWorkloads(related, accounts);
  const others = joinOthers(related, asOf);
  const { identities, grants } = joinAccounts(related, secrets.tokensOf, workloads);
  const objects: ObjectRow[] = [...workloads.objects, ...others.objects];
  const populations: { [kind: string]: Fact<number> } = {
    'kubernetes.service-account': countOf(related, ACCOUNTS, identities.length), 'kubernetes.service-account-token': tokenPopulation(secrets), 'kubernetes.secret': secrets.tabled.others,
    'kubernetes.bootstrap-token': secrets.tabled.bootstraps, [WORKLOAD]: workloads.population, ...others.populations,
  };
  for (const [kind, source] of namespaceOf(related.unit) === null ? [...OF_CLUSTERS, ...OF_EITHER] : OF_EITHER) {
    const rows = parsedRows(related, source, kind, anyObject);
    populations[kind] = countOf(related, source, rows.length);
    objects.push(...rows.map(({ value: { metadata }, row }): ObjectRow => ({
      type: 'object', key: rowKey(related.unit.id, metadata.uid), id: metadata.uid, kind, unit: related.unit.id, name: metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`,
      created: momentOf(metadata.creationTimestamp, row.refs), expires: notApplicable('it has no end'), detail: {}, refs: row.refs,
    })));
  }
  return {
    identityKinds: ['kubernetes.service-account'], identities, credentials: [...secrets.credentials, ...others.credentials], grants, trusts: [], objects, populations,
    controlTotals: [accountTotal(related, identities.length, populations['kubernetes.service-account']), tokenTotal(related, secrets)], unplaced: [],
  };
}

/** How many tokens there are: the list's count, but not where the tables show one that it does not have. */
function tokenPopulation(secrets: JoinedSecrets): Fact<number> {
  const tokens = secrets.credentials.filter(({ kind }) => kind === 'kubernetes.service-account-token');
  const only = tokens.find(({ idBasis }) => idBasis === 'name');
  return secrets.listedTokens.status === 'known' && only?.status.status === 'unknown' ? only.status : secrets.listedTokens;
}

/** The server's own count of the accounts, asked for before they are listed and not again after. */
function accountTotal(related: Related, listed: number, population: Fact<number> | undefined): ControlTotal {
  const counted = parsedRows(related, 'kubernetes.service-account-count', 'kubernetes.count', countSchema)[0];
  const expected = counted?.value.count ?? null;
  const ours = population?.status === 'known' ? listed : null;
  return {
    name: 'Principals', unit: related.unit.id, method: 'remainingItemCount of a list cut to one item, and that item, against the whole list of service accounts', before: expected, after: null, listed: ours,
    state: expected === null || ours === null ? 'unavailable' : expected === ours ? 'equal' : 'differs',
    note: counted !== undefined && expected === null ? 'the server gives no count of what remains' : 'service accounts; users and groups are no objects of a cluster', refs: counted?.row.refs ?? [],
  };
}

function tokenTotal(related: Related, { tabled, listedTokens }: JoinedSecrets): ControlTotal {
  const expected = tabled.tokens.status === 'known' ? tabled.tokens.value : null;
  const listed = listedTokens.status === 'known' ? listedTokens.value : null;
  return {
    name: 'TokenSecrets', unit: related.unit.id, method: 'rows of type kubernetes.io/service-account-token in the tables of all namespaces, against the list of that type', before: expected, after: null, listed,
    state: expected === null || listed === null ? 'unavailable' : expected === listed ? 'equal' : 'differs', note: null, refs: [...(tabled.tokens.status === 'known' ? tabled.tokens.refs : []), ...(listedTokens.status === 'known' ? listedTokens.refs : [])],
  };
}
