// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Trust } from '../../src/model/row.ts';
import { matchesAction, readPolicy, type PolicyPrincipal, type Statement } from './policy.ts';

/** What a trust policy may open: whose it is, and the actions that count. `account`: the unit of the account that it is in. */
export interface Opened { readonly kind: string; readonly key: string; readonly unit: string; readonly account: string; readonly document: string | undefined; readonly refs: readonly PageReference[]; readonly actions: readonly string[] }

const ASSUMING = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

/** What stands in for the principal of a trust policy that cannot be read, so that the role is not taken for one that nobody may enter. */
export const UNREADABLE_PRINCIPAL = '(trust policy that could not be read)';

export interface RoleTrust { readonly trusts: readonly Trust[]; readonly readable: boolean }

/** Who may enter a role: each principal of each statement that allows it. `document` as IAM sent it. */
export function trustsOf(role: { readonly key: string; readonly unit: string; readonly document: string | undefined; readonly refs: readonly PageReference[] }, ownUnits: ReadonlySet<string>): RoleTrust {
  return openedBy({ ...role, kind: 'aws.role-trust', account: role.unit, actions: ASSUMING }, ownUnits);
}

/** Whom the policy of a role, a secret or a key lets do one of some actions: each principal of each statement that allows it. Denials are not weighed. */
export function openedBy(opened: Opened, ownUnits: ReadonlySet<string>): RoleTrust {
  const base = { type: 'trust' as const, kind: opened.kind, unit: opened.unit, identity: opened.key, refs: opened.refs };
  const statements = opened.document === undefined ? null : readPolicy(opened.document);
  if (statements === null) {
    return { readable: false, trusts: [{ ...base, key: `${opened.key}|unreadable`, principalKind: 'other', principal: UNREADABLE_PRINCIPAL, external: unknown('unrecognized', 'the trust policy is not one that we can read'), conditions: [] }] };
  }
  const trusts = statements.flatMap((statement, index) => (!opens(statement, opened.actions) ? [] : principalsOf(statement).map((principal, at): Trust => {
    const kind = principalKind(principal);
    return { ...base, key: `${opened.key}|${index}|${at}`, principalKind: kind, principal: principal.value, external: externalOf(kind, principal.value, opened, ownUnits), conditions: statement.conditions };
  })));
  return { readable: true, trusts };
}

function opens(statement: Statement, wanted: readonly string[]): boolean {
  if (statement.effect !== 'Allow') return false;
  const { actions, notActions } = statement;
  if (actions !== null) return actions.some((pattern) => wanted.some((action) => matchesAction(pattern, action)));
  return notActions !== null && wanted.some((action) => !notActions.some((pattern) => matchesAction(pattern, action)));
}

/** The principals of a statement. Everyone but some is everyone. */
function principalsOf(statement: Statement): readonly PolicyPrincipal[] {
  return statement.notPrincipals === null ? statement.principals : [{ type: '*', value: '*' }];
}

/** What kind of principal a policy names. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function principalKind({ type, value }: PolicyPrincipal): Trust['principalKind'] {
  if (value === '*' && (type === '*' || type === 'AWS')) return 'anyone';
  if (type === 'Service') return 'service';
  if (type === 'Federated') return /:saml-provider\//.test(value) ? 'saml' : value === '*' ? 'anyone' : 'oidc';
  if (type !== 'AWS') return 'other';
  if (/^\d{12}$/.test(value) || /^arn:[a-z0-9-]+:iam::\d{12}:root$/.test(value)) return 'account';
  if (/^arn:[a-z0-9-]+:iam::\d{12}:user\//.test(value) || /^AIDA[A-Z0-9]+$/.test(value)) return 'user';
  if (/^arn:[a-z0-9-]+:(?:iam::\d{12}:role|sts::\d{12}:assumed-role)\//.test(value) || /^AROA[A-Z0-9]+$/.test(value)) return 'role';
  return 'other';
}

function externalOf(kind: Trust['principalKind'], principal: string, opened: Pick<Opened, 'account' | 'refs'>, ownUnits: ReadonlySet<string>): Fact<boolean> {
  if (kind === 'anyone') return known(true, opened.refs, { note: 'anyone, of any account' });
  if (kind === 'service') return known(false, opened.refs, { note: 'an AWS service' });
  if (kind === 'oidc' || kind === 'saml') return unknown('no_source', 'AWS does not tell who runs an identity provider');
  const account = /^\d{12}$/.exec(principal)?.[0] ?? /^arn:[a-z0-9-]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
  // The bare id of a deleted user or role, which no longer names an account.
  if (account === undefined) return unknown('unrecognized', 'the principal names no account');
  const unit = `aws:${account}`;
  if (unit === opened.account || ownUnits.has(unit)) return known(false, opened.refs);
  return known(true, opened.refs, { note: 'its account is none of those that this scan reads or the configuration names as ours' });
}
