// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { CLUSTER, EITHER, endOf, LANE, LIMIT, list, listMetadata, objectMetadata, observe, observePage } from '../shapes.ts';

const RBAC = 'rbac.authorization.k8s.io';

// The server leaves `subjects` out where a binding has none.
export const bindingSchema = z.object({
  metadata: objectMetadata,
  subjects: z.array(z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() })).nullish(),
  roleRef: z.object({ kind: z.string(), name: z.string() }),
});
export type Binding = z.output<typeof bindingSchema>;

function bindingSource(id: string, title: string, operation: string, kind: string, resource: string, row: string): AnySource {
  return defineSource({
    id, title, unitKind: resource === 'rolebindings' ? EITHER : CLUSTER, lane: LANE,
    operations: [declared(RBAC, operation, { input: { limit: 1 } })],
    request: (_seed, page) => ({ service: RBAC, operation, input: { limit: LIMIT, ...page } }),
    page: { schema: z.object({ kind: z.literal(kind), metadata: listMetadata, items: list(bindingSchema) }), count: (body) => body.items?.length ?? 0, end: endOf },
    rows: (body, context) => [
      ...observePage(body.metadata, body.items?.length ?? 0, body.items?.[0]?.metadata.uid, context),
      ...(body.items ?? []).map((item, index) => observe(row, item.metadata.uid, item, context, ['items', index])),
    ],
    command: () => kubectl('get', resource, '-o', 'wide', ...(resource === 'rolebindings' ? ['--all-namespaces'] : [])),
  });
}

/** Role bindings of all namespaces. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/ */
export const roleBindings = bindingSource('kubernetes.role-bindings', 'Role bindings', 'ListRoleBindings', 'RoleBindingList', 'rolebindings', 'kubernetes.role-binding');
/** Cluster role bindings. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-binding-v1/ */
export const clusterRoleBindings = bindingSource('kubernetes.cluster-role-bindings', 'Cluster role bindings', 'ListClusterRoleBindings', 'ClusterRoleBindingList', 'clusterrolebindings', 'kubernetes.cluster-role-binding');
