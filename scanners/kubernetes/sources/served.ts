// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { EITHER, LANE, list, observe, textOf } from '../shapes.ts';

/** Groups of custom resources that name Secrets or where their values come from. */
export const CUSTOM_GROUPS: readonly string[] = ['cert-manager.io', 'external-secrets.io'];

const group = z.object({ name: z.string(), preferredVersion: z.object({ version: z.string() }).optional(), versions: z.array(z.object({ version: z.string() })).nullish() });
/** One version of a group; the one that the cluster prefers comes first. */
export const apiGroupSchema = z.object({ name: z.string(), version: z.string(), order: z.number() });
export const apiResourceSchema = z.object({ group: z.string(), version: z.string(), resource: z.string() });

/** Which API groups the cluster serves: what is not there is not asked for. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
export const apiGroups = defineSource({
  id: 'kubernetes.api-groups',
  title: 'API groups that are served',
  unitKind: EITHER,
  lane: LANE,
  depth: 'standard',
  operations: [declared('discovery', 'ListApiGroups', { input: {} })],
  request: () => ({ service: 'discovery', operation: 'ListApiGroups', input: {} }),
  page: { schema: z.object({ kind: z.literal('APIGroupList'), groups: list(group) }), count: (body) => body.groups?.length ?? 0, end: () => ({ last: true }) },
  rows: (body, context) => (body.groups ?? []).flatMap(({ name, preferredVersion, versions }, index) => {
    const served = [...new Set([preferredVersion, ...(versions ?? [])].flatMap((each) => each?.version ?? []))];
    return served.map((version, order) => observe('kubernetes.api-group', `group|${name}|${version}`, { name, version, order }, context, ['groups', index]));
  }),
  command: () => kubectl('api-versions'),
});

/** What the groups of interest serve. */
export const apiResources = defineSource({
  id: 'kubernetes.api-resources',
  title: 'Resources of those groups, in each of their versions',
  unitKind: EITHER,
  lane: LANE,
  depth: 'standard',
  parent: 'kubernetes.api-groups',
  operations: [declared('discovery', 'ListApiResources', { input: { group: 'certificates.k8s.io', version: 'v1' } })],
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== 'kubernetes.api-group') return null;
    const { name, version } = apiGroupSchema.parse(row.value);
    return CUSTOM_GROUPS.includes(name) ? { parent: `${name}/${version}`, parameters: { group: name, version } } : null;
  },
  request: ({ parameters }) => ({ service: 'discovery', operation: 'ListApiResources', input: parameters }),
  page: { schema: z.object({ kind: z.literal('APIResourceList'), groupVersion: z.string(), resources: list(z.object({ name: z.string() })) }), count: (body) => body.resources?.length ?? 0, end: () => ({ last: true }) },
  rows: (body, context) => {
    const [name = '', version = ''] = body.groupVersion.split('/');
    return (body.resources ?? []).map(({ name: resource }, index) => observe('kubernetes.api-resource', `resource|${name}|${version}|${resource}`, { group: name, version, resource }, context, ['resources', index]));
  },
  command: ({ group: name }) => kubectl('api-resources', '--api-group', textOf(name)),
});
