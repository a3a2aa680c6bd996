// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, observe, plain } from '../shapes.ts';

/** What AWS calls a region that can be used. https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html */
export const ON = ['ENABLED', 'ENABLED_BY_DEFAULT'] as const;

export const regionSchema = z.object({ RegionName: z.string().regex(/^[a-z0-9-]{1,50}$/), RegionOptStatus: z.string() });
export const regionsPage = z.object({ Regions: z.array(regionSchema), NextToken: z.string().nullish() });

/**
 * The account's regions that are on: what the scan made its units of, read again as evidence. One that is off is not asked for: nothing in
 * it answers. https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
export const regions = defineSource({
  id: 'aws.account.regions',
  title: 'Regions that are on',
  unitKind: ACCOUNT,
  lane: 'aws.account',
  operations: [{
    service: 'account', operation: 'ListRegions', permission: 'account:ListRegions', documentation: 'https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html', probe: { input: { MaxResults: 1 } },
  }],
  request: (_seed, page) => ({ service: 'account', operation: 'ListRegions', input: { MaxResults: 50, RegionOptStatusContains: [...ON], ...page } }),
  page: { schema: regionsPage, count: (body) => body.Regions.length, end: ({ NextToken: next }) => (next === undefined || next === null || next === '' ? { last: true } : { next: { NextToken: next } }) },
  rows: (body, context) => body.Regions.map((region, index) => observe('aws.region', `region|${region.RegionName}`, plain(region), context, ['Regions', index])),
  command: () => awsCommand('account', 'ListRegions', { RegionOptStatusContains: [...ON] }),
  blindSpots: ['Regions that are off are not read; what was left in one before it was switched off is still there and is not seen.'],
});
