// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';
import type { Declares } from '../../src/model/source.ts';

/** Ids of projects, which are never given twice. https://cloud.google.com/resource-manager/docs/creating-managing-projects */
export const PROJECT = /^([a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** The address of a service account. */
export const ACCOUNT = /^[a-z0-9][a-z0-9.-]{0,127}@[a-z0-9][a-z0-9.-]{0,127}\.[a-z]{2,20}$/;

const file = z.string().min(1).max(4096);
const address = z.url({ protocol: /^https$/, error: 'expected an address that begins with https://' });

export const authSchema = z.strictObject({
  /** Application Default Credentials: GOOGLE_APPLICATION_CREDENTIALS, the file of gcloud, or the machine's own account. */
  ambient: z.literal(true).optional(),
  /** A file of credentials: of a service account, or (better) of workload identity federation. */
  credentialsFile: file.optional(),
  /** A service account that the login above may act as. */
  impersonate: z.string().regex(ACCOUNT, 'expected the address of a service account').optional(),
  /** The project whose quota is used, where it is not the login's own. */
  quotaProject: z.string().regex(PROJECT, 'not the id of a project').optional(),
  /** Addresses in place of Google's: all of them, since a login is of no use elsewhere. `others`: where every service answers that has none of its own here. */
  endpoints: z.strictObject({ iam: address, resourceManager: address, impersonation: address, others: address }).optional(),
}).refine((auth) => (auth.ambient === undefined) !== (auth.credentialsFile === undefined), 'name either credentialsFile, or ambient: true');
export type Auth = z.output<typeof authSchema>;

const numbers = z.array(z.string().regex(/^\d{1,20}$/, 'expected a number, as `gcloud organizations list` and `gcloud resource-manager folders list` print it')).min(1).max(100).refine((ids) => new Set(ids).size === ids.length, 'a number stands twice');

export const scopeSchema = z.strictObject({
  /** Organizations by number: their folders are walked, and every project in them is in scope, or those alone that `projects` names. */
  organizations: numbers.optional(),
  /** Folders by number, where not the whole organization is in scope. */
  folders: numbers.optional(),
  projects: z.array(z.string().regex(PROJECT, 'not the id of a project; ids stand in the console beside the name')).min(1).max(10_000).refine((ids) => new Set(ids).size === ids.length, 'a project stands twice').optional(),
});

export type Scope = z.output<typeof scopeSchema>;

/** How a Google scope declares units: projects by id, organizations and folders by the names that Resource Manager has for them. */
export const declares: Declares = {
  field: 'projects',
  units: (scope) => {
    const { organizations = [], folders = [], projects = [] } = scopeSchema.safeParse(scope).data ?? {};
    return [...organizations.map((id) => `organizations/${id}`), ...folders.map((id) => `folders/${id}`), ...projects];
  },
  everything: (scope) => {
    const parsed = scopeSchema.safeParse(scope).data;
    return parsed?.projects === undefined && (parsed?.organizations ?? parsed?.folders) !== undefined;
  },
};

/** What `rollcall.yaml` may say of a Google Cloud target. */
export const targetSchema: z.ZodType<{ auth: JsonObject; scope: JsonObject }> = z.object({
  auth: authSchema.transform((auth) => z.record(z.string(), z.json()).parse(withoutUndefined(auth))),
  scope: scopeSchema.transform((scope) => z.record(z.string(), z.json()).parse(withoutUndefined(scope))),
});

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
