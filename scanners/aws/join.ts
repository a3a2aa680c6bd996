// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { listRefs, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { SourceRow } from '../../src/model/row.ts';
import type { JoinContext, Related, UnitInventory } from '../../src/model/source.ts';
import { DETAILS, readAccount, REPORT, rootReport, type Account } from './account.ts';
import { serverCertificatesOf } from './join-credentials.ts';
import { joinEvents } from './join-events.ts';
import { joinObjects } from './join-objects.ts';
import { joinRoles } from './join-roles.ts';
import { joinRoot } from './join-root.ts';
import { joinUsers, type JoinedUsers } from './join-users.ts';
import { controlTotals } from './join-totals.ts';
import { countOf, sumOf } from './read-facts.ts';
import { joinOrganization } from './organization.ts';
import { joinRegion, ofRegions } from './regional/join.ts';
import { isRowOf, reportedOf } from './report-row.ts';
import { ORGANIZATION, REGION } from './shapes.ts';
import { outboundFederation } from './sources/outbound-federation.ts';

const OUTBOUND = outboundFederation.id;
const isOff = (code: string | null): boolean => code !== null && outboundFederation.noneBy?.includes(code) === true;

/** Kinds of object, and the list that closes each. */
const OBJECT_LISTS: readonly (readonly [kind: string, source: string])[] = [
  ['aws.group', DETAILS], ['aws.policy', DETAILS], ['aws.oidc-provider', 'aws.iam.oidc-providers'], ['aws.saml-provider', 'aws.iam.saml-providers'], ['aws.instance-profile', 'aws.iam.instance-profiles'], ['aws.region', 'aws.account.regions'], ['aws.delegation-request', 'aws.iam.delegation-requests'],
];

/** All rows of one account, of one of its regions, or of an organization, from the rows of its sources. A read that failed leaves its facts unknown, with its cause; it never leaves them empty. */
export function join(related: Related, context: JoinContext): UnitInventory {
  if (related.unit.kind === ORGANIZATION) return joinOrganization(related);
  return related.unit.kind === REGION ? joinRegion(related, context) : joinAccount(related, context);
}

function joinAccount(related: Related, context: JoinContext): UnitInventory {
  const account = readAccount(related, context);
  const users = joinUsers(account);
  const roles = joinRoles(account);
  const root = joinRoot(account);
  const objects = joinObjects(account);
  const server = serverCertificatesOf(account);
  const { events, unplaced } = joinEvents(account);
  const identities = [root.identity, ...users.identities, ...roles.identities];
  const credentials = [...root.credentials, ...users.credentials, ...server];
  const trustCount = countOf(related, DETAILS, roles.trusts.length);
  const populations: { [kind: string]: Fact<number> } = {
    'aws.root': root.identity.refs.length === 0 ? unknownOf(related, REPORT) : known(1, root.identity.refs),
    'aws.user': countOf(related, DETAILS, users.identities.length), 'aws.role': countOf(related, DETAILS, roles.identities.length),
    'aws.role-trust': roles.unreadableTrusts > 0 && trustCount.status === 'known' ? unknown('unrecognized', `${roles.unreadableTrusts} trust policies cannot be read`) : trustCount,
    'aws.server-certificate': countOf(related, 'aws.iam.server-certificates', server.length),
    ...ofRegions(),
    ...credentialPopulations(account, users, [root.identity.credentialCounts['aws.access-key'], root.identity.credentialCounts['aws.signing-certificate']]),
  };
  populations['aws.outbound-federation'] = outboundCount(related, objects.filter((row) => row.kind === 'aws.outbound-federation').length);
  for (const [kind, source] of OBJECT_LISTS) populations[kind] = countOf(related, source, objects.filter((row) => row.kind === kind).length);
  const rootSlots = rootReport(account) === null ? unknownOf(related, REPORT) : (root.identity.credentialCounts['aws.access-key'] ?? unknownOf(related, REPORT));
  return {
    identityKinds: ['aws.root', 'aws.user', 'aws.role'], identities, credentials, grants: [...users.grants, ...roles.grants], trusts: roles.trusts, objects, events, populations,
    controlTotals: controlTotals(account, { users: populations['aws.user'] ?? unknownOf(related, DETAILS), roles: populations['aws.role'] ?? unknownOf(related, DETAILS), populations, principals: identities.length, rootKeys: rootSlots }),
    unplaced: [...users.serviceCredentials.unplaced, ...unplacedReports(account), ...unplaced],
  };
}

/** Not applicable where IAM says that it is off. */
function outboundCount(related: Related, count: number): Fact<number> {
  const end = related.ended(OUTBOUND);
  return end.state === 'failed' && isOff(end.errorCode) ? notApplicable('IAM says that it is off') : countOf(related, OUTBOUND, count);
}

/** Counts of each kind over all users (and root): known only where the users' list closed and each user's count is known. */
function credentialPopulations(account: Account, users: JoinedUsers, root: readonly (Fact<number> | undefined)[]): { readonly [kind: string]: Fact<number> } {
  const details = account.related.ended(DETAILS).state === 'complete';
  const refs: readonly PageReference[] = listRefs(account.related, DETAILS);
  const [rootKeys, rootCertificates] = root;
  function over(kind: string, more: readonly (Fact<number> | undefined)[]): Fact<number> {
    if (!details) return unknownOf(account.related, DETAILS);
    return sumOf([...more, ...users.identities.map(({ credentialCounts }) => credentialCounts[kind])].filter((fact) => fact !== undefined), refs);
  }
  const { closed, unplaced, credentials } = users.serviceCredentials;
  return {
    'aws.access-key': over('aws.access-key', [rootKeys]), 'aws.signing-certificate': over('aws.signing-certificate', [rootCertificates]), 'aws.ssh-public-key': over('aws.ssh-public-key', []),
    'aws.service-specific-credential': closed.status !== 'known' ? closed : unplaced.length > 0 ? unknown('incomplete', `${unplaced.length} are held by users that the list of users does not have`) : known(credentials.length, closed.refs),
  };
}

/** Rows of the report that are of nobody who was listed: users deleted since it was made, or on a page that was not read. */
function unplacedReports(account: Account): readonly SourceRow[] {
  const root = rootReport(account);
  const byArn = new Map(account.users.map(({ value }) => [value.Arn, value]));
  return account.related.rows(REPORT).filter((row) => {
    const reported = reportedOf(row);
    if (reported === null || reported.row.arn === root?.row.arn) return false;
    const user = byArn.get(reported.row.arn);
    return user === undefined || !isRowOf(reported, user);
  });
}
