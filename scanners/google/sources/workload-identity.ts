// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, UNIT } from '../shapes.ts';

export const POOLS = 'google.iam.workload-identity-pools';
export const PROVIDERS_OF_POOLS = 'google.iam.workload-identity-providers';
const LANE = 'google.iam.federation';
// The SDK asks for enumerations as numbers.
const state = z.union([z.string(), z.number()]).optional();

export const poolSchema = z.object({ name: z.string(), displayName: z.string().optional(), description: z.string().optional(), state, disabled: z.boolean().optional() });
export type Pool = z.output<typeof poolSchema>;

/** Who may come: the issuer, the audiences that are taken, and the condition that its tokens must meet. */
export const providerSchema = z.object({
  name: z.string(), displayName: z.string().optional(), state, disabled: z.boolean().optional(), attributeCondition: z.string().optional(), attributeMapping: z.record(z.string(), z.string()).optional(),
  oidc: z.object({ issuerUri: z.string().optional(), allowedAudiences: z.array(z.string()).optional() }).optional(), aws: z.object({ accountId: z.string().optional() }).optional(), saml: z.object({}).optional(),
});
export const providerRowSchema = providerSchema.extend({ pool: z.string() });
export type ProviderRow = z.output<typeof providerRowSchema>;

/** The last part of a resource's name. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Pools of workloads from elsewhere, which may be given roles as a whole. https://cloud.google.com/iam/docs/workload-identity-federation */
export const workloadIdentityPools = defineSource({
  id: POOLS,
  title: 'Workload identity pools',
  unitKind: UNIT,
  lane: LANE,
  depth: 'standard',
  operations: [declared('iam', 'ListWorkloadIdentityPools', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListWorkloadIdentityPools', input: { ...page } }),
  page: { schema: z.object({ workloadIdentityPools: z.array(poolSchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.workloadIdentityPools?.length ?? 0, end: endOf },
  rows: (body, context) => (body.workloadIdentityPools ?? []).map((pool, index) => observe('google.workload-identity-pool', pool.name, pool, context, ['workloadIdentityPools', index])),
  command: () => gcloud('iam', 'workload-identity-pools', 'list', '--location', 'global', '--project', 'PROJECT'),
  blindSpots: ['When a pool or a provider was made or last used is not recorded. Deleted ones, which can be restored for 30 days, are not read.'],
});

/** Providers of one pool. https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers/list */
export const workloadIdentityProviders = defineSource({
  id: PROVIDERS_OF_POOLS,
  title: 'Providers of workload identity pools',
  unitKind: UNIT,
  lane: LANE,
  depth: 'standard',
  parent: POOLS,
  operations: [declared('iam', 'ListWorkloadIdentityPoolProviders', { untestable: 'needs the name of a pool' })],
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== 'google.workload-identity-pool') return null;
    const pool = lastPart(poolSchema.parse(row.value).name);
    return { parent: pool, parameters: { pool } };
  },
  request: ({ parameters }, page) => ({ service: 'iam', operation: 'ListWorkloadIdentityPoolProviders', input: { ...parameters, ...page } }),
  page: { schema: z.object({ workloadIdentityPoolProviders: z.array(providerSchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.workloadIdentityPoolProviders?.length ?? 0, end: endOf },
  rows: (body, context) => (body.workloadIdentityPoolProviders ?? []).map((provider, index) => observe('google.workload-identity-provider', provider.name, { pool: context.parent ?? '', ...provider }, context, ['workloadIdentityPoolProviders', index])),
  command: ({ pool }) => gcloud('iam', 'workload-identity-pools', 'providers', 'list', '--location', 'global', '--workload-identity-pool', typeof pool === 'string' ? pool : '', '--project', 'PROJECT'),
});
