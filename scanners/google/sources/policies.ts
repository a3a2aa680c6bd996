// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, FOLDER, observe, ORGANIZATION, UNIT } from '../shapes.ts';
import { ACCOUNTS, accountSchema } from './service-accounts.ts';

export const POLICY_ROW = 'google.binding';
export const ACCOUNT_POLICIES = 'google.iam.service-account-policies';
export const ACCOUNT_POLICY_ROW = 'google.account-binding';
export const ROLES = 'google.iam.custom-roles';
export const ROLE_ROW = 'google.custom-role';

/** Who holds a role. A condition is an expression that a request must meet. https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
export const bindingSchema = z.object({ role: z.string(), members: z.array(z.string()).optional(), condition: z.object({ title: z.string().optional(), expression: z.string().optional() }).optional() });
export const accountBindingSchema = bindingSchema.extend({ account: z.string() });
export type Binding = z.output<typeof bindingSchema>;
const policySchema = z.object({ version: z.number().optional(), bindings: z.array(bindingSchema).optional() });
export const customRoleSchema = z.object({ name: z.string(), title: z.string().optional(), stage: z.string().optional(), includedPermissions: z.array(z.string()).optional() });

/** The source of a unit's own policy, by its kind. */
export const POLICY_OF: { readonly [kind: string]: string } = { [UNIT]: 'google.resourcemanager.project-policy', [FOLDER]: 'google.resourcemanager.folder-policy', [ORGANIZATION]: 'google.resourcemanager.organization-policy' };

const OF_GROUPS = 'Roles that an account holds as a member of a group are not seen: who is in a group stands in no interface of Google Cloud itself. Where a group administers, of no account it is known that it does not.';

export const projectPolicy = policyOf(UNIT, 'GetProjectPolicy', 'Roles given in the project', gcloud('projects', 'get-iam-policy', 'PROJECT'), [OF_GROUPS, 'Roles that an account of this project holds in other projects are read with those, and not put together.']);
export const folderPolicy = policyOf(FOLDER, 'GetFolderPolicy', 'Roles given in the folder', gcloud('resource-manager', 'folders', 'get-iam-policy', 'FOLDER'), []);
export const organizationPolicy = policyOf(ORGANIZATION, 'GetOrganizationPolicy', 'Roles given in the organization', gcloud('organizations', 'get-iam-policy', 'ORGANIZATION'), []);

function policyOf(kind: string, operation: string, title: string, command: string, blindSpots: readonly string[]): AnySource {
  return defineSource({
    id: POLICY_OF[kind] ?? kind, title, unitKind: kind, lane: 'google.resourcemanager', depth: 'standard', blindSpots,
    operations: [declared('cloudresourcemanager', operation, { input: {} })],
    request: () => ({ service: 'cloudresourcemanager', operation, input: {} }),
    page: { schema: policySchema, count: (body) => body.bindings?.length ?? 0, end: () => ({ last: true }) },
    rows: (body, context) => keyed(body.bindings ?? []).map(({ key, binding }, index) => observe(POLICY_ROW, key, binding, context, ['bindings', index])),
    command: () => command,
  });
}

/** Bindings with a key for each: a policy has a role once without a condition, and once for each condition. Where one has it more often, as two conditions of the same expression, all are kept. */
function keyed(bindings: readonly Binding[]): readonly { readonly key: string; readonly binding: Binding }[] {
  const seen = new Map<string, string[]>();
  return bindings.map((binding) => {
    const { role, condition } = binding;
    const key = `binding|${role}${condition === undefined ? '' : `|${condition.expression ?? condition.title ?? ''}`}`;
    const contents = seen.get(key) ?? [];
    seen.set(key, contents);
    const content = JSON.stringify(binding);
    if (!contents.includes(content)) contents.push(content);
    const at = contents.indexOf(content);
    return { key: at === 0 ? key : `${key}|${at + 1}`, binding };
  });
}

/** Who may act as each service account, by the account's own policy. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy */
export const accountPolicies = defineSource({
  id: ACCOUNT_POLICIES,
  title: 'Roles given on service accounts',
  unitKind: UNIT, lane: 'google.iam', depth: 'standard', parent: ACCOUNTS,
  operations: [declared('iam', 'GetServiceAccountPolicy', { untestable: 'needs the address of a service account' })],
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== 'google.service-account') return null;
    const { email } = accountSchema.parse(row.value);
    return { parent: email, parameters: { account: email } };
  },
  request: ({ parameters }) => ({ service: 'iam', operation: 'GetServiceAccountPolicy', input: parameters }),
  page: { schema: policySchema, count: (body) => body.bindings?.length ?? 0, end: () => ({ last: true }) },
  rows: (body, context) => keyed(body.bindings ?? []).map(({ key, binding }, index) => observe(ACCOUNT_POLICY_ROW, `${context.parent ?? ''}|${key}`, { account: context.parent ?? '', ...binding }, context, ['bindings', index])),
  command: ({ account }) => gcloud('iam', 'service-accounts', 'get-iam-policy', typeof account === 'string' ? account : ''),
});

/** Roles that were made in the project or the organization, with what they allow. https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/list */
export const customRoles = defineSource({
  id: ROLES,
  title: 'Custom roles',
  unitKind: [UNIT, ORGANIZATION], lane: 'google.iam', depth: 'standard',
  operations: [declared('iam', 'ListCustomRoles', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListCustomRoles', input: { ...page } }),
  page: { schema: z.object({ roles: z.array(customRoleSchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.roles?.length ?? 0, end: endOf },
  rows: (body, context) => (body.roles ?? []).map((role, index) => observe(ROLE_ROW, role.name, role, context, ['roles', index])),
  command: () => gcloud('iam', 'roles', 'list', '--project', 'PROJECT'),
});
