// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource, type Depth } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, FOLDER, observe, ORGANIZATION, UNIT } from '../shapes.ts';
import { lastPart } from './workload-identity.ts';

export const DENY_ROW = 'google.deny-policy';
export const DENY_RULES_ROW = 'google.deny-policy-rules';
const LANE = 'google.iam.deny';
const text = z.string().optional();
const texts = z.array(z.string()).optional();
/** Without its rules, which stand in the policy's own answer alone. */
export const listedDenySchema = z.object({ name: z.string(), displayName: text, createTime: text, updateTime: text });
export const denySchema = listedDenySchema.extend({
  rules: z.array(z.object({ denyRule: z.object({ deniedPrincipals: texts, exceptionPrincipals: texts, deniedPermissions: texts, exceptionPermissions: texts, denialCondition: z.object({ title: text, expression: text }).optional() }).optional() })).optional(),
});
export type DenyPolicy = z.output<typeof denySchema>;

interface Lists { readonly list: string; readonly rules: string }
const ABOVE: Lists = { list: 'google.iam.deny-policies', rules: 'google.iam.deny-policy-rules' };
const OF_PROJECT: Lists = { list: 'google.iam.project-deny-policies', rules: 'google.iam.project-deny-policy-rules' };

/** The sources that read the deny policies of a unit of a kind. */
export function denyListsOf(kind: string): Lists {
  return kind === UNIT ? OF_PROJECT : ABOVE;
}

const SLOW = 'IAM takes five reads of deny policies a minute, so that those of projects are read by a deep scan alone. Deny policies are listed, and not weighed against the roles that they limit.';

/** Deny policies of units of some kinds, and the rules of each. https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies */
function denySources(kinds: readonly string[], depth: Depth, { list, rules }: Lists): readonly AnySource[] {
  return [
    defineSource({
      id: list, title: `Deny policies of ${kinds.includes(UNIT) ? 'the project' : 'the organization and its folders'}`, unitKind: kinds, lane: LANE, depth, blindSpots: [SLOW],
      operations: [declared('iam', 'ListDenyPolicies', { input: {} })],
      request: (_seed, page) => ({ service: 'iam', operation: 'ListDenyPolicies', input: { ...page } }),
      page: { schema: z.object({ policies: z.array(listedDenySchema).optional(), nextPageToken: text }), count: (body) => body.policies?.length ?? 0, end: endOf },
      rows: (body, context) => (body.policies ?? []).map((policy, index) => observe(DENY_ROW, policy.name, policy, context, ['policies', index])),
      command: () => gcloud('iam', 'policies', 'list', '--attachment-point', 'cloudresourcemanager.googleapis.com/PLACE', '--kind', 'denypolicies'),
    }),
    defineSource({
      id: rules, title: `Rules of the deny policies of ${kinds.includes(UNIT) ? 'the project' : 'the organization and its folders'}`, unitKind: kinds, lane: LANE, depth, parent: list,
      operations: [declared('iam', 'GetDenyPolicy', { untestable: 'needs the name of a deny policy' })],
      next: (row) => {
        if (row.type !== 'observation' || row.kind !== DENY_ROW) return null;
        const denyPolicy = lastPart(listedDenySchema.parse(row.value).name);
        return { parent: denyPolicy, parameters: { denyPolicy } };
      },
      request: ({ parameters }) => ({ service: 'iam', operation: 'GetDenyPolicy', input: { ...parameters } }),
      page: { schema: denySchema, count: () => 1, end: () => ({ last: true }) },
      rows: (body, context) => [observe(DENY_RULES_ROW, `rules|${body.name}`, body, context, [])],
      command: ({ denyPolicy }) => gcloud('iam', 'policies', 'get', typeof denyPolicy === 'string' ? denyPolicy : '', '--attachment-point', 'cloudresourcemanager.googleapis.com/PLACE', '--kind', 'denypolicies'),
    }),
  ];
}

/** https://cloud.google.com/iam/quotas: five reads a minute of all of a project's, so that no scan of many projects could read theirs in passing. */
export const DENY_SOURCES: readonly AnySource[] = [...denySources([ORGANIZATION, FOLDER], 'standard', ABOVE), ...denySources([UNIT], 'deep', OF_PROJECT)];
