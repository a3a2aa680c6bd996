// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, listOf, observe, TENANT } from '../shapes.ts';

const dates = { keyId: z.string(), displayName: z.string().nullish(), startDateTime: z.string().nullish(), endDateTime: z.string().nullish() };
/** A password as the list shows it: an id, a name that somebody gave it, two dates. Its value, the hint of it and its own identifier are none of these. */
export const passwordSchema = z.object(dates);
/** A certificate, or (of type Symmetric) a shared key. Neither the certificate nor its thumbprint is kept. */
export const keySchema = z.object({ ...dates, type: z.string().nullish(), usage: z.string().nullish() });
export type Password = z.output<typeof passwordSchema>;
export type Key = z.output<typeof keySchema>;

/** Both lists of credentials must be there, empty or not: one that is left out was not read. */
export const applicationSchema = z.object({
  '@odata.type': z.string().optional(), id: z.string(), appId: z.string(), displayName: z.string().nullish(), createdDateTime: z.string().nullish(), description: z.string().nullish(), signInAudience: z.string().nullish(),
  tags: z.array(z.string()), disabledByMicrosoftStatus: z.string().nullish(), passwordCredentials: z.array(passwordSchema), keyCredentials: z.array(keySchema),
});
export type Application = z.output<typeof applicationSchema>;

export const APPLICATIONS = 'azure.graph.applications';

/** Application registrations with the dates of their passwords and certificates. https://learn.microsoft.com/en-us/graph/api/application-list */
export const applications = defineSource({
  id: APPLICATIONS,
  title: 'Application registrations, with the dates of their credentials',
  unitKind: TENANT,
  lane: 'azure.graph.key-credentials',
  after: ['azure.graph.applications-count'],
  operations: [declared('ListApplications', { input: { top: 1 } })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListApplications', input: { ...page } }),
  page: { schema: listOf(applicationSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe('azure.application', item.id, item, context, ['value', index])),
  command: () => azRest('ListApplications'),
  blindSpots: [
    'When a credential was added to an application is not recorded; the start of its validity, which whoever adds it may choose, stands for it.',
  ],
});
