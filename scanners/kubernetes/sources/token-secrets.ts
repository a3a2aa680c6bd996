// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared, TOKEN_TYPE } from '../operations.ts';
import { EITHER, endOf, LANE, LIMIT, list, listMetadata, objectMetadata, observe, observePage } from '../shapes.ts';

export const tokenSecretSchema = z.object({
  metadata: z.object({
    ...objectMetadata.shape, namespace: z.string(),
    labels: z.object({ 'kubernetes.io/legacy-token-last-used': z.string().optional(), 'kubernetes.io/legacy-token-invalid-since': z.string().optional() }).optional(),
    annotations: z.object({ 'kubernetes.io/service-account.name': z.string().optional(), 'kubernetes.io/service-account.uid': z.string().optional() }).optional(),
  }),
});
export type TokenSecret = z.output<typeof tokenSecretSchema>;

/**
 * Metadata of the Secrets that hold a token of a service account. Of their labels and annotations only four reach this module.
 * https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets
 */
export const tokenSecrets = defineSource({
  id: 'kubernetes.token-secrets',
  title: 'Service account tokens that are kept in Secrets',
  unitKind: EITHER,
  lane: LANE,
  operations: [declared('core', 'ListTokenSecrets', { input: { limit: 1 } })],
  request: (_seed, page) => ({ service: 'core', operation: 'ListTokenSecrets', input: { limit: LIMIT, ...page } }),
  page: { schema: z.object({ kind: z.literal('PartialObjectMetadataList'), metadata: listMetadata, items: list(tokenSecretSchema) }), count: (body) => body.items?.length ?? 0, end: endOf },
  rows: (body, context) => [
    ...observePage(body.metadata, body.items?.length ?? 0, body.items?.[0]?.metadata.uid, context),
    ...(body.items ?? []).map((item, index) => observe('kubernetes.token-secret', item.metadata.uid, item, context, ['items', index])),
  ],
  command: () => kubectl('get', 'secrets', '--all-namespaces', '--field-selector', `type=${TOKEN_TYPE}`),
  blindSpots: ['Tokens that were issued through the TokenRequest API, those of pods among them, are no objects and cannot be listed.'],
});
