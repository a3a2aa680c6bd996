// SPDX-License-Identifier: Apache-2.0
import type { Rights } from '../../src/model/source.ts';
import type { Claims } from './claims.ts';

/**
 * What a token for Microsoft Graph says that its holder may do: roles of an application, or scopes of a person's consent. Permissions that write hold those that read the same. Something broader
 * may stand in for one that is not among them (Directory.Read.All shows applications, too), so that what is lacking need not be refused.
 * https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 */
export function tokenRights({ roles, scp }: Pick<Claims, 'roles' | 'scp'>, permissions: readonly string[]): Rights {
  const asked = permissions.filter((permission) => !permission.startsWith('Microsoft.'));
  const names = roles ?? scp?.split(' ').filter((name) => name !== '');
  if (names === undefined) return { basis: 'its token names neither roles nor scopes', held: null, exact: false, asked };
  const held = new Set(names.flatMap((name) => [name, name.replace('.ReadWrite.', '.Read.')]));
  return { basis: roles === undefined ? 'the scopes in its token for Microsoft Graph' : 'the roles in its token for Microsoft Graph', held: asked.filter((permission) => held.has(permission)), exact: false, asked };
}
