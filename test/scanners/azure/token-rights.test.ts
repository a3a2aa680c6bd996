// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { claimsOf } from '../../../scanners/azure/claims.ts';
import { tokenRights } from '../../../scanners/azure/token-rights.ts';

const NEEDED = ['Application.Read.All', 'AuditLog.Read.All', 'Microsoft.Authorization/roleAssignments/read'];
function tokenWith(claims: object): string {
  return `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
}

test.each([
  ['roles of an application', { roles: ['Application.Read.All', 'Directory.Read.All'] }, ['Application.Read.All']],
  ['a role that writes holds the one that reads', { roles: ['Application.ReadWrite.All'] }, ['Application.Read.All']],
  ['no roles at all', { roles: [] }, []],
  ['scopes of a person', { scp: 'openid AuditLog.Read.All' }, ['AuditLog.Read.All']],
  ['neither', { tid: 't' }, null],
  ['roles in a form that nobody knows', { roles: 'Application.Read.All' }, null],
])('a token with %s', (_, claims, held) => {
  const rights = tokenRights(claimsOf(tokenWith(claims)), NEEDED);
  expect(rights.held).toEqual(held);
  // Rights on Azure resources stand in no token for Microsoft Graph, and a broader permission may stand in for one that is lacking.
  expect(rights).toMatchObject({ asked: ['Application.Read.All', 'AuditLog.Read.All'], exact: false });
});
