// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, UNIT } from '../shapes.ts';

export const ACCOUNTS = 'google.iam.service-accounts';
/** `uniqueId` stays with the account; an address may be given again after its account was deleted. */
export const accountSchema = z.object({
  name: z.string(), projectId: z.string(), uniqueId: z.string(), email: z.string(), displayName: z.string().optional(), description: z.string().optional(), disabled: z.boolean().optional(),
});
export type Account = z.output<typeof accountSchema>;

/** Service accounts of one project. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/list */
export const serviceAccounts = defineSource({
  id: ACCOUNTS,
  title: 'Service accounts',
  unitKind: UNIT,
  lane: 'google.iam',
  operations: [declared('iam', 'ListServiceAccounts', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListServiceAccounts', input: { ...page } }),
  page: { schema: z.object({ accounts: z.array(accountSchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.accounts?.length ?? 0, end: endOf },
  rows: (body, context) => (body.accounts ?? []).map((account, index) => observe('google.service-account', account.uniqueId, account, context, ['accounts', index])),
  command: () => gcloud('iam', 'service-accounts', 'list', '--project', 'PROJECT'),
  blindSpots: ['When a service account was made is not recorded in this list, and deleted ones, which can be restored for 30 days, are not in it.'],
});
