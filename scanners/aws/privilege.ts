// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Grant, Privilege } from '../../src/model/row.ts';
import { DETAILS, type Account } from './account.ts';
import { ADMINISTRATOR_POLICIES, awsManagedName } from './managed-policies.ts';
import { allowsAdministration, readPolicy } from './policy.ts';
import { items } from './shapes.ts';
import type { UserDetail } from './sources/authorization-details.ts';

type Attached = Exclude<UserDetail['AttachedManagedPolicies'], undefined>;
type Inline = Exclude<UserDetail['UserPolicyList'], undefined>;

/** Whoever policies are attached to. */
export interface Holder {
  readonly key: string;
  readonly refs: readonly PageReference[];
  readonly inline: Inline | undefined;
  readonly attached: Attached | undefined;
  readonly groups: readonly string[];
  readonly boundary: string | null;
}

interface Held { readonly policy: string; readonly via: string; readonly administrator: Fact<boolean>; readonly refs: readonly PageReference[] }

/**
 * Every policy of an identity, and whether together they make it an administrator: yes where one does, whatever the others
 * say; no only where each could be read and none does; else unknown. What a boundary or a denial takes away is not weighed.
 */
export function privilegeOf(account: Account, holder: Holder): { readonly privilege: Fact<Privilege>; readonly grants: readonly Grant[] } {
  const held: Held[] = [];
  const missing: Fact<boolean>[] = [];
  take(account, holder.inline, holder.attached, holder.refs, '', held);
  for (const name of holder.groups) {
    const group = account.groups.get(name);
    if (group === undefined) missing.push(notListed(account, `the group ${name}`));
    else take(account, group.value.GroupPolicyList, group.value.AttachedManagedPolicies, [...holder.refs, ...group.row.refs], `group ${name}: `, held);
  }
  const grants = held.map(({ policy, via, administrator, refs }): Grant => ({ type: 'grant', key: `${holder.key}|${via}|${policy}`, unit: account.unit.id, identity: holder.key, policy, via, administrator, refs }));
  return { privilege: together(holder, held, missing), grants };
}

function together(holder: Holder, held: readonly Held[], missing: readonly Fact<boolean>[]): Fact<Privilege> {
  const refs = [...new Set([...holder.refs, ...held.flatMap((one) => one.refs)])];
  const note = holder.boundary === null ? {} : { note: `a permissions boundary is present and not weighed: ${holder.boundary}` };
  const administrators = held.filter(({ administrator }) => administrator.status === 'known' && administrator.value);
  if (administrators.length > 0) return known<Privilege>({ level: 'administrator', via: administrators.map(({ via }) => via) }, refs, note);
  for (const fact of [...missing, ...held.map(({ administrator }) => administrator)]) if (fact.status === 'unknown') return fact;
  return known<Privilege>({ level: 'not_administrator', via: [] }, refs, note);
}

function take(account: Account, inline: Inline | undefined, attached: Attached | undefined, refs: readonly PageReference[], prefix: string, into: Held[]): void {
  const inlineWord = prefix === '' ? 'inline ' : prefix;
  const attachedWord = prefix === '' ? 'attached ' : prefix;
  for (const { PolicyName, PolicyDocument } of items(inline)) into.push({ policy: PolicyName, via: `${inlineWord}${PolicyName}`, administrator: administrationOf(PolicyDocument, PolicyName, refs), refs });
  for (const { PolicyName, PolicyArn } of items(attached)) {
    const { administrator, refs: policyRefs } = attachedAdministration(account, PolicyArn, refs);
    into.push({ policy: PolicyArn, via: `${attachedWord}${PolicyName}`, administrator, refs: policyRefs });
  }
}

function attachedAdministration(account: Account, arn: string, refs: readonly PageReference[]): { readonly administrator: Fact<boolean>; readonly refs: readonly PageReference[] } {
  const managed = awsManagedName(arn);
  if (managed !== null) return { administrator: known(ADMINISTRATOR_POLICIES.has(managed), refs, { note: 'AWS-managed policy, judged by its name' }), refs };
  const policy = account.policies.get(arn);
  if (policy === undefined) return { administrator: notListed(account, `the policy ${arn}`), refs };
  const all = [...refs, ...policy.row.refs];
  const document = items(policy.value.PolicyVersionList).find(({ IsDefaultVersion }) => IsDefaultVersion === 'true')?.Document;
  return { administrator: document === undefined ? unknown('not_reported', `the default version of ${arn} has no document`) : administrationOf(document, arn, all), refs: all };
}

function administrationOf(document: string, name: string, refs: readonly PageReference[]): Fact<boolean> {
  const statements = readPolicy(document);
  return statements === null ? unknown('unrecognized', `the document of policy ${name} is not one that we can read`) : known(allowsAdministration(statements), refs);
}

/** A group or policy that is named and not listed: on a page that was not read, or, in a list that closed, gone or made while we read. */
function notListed(account: Account, what: string): Fact<boolean> {
  const cause = unknownOf(account.related, DETAILS);
  return account.related.ended(DETAILS).state === 'complete' ? unknown('incomplete', `${what} is attached and not in the list`) : { ...cause, detail: `${what} is not on the pages that were read: ${cause.detail}` };
}
