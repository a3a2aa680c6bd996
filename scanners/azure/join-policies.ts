// SPDX-License-Identifier: Apache-2.0
import { notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { countOf, notClosed, parsedRows } from '../../src/model/read-facts.ts';
import type { ObjectRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { roleName } from './rights.ts';
import { DEFAULT_POLICY, DEFAULT_POLICY_ROW, defaultPolicySchema, OWN_POLICIES, OWN_POLICY_ROW, ownPolicySchema, type Restrictions } from './sources/app-policies.ts';
import { ROLE_ROW, ROLES, roleSchema } from './sources/directory-roles.ts';
import { ELIGIBILITY, ELIGIBILITY_ROW, eligibilitySchema } from './sources/role-eligibility.ts';

export const APP_POLICY = 'azure.app-management-policy';
export const DIRECTORY_ELIGIBILITY = 'azure.directory-role-eligibility';
const NO_END = notApplicable('a policy has no end of its own');
const NO_DATE = unknown('not_reported', 'Microsoft Graph gives no date for it');

/** What a tenant says of how its applications may be entered, and who may take its roles for a time: objects, with how many there are. */
export interface JoinedPolicies { readonly objects: readonly ObjectRow[]; readonly populations: { readonly [kind: string]: Fact<number> } }

export function joinPolicies(related: Related): JoinedPolicies {
  const unit = related.unit.id;
  const policies = [
    ...parsedRows(related, DEFAULT_POLICY, DEFAULT_POLICY_ROW, defaultPolicySchema).map(({ value, row }): ObjectRow => ({
      type: 'object', key: row.key, id: value.id, kind: APP_POLICY, unit, name: value.displayName ?? 'default of the tenant', created: NO_DATE, expires: NO_END,
      detail: { of: 'the tenant', enabled: value.isEnabled ?? null, applications: [...inWords(value.applicationRestrictions)], servicePrincipals: [...inWords(value.servicePrincipalRestrictions)] }, refs: row.refs,
    })),
    ...parsedRows(related, OWN_POLICIES, OWN_POLICY_ROW, ownPolicySchema).map(({ value, row }): ObjectRow => ({
      type: 'object', key: row.key, id: value.id, kind: APP_POLICY, unit, name: value.displayName ?? value.id, created: NO_DATE, expires: NO_END,
      detail: { of: 'single applications', enabled: value.isEnabled ?? null, restrictions: [...inWords(value.restrictions)] }, refs: row.refs,
    })),
  ];
  const roles = new Map(parsedRows(related, ROLES, ROLE_ROW, roleSchema).map(({ value }) => [value.id, value]));
  const eligible = parsedRows(related, ELIGIBILITY, ELIGIBILITY_ROW, eligibilitySchema).map(({ value, row }): ObjectRow => ({
    type: 'object', key: row.key, id: value.id, kind: DIRECTORY_ELIGIBILITY, unit, name: roleName(value.roleDefinitionId, roles.get(value.roleDefinitionId)), created: NO_DATE, expires: NO_DATE,
    detail: { role: value.roleDefinitionId, principal: value.principalId, principalType: value.principal?.['@odata.type']?.replace('#microsoft.graph.', '') ?? null, scope: value.directoryScopeId ?? value.appScopeId ?? null, from: value.startDateTime ?? null, until: value.endDateTime ?? null, member: value.memberType ?? null }, refs: row.refs,
  }));
  return {
    objects: [...policies, ...eligible],
    populations: { [APP_POLICY]: notClosed(related, DEFAULT_POLICY) ?? countOf(related, OWN_POLICIES, policies.length), [DIRECTORY_ELIGIBILITY]: countOf(related, ELIGIBILITY, eligible.length) },
  };
}

/** A line for each restriction: what, up to how long, for applications made from when on, and whether it is off. */
function inWords(restrictions: Restrictions | null | undefined): readonly string[] {
  const { passwordCredentials, keyCredentials } = restrictions ?? {};
  return [...(passwordCredentials ?? []), ...(keyCredentials ?? [])].map(({ restrictionType, state, maxLifetime, restrictForAppsCreatedAfterDateTime: from }) => [
    restrictionType ?? 'a restriction without a type', ...(maxLifetime === null || maxLifetime === undefined ? [] : [`at most ${maxLifetime}`]), ...(from === null || from === undefined ? [] : [`made after ${from}`]), ...(state === 'disabled' ? ['off'] : []),
  ].join(', ')).toSorted(byCodeUnit);
}
