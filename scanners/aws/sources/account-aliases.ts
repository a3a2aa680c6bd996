// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging } from '../shapes.ts';

/** The account's name in sign-in addresses. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html */
export const accountAliases = defineSource({
  id: 'aws.iam.account-aliases',
  title: 'Account aliases',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  operations: [iam('ListAccountAliases', { input: { MaxItems: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListAccountAliases', input: { MaxItems: MOST_ITEMS, ...page } }),
  page: { schema: z.object({ AccountAliases: list(z.string()), ...paging }), count: (body) => items(body.AccountAliases).length, end: endOf },
  rows: (body, context) => items(body.AccountAliases).map((alias, index) => observe('aws.account-alias', alias, { alias }, context, ['AccountAliases', index])),
  command: () => awsCommand('iam', 'ListAccountAliases', {}),
});
