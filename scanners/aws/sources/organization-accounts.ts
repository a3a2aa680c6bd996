// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { observe, ORGANIZATION, plain } from '../shapes.ts';

/** The most accounts that Organizations gives in one page. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const MOST_ACCOUNTS = 20;

/** An account as an organization's list has it. `State` takes the place of `Status`, which is retired on 2026-09-09; an answer may have either. Times in seconds since 1970. */
export const listedAccountSchema = z.object({ Id: z.string(), Name: z.string().optional(), State: z.string().optional(), Status: z.string().optional(), JoinedTimestamp: z.number().optional(), JoinedMethod: z.string().optional() });
export type ListedAccount = z.output<typeof listedAccountSchema>;

/** The organization's list of its accounts: what scope is held against. Pages may be short or empty and go on all the same: only a missing token ends the list. */
export const organizationAccounts = defineSource({
  id: 'aws.organizations.accounts',
  title: 'Accounts of the organization',
  unitKind: ORGANIZATION,
  lane: 'aws.organizations',
  operations: [{
    service: 'organizations', operation: 'ListAccounts', permission: 'organizations:ListAccounts',
    documentation: 'https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html', probe: { input: { MaxResults: 1 } },
  }],
  request: (_seed, page) => ({ service: 'organizations', operation: 'ListAccounts', input: { MaxResults: MOST_ACCOUNTS, ...page } }),
  page: {
    schema: z.object({ Accounts: z.array(listedAccountSchema), NextToken: z.string().nullish() }),
    count: (body) => body.Accounts.length,
    end: ({ NextToken: next }) => (next === undefined || next === null || next === '' ? { last: true } : { next: { NextToken: next } }),
  },
  rows: (body, context) => body.Accounts.map((account, index) => observe('aws.account', account.Id, plain(account), context, ['Accounts', index])),
  command: () => 'aws organizations list-accounts',
  blindSpots: ['An organization\'s list has its own accounts: accounts of the company that were never invited to it, or left it, are in no list.'],
});
