// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type Source } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { CLUSTER, NAMESPACE, namespaceOf, endOf, LANE, LIMIT, list, listMetadata, observe, observePage } from '../shapes.ts';
import { namespaceSchema } from './namespaces.ts';

/** A Secret as a row of the server's own table shows it. `age` is text such as `5d`; `readAt` is when the server answered. */
export const tableSecretSchema = z.object({ namespace: z.string(), name: z.string(), type: z.string(), keys: z.number(), age: z.string(), readAt: z.string().nullable() });
export type TableSecret = z.output<typeof tableSecretSchema>;

const COLUMNS = ['Name', 'Type', 'Data', 'Age'] as const;
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const schema = z.object({
  kind: z.literal('Table'), metadata: listMetadata,
  columnDefinitions: z.array(z.object({ name: z.string() })).refine((columns) => COLUMNS.every((name, index) => columns[index]?.name === name), `the columns are not ${COLUMNS.join(', ')}`),
  rows: list(z.object({ cells: z.tuple([z.string(), z.string(), z.number(), z.string()]).rest(cell) })),
});

const shared = {
  lane: LANE,
  operations: [declared('core', 'ListSecretsTable', { input: { namespace: 'default', limit: 1 } })],
  request: (seed, page) => ({ service: 'core', operation: 'ListSecretsTable', input: { namespace: seed.parameters['namespace'] ?? '', limit: LIMIT, ...page } }),
  page: { schema, count: (body) => body.rows?.length ?? 0, end: endOf },
  rows: (body, context) => {
    const namespace = context.parent ?? '';
    return [
      ...observePage(body.metadata, body.rows?.length ?? 0, `${namespace}/${body.rows?.[0]?.cells[0] ?? ''}`, context),
      ...(body.rows ?? []).map(({ cells: [name, type, keys, age] }, index) => observe('kubernetes.secret', `${namespace}/${name}`, { namespace, name, type, keys, age, readAt: context.providerTime }, context, ['rows', index])),
    ];
  },
  command: (parameters) => kubectl('get', 'secrets', '--namespace', typeof parameters['namespace'] === 'string' ? parameters['namespace'] : ''),
  blindSpots: ['The table names no id, label or exact date of a Secret: one that was deleted and made again under its name is not told apart, and its age is an interval.', 'When a Secret was last changed or read is not shown.'],
} satisfies Partial<Source<z.output<typeof schema>>>;

/**
 * Secrets of one namespace as the table that kubectl shows: name, type, number of keys and age, and nothing else leaves the server.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export const secretsTable = defineSource<z.output<typeof schema>>({
  ...shared,
  id: 'kubernetes.secrets-table',
  title: 'Secrets, by name and type',
  unitKind: CLUSTER,
  parent: 'kubernetes.namespaces',
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== 'kubernetes.namespace') return null;
    const { name } = namespaceSchema.parse(row.value).metadata;
    return { parent: name, parameters: { namespace: name } };
  },
});

/** The same table where the unit is one namespace, which no list of namespaces leads to. */
export const namespaceSecretsTable = defineSource<z.output<typeof schema>>({
  ...shared,
  id: 'kubernetes.namespace-secrets-table',
  title: 'Secrets of the namespace, by name and type',
  unitKind: NAMESPACE,
  plan: ({ unit }) => [namespaceOf(unit) ?? ''].map((namespace) => ({ parent: namespace, parameters: { namespace } })),
});
