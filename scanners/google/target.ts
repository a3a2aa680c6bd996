// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';

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
  /** Addresses in place of Google's: all of them, since a login is of no use elsewhere. */
  endpoints: z.strictObject({ iam: address, resourceManager: address, impersonation: address }).optional(),
}).refine((auth) => (auth.ambient === undefined) !== (auth.credentialsFile === undefined), 'name either credentialsFile, or ambient: true');
export type Auth = z.output<typeof authSchema>;

export const scopeSchema = z.strictObject({
  projects: z.array(z.string().regex(PROJECT, 'not the id of a project; ids stand in the console beside the name')).min(1).max(10_000).refine((ids) => new Set(ids).size === ids.length, 'a project stands twice').optional(),
});

/** What `rollcall.yaml` may say of a Google Cloud target. */
export const targetSchema: z.ZodType<{ auth: JsonObject; scope: JsonObject }> = z.object({
  auth: authSchema.transform((auth) => z.record(z.string(), z.json()).parse(withoutUndefined(auth))),
  scope: scopeSchema.transform((scope) => z.record(z.string(), z.json()).parse(withoutUndefined(scope))),
});

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
