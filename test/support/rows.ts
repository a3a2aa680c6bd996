// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact, type Known, type Unknown, type UnknownCause } from '../../src/model/fact.ts';
import { exactly, instantOf, plusDays, type Instant } from '../../src/model/instant.ts';
import { callId, pageReference, type CallId, type PageReference } from '../../src/model/reference.ts';
import type { Credential, Identity, Trust } from '../../src/model/row.ts';
import type { UnitInventory } from '../../src/model/source.ts';

/** The moment that ages of built rows count to. */
export const ROWS_AS_OF = instantOf(Date.UTC(2026, 10, 22, 9, 30));
export const ROWS_UNIT = 'aws:111122223333';

/** A moment some days before ROWS_AS_OF. */
export function daysBefore(days: number): Instant {
  return plusDays(ROWS_AS_OF, -days);
}

/** A reference into a page of the unit; `place` tells references of one test apart. */
export function ref(place: string | number = 0): PageReference {
  return pageReference({ unit: ROWS_UNIT, source: 'aws.iam.authorization-details', parent: null }, 1, ['UserDetailList', place]);
}

/** A ledger entry of the unit. */
export function call(source = 'aws.iam.access-keys', parent: string | null = 'AIDAEXAMPLE'): CallId {
  return callId({ unit: ROWS_UNIT, source, parent }, 1, 1);
}

/** A known fact that stands on a page of its own. */
export function read<T>(value: T, place: string | number = 0): Known<T> {
  return known(value, [ref(place)]);
}

/** An unknown fact with one ledger entry behind it. */
export function unread(cause: UnknownCause = 'denied', detail = `the read ended as ${cause}`): Unknown {
  return unknown(cause, detail, [call()]);
}

/** A non-human user of 400 days without password, keys, owner, purpose or review. */
export function identity(overrides: Partial<Identity> = {}): Identity {
  const id = overrides.id ?? 'AIDAEXAMPLE';
  const unit = overrides.unit ?? ROWS_UNIT;
  return {
    type: 'identity', key: `${unit}/${id}`, id, idBasis: 'provider', kind: 'aws.user', unit, name: 'deploy-bot', address: `arn:aws:iam::111122223333:user/deploy-bot`, responsibility: 'entity',
    classification: { class: 'non-human', basis: 'rule', rule: 'keys and no password', refs: [ref('class')] },
    created: read(exactly(daysBefore(400)), 'created'), lastUsed: read({ at: daysBefore(1) }, 'used'), interactiveLogin: read(false, 'login'),
    privilege: read({ level: 'not_administrator', via: [] }, 'privilege'), tags: read({}, 'tags'), owner: read(null, 'tags'), purpose: read(null, 'tags'), review: read(null, 'owners'),
    credentialCounts: {}, self: false, refs: [ref('row')], ...overrides,
  };
}

/** An active access key, made 10 days ago and used yesterday, of the identity that `identity()` makes. */
export function credential(overrides: Partial<Credential> = {}): Credential {
  const id = overrides.id ?? 'AKIAEXAMPLE';
  const unit = overrides.unit ?? ROWS_UNIT;
  return {
    type: 'credential', key: `${unit}/${id}`, id, idBasis: 'provider', kind: 'aws.access-key', unit, identity: `${unit}/AIDAEXAMPLE`, name: null, responsibility: 'entity',
    status: read('active', 'status'), created: read(exactly(daysBefore(10)), 'created'), expires: read({ never: true }, 'row'), lastUsed: read({ at: daysBefore(1) }, 'used'), audience: null, refs: [ref('row')], ...overrides,
  };
}

/** A role that a service of the provider may enter. */
export function trust(overrides: Partial<Trust> = {}): Trust {
  const unit = overrides.unit ?? ROWS_UNIT;
  return {
    type: 'trust', kind: 'aws.role-trust', key: `${unit}/AROAEXAMPLE|0|0`, unit, identity: `${unit}/AROAEXAMPLE`, principalKind: 'service', principal: 'lambda.amazonaws.com',
    external: read(false, 'trust'), conditions: [], refs: [ref('trust')], ...overrides,
  };
}

/** An inventory of these rows whose every list closed: each kind's population is the number of rows, on a page. */
export function inventoryOf(rows: { readonly identities?: readonly Identity[]; readonly credentials?: readonly Credential[]; readonly trusts?: readonly Trust[] }, populations: { readonly [kind: string]: Fact<number> } = {}): UnitInventory {
  const { identities = [], credentials = [], trusts = [] } = rows;
  const counts: { [kind: string]: Fact<number> } = {};
  for (const kind of ['aws.user', 'aws.role', 'aws.root', 'aws.access-key', 'aws.service-specific-credential', 'aws.ssh-public-key', 'aws.signing-certificate', 'aws.server-certificate', 'aws.role-trust', 'azure.application', 'azure.application-password', 'azure.application-certificate', 'azure.service-principal', 'azure.service-principal-password', 'azure.service-principal-certificate', 'azure.managed-identity', 'azure.agent-identity', 'azure.agent-blueprint-principal', 'azure.storage-account-key', 'azure.cosmos-account-key', 'azure.key-vault-secret', 'azure.key-vault-key', 'google.service-account', 'google.workload-identity-pool', 'google.service-account-trust', 'google.api-key', 'google.hmac-key', 'google.secret', 'google.service-account-key', 'google.workload-identity-provider', 'kubernetes.service-account', 'kubernetes.service-account-token', 'aws.secret', 'aws.ssm-secure-string', 'aws.kms-key', 'aws.plain-value', 'aws.secret-trust', 'aws.kms-key-trust']) {
    counts[kind] = read([...identities, ...credentials, ...trusts].filter((row) => row.kind === kind).length, `count of ${kind}`);
  }
  return { identityKinds: ['aws.root', 'aws.user', 'aws.role'], identities, credentials, grants: [], trusts, objects: [], populations: { ...counts, ...populations }, controlTotals: [], unplaced: [] };
}
