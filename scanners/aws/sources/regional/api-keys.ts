// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

export const apiKeySchema = z.object({ id: z.string(), name: z.string().optional(), enabled: z.boolean().optional(), createdDate: moment.optional(), lastUpdatedDate: moment.optional() });

/** API keys of API Gateway, by id. Their values come only where a request asks for them, and this one does not. */
export const apiKeys = regionalList({
  id: 'aws.apigateway.keys',
  title: 'API keys of API Gateway',
  service: 'apigateway', operation: 'GetApiKeys', documentation: page('apigateway/latest/api', 'GetApiKeys'), permission: 'apigateway:GET',
  lane: 'aws.apigateway', depth: 'standard',
  input: { limit: 500, includeValues: false }, probe: { input: { limit: 1, includeValues: false } },
  element: 'item', item: apiKeySchema, token: { out: 'position', in: 'position' },
  kind: 'aws.apigateway-key', key: ({ id }) => `apikey|${id}`,
  blindSpots: ['AppSync API keys are their own ids: a list of them would be a list of secrets, so none is asked for.', 'When an API key of API Gateway was last used is in usage plans and logs only.'],
});
