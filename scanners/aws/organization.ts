// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { exactly, instantOf, type When } from '../../src/model/instant.ts';
import type { ObjectRow } from '../../src/model/row.ts';
import type { ListedUnit, ParentList, Related, UnitInventory } from '../../src/model/source.ts';
import { countOf } from './read-facts.ts';
import { parsedRows } from './rows.ts';
import { ACCOUNT, ORGANIZATION } from './shapes.ts';
import { listedAccountSchema, type ListedAccount } from './sources/organization-accounts.ts';
import { organizationSchema } from './sources/organization.ts';
import { declares } from './target.ts';

const ACCOUNTS = 'aws.organizations.accounts';
const ORGANIZATIONS = 'aws.organizations.organization';
const NO_EXPIRY = notApplicable('things of this kind do not expire');

/** How an organization's rows list accounts. Only an active account is read: in others no role can be assumed. */
export const organizationList: ParentList = {
  unitKind: ORGANIZATION, children: 'accounts', sources: [ACCOUNTS], pageByPage: true,
  units: (related) => accountsOf(related).map(({ value }): ListedUnit => {
    const state = stateOf(value);
    return { id: `aws:${value.Id}`, nativeId: value.Id, kind: ACCOUNT, name: value.Name ?? null, closed: state === 'ACTIVE' ? null : state };
  }),
  ended: (related) => related.ended(ACCOUNTS),
  isDeclared: (scope, { nativeId }) => declares.units(scope).includes(nativeId) || (declares.units(scope).length === 0 && declares.everything?.(scope) === true),
};

/** Rows of an organization: its accounts, and itself, as objects. It has no principals of its own. */
export function joinOrganization(related: Related): UnitInventory {
  const unit = related.unit.id;
  const object = (row: { readonly key: string; readonly refs: ObjectRow['refs'] }, native: Pick<ObjectRow, 'id' | 'kind' | 'name'>, created: Fact<When>, detail: ObjectRow['detail']): ObjectRow => ({ type: 'object', key: row.key, ...native, unit, created, expires: NO_EXPIRY, detail, refs: row.refs });
  const accounts = accountsOf(related).map(({ value, row }) => object(row, { id: value.Id, kind: 'aws.account', name: value.Name ?? value.Id },
 joinedOf(value, row.refs), { state: stateOf(value), ...(value.JoinedMethod === undefined ? {} : { joined: value.JoinedMethod }) }));
  const own = parsedRows(related, ORGANIZATIONS, 'aws.organization', organizationSchema).map(({ value, row }) => object(row, { id: value.Id, kind: 'aws.organization', name: value.Id }, notApplicable('the answer tells no date of it'),
    { ...(value.FeatureSet === undefined ? {} : { featureSet: value.FeatureSet }), ...(value.MasterAccountId === undefined ? {} : { managementAccount: value.MasterAccountId }) }));
  return {
    identityKinds: [], identities: [], credentials: [], grants: [], trusts: [], objects: [...own, ...accounts],
    populations: { 'aws.account': countOf(related, ACCOUNTS, accounts.length), 'aws.organization': countOf(related, ORGANIZATIONS, own.length) }, controlTotals: [], unplaced: [],
  };
}

/** When an account joined. The provider writes seconds since 1970; what lies outside of the calendar is no date. */
function joinedOf({ JoinedTimestamp: seconds }: ListedAccount, refs: ObjectRow['refs']): Fact<When> {
  if (seconds === undefined) return unknown('not_reported', 'the list does not say when it joined');
  if (seconds < 0 || seconds > 253_402_300_799) return unknown('unrecognized', 'the date is not one that we can read');
  return known(exactly(instantOf(Math.round(seconds * 1000))), refs);
}

function accountsOf(related: Related): ReturnType<typeof parsedRows<ListedAccount>> {
  return parsedRows(related, ACCOUNTS, 'aws.account', listedAccountSchema);
}

/** What an account's list calls its state; an answer without any tells nothing, and such an account is tried. */
function stateOf({ State: state, Status: status }: ListedAccount): string {
  return state ?? status ?? 'ACTIVE';
}
