// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, listOf, observe, TENANT } from '../shapes.ts';
import { keySchema, passwordSchema } from './applications.ts';

/** Both lists of credentials must be there, empty or not: one that is left out was not read. When a service principal was made is no documented property. */
export const principalSchema = z.object({
  '@odata.type': z.string().optional(), id: z.string(), appId: z.string().nullish(), displayName: z.string().nullish(), description: z.string().nullish(), accountEnabled: z.boolean().nullish(), servicePrincipalType: z.string().nullish(),
  appOwnerOrganizationId: z.string().nullish(), alternativeNames: z.array(z.string()).nullish(), tags: z.array(z.string()).nullish(), disabledByMicrosoftStatus: z.string().nullish(),
  passwordCredentials: z.array(passwordSchema), keyCredentials: z.array(keySchema),
});
export type Principal = z.output<typeof principalSchema>;

export const PRINCIPALS = 'azure.graph.service-principals';
export const PRINCIPAL_ROW = 'azure.principal';

/** Everything that can act in the tenant without being a person: applications, managed identities, agents. https://learn.microsoft.com/en-us/graph/api/serviceprincipal-list */
export const servicePrincipals = defineSource({
  id: PRINCIPALS,
  title: 'Service principals of every kind, with the dates of their own credentials',
  unitKind: TENANT,
  lane: 'azure.graph.key-credentials',
  after: ['azure.graph.service-principals-count'],
  operations: [declared('ListServicePrincipals', { input: { top: 1 } })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListServicePrincipals', input: { ...page } }),
  page: { schema: listOf(principalSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(PRINCIPAL_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListServicePrincipals'),
  blindSpots: [
    'When a service principal was made is not documented and not read; of one whose application lives in this tenant it is not before that application.',
    'Whether agent identities stand in the list of service principals for every login is not documented; those that do are rows of their own kind.',
  ],
});
