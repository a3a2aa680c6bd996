// SPDX-License-Identifier: Apache-2.0
import { known, unknown } from '../../src/model/fact.ts';
import { exactly, type Instant } from '../../src/model/instant.ts';
import type { Grant, Identity, ObjectRow, Trust } from '../../src/model/row.ts';
import { pageReference } from '../../src/model/reference.ts';

/** Two trusts for every role of a synthetic bundle, wide ones among them. */
export function trustsOf(identity: Identity, index: number, hostile: boolean): Trust[] {
  if (identity.kind !== 'aws.role') return [];
  const base = { type: 'trust' as const, kind: 'aws.role-trust', unit: identity.unit, identity: identity.key, refs: identity.refs };
  const condition = { operator: 'StringLike', key: 'token.actions.githubusercontent.com:sub', values: [hostile ? '<b>repo:*</b>' : 'repo:company/shop:*'] };
  const wide = index % 4 === 0;
  return [
    { ...base, key: `${identity.key}|0|0`, principalKind: 'service', principal: 'lambda.amazonaws.com', external: known(false, identity.refs), conditions: [] },
    {
      ...base, key: `${identity.key}|1|0`, principalKind: wide ? 'anyone' : index % 3 === 0 ? 'oidc' : 'account', principal: wide ? '*' : index % 3 === 0 ? 'token.actions.githubusercontent.com' : '999988887777',
      external: index % 5 === 0 ? unknown('no_source', 'no list of the organization\'s accounts was read') : known(true, identity.refs), conditions: wide ? [] : [condition],
    },
  ];
}

/** Grants that stand behind an identity's privilege. */
export function grantsOf(identity: Identity): Grant[] {
  if (identity.privilege.status !== 'known') return [];
  return identity.privilege.value.via.map((via, index) => ({ type: 'grant', key: `${identity.key}|${via}|${index}`, unit: identity.unit, identity: identity.key, policy: 'arn:aws:iam::aws:policy/AdministratorAccess', via, administrator: known(true, identity.refs), refs: identity.refs }));
}

/** A group, a policy, and a provider of sign-in for each unit. */
export function objectsOf(unit: string, hostile: boolean): ObjectRow[] {
  const refs = [pageReference({ unit, source: 'aws.iam.authorization-details', parent: null }, 1, ['GroupDetailList', 0])];
  const created = known(exactly('2020-02-29T00:00:00.000Z' as Instant), refs);
  const expires = known({ never: true as const }, refs);
  return ['aws.group', 'aws.policy', 'aws.oidc-provider'].map((kind, index) => ({ type: 'object', key: `${unit}/OBJ${index}`, id: `OBJ${index}`, kind, unit, name: hostile ? '<i>admins</i>' : `object-${index}`, created, expires, detail: { arn: `arn:aws:iam::${unit.slice(4)}:${kind}` }, refs }));
}
