// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, plusDays } from '../../src/model/instant.ts';
import { momentOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Grant, Identity, LastUse, Trust } from '../../src/model/row.ts';
import { isCaller, type Account } from './account.ts';
import { classifyRole } from './classification.ts';
import { lastAccessedOf, lastUseOr, servicesTried } from './join-last-accessed.ts';
import { boundaryOf, OWNERSHIP, tagsOf } from './join-users.ts';
import { privilegeOf } from './privilege.ts';
import type { RoleDetail } from './sources/authorization-details.ts';
import { trustsOf } from './trust.ts';

/** How far back a role's last use goes. https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html */
const TRACKED_DAYS = 400;

export interface JoinedRoles { readonly identities: readonly Identity[]; readonly grants: readonly Grant[]; readonly trusts: readonly Trust[]; readonly unreadableTrusts: number }

/** Roles with who may enter them, privilege and class. */
export function joinRoles(account: Account): JoinedRoles {
  const identities: Identity[] = [];
  const grants: Grant[] = [];
  const trusts: Trust[] = [];
  let unreadableTrusts = 0;
  const tried = lastAccessedOf(account);
  for (const { value, row } of account.roles) {
    const trust = trustsOf({ key: row.key, unit: account.unit.id, document: value.AssumeRolePolicyDocument, refs: row.refs }, account.context.ownUnits);
    if (!trust.readable) unreadableTrusts += 1;
    trusts.push(...trust.trusts);
    const held = privilegeOf(account, { key: row.key, refs: row.refs, inline: value.RolePolicyList, attached: value.AttachedManagedPolicies, groups: [], boundary: boundaryOf(value.PermissionsBoundary) });
    grants.push(...held.grants);
    identities.push({
      type: 'identity', key: row.key, id: value.RoleId, idBasis: 'provider', kind: 'aws.role', unit: account.unit.id, name: value.RoleName, address: value.Arn,
      responsibility: value.Path.startsWith('/aws-service-role/') ? 'provider' : 'entity', classification: classifyRole(value.Path, trust.trusts, trust.readable, row.refs),
      created: momentOf(value.CreateDate, row.refs), lastUsed: lastUseOr(roleLastUse(account, value.RoleLastUsed, row.refs), account, tried, value.RoleId), interactiveLogin: notApplicable('a role has no password'), privilege: held.privilege,
      tags: tagsOf(value.Tags, row.refs), ...OWNERSHIP, credentialCounts: {}, ...servicesTried(account, tried, value.RoleId), self: isCaller(account, { id: value.RoleId, arn: value.Arn, roleName: value.RoleName }), refs: row.refs,
    });
  }
  return { identities, grants, trusts, unreadableTrusts };
}

function roleLastUse(account: Account, last: RoleDetail['RoleLastUsed'], refs: readonly PageReference[]): Fact<LastUse> {
  if (last === undefined) return unknown('not_reported', 'the answer has no RoleLastUsed for this role');
  const trackedSince = plusDays(account.context.asOf, -TRACKED_DAYS);
  if (last === '' || last.LastUsedDate === undefined) return known<LastUse>({ none: true, since: trackedSince }, refs, { trackedSince });
  const at = parseInstant(last.LastUsedDate);
  if (at === null) return unknown('unrecognized', 'the date of use is not one that we can read');
  return known<LastUse>(last.Region === undefined || last.Region === '' ? { at } : { at, where: last.Region }, refs, { trackedSince });
}
