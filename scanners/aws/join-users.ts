// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant } from '../../src/model/instant.ts';
import { endedFor, momentOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential, Grant, Identity, LastUse } from '../../src/model/row.ts';
import { isCaller, reportOf, type Account } from './account.ts';
import { classifyUser } from './classification.ts';
import { codeCommitOf } from './codecommit.ts';
import { serviceCredentialsOf, signingCertificatesOf, signingOf, sshCount, sshKeysOf } from './join-credentials.ts';
import { keyStories } from './join-key-events.ts';
import { lastAccessedOf, lastUseOr, servicesTried } from './join-last-accessed.ts';
import { keysOf, lastUsesOf, notInReport, slotLastUse } from './join-keys.ts';
import { privilegeOf } from './privilege.ts';
import { sumOf } from './read-facts.ts';
import { isFalse, isTrue, keySlots, slotState, type Reported } from './report-row.ts';
import { items } from './shapes.ts';
import type { UserDetail } from './sources/authorization-details.ts';

/** What inventory/owners.ts fills in from tags and the owners file. */
export const OWNERSHIP = {
  owner: unknown('no_source', 'owners come from tags and the owners file'), purpose: unknown('no_source', 'purposes come from tags and the owners file'), review: unknown('no_source', 'reviews come from the owners file'),
} as const satisfies Pick<Identity, 'owner' | 'purpose' | 'review'>;

export interface JoinedUsers { readonly identities: readonly Identity[]; readonly credentials: readonly Credential[]; readonly grants: readonly Grant[]; readonly serviceCredentials: ReturnType<typeof serviceCredentialsOf> }

/** Users with their credentials, counts, privilege and class. */
export function joinUsers(account: Account): JoinedUsers {
  const identities: Identity[] = [];
  const credentials: Credential[] = [];
  const grants: Grant[] = [];
  const lastUses = lastUsesOf(account);
  const tried = lastAccessedOf(account);
  const stories = keyStories(account);
  const serviceCredentials = serviceCredentialsOf(account);
  const serviceByUser = Map.groupBy(serviceCredentials.credentials, ({ identity }) => identity);
  const ssh = sshKeysOf(account);
  const signing = signingCertificatesOf(account);
  for (const user of account.users) {
    const { value, row } = user;
    const keys = keysOf(account, user, lastUses, stories);
    const certificates = signingOf(account, user, signing.get(value.UserId) ?? []);
    const sshKeys = ssh.get(value.UserId) ?? [];
    const services = serviceByUser.get(row.key) ?? [];
    const { closed } = serviceCredentials;
    const counts = {
      'aws.access-key': keys.count, 'aws.signing-certificate': certificates.count, 'aws.ssh-public-key': sshCount(account, value.UserId, sshKeys.length),
      'aws.service-specific-credential': closed.status === 'known' ? known(services.length, closed.refs) : closed,
    } satisfies { readonly [kind: string]: Fact<number> };
    credentials.push(...keys.credentials, ...services, ...sshKeys, ...certificates.credentials);
    const held = privilegeOf(account, { key: row.key, refs: row.refs, inline: value.UserPolicyList, attached: value.AttachedManagedPolicies, groups: items(value.GroupList), boundary: boundaryOf(value.PermissionsBoundary) });
    grants.push(...held.grants);
    const reported = reportOf(account, value);
    const password = passwordOf(account, reported);
    const listed = keys.credentials.length + services.length + sshKeys.length + certificates.credentials.length;
    const refs = reported === null ? row.refs : [...row.refs, ...reported.refs];
    identities.push({
      type: 'identity', key: row.key, id: value.UserId, idBasis: 'provider', kind: 'aws.user', unit: account.unit.id, name: value.UserName, address: value.Arn, responsibility: 'entity',
      classification: classifyUser(password, programmaticOf(account, value, counts, listed, row.refs), refs), created: momentOf(value.CreateDate, row.refs),
      lastUsed: lastUseOr(lastUseOf(account, reported, sumOf([counts['aws.service-specific-credential'], counts['aws.signing-certificate'], ...(sshMatters(account, value) ? [counts['aws.ssh-public-key']] : [])], row.refs)), account, tried, value.UserId),
      interactiveLogin: password, privilege: held.privilege, tags: tagsOf(value.Tags, row.refs), ...OWNERSHIP, credentialCounts: counts, ...servicesTried(account, tried, value.UserId), self: isCaller(account, { id: value.UserId, arn: value.Arn }), refs: row.refs,
    });
  }
  return { identities, credentials, grants, serviceCredentials };
}

/** Tags as they were listed; IAM leaves the element out where there is none. */
export function tagsOf(tags: UserDetail['Tags'], refs: readonly PageReference[]): Identity['tags'] {
  return known(Object.fromEntries(items(tags).map(({ Key, Value }) => [Key, Value])), refs);
}

export function boundaryOf(boundary: UserDetail['PermissionsBoundary']): string | null {
  return boundary === undefined || boundary === '' ? null : (boundary.PermissionsBoundaryArn ?? 'without ARN');
}

function passwordOf(account: Account, reported: Reported | null): Fact<boolean> {
  if (reported === null) return notInReport(account);
  const { password_enabled: enabled } = reported.row;
  if (isTrue(enabled)) return known(true, reported.refs, { asOf: reported.generated });
  if (isFalse(enabled)) return known(false, reported.refs, { asOf: reported.generated });
  return unknown('unrecognized', 'the credential report does not say whether there is a password');
}

/** Whether a user holds a credential that programs use. One that is there decides; none is known only where every list closed. */
function programmaticOf(account: Account, user: UserDetail, counts: { readonly [kind: string]: Fact<number> }, listed: number, refs: readonly PageReference[]): Fact<boolean> {
  if (listed > 0) return known(true, refs);
  const withSsh = sshMatters(account, user);
  const sum = sumOf(Object.entries(counts).filter(([kind]) => kind !== 'aws.ssh-public-key' || withSsh).map(([, count]) => count), refs);
  return sum.status === 'known' ? known(sum.value > 0, sum.refs) : sum;
}

/** An SSH key opens CodeCommit only; where no policy of the user allows that, one that was not looked for changes nothing. */
function sshMatters(account: Account, user: UserDetail): boolean {
  const end = endedFor(account.related, 'aws.iam.ssh-public-keys', user.UserId);
  return !(end.state === 'skipped' && end.kind === 'not_requested' && codeCommitOf(user, account.related) === 'none');
}

/** Most recent use of password or keys by the report. Use of other credentials leaves no trace, so "none" needs that there are none. */
function lastUseOf(account: Account, reported: Reported | null, untracked: Fact<number>): Fact<LastUse> {
  if (reported === null) return notInReport(account);
  const more = { asOf: reported.generated };
  let latest: LastUse | null = null;
  let unclear = false;
  const slots = keySlots(reported.row).filter((slot) => slotState(slot.active, slot.lastRotated) !== 'none').map((slot) => slotLastUse(reported, slot));
  for (const fact of [passwordUse(reported), ...slots]) {
    if (fact.status !== 'known') unclear = true;
    else if ('at' in fact.value && (latest === null || !('at' in latest) || fact.value.at > latest.at)) latest = fact.value;
  }
  if (latest !== null) return known<LastUse>(latest, reported.refs, { ...more, granularity: '15 minutes', note: 'password or access key; use of other credentials is not recorded' });
  if (unclear) return unknown('unrecognized', 'the credential report has a date of use that we cannot read');
  if (untracked.status !== 'known') return untracked.status === 'unknown' ? untracked : unknown('not_reported', 'use is not recorded');
  return untracked.value > 0 ? unknown('not_reported', 'it holds credentials whose use AWS does not record') : known<LastUse>({ none: true, since: null }, reported.refs, more);
}

function passwordUse({ row, refs, generated }: Reported): Fact<LastUse> {
  const text = row.password_last_used;
  if (text === 'N/A' || text === 'no_information' || text === 'not_supported') return known<LastUse>({ none: true, since: null }, refs);
  const at = parseInstant(text);
  return at === null ? unknown('unrecognized', 'the date is not one that we can read') : known<LastUse>({ at, where: 'console' }, refs, { asOf: generated, granularity: '5 minutes' });
}
