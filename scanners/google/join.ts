// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, mapFact, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { countBelow, countOf, listRefs, momentOf, type Parsed, parsedRows } from '../../src/model/read-facts.ts';
import type { Identity, ObjectRow } from '../../src/model/row.ts';
import type { JoinContext, Related, UnitInventory } from '../../src/model/source.ts';
import { joinActivities } from './join-activities.ts';
import { joinClusters } from './join-clusters.ts';
import { joinEvents } from './join-events.ts';
import { credentialOf, KEY, SYSTEM_KEY, trustOf } from './join-credentials.ts';
import { joinLimits } from './join-limits.ts';
import { ACCOUNT_TRUST, joinPolicies, type JoinedPolicies } from './join-policies.ts';
import { joinStored } from './join-stored.ts';
import { joinContainer } from './organization.ts';
import { rowKey, UNIT } from './shapes.ts';
import { projectSchema } from './sources/project.ts';
import { ACCOUNTS, accountSchema, type Account } from './sources/service-accounts.ts';
import { keyRowSchema, KEYS } from './sources/service-account-keys.ts';
import { lastPart, POOLS, poolSchema, providerRowSchema, PROVIDERS_OF_POOLS, type Pool } from './sources/workload-identity.ts';

const ACCOUNT = 'google.service-account';
const POOL = 'google.workload-identity-pool';
const PROVIDER = 'google.workload-identity-provider';
const PROJECT = 'google.project';
/** Kinds that a check is held against: of projects, and of nothing above them. */
const KINDS = [ACCOUNT, POOL, PROVIDER, KEY, ACCOUNT_TRUST, 'google.api-key', 'google.hmac-key', 'google.secret'];

/** In words, for reports: how each class is decided. A declaration in the owners file goes before it. */
export const CLASSIFICATION_RULES: readonly string[] = [
  'Service account: non-human, since a program acts as it. That a person makes tokens or keys of it and acts as it is not told apart.',
  'Workload identity pool: non-human; its members are workloads of issuers outside Google Cloud.',
];

/** All rows of one project, from the rows of its sources. A read that failed leaves its facts unknown, with its cause; it never leaves them empty. */
export function join(related: Related, context: JoinContext): UnitInventory {
  return related.unit.kind === UNIT ? joinProject(related, context) : joinContainer(related, KINDS);
}

function joinProject(related: Related, context: JoinContext): UnitInventory {
  const { asOf } = context;
  const unit = related.unit.id;
  const accounts = parsedRows(related, ACCOUNTS, ACCOUNT, accountSchema);
  const keys = parsedRows(related, KEYS, 'google.service-account-key', keyRowSchema);
  const pools = parsedRows(related, POOLS, POOL, poolSchema);
  const providers = parsedRows(related, PROVIDERS_OF_POOLS, PROVIDER, providerRowSchema);
  const byAccount = new Map(accounts.map(({ value }) => [value.email, { id: value.uniqueId, disabled: value.disabled === true }]));
  const uses = joinActivities(related);
  const clusters = joinClusters(related);
  const log = joinEvents(related, asOf);
  const stored = joinStored(related, new Map(accounts.map(({ value }) => [value.email, rowKey(unit, value.uniqueId)])), asOf);
  const credentials = keys.map((key) => credentialOf(unit, key, byAccount.get(key.value.account) ?? null, uses.ofKey(key.value.name), asOf));
  const policies = joinPolicies(related, context, { accounts: new Map(accounts.map(({ value }) => [value.email, rowKey(unit, value.uniqueId)])), pools: new Map(pools.map(({ value }) => [value.name, rowKey(unit, value.name)])) });
  const limits = joinLimits(related);
  const keysOf = Map.groupBy(keys, ({ value }) => value.account);
  const poolOf = new Map(pools.map(({ value }) => [lastPart(value.name), value]));
  const ofKind = (kind: string): Fact<number> => countBelow(related, ACCOUNTS, KEYS, accounts.map(({ value }) => value.email), credentials.filter((credential) => credential.kind === kind).length);
  return {
    identityKinds: [ACCOUNT, POOL],
    identities: [
      ...accounts.map((account) => identityOf(related, account, { privilege: policies.privilegeOf(rowKey(unit, account.value.uniqueId)), lastUsed: uses.ofAccount(account.value) }, (kind) => mapFact(countOf(related, KEYS, 0, account.value.email), () => (keysOf.get(account.value.email) ?? []).filter(({ value }) => (value.keyType === 'SYSTEM_MANAGED') === (kind === SYSTEM_KEY)).length))),
      ...pools.map((pool) => poolIdentity(related, pool, policies, countOf(related, PROVIDERS_OF_POOLS, providers.filter(({ value }) => value.pool === lastPart(pool.value.name)).length, lastPart(pool.value.name)))),
    ],
    credentials: [...credentials, ...stored.credentials], grants: policies.grants,
    trusts: [...policies.trusts, ...providers.flatMap((provider) => { const pool = poolOf.get(provider.value.pool); return pool === undefined ? [] : [trustOf(unit, provider, pool)]; })],
    objects: [...policies.objects, ...limits.objects, ...clusters.objects, ...parsedRows(related, 'google.resourcemanager.project', PROJECT, projectSchema).map(({ value, row }): ObjectRow => ({
      type: 'object', key: rowKey(unit, value.name), id: value.name, kind: PROJECT, unit, name: value.projectId, created: momentOf(value.createTime, row.refs), expires: notApplicable('it has no end'), detail: { state: value.state ?? null, parent: value.parent ?? null }, refs: row.refs,
    }))],
    populations: {
      ...policies.populations, ...limits.populations, ...stored.populations, 'google.cluster': clusters.count,
      [ACCOUNT]: countOf(related, ACCOUNTS, accounts.length), [KEY]: ofKind(KEY), [SYSTEM_KEY]: ofKind(SYSTEM_KEY), [POOL]: countOf(related, POOLS, pools.length),
      [PROVIDER]: countBelow(related, POOLS, PROVIDERS_OF_POOLS, pools.map(({ value }) => lastPart(value.name)), providers.length), [PROJECT]: countOf(related, 'google.resourcemanager.project', 1),
    },
    // IAM gives no count of its service accounts beside the list itself.
    controlTotals: [...stored.controlTotals, { name: 'Principals', unit, method: 'none: Google Cloud counts its service accounts nowhere but in the list itself', before: null, after: null, listed: bothListed(related) ? accounts.length + pools.length : null, state: 'unavailable', note: 'service accounts and pools have no count of the provider to be held against', refs: listRefs(related, ACCOUNTS) }],
    events: log.events, unplaced: log.unplaced,
  };
}

/** Whether accounts and pools were both listed to the end. */
function bothListed(related: Related): boolean {
  return [ACCOUNTS, POOLS].every((source) => related.ended(source).state === 'complete');
}

const NO_SOURCE = unknown('no_source', 'neither the owners file nor a description was looked at yet');

function identityOf(related: Related, { value, row }: Parsed<Account>, facts: Pick<Identity, 'privilege' | 'lastUsed'>, count: (kind: string) => Fact<number>): Identity {
  const unit = related.unit.id;
  return {
    type: 'identity', key: rowKey(unit, value.uniqueId), id: value.uniqueId, idBasis: 'provider', kind: ACCOUNT, unit, name: value.email, address: value.name, responsibility: 'entity',
    classification: { class: 'non-human', basis: 'rule', rule: 'a service account', refs: row.refs },
    created: unknown('not_reported', 'the list of service accounts gives no date of making'), ...facts,
    interactiveLogin: notApplicable('a service account has no password'), tags: known(described(value), row.refs), owner: NO_SOURCE, purpose: NO_SOURCE, review: NO_SOURCE,
    credentialCounts: { [KEY]: count(KEY), [SYSTEM_KEY]: count(SYSTEM_KEY) },
    particulars: { 'google.disabled': known(value.disabled ?? false, row.refs), 'google.made-by-google': known(madeByGoogle(value.email), row.refs) }, self: false, refs: row.refs,
  };
}

/** Accounts that Google makes with a service. https://cloud.google.com/iam/docs/service-account-types#default */
function madeByGoogle(email: string): boolean {
  return /^\d+-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$/.test(email);
}

function described({ description }: { readonly description?: string | undefined }): { readonly [name: string]: string } {
  return description === undefined || description === '' ? {} : { description };
}

/** A pool as the one who acts: roles are given to it, or to parts of it, and its providers say who is in it. */
function poolIdentity(related: Related, { value, row }: Parsed<Pool>, { privilegeOf }: JoinedPolicies, providers: Fact<number>): Identity {
  const unit = related.unit.id;
  return {
    type: 'identity', key: rowKey(unit, value.name), id: value.name, idBasis: 'provider', kind: POOL, unit, name: lastPart(value.name), address: `principalSet://iam.googleapis.com/${value.name}/*`, responsibility: 'entity',
    classification: { class: 'non-human', basis: 'rule', rule: 'a workload identity pool', refs: row.refs },
    created: unknown('not_reported', 'Google Cloud gives no date of making'), lastUsed: unknown('no_source', 'Google Cloud does not note it in a list; audit logs would show it'), interactiveLogin: notApplicable('a pool has no password'), privilege: privilegeOf(rowKey(unit, value.name)),
    tags: known(described(value), row.refs), owner: NO_SOURCE, purpose: NO_SOURCE, review: NO_SOURCE, credentialCounts: {},
    particulars: { 'google.disabled': known(value.disabled ?? false, row.refs), 'google.providers': mapFact(providers, (count) => z.json().parse(count)) }, self: false, refs: row.refs,
  };
}

