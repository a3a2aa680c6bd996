// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, listOf, observe, TENANT } from '../shapes.ts';

const activity = z.object({ lastSignInDateTime: z.string().nullish() }).nullish();

/** By the id of the application. That others signed in to it, as a resource, is not asked: it does not show that its own credential lives. */
export const principalSignInSchema = z.object({ id: z.string(), appId: z.string(), applicationAuthenticationClientSignInActivity: activity, delegatedClientSignInActivity: activity });
export type PrincipalSignIn = z.output<typeof principalSignInSchema>;

const REPORTS = 'azure.graph.reports';
const BETA = 'Reports of sign-ins are a beta of Microsoft Graph, in the global cloud only; how far back they go is not documented. That one is not in the report is told as "no use recorded", never as "never used".';

export const PRINCIPAL_SIGN_INS = 'azure.graph.principal-sign-ins';
export const PRINCIPAL_SIGN_IN_ROW = 'azure.principal-sign-in';

/** When each application last signed in. https://learn.microsoft.com/en-us/graph/api/reportroot-list-serviceprincipalsigninactivities?view=graph-rest-beta */
export const principalSignIns = defineSource({
  id: PRINCIPAL_SIGN_INS,
  title: 'Last sign-in of each application (beta)',
  unitKind: TENANT,
  lane: REPORTS,
  depth: 'standard',
  operations: [declared('ListPrincipalSignIns', { input: { top: 1 } })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListPrincipalSignIns', input: { ...page } }),
  page: { schema: listOf(principalSignInSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(PRINCIPAL_SIGN_IN_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListPrincipalSignIns'),
  blindSpots: [BETA],
});

/** By the id of the key; one key may stand once for each resource that it was used for. */
export const credentialSignInSchema = z.object({ id: z.string(), keyId: z.string().nullish(), appId: z.string().nullish(), credentialOrigin: z.string().nullish(), signInActivity: activity });
export type CredentialSignIn = z.output<typeof credentialSignInSchema>;

export const CREDENTIAL_SIGN_INS = 'azure.graph.credential-sign-ins';
export const CREDENTIAL_SIGN_IN_ROW = 'azure.credential-sign-in';

/** When each credential was last used to sign in. https://learn.microsoft.com/en-us/graph/api/reportroot-list-appcredentialsigninactivities?view=graph-rest-beta */
export const credentialSignIns = defineSource({
  id: CREDENTIAL_SIGN_INS,
  title: 'Last sign-in with each credential (beta)',
  unitKind: TENANT,
  lane: REPORTS,
  depth: 'standard',
  operations: [declared('ListCredentialSignIns', { input: { top: 1 } })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListCredentialSignIns', input: { ...page } }),
  page: { schema: listOf(credentialSignInSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(CREDENTIAL_SIGN_IN_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListCredentialSignIns'),
  blindSpots: [BETA],
});
