// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, UNIT } from '../shapes.ts';

export const HMAC_KEYS = 'google.storage.hmac-keys';
export const hmacKeySchema = z.object({ accessId: z.string(), serviceAccountEmail: z.string().optional(), state: z.string().optional(), timeCreated: z.string().optional(), updated: z.string().optional() });

/** HMAC keys of Cloud Storage, with which an account signs requests as AWS does. https://cloud.google.com/storage/docs/json_api/v1/projects/hmacKeys/list */
export const hmacKeys = defineSource({
  id: HMAC_KEYS,
  title: 'HMAC keys of Cloud Storage',
  unitKind: UNIT, lane: 'google.storage', depth: 'standard',
  operations: [declared('storage', 'ListHmacKeys', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'storage', operation: 'ListHmacKeys', input: { ...page } }),
  page: { schema: z.object({ items: z.array(hmacKeySchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.items?.length ?? 0, end: endOf },
  rows: (body, context) => (body.items ?? []).map((key, index) => observe('google.hmac-key', key.accessId, key, context, ['items', index])),
  command: () => gcloud('storage', 'hmac', 'list', '--project', 'PROJECT'),
  blindSpots: ['When an HMAC key was last used is in no list. HMAC keys of users, who are people, are not among those listed.'],
});
