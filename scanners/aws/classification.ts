// SPDX-License-Identifier: Apache-2.0
import type { Fact } from '../../src/model/fact.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Classification, PrincipalClass, Trust } from '../../src/model/row.ts';

/** In words, for reports: how each class is decided. A declaration in the owners file goes before any of them. */
export const CLASSIFICATION_RULES: readonly string[] = [
  'User with a password and no programmatic credential: human.',
  'User with a programmatic credential (access key, service-specific credential, signing certificate, SSH key) and no password: non-human.',
  'User with both: both. User with neither, or where one of them is not known: undecided.',
  'An SSH key that was not looked for counts only where a policy of the user may allow CodeCommit, which is all that it opens.',
  'Role that a machine may enter (an AWS service or an OpenID Connect provider): non-human; with SAML as well: both.',
  'Role that only SAML may enter, or under /aws-reserved/sso.amazonaws.com/: human.',
  'Role that only AWS accounts, users or roles may enter, or whose trust policy is empty, open to anyone or cannot be read: undecided.',
  'Root without access keys: human; with access keys: both; where that is not known: undecided.',
];

/** The class of a user. `programmatic`: whether it holds any programmatic credential. */
export function classifyUser(password: Fact<boolean>, programmatic: Fact<boolean>, refs: readonly PageReference[]): Classification {
  if (password.status !== 'known' || programmatic.status !== 'known') return byRule('undecided', 'it is not known whether the user has a password, or a programmatic credential', refs);
  if (password.value && programmatic.value) return byRule('both', 'user with a password and a programmatic credential', refs);
  if (password.value) return byRule('human', 'user with a password and no programmatic credential', refs);
  if (programmatic.value) return byRule('non-human', 'user with a programmatic credential and no password', refs);
  return byRule('undecided', 'user with neither a password nor a programmatic credential', refs);
}

/** The class of a role, from who may enter it. */
export function classifyRole(path: string, trusts: readonly Pick<Trust, 'principalKind'>[], readable: boolean, refs: readonly PageReference[]): Classification {
  if (path.startsWith('/aws-reserved/sso.amazonaws.com/')) return byRule('human', 'role of IAM Identity Center, which people sign in to', refs);
  if (!readable) return byRule('undecided', 'the trust policy of the role cannot be read', refs);
  const kinds = new Set(trusts.map(({ principalKind }) => principalKind));
  const machine = kinds.has('service') || kinds.has('oidc');
  if (machine && kinds.has('saml')) return byRule('both', 'role that machines and people signed in by SAML may enter', refs);
  if (machine) return byRule('non-human', 'role that an AWS service or an OpenID Connect provider may enter', refs);
  if (kinds.size === 1 && kinds.has('saml')) return byRule('human', 'role that only people signed in by SAML may enter', refs);
  if (kinds.size === 0) return byRule('undecided', 'role that nobody may enter', refs);
  return byRule('undecided', 'role that AWS accounts, users, roles or anyone may enter; whether people or machines stand behind them is not told', refs);
}

/** The class of root. */
export function classifyRoot(keys: Fact<number>, refs: readonly PageReference[]): Classification {
  if (keys.status !== 'known') return byRule('undecided', 'it is not known whether root has access keys', refs);
  return keys.value > 0 ? byRule('both', 'root with access keys', refs) : byRule('human', 'root without access keys', refs);
}

function byRule(principalClass: PrincipalClass, rule: string, refs: readonly PageReference[]): Classification {
  return { class: principalClass, basis: 'rule', rule, refs };
}
