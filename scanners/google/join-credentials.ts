// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, type Instant } from '../../src/model/instant.ts';
import { momentOf } from '../../src/model/read-facts.ts';
import type { Credential, Trust, TrustCondition } from '../../src/model/row.ts';
import type { Parsed } from '../../src/model/read-facts.ts';
import { rowKey } from './shapes.ts';
import type { KeyRow } from './sources/service-account-keys.ts';
import type { Pool, ProviderRow } from './sources/workload-identity.ts';

/** A key that somebody made or uploaded, and holds. */
export const KEY = 'google.service-account-key';
/** A key that Google makes, holds and rotates by itself. */
export const SYSTEM_KEY = 'google.service-account-system-key';
// A key without end carries the last second of the year 9999. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys
const NEVER = '9999-12-31T23:59:59.000Z';

/** A key of a service account. Its name is its id, and holds the id that Google gave it. */
export function credentialOf(unit: string, { value, row }: Parsed<KeyRow>, account: { readonly id: string; readonly disabled: boolean } | null, lastUsed: Credential['lastUsed'], asOf: Instant): Credential {
  const end = value.validBeforeTime === undefined ? null : parseInstant(value.validBeforeTime);
  const expires: Credential['expires'] = end === null ? unknown(value.validBeforeTime === undefined ? 'not_reported' : 'unrecognized', 'the end of the key is not one that we can read') : known(end === NEVER ? { never: true as const } : { at: end }, row.refs);
  const system = value.keyType === 'SYSTEM_MANAGED';
  return {
    type: 'credential', key: rowKey(unit, value.name), id: value.name, idBasis: 'provider', kind: system ? SYSTEM_KEY : KEY, unit, identity: account === null ? null : rowKey(unit, account.id), name: `${value.account} ${value.name.slice(value.name.lastIndexOf('/') + 1)}`, responsibility: system ? 'provider' : 'entity',
    status: statusOf(value, end, account?.disabled === true, asOf, row.refs),
    // The dates of an uploaded key are those that its certificate claims; since when it is there, nothing tells.
    created: value.keyOrigin === 'USER_PROVIDED' ? unknown('not_reported', 'an uploaded key has the dates of its certificate, and none of its upload') : momentOf(value.validAfterTime, row.refs), expires, lastUsed: system ? notApplicable('Google uses and rotates it') : lastUsed, audience: value.keyOrigin ?? null, refs: row.refs,
  };
}

function statusOf(value: KeyRow, end: Instant | null, accountDisabled: boolean, asOf: Instant, refs: Credential['refs']): Fact<'active' | 'inactive' | 'expired'> {
  // Google leaves members out that are false.
  if (value.disabled === true) return known('inactive', refs, value.disableReason === undefined ? {} : { note: value.disableReason });
  if (accountDisabled) return known('inactive', refs, { note: 'its account is disabled' });
  if (end === null) return unknown('not_reported', 'whether the key has ended cannot be said without its end');
  return known(end < asOf ? 'expired' : 'active', refs);
}

/** Who may come into a pool through a provider: its issuer, with the audiences and the condition that its tokens must meet. https://cloud.google.com/iam/docs/workload-identity-federation#conditions */
export function trustOf(unit: string, { value, row }: Parsed<ProviderRow>, pool: Pool): Trust {
  const [principalKind, principal] = value.oidc !== undefined ? ['oidc' as const, value.oidc.issuerUri ?? '(no issuer)'] : value.aws !== undefined ? ['account' as const, value.aws.accountId ?? '(no account)'] : value.saml !== undefined ? ['saml' as const, value.name] : ['other' as const, value.name];
  const audiences = value.oidc?.allowedAudiences ?? [];
  const conditions: TrustCondition[] = [
    ...(audiences.length === 0 ? [] : [{ operator: 'StringEquals', key: 'aud', values: audiences }]), ...(value.attributeCondition === undefined || value.attributeCondition === '' ? [] : [{ operator: 'CEL', key: 'attributeCondition', values: [value.attributeCondition] }]),
    ...([value, pool].some((each) => each.disabled === true || isDeleted(each.state)) ? [{ operator: 'Disabled', key: 'provider', values: ['true'] }] : []),
  ];
  return { type: 'trust', kind: 'google.workload-identity-provider', key: rowKey(unit, value.name), unit, identity: rowKey(unit, pool.name), principalKind, principal, external: principalKind === 'other' ? unknown('unrecognized', 'the provider is of a kind that we do not know') : unknown('no_source', 'whose workloads the issuer vouches for stands in no source'), conditions, refs: row.refs };
}

/** As text, or as the number that it has in the vendor's protocol. https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools#State */
function isDeleted(state: string | number | undefined): boolean {
  return state === 'DELETED' || state === 2;
}
