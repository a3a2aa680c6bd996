// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { CLUSTER, EITHER, endOf, LANE, LIMIT, list, listMetadata, objectMetadata, observe, observePage } from '../shapes.ts';

const RBAC = 'rbac.authorization.k8s.io';
const texts = z.array(z.string()).nullish();

export const roleSchema = z.object({ metadata: objectMetadata, rules: z.array(z.object({ verbs: texts, apiGroups: texts, resources: texts, resourceNames: texts, nonResourceURLs: texts })).nullish() });
export type Role = z.output<typeof roleSchema>;
export type Rule = NonNullable<NonNullable<Role['rules']>[number]>;

function roleSource(id: string, title: string, operation: string, kind: string, resource: string, row: string): AnySource {
  return defineSource({
    id, title, unitKind: resource === 'roles' ? EITHER : CLUSTER, lane: LANE,
    operations: [declared(RBAC, operation, { input: { limit: 1 } })],
    request: (_seed, page) => ({ service: RBAC, operation, input: { limit: LIMIT, ...page } }),
    page: { schema: z.object({ kind: z.literal(kind), metadata: listMetadata, items: list(roleSchema) }), count: (body) => body.items?.length ?? 0, end: endOf },
    rows: (body, context) => [
      ...observePage(body.metadata, body.items?.length ?? 0, body.items?.[0]?.metadata.uid, context),
      ...(body.items ?? []).map((item, index) => observe(row, item.metadata.uid, item, context, ['items', index])),
    ],
    command: () => kubectl('get', resource, ...(resource === 'roles' ? ['--all-namespaces'] : [])),
    blindSpots: ['Rights that another authorizer than RBAC gives (webhook, node, or membership in system:masters) are not in any role.'],
  });
}

/** Roles of all namespaces. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/ */
export const roles = roleSource('kubernetes.roles', 'Roles', 'ListRoles', 'RoleList', 'roles', 'kubernetes.role');
/** Cluster roles, with the rules that the controller aggregated into them. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/ */
export const clusterRoles = roleSource('kubernetes.cluster-roles', 'Cluster roles', 'ListClusterRoles', 'ClusterRoleList', 'clusterroles', 'kubernetes.cluster-role');
