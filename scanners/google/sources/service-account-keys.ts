// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { observe, UNIT } from '../shapes.ts';
import { ACCOUNTS, accountSchema } from './service-accounts.ts';

export const KEYS = 'google.iam.service-account-keys';
export const keySchema = z.object({
  name: z.string(), keyType: z.string().optional(), keyOrigin: z.string().optional(), keyAlgorithm: z.string().optional(), validAfterTime: z.string().optional(), validBeforeTime: z.string().optional(), disabled: z.boolean().optional(),
  disableReason: z.string().optional(), extendedStatus: z.array(z.object({ key: z.string().optional(), value: z.string().optional() })).optional(),
});
/** A key as a row has it, with the account whose list showed it. */
export const keyRowSchema = keySchema.extend({ account: z.string() });
export type KeyRow = z.output<typeof keyRowSchema>;

/** Keys of one service account: its user's and those that Google rotates by itself. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/list */
export const serviceAccountKeys = defineSource({
  id: KEYS,
  title: 'Keys of service accounts',
  unitKind: UNIT,
  lane: 'google.iam',
  parent: ACCOUNTS,
  operations: [declared('iam', 'ListServiceAccountKeys', { untestable: 'needs the address of a service account' })],
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== 'google.service-account') return null;
    const { email } = accountSchema.parse(row.value);
    return { parent: email, parameters: { account: email } };
  },
  request: ({ parameters }) => ({ service: 'iam', operation: 'ListServiceAccountKeys', input: parameters }),
  // The whole list in one answer: it has no pages.
  page: { schema: z.object({ keys: z.array(keySchema).optional() }), count: (body) => body.keys?.length ?? 0, end: () => ({ last: true }) },
  rows: (body, context) => (body.keys ?? []).map((key, index) => observe('google.service-account-key', key.name, { account: context.parent ?? '', ...key }, context, ['keys', index])),
  command: ({ account }) => gcloud('iam', 'service-accounts', 'keys', 'list', '--iam-account', typeof account === 'string' ? account : ''),
});
