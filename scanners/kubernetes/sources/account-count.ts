// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { EITHER, LANE, list, listMetadata, observe } from '../shapes.ts';

/** How many service accounts the server counts: null where the list goes on and it says no number. */
export const countSchema = z.object({ count: z.number().nullable() });

/**
 * The server's own count of the accounts: of a list cut to one item it says how many remain. Only of lists without a selector.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/list-meta/
 */
export const accountCount = defineSource({
  id: 'kubernetes.service-account-count',
  title: 'Count of service accounts',
  unitKind: EITHER,
  lane: LANE,
  operations: [declared('core', 'CountServiceAccounts', { input: { limit: 1 } })],
  request: () => ({ service: 'core', operation: 'CountServiceAccounts', input: { limit: 1 } }),
  page: { schema: z.object({ kind: z.literal('ServiceAccountList'), metadata: listMetadata, items: list(z.object({})) }), count: (body) => body.items?.length ?? 0, end: () => ({ last: true }) },
  rows: ({ metadata, items }, context) => {
    const goesOn = (metadata.continue ?? '') !== '';
    return [observe('kubernetes.count', 'count|service-accounts', { count: goesOn && metadata.remainingItemCount === undefined ? null : (items?.length ?? 0) + (metadata.remainingItemCount ?? 0) }, context, ['metadata'])];
  },
  command: () => kubectl('get', '--raw', '/api/v1/serviceaccounts?limit=1'),
});
