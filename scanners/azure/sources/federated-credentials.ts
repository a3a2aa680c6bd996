// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { follow } from '../follow.ts';
import { declared, NEEDS_APPLICATION } from '../operations.ts';
import { endOf, LANE, listOf, observe, TENANT } from '../shapes.ts';
import { APPLICATIONS } from './applications.ts';

/** `subject` is null for one that matches by an expression, which only the beta of Graph shows. */
export const federatedSchema = z.object({ id: z.string(), name: z.string().nullish(), issuer: z.string(), subject: z.string().nullish(), audiences: z.array(z.string()) });
/** The same as a row has it, with the application that it enters. */
export const federatedRowSchema = federatedSchema.extend({ application: z.string() });
export type FederatedRow = z.output<typeof federatedRowSchema>;

export const FEDERATED = 'azure.graph.federated-credentials';

/** Workloads elsewhere that may act as one application without a secret. https://learn.microsoft.com/en-us/graph/api/application-list-federatedidentitycredentials */
export const federatedCredentials = defineSource({
  id: FEDERATED,
  title: 'Federated credentials of application registrations',
  unitKind: TENANT,
  lane: LANE,
  depth: 'standard',
  parent: APPLICATIONS,
  operations: [declared('ListFederatedCredentials', NEEDS_APPLICATION)],
  next: follow,
  request: (seed, page) => ({ service: 'graph', operation: 'ListFederatedCredentials', input: { application: seed.parameters['application'] ?? '', ...page } }),
  page: { schema: listOf(federatedSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe('azure.federated-credential', `${context.parent ?? ''}|${item.id}`, { application: context.parent ?? '', ...item }, context, ['value', index])),
  command: (parameters) => azRest('ListFederatedCredentials', parameters),
  blindSpots: [
    'When a federated credential was made or last used is not recorded.',
    'The expression of a flexible federated credential is shown by the beta of Graph alone and is not read: whom such a one lets in is unknown.',
  ],
});
