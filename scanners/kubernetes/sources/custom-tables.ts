// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource, type Related, type Seed, type SkipReason } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { EITHER, endOf, LANE, LIMIT, list, listMetadata, observe, observePage, namespaceOf } from '../shapes.ts';
import { namespaceSchema } from './namespaces.ts';
import { apiGroupSchema, apiResourceSchema } from './served.ts';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const schema = z.object({ kind: z.literal('Table'), metadata: listMetadata, columnDefinitions: z.array(z.object({ name: z.string() })).min(1), rows: list(z.object({ cells: z.array(cell).min(1) })) });

/** A custom resource as its table shows it: its columns by their names, but for its name and age. */
export const customRowSchema = z.object({ name: z.string(), namespace: z.string().nullable(), columns: z.record(z.string(), cell), age: z.string().nullable(), readAt: z.string().nullable() });
export type CustomRow = z.output<typeof customRowSchema>;

export interface CustomKind { readonly source: string; readonly row: string; readonly title: string; readonly group: string; readonly resource: string; readonly operation: string; readonly namespaced: boolean }

/** Kinds that are looked for. Those of a namespace are read namespace by namespace, since a row of a table names none. */
export const CUSTOM_KINDS: readonly CustomKind[] = [
  { source: 'kubernetes.cert-manager-certificates', row: 'kubernetes.cert-manager-certificate', title: 'Certificates of cert-manager', group: 'cert-manager.io', resource: 'certificates', operation: 'ListCertificates', namespaced: true },
  { source: 'kubernetes.external-secrets', row: 'kubernetes.external-secret', title: 'External secrets', group: 'external-secrets.io', resource: 'externalsecrets', operation: 'ListExternalSecrets', namespaced: true },
  { source: 'kubernetes.secret-stores', row: 'kubernetes.secret-store', title: 'Secret stores', group: 'external-secrets.io', resource: 'secretstores', operation: 'ListSecretStores', namespaced: true },
  { source: 'kubernetes.cluster-secret-stores', row: 'kubernetes.cluster-secret-store', title: 'Cluster secret stores', group: 'external-secrets.io', resource: 'clustersecretstores', operation: 'ListClusterSecretStores', namespaced: false },
];

const GROUPS = 'kubernetes.api-groups';
const RESOURCES = 'kubernetes.api-resources';
const NAMESPACES = 'kubernetes.namespaces';

/** The version in which a resource is served; why it is not asked for, where it is not. */
function servedVersion(related: Related, { group, resource }: CustomKind): string | SkipReason {
  const groups = related.ended(GROUPS);
  if (groups.state !== 'complete') return { skip: 'parent_unread', reason: 'which API groups the cluster serves was not read' };
  const versions = related.rows(GROUPS).flatMap((row) => (row.type === 'observation' ? [apiGroupSchema.parse(row.value)] : [])).filter(({ name }) => name === group).toSorted((a, b) => a.order - b.order);
  if (versions.length === 0) return { skip: 'not_needed', reason: `the cluster serves no group ${group}` };
  if (versions.some(({ version }) => related.ended(RESOURCES, `${group}/${version}`).state !== 'complete')) return { skip: 'parent_unread', reason: `what the group ${group} serves was not read` };
  const served = related.rows(RESOURCES).flatMap((row) => (row.type === 'observation' ? [apiResourceSchema.parse(row.value)] : [])).filter((each) => each.group === group && each.resource === resource);
  return versions.find(({ version }) => served.some((each) => each.version === version))?.version ?? { skip: 'not_needed', reason: `the group ${group} serves no ${resource}` };
}

function planOf(related: Related, kind: CustomKind): readonly Seed[] | SkipReason {
  const own = namespaceOf(related.unit);
  if (own !== null && !kind.namespaced) return { skip: 'not_needed', reason: 'the unit is one namespace, and these are of the cluster' };
  const version = servedVersion(related, kind);
  if (typeof version !== 'string') return version;
  if (!kind.namespaced) return [{ parent: null, parameters: { version } }];
  if (own !== null) return [{ parent: own, parameters: { version, namespace: own } }];
  if (related.ended(NAMESPACES).state !== 'complete') return { skip: 'parent_unread', reason: 'the namespaces were not all read' };
  return related.rows(NAMESPACES).flatMap((row) => (row.type === 'observation' && row.kind === 'kubernetes.namespace' ? [namespaceSchema.parse(row.value).metadata.name] : [])).map((namespace) => ({ parent: namespace, parameters: { version, namespace } }));
}

function customSource(kind: CustomKind): AnySource {
  const { source, row, title, group, resource, operation, namespaced } = kind;
  return defineSource({
    id: source, title, unitKind: EITHER, lane: LANE, depth: 'standard', after: [NAMESPACES, GROUPS, RESOURCES],
    operations: [declared(group, operation, { untestable: 'asked only where the cluster serves it' })],
    plan: (related) => planOf(related, kind),
    request: ({ parameters }, page) => ({ service: group, operation, input: { ...parameters, limit: LIMIT, ...page } }),
    page: { schema, count: (body) => body.rows?.length ?? 0, end: endOf },
    rows: (body, context) => {
      const names = body.columnDefinitions.map(({ name }) => name);
      return [
        ...observePage(body.metadata, body.rows?.length ?? 0, `${source}|${context.parent ?? ''}|${String(body.rows?.[0]?.cells[0] ?? '')}`, context),
        ...(body.rows ?? []).map(({ cells }, index) => {
          const columns = Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null] as const));
          // The stores of External Secrets write theirs in capitals.
          const { Name: first, Age: aged, AGE: age = aged, ...rest } = columns;
          const name = String(first ?? cells[0] ?? '');
          return observe(row, `${resource}.${group}|${context.parent ?? ''}|${name}`, { name, namespace: context.parent, columns: rest, age: typeof age === 'string' ? age : null, readAt: context.providerTime }, context, ['rows', index]);
        }),
      ];
    },
    command: ({ namespace }) => kubectl('get', `${resource}.${group}`, ...(namespaced && typeof namespace === 'string' ? ['--namespace', namespace] : [])),
    blindSpots: [`Of ${title.toLowerCase()} only the columns of their table are read: their whole objects may hold passwords in plain text. An end that no column shows is unknown.`],
  });
}

/** Tables of cert-manager and External Secrets, where they are served. */
export const CUSTOM_TABLES: readonly AnySource[] = CUSTOM_KINDS.map(customSource);
