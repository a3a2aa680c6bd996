// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Trust } from '../../src/model/row.ts';
import { matchesAction, readPolicy, type PolicyPrincipal, type Statement } from './policy.ts';

const ASSUMING = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

/** What stands in for the principal of a trust policy that cannot be read, so that the role is not taken for one that nobody may enter. */
export const UNREADABLE_PRINCIPAL = '(trust policy that could not be read)';

export interface RoleTrust { readonly trusts: readonly Trust[]; readonly readable: boolean }

/** Who may enter a role: each principal of each statement that allows it. `document` as IAM sent it. */
export function trustsOf(role: { readonly key: string; readonly unit: string; readonly document: string | undefined; readonly refs: readonly PageReference[] }, ownUnits: ReadonlySet<string>): RoleTrust {
  const base = { type: 'trust' as const, kind: 'aws.role-trust', unit: role.unit, identity: role.key, refs: role.refs };
  const statements = role.document === undefined ? null : readPolicy(role.document);
  if (statements === null) {
    return { readable: false, trusts: [{ ...base, key: `${role.key}|unreadable`, principalKind: 'other', principal: UNREADABLE_PRINCIPAL, external: unknown('unrecognized', 'the trust policy is not one that we can read'), conditions: [] }] };
  }
  const trusts = statements.flatMap((statement, index) => (!opens(statement) ? [] : principalsOf(statement).map((principal, at): Trust => {
    const kind = principalKind(principal);
    return { ...base, key: `${role.key}|${index}|${at}`, principalKind: kind, principal: principal.value, external: externalOf(kind, principal.value, role, ownUnits), conditions: statement.conditions };
  })));
  return { readable: true, trusts };
}

function opens(statement: Statement): boolean {
  if (statement.effect !== 'Allow') return false;
  const { actions, notActions } = statement;
  if (actions !== null) return actions.some((pattern) => ASSUMING.some((action) => matchesAction(pattern, action)));
  return notActions !== null && ASSUMING.some((action) => !notActions.some((pattern) => matchesAction(pattern, action)));
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

function externalOf(kind: Trust['principalKind'], principal: string, role: { readonly unit: string; readonly refs: readonly PageReference[] }, ownUnits: ReadonlySet<string>): Fact<boolean> {
  if (kind === 'anyone') return known(true, role.refs, { note: 'anyone, of any account' });
  if (kind === 'service') return known(false, role.refs, { note: 'an AWS service' });
  if (kind === 'oidc' || kind === 'saml') return unknown('no_source', 'AWS does not tell who runs an identity provider');
  const account = /^\d{12}$/.exec(principal)?.[0] ?? /^arn:[a-z0-9-]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
  // The bare id of a deleted user or role, which no longer names an account.
  if (account === undefined) return unknown('unrecognized', 'the principal names no account');
  const unit = `aws:${account}`;
  if (unit === role.unit || ownUnits.has(unit)) return known(false, role.refs);
  return known(true, role.refs, { note: 'its account is none of those that this scan reads or the configuration names as ours' });
}
