// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import type { Unit } from '../../../src/model/unit.ts';
import { declared, OPERATIONS } from '../operations.ts';
import { EITHER, LANE, observe, textOf, namespaceOf } from '../shapes.ts';

/** What the login was asked about, and the API server's answer. */
export const accessSchema = z.object({ verb: z.string(), group: z.string(), resource: z.string(), name: z.string().nullable(), namespace: z.string().nullable(), allowed: z.boolean(), reason: z.string().nullable() });
export type Access = z.output<typeof accessSchema>;

type Asked = Pick<Access, 'verb' | 'group' | 'resource' | 'name' | 'namespace'>;

/** Each right that one of our requests to a cluster needs, once. */
const RIGHTS: ReadonlyMap<string, Asked> = new Map(OPERATIONS.flatMap(({ right }) => (right === null ? [] : (right.names ?? [null]).map((name) => {
  const asked: Asked = { verb: right.verb, group: right.group, resource: right.resource, name, namespace: right.namespace ?? null };
  return [`${asked.verb} ${asked.resource}${asked.group === '' ? '' : `.${asked.group}`}${name === null ? '' : ` ${name}`}`, asked] as const;
}))));

/** What is asked about for a unit: of a namespace, only what is listed in it. */
function rightsFor(unit: Unit): ReadonlyMap<string, Asked> {
  const namespace = namespaceOf(unit);
  return namespace === null ? RIGHTS : new Map([...RIGHTS].filter(([, { verb, resource, name }]) => name === null && verb === 'list' && WITHIN.has(resource)).map(([key, asked]) => [key, { ...asked, namespace }]));
}

const WITHIN: ReadonlySet<string> = new Set(OPERATIONS.flatMap(({ within, path, right }) => ((within !== null || path.includes('{namespace}')) && right !== null ? [right.resource] : [])));

/** The names under which it is asked, for a unit. */
export function reviewsAsked(unit: Unit): readonly string[] {
  return [...rightsFor(unit).keys()];
}

const attributes = z.object({ verb: z.string().optional(), group: z.string().optional(), resource: z.string().optional(), name: z.string().optional(), namespace: z.string().optional() });

/**
 * What this login may read, as the API server's own authorizers say it: asked for each right that our requests need, in the whole cluster.
 * Every authenticated user may ask. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
 */
export const accessReviews = defineSource({
  id: 'kubernetes.access-reviews',
  title: 'What this login may read',
  unitKind: EITHER,
  lane: LANE,
  depth: 'standard',
  operations: [declared('authorization.k8s.io', 'CreateSelfSubjectAccessReview', { input: { verb: 'list', group: '', resource: 'serviceaccounts' } })],
  plan: ({ unit }) => [...rightsFor(unit)].map(([parent, { verb, group, resource, name, namespace }]) => ({ parent, parameters: { verb, group, resource, ...(name === null ? {} : { name }), ...(namespace === null ? {} : { namespace }) } })),
  request: ({ parameters }) => ({ service: 'authorization.k8s.io', operation: 'CreateSelfSubjectAccessReview', input: parameters }),
  page: {
    schema: z.object({ kind: z.literal('SelfSubjectAccessReview'), spec: z.object({ resourceAttributes: attributes }), status: z.object({ allowed: z.boolean(), reason: z.string().optional() }) }),
    count: () => 1, end: () => ({ last: true }),
  },
  // The server sends back what it was asked; were that another question, its answer would not be ours.
  rows: ({ spec: { resourceAttributes: { verb = '', group = '', resource = '', name = '', namespace = '' } }, status }, context) => {
    const asked = rightsFor(context.unit).get(context.parent ?? '');
    if (asked === undefined || asked.verb !== verb || asked.group !== group || asked.resource !== resource || (asked.name ?? '') !== name || (asked.namespace ?? '') !== namespace) return [];
    return [observe('kubernetes.own-access', `access|${context.parent ?? ''}`, { ...asked, allowed: status.allowed, reason: status.reason ?? null }, context, ['status'])];
  },
  command: ({ verb, resource, group }) => kubectl('auth', 'can-i', textOf(verb), `${textOf(resource)}${textOf(group) === '' ? '' : `.${textOf(group)}`}`, '--all-namespaces'),
});
