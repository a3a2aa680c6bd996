// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { CLUSTER, endOf, LANE, LIMIT, list, listMetadata, objectMetadata, observe, observePage } from '../shapes.ts';

export const namespaceSchema = z.object({ metadata: objectMetadata, status: z.object({ phase: z.string().optional() }).optional() });

/** Namespaces, which the lists of Secrets follow. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/ */
export const namespaces = defineSource({
  id: 'kubernetes.namespaces',
  title: 'Namespaces',
  unitKind: CLUSTER,
  lane: LANE,
  operations: [declared('core', 'ListNamespaces', { input: { limit: 1 } })],
  request: (_seed, page) => ({ service: 'core', operation: 'ListNamespaces', input: { limit: LIMIT, ...page } }),
  page: { schema: z.object({ kind: z.literal('NamespaceList'), metadata: listMetadata, items: list(namespaceSchema) }), count: (body) => body.items?.length ?? 0, end: endOf },
  rows: (body, context) => [
    ...observePage(body.metadata, body.items?.length ?? 0, body.items?.[0]?.metadata.uid, context),
    ...(body.items ?? []).map((item, index) => observe('kubernetes.namespace', item.metadata.uid, item, context, ['items', index])),
  ],
  command: () => kubectl('get', 'namespaces'),
});
