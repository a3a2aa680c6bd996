// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import type { When } from '../../src/model/instant.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { momentOf, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential, ObjectRow } from '../../src/model/row.ts';
import type { Account } from './account.ts';
import { expiryOf } from './read-facts.ts';
import { parsedRows } from './rows.ts';
import { items } from './shapes.ts';
import { delegationRequestSchema } from './sources/delegation-requests.ts';
import { instanceProfileSchema } from './sources/instance-profiles.ts';
import { oidcProviderSchema } from './sources/oidc-provider.ts';
import { outboundFederationSchema } from './sources/outbound-federation.ts';
import { regionSchema } from './sources/regions.ts';
import { samlProviderSchema } from './sources/saml-providers.ts';

const NO_EXPIRY = notApplicable('things of this kind do not expire');

/** Groups, the account's own policies, identity providers, instance profiles, requests for delegation, outbound federation and regions. */
export function joinObjects(account: Account): readonly ObjectRow[] {
  const { related } = account;
  const details = new Map(parsedRows(related, 'aws.iam.oidc-provider', 'aws.oidc-provider-detail', oidcProviderSchema.extend({ Arn: z.string() })).map((detail) => [detail.value.Arn, detail]));
  return [
    ...[...account.groups.values()].map(({ value, row }) => object(account, row, 'aws.group', { id: value.GroupId, name: value.GroupName }, momentOf(value.CreateDate, row.refs), NO_EXPIRY, { arn: value.Arn, path: value.Path })),
    ...[...account.policies.values()].map(({ value, row }) => object(account, row, 'aws.policy', { id: value.PolicyId ?? value.Arn, name: value.PolicyName ?? lastPart(value.Arn) }, momentOf(value.CreateDate, row.refs), NO_EXPIRY, {
      arn: value.Arn, ...(value.AttachmentCount === undefined ? {} : { attachmentCount: value.AttachmentCount }), ...(value.UpdateDate === undefined ? {} : { updated: value.UpdateDate }),
    })),
    ...parsedRows(related, 'aws.iam.oidc-providers', 'aws.oidc-provider', z.object({ Arn: z.string() })).map(({ value, row }) => {
      const detail = details.get(value.Arn);
      const read = detail === undefined ? {} : { url: detail.value.Url, audiences: [...items(detail.value.ClientIDList)] };
      const created = detail === undefined ? unknownOf(related, 'aws.iam.oidc-provider', value.Arn) : momentOf(detail.value.CreateDate, detail.row.refs);
      return object(account, detail === undefined ? row : { ...row, refs: [...row.refs, ...detail.row.refs] }, 'aws.oidc-provider', { id: value.Arn, name: lastPart(value.Arn) }, created, NO_EXPIRY, { arn: value.Arn, ...read });
    }),
    ...parsedRows(related, 'aws.iam.saml-providers', 'aws.saml-provider', samlProviderSchema).map(({ value, row }) => object(account, row, 'aws.saml-provider', { id: value.Arn, name: lastPart(value.Arn) }, momentOf(value.CreateDate, row.refs), value.ValidUntil === undefined ? unknownOf(related, 'aws.iam.saml-providers') : expiryOf(value.ValidUntil, row.refs), { arn: value.Arn })),
    ...parsedRows(related, 'aws.iam.instance-profiles', 'aws.instance-profile', instanceProfileSchema).map(({ value, row }) => object(account, row, 'aws.instance-profile', { id: value.InstanceProfileId, name: value.InstanceProfileName }, momentOf(value.CreateDate, row.refs), NO_EXPIRY, {
      arn: value.Arn, roles: items(value.Roles).map(({ RoleId }) => RoleId),
    })),
    ...parsedRows(related, 'aws.iam.delegation-requests', 'aws.delegation-request', delegationRequestSchema).map(({ value, row }) => object(account, row, 'aws.delegation-request', { id: value.DelegationRequestId, name: value.RequestorName ?? value.DelegationRequestId }, momentOf(value.CreateDate, row.refs), expiryOf(value.ExpirationTime, row.refs), { state: value.State ?? null })),
    ...parsedRows(related, 'aws.iam.outbound-federation', 'aws.outbound-federation', outboundFederationSchema).map(({ value, row }) => object(account, row, 'aws.outbound-federation', { id: value.IssuerIdentifier, name: value.IssuerIdentifier }, unknown('not_reported', 'the answer has no such date'), NO_EXPIRY, { enabled: value.JwtVendingEnabled ?? null })),
    ...parsedRows(related, 'aws.account.regions', 'aws.region', regionSchema).map(({ value, row }) => object(account, row, 'aws.region', { id: value.RegionName, name: value.RegionName }, notApplicable('it is AWS that made it'), NO_EXPIRY, { status: value.RegionOptStatus })),
  ];
}

function object(account: Account, row: { readonly key: string; readonly refs: readonly PageReference[] }, kind: string, native: { readonly id: string; readonly name: string }, created: Fact<When>, expires: Credential['expires'], detail: JsonObject): ObjectRow {
  return { type: 'object', key: row.key, id: native.id, kind, unit: account.unit.id, name: native.name, created, expires, detail, refs: row.refs };
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
