// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { EITHER, endOf, LANE, LIMIT, list, listMetadata, objectMetadata, observe, observePage } from '../shapes.ts';

/** Labels and annotations that are kept as tags: what takes an identity of a cloud, and names that say who owns it and what it is for. All others may hold anything, and are not. */
export const TAG_NAMES: readonly string[] = [
  'eks.amazonaws.com/role-arn', 'iam.gke.io/gcp-service-account', 'azure.workload.identity/client-id', 'azure.workload.identity/tenant-id',
  'owner', 'owner-email', 'service-owner', 'team', 'purpose', 'description', 'service', 'application', 'app.kubernetes.io/name', 'app.kubernetes.io/part-of', 'app.kubernetes.io/managed-by',
];
const tags = z.object(Object.fromEntries(TAG_NAMES.map((name) => [name, z.string().optional()])));

export const serviceAccountSchema = z.object({
  metadata: z.object({ ...objectMetadata.shape, namespace: z.string(), labels: tags.optional(), annotations: tags.optional() }),
  automountServiceAccountToken: z.boolean().optional(),
  secrets: z.array(z.object({ name: z.string().optional() })).optional(),
  imagePullSecrets: z.array(z.object({ name: z.string().optional() })).optional(),
});
export type ServiceAccount = z.output<typeof serviceAccountSchema>;

/** Service accounts of all namespaces; a full read of them carries no value. https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/service-account-v1/ */
export const serviceAccounts = defineSource({
  id: 'kubernetes.service-accounts',
  title: 'Service accounts',
  unitKind: EITHER,
  lane: LANE,
  operations: [declared('core', 'ListServiceAccounts', { input: { limit: 1 } })],
  request: (_seed, page) => ({ service: 'core', operation: 'ListServiceAccounts', input: { limit: LIMIT, ...page } }),
  page: { schema: z.object({ kind: z.literal('ServiceAccountList'), metadata: listMetadata, items: list(serviceAccountSchema) }), count: (body) => body.items?.length ?? 0, end: endOf },
  rows: (body, context) => [
    ...observePage(body.metadata, body.items?.length ?? 0, body.items?.[0]?.metadata.uid, context),
    ...(body.items ?? []).map((item, index) => observe('kubernetes.service-account', item.metadata.uid, item, context, ['items', index])),
  ],
  command: () => kubectl('get', 'serviceaccounts', '--all-namespaces'),
  blindSpots: ['Of labels and annotations only those of the clouds and those that name an owner or a purpose are read; an owners file that looks for other names finds none here.'],
});
