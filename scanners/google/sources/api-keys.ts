// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, UNIT } from '../shapes.ts';

export const API_KEYS = 'google.apikeys.keys';
const present = z.object({}).optional();
/** Restrictions: which interfaces a key calls, and who may call with it. Of the callers only their kind is kept. */
export const apiKeySchema = z.object({
  name: z.string(), uid: z.string().optional(), displayName: z.string().optional(), createTime: z.string().optional(), deleteTime: z.string().optional(), serviceAccountEmail: z.string().optional(),
  restrictions: z.object({ apiTargets: z.array(z.object({ service: z.string().optional() })).optional(), browserKeyRestrictions: present, serverKeyRestrictions: present, androidKeyRestrictions: present, iosKeyRestrictions: present }).optional(),
});

/** API keys, deleted ones too, which can be restored for 30 days. https://cloud.google.com/api-keys/docs/reference/rest/v2/projects.locations.keys/list */
export const apiKeys = defineSource({
  id: API_KEYS,
  title: 'API keys',
  unitKind: UNIT, lane: 'google.apikeys', depth: 'standard',
  operations: [declared('apikeys', 'ListApiKeys', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'apikeys', operation: 'ListApiKeys', input: { ...page } }),
  page: { schema: z.object({ keys: z.array(apiKeySchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.keys?.length ?? 0, end: endOf },
  rows: (body, context) => (body.keys ?? []).map((key, index) => observe('google.api-key', key.name, key, context, ['keys', index])),
  command: () => gcloud('services', 'api-keys', 'list', '--project', 'PROJECT'),
  blindSpots: ['When an API key was last used is in no list.'],
});
