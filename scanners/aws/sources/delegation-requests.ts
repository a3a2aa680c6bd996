// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, items, list, MOST_ITEMS, observe, plain } from '../shapes.ts';

export const delegationRequestSchema = z.object({ DelegationRequestId: z.string(), RequestorName: z.string().optional(), State: z.string().optional(), CreateDate: z.string().optional(), ExpirationTime: z.string().optional() });

/**
 * Rights that another company's product asked for or was given for a time. Of what it asked for, only that it did is kept. Unlike IAM's
 * other lists this one writes its end marker as `isTruncated`. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListDelegationRequests.html
 */
export const delegationRequests = defineSource({
  id: 'aws.iam.delegation-requests',
  title: 'Requests for delegation',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  depth: 'standard',
  operations: [iam('ListDelegationRequests', { input: { MaxItems: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListDelegationRequests', input: { MaxItems: MOST_ITEMS, ...page } }),
  page: {
    schema: z.object({ DelegationRequests: list(delegationRequestSchema), isTruncated: z.string().optional(), Marker: z.string().optional() }), count: (body) => items(body.DelegationRequests).length,
    end: ({ isTruncated: truncated, Marker: marker }) => {
      if (truncated === 'false') return { last: true };
      if (truncated !== 'true') return { missing: 'isTruncated is not there' };
      return marker === undefined || marker === '' ? { missing: 'isTruncated is true, but Marker is not there' } : { next: { Marker: marker } };
    },
  },
  rows: (body, context) => items(body.DelegationRequests).map((request, index) => observe('aws.delegation-request', `delegation|${request.DelegationRequestId}`, plain(request), context, ['DelegationRequests', index])),
  command: (parameters) => awsCommand('iam', 'ListDelegationRequests', parameters),
});
