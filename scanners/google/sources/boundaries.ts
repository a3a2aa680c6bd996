// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource, type Depth } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, FOLDER, observe, ORGANIZATION, UNIT } from '../shapes.ts';

export const BOUNDARIES = 'google.iam.boundaries';
export const BOUNDARY_ROW = 'google.boundary';
export const BOUNDARY_BINDING_ROW = 'google.boundary-binding';
const LANE = 'google.iam.boundaries';
const text = z.string().optional();
// The SDK asks for enumerations as numbers.
const word = z.union([z.string(), z.number()]).optional();

export const boundarySchema = z.object({
  name: z.string(), displayName: text, createTime: text, updateTime: text, details: z.object({ enforcementVersion: text, rules: z.array(z.object({ resources: z.array(z.string()).optional(), effect: word })).optional() }).optional(),
});
export const boundaryBindingSchema = z.object({ name: z.string(), displayName: text, target: z.object({ principalSet: text }).optional(), policyKind: word, policy: text, createTime: text, condition: z.object({ title: text, expression: text }).optional() });

/** What principals may reach at most, whatever roles give them. https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies/list */
export const boundaries = defineSource({
  id: BOUNDARIES,
  title: 'Principal access boundaries',
  unitKind: ORGANIZATION, lane: LANE, depth: 'standard',
  operations: [declared('iam', 'ListBoundaries', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListBoundaries', input: { ...page } }),
  page: { schema: z.object({ principalAccessBoundaryPolicies: z.array(boundarySchema).optional(), nextPageToken: text }), count: (body) => body.principalAccessBoundaryPolicies?.length ?? 0, end: endOf },
  rows: (body, context) => (body.principalAccessBoundaryPolicies ?? []).map((policy, index) => observe(BOUNDARY_ROW, policy.name, policy, context, ['principalAccessBoundaryPolicies', index])),
  command: () => gcloud('iam', 'principal-access-boundary-policies', 'list', '--organization', 'ORGANIZATION', '--location', 'global'),
  blindSpots: ['Principal access boundaries are listed with the principals that they are bound to, and not weighed against roles. IAM takes five reads of them a minute, so that bindings of folders and projects are read by a deep scan alone.'],
});

/** The source that reads to whom boundaries are bound in a unit of a kind. */
export function bindingsListOf(kind: string): string {
  return kind === ORGANIZATION ? boundaryBindings.id : boundaryBindingsBelow.id;
}

/** To which principals boundaries are bound. https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.policyBindings/list */
function bindingsOf(id: string, kinds: readonly string[], depth: Depth): AnySource {
  return defineSource({
    id, title: kinds.includes(UNIT) ? 'To whom boundaries are bound, in the folder or project' : 'To whom boundaries are bound, in the organization', unitKind: kinds, lane: LANE, depth,
    operations: [declared('iam', 'ListBoundaryBindings', { input: { pageSize: 1 } })],
    request: (_seed, page) => ({ service: 'iam', operation: 'ListBoundaryBindings', input: { ...page } }),
    page: { schema: z.object({ policyBindings: z.array(boundaryBindingSchema).optional(), nextPageToken: text }), count: (body) => body.policyBindings?.length ?? 0, end: endOf },
    rows: (body, context) => (body.policyBindings ?? []).map((binding, index) => observe(BOUNDARY_BINDING_ROW, binding.name, binding, context, ['policyBindings', index])),
    command: () => gcloud('iam', 'policy-bindings', 'list', '--location', 'global', '--project', 'PROJECT'),
  });
}

export const boundaryBindings = bindingsOf('google.iam.boundary-bindings', [ORGANIZATION], 'standard');
export const boundaryBindingsBelow = bindingsOf('google.iam.boundary-bindings-below', [FOLDER, UNIT], 'deep');
