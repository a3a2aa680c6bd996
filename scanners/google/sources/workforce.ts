// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, ORGANIZATION } from '../shapes.ts';
import { lastPart } from './workload-identity.ts';

export const WORKFORCE = 'google.iam.workforce-pools';
export const WORKFORCE_ROW = 'google.workforce-pool';
export const WORKFORCE_PROVIDERS = 'google.iam.workforce-providers';
export const WORKFORCE_PROVIDER_ROW = 'google.workforce-provider';
const LANE = 'google.iam.workforce';
const text = z.string().optional();

export const workforceSchema = z.object({ name: z.string(), parent: text, displayName: text, state: text, disabled: z.boolean().optional(), sessionDuration: text });
export const workforceProviderSchema = z.object({ name: z.string(), displayName: text, state: text, disabled: z.boolean().optional(), attributeCondition: text, attributeMapping: z.record(z.string(), z.string()).optional(), oidc: z.object({ issuerUri: text }).optional() });
export const workforceProviderRowSchema = workforceProviderSchema.extend({ pool: z.string() });

/** Pools of people from elsewhere, which roles may be given to as to anybody. https://cloud.google.com/iam/docs/reference/rest/v1/locations.workforcePools/list */
export const workforcePools = defineSource({
  id: WORKFORCE,
  title: 'Workforce pools',
  unitKind: ORGANIZATION, lane: LANE, depth: 'standard',
  operations: [declared('iam', 'ListWorkforcePools', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListWorkforcePools', input: { ...page } }),
  page: { schema: z.object({ workforcePools: z.array(workforceSchema).optional(), nextPageToken: text }), count: (body) => body.workforcePools?.length ?? 0, end: endOf },
  rows: (body, context) => (body.workforcePools ?? []).map((pool, index) => observe(WORKFORCE_ROW, pool.name, pool, context, ['workforcePools', index])),
  command: () => gcloud('iam', 'workforce-pools', 'list', '--location', 'global', '--organization', 'ORGANIZATION'),
  blindSpots: ['Members of workforce pools are people of an identity provider outside Google Cloud, and no list of it has them. Deleted pools, which can be restored for 30 days, and tokens with which directories are synchronized are not read.'],
});

/** Who vouches for the people of one pool. https://cloud.google.com/iam/docs/reference/rest/v1/locations.workforcePools.providers/list */
export const workforceProviders = defineSource({
  id: WORKFORCE_PROVIDERS,
  title: 'Providers of workforce pools',
  unitKind: ORGANIZATION, lane: LANE, depth: 'standard', parent: WORKFORCE,
  operations: [declared('iam', 'ListWorkforcePoolProviders', { untestable: 'needs the name of a workforce pool' })],
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== WORKFORCE_ROW) return null;
    const workforcePool = lastPart(workforceSchema.parse(row.value).name);
    return { parent: workforcePool, parameters: { workforcePool } };
  },
  request: ({ parameters }, page) => ({ service: 'iam', operation: 'ListWorkforcePoolProviders', input: { ...parameters, ...page } }),
  page: { schema: z.object({ workforcePoolProviders: z.array(workforceProviderSchema).optional(), nextPageToken: text }), count: (body) => body.workforcePoolProviders?.length ?? 0, end: endOf },
  rows: (body, context) => (body.workforcePoolProviders ?? []).map((provider, index) => observe(WORKFORCE_PROVIDER_ROW, provider.name, { pool: context.parent ?? '', ...provider }, context, ['workforcePoolProviders', index])),
  command: ({ workforcePool }) => gcloud('iam', 'workforce-pools', 'providers', 'list', '--location', 'global', '--workforce-pool', typeof workforcePool === 'string' ? workforcePool : ''),
});
