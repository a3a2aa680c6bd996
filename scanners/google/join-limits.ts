// SPDX-License-Identifier: Apache-2.0
import { notApplicable, type Fact } from '../../src/model/fact.ts';
import type { Json } from '../../src/model/json.ts';
import { countBelow, countOf, momentOf, parsedRows } from '../../src/model/read-facts.ts';
import type { ObjectRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { ORGANIZATION, rowKey } from './shapes.ts';
import { bindingsListOf, BOUNDARIES, BOUNDARY_BINDING_ROW, BOUNDARY_ROW, boundaryBindingSchema, boundarySchema } from './sources/boundaries.ts';
import { DENY_ROW, DENY_RULES_ROW, denyListsOf, denySchema, listedDenySchema, type DenyPolicy } from './sources/deny-policies.ts';
import { constraintOf, ORGANIZATION_POLICIES, ORGANIZATION_POLICY_ROW, organizationPolicySchema, type OrganizationPolicy } from './sources/organization-policies.ts';
import { lastPart } from './sources/workload-identity.ts';
import { WORKFORCE, WORKFORCE_PROVIDER_ROW, WORKFORCE_PROVIDERS, WORKFORCE_ROW, workforceProviderRowSchema, workforceSchema } from './sources/workforce.ts';

const ORGANIZATION_POLICY = 'google.organization-policy';
const DENY_POLICY = 'google.deny-policy';
const BOUNDARY = 'google.principal-access-boundary';
const BOUNDARY_BINDING = 'google.boundary-binding';
const WORKFORCE_POOL = 'google.workforce-pool';
const WORKFORCE_PROVIDER = 'google.workforce-provider';

/** What limits rights and keys in a unit, and, in an organization, which people of elsewhere are let in: objects, with how many there are. They are told and not weighed: no verdict turns on them. */
export interface JoinedLimits { readonly objects: readonly ObjectRow[]; readonly populations: { readonly [kind: string]: Fact<number> } }

export function joinLimits(related: Related): JoinedLimits {
  const { unit } = related;
  const object = (kind: string, { name, displayName, createTime }: { readonly name: string; readonly displayName?: string | undefined; readonly createTime?: string | undefined }, detail: { readonly [name: string]: Json | undefined }, refs: ObjectRow['refs']): ObjectRow => ({
    type: 'object', key: rowKey(unit.id, `${kind}|${name}`), id: name, kind, unit: unit.id, name: displayName ?? lastPart(name), created: momentOf(createTime, refs), expires: notApplicable('it has no end of its own'),
    detail: Object.fromEntries(Object.entries(detail).map(([member, told]) => [member, told ?? null])), refs,
  });
  const [deny, bound] = [denyListsOf(unit.kind), bindingsListOf(unit.kind)];
  const rules = new Map(parsedRows(related, deny.rules, DENY_RULES_ROW, denySchema).map((one) => [one.value.name, one]));
  const denied = parsedRows(related, deny.list, DENY_ROW, listedDenySchema).map(({ value, row }) => {
    const own = rules.get(value.name);
    return object(DENY_POLICY, value, { rules: own === undefined ? undefined : rulesOf(own.value) }, [...row.refs, ...(own?.row.refs ?? [])]);
  });
  const policies = parsedRows(related, ORGANIZATION_POLICIES, ORGANIZATION_POLICY_ROW, organizationPolicySchema).map(({ value, row }) => object(ORGANIZATION_POLICY, { name: value.name }, { constraint: constraintOf(value), ...settingOf(value), changed: value.spec?.updateTime }, row.refs));
  const bindings = parsedRows(related, bound, BOUNDARY_BINDING_ROW, boundaryBindingSchema).map(({ value, row }) => object(BOUNDARY_BINDING, value, { principals: value.target?.principalSet, policy: value.policy, condition: value.condition?.expression ?? value.condition?.title }, row.refs));
  const own = unit.kind === ORGANIZATION ? ofOrganization(related, object) : { objects: [], populations: {} };
  return {
    objects: [...policies, ...denied, ...bindings, ...own.objects],
    populations: {
      [ORGANIZATION_POLICY]: countOf(related, ORGANIZATION_POLICIES, policies.length), [DENY_POLICY]: countOf(related, deny.list, denied.length), [BOUNDARY_BINDING]: countOf(related, bound, bindings.length), ...own.populations,
    },
  };
}

function ofOrganization(related: Related, object: (kind: string, named: { readonly name: string; readonly displayName?: string | undefined; readonly createTime?: string | undefined }, detail: { readonly [name: string]: Json | undefined }, refs: ObjectRow['refs']) => ObjectRow): JoinedLimits {
  const boundaries = parsedRows(related, BOUNDARIES, BOUNDARY_ROW, boundarySchema).map(({ value, row }) => object(BOUNDARY, value, { resources: (value.details?.rules ?? []).flatMap(({ resources }) => resources ?? []), enforcementVersion: value.details?.enforcementVersion }, row.refs));
  const pools = parsedRows(related, WORKFORCE, WORKFORCE_ROW, workforceSchema);
  const providers = parsedRows(related, WORKFORCE_PROVIDERS, WORKFORCE_PROVIDER_ROW, workforceProviderRowSchema).map(({ value, row }) => object(WORKFORCE_PROVIDER, value, { pool: value.pool, state: value.state, disabled: value.disabled ?? false, issuer: value.oidc?.issuerUri, condition: value.attributeCondition }, row.refs));
  return {
    objects: [...boundaries, ...pools.map(({ value, row }) => object(WORKFORCE_POOL, value, { state: value.state, disabled: value.disabled ?? false, session: value.sessionDuration }, row.refs)), ...providers],
    populations: { [BOUNDARY]: countOf(related, BOUNDARIES, boundaries.length), [WORKFORCE_POOL]: countOf(related, WORKFORCE, pools.length), [WORKFORCE_PROVIDER]: countBelow(related, WORKFORCE, WORKFORCE_PROVIDERS, pools.map(({ value }) => lastPart(value.name)), providers.length) },
  };
}

function rulesOf({ rules }: DenyPolicy): Json {
  return (rules ?? []).map(({ denyRule }) => ({
    principals: denyRule?.deniedPrincipals ?? [], except: denyRule?.exceptionPrincipals ?? [], permissions: denyRule?.deniedPermissions ?? [], butNot: denyRule?.exceptionPermissions ?? [], condition: denyRule?.denialCondition?.expression ?? denyRule?.denialCondition?.title ?? null,
  }));
}

/** What a policy sets, in one word for each rule. https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies#PolicySpec */
function settingOf({ spec }: OrganizationPolicy): { readonly [name: string]: Json } {
  // Without a specification it only tests what it would do.
  const rules = spec === undefined ? null : (spec.rules ?? []).map(({ enforce, allowAll, denyAll, values, condition }) => [
    enforce === undefined ? (denyAll === true ? 'denies all' : allowAll === true ? 'allows all' : [...(values?.allowedValues ?? []).map((value) => `allows ${value}`), ...(values?.deniedValues ?? []).map((value) => `denies ${value}`)].join(', ') || 'set in a way that is not read') : enforce ? 'enforced' : 'not enforced',
    ...(condition === undefined ? [] : [`under the condition ${condition.title ?? condition.expression ?? ''}`]),
  ].join(', '));
  return { rules, inherits: spec?.inheritFromParent ?? false, reset: spec?.reset ?? false };
}
