// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';
import type { Declares } from '../../src/model/source.ts';

const account = z.string().regex(/^\d{12}$/, 'an account number has 12 digits and stands in quotes');
const externalId = z.string().min(2).max(1224);
const sessionName = z.string().regex(/^[\w+=,.@-]{2,64}$/, 'use 2 to 64 letters, digits and +=,.@-');

export const authSchema = z.strictObject({
  ambient: z.literal(true).optional(),
  profile: z.string().min(1).max(256).optional(),
  assumeRole: z.strictObject({
    roleArn: z.string().regex(/^arn:[a-z0-9-]+:iam::\d{12}:role\/.+$/, 'expected the ARN of a role, such as arn:aws:iam::111122223333:role/rollcall'),
    externalId: externalId.optional(),
    sessionName: sessionName.optional(),
  }).optional(),
  region: z.string().regex(/^[a-z0-9-]{3,32}$/, 'expected a region such as us-east-1').optional(),
  endpoint: z.url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' }).optional(),
}).refine((auth) => auth.ambient === undefined || auth.profile === undefined, 'name either ambient or a profile');
export type Auth = z.output<typeof authSchema>;

/** The role that a scan assumes in each account beside the login's own. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const memberRoleSchema = z.strictObject({
  name: z.string().regex(/^[\w+=,.@/-]{1,576}$/, 'the name of the role, with its path where it has one, such as rollcall-reader or audit/rollcall-reader'),
  externalId: externalId.optional(),
  sessionName: sessionName.optional(),
  sessionTags: z.record(z.string().min(1).max(128), z.string().max(256)).refine((tags) => Object.keys(tags).length <= 50, 'a session has 50 tags at most').optional(),
  durationSeconds: z.int().min(900).max(43_200).optional(),
});
export type MemberRole = z.output<typeof memberRoleSchema>;

export const scopeSchema = z.strictObject({
  /** Accounts that management declares. Without `memberRole` the login's own alone, so that a login to another one is an error. */
  accounts: z.array(account).min(1).optional(),
  /** Whether the organization's list of accounts is read. Without `accounts`, all that it has are declared. */
  organization: z.literal(true).optional(),
  memberRole: memberRoleSchema.optional(),
  /** The regions that management declares, in each account; every one that is on where absent. */
  regions: z.array(z.string().regex(/^[a-z]{2,5}(-[a-z]+)+-\d$/, 'expected a region such as us-east-1')).min(1).max(100).refine((names) => new Set(names).size === names.length, 'a region stands twice').optional(),
  /** Whether configurations that carry values are read: of functions, containers and builds. The values transit the memory of this program; none is kept. */
  configurationValues: z.boolean().optional(),
}).refine((scope) => scope.memberRole !== undefined || (scope.accounts ?? []).length <= 1, { path: ['accounts'], error: 'a login reads its own account: name the role to assume in the others under `memberRole`, or give each account its own target' })
  .refine((scope) => scope.organization === undefined || scope.memberRole !== undefined, { path: ['memberRole'], error: 'name the role that is assumed in each account of the organization' })
  .refine((scope) => new Set(scope.accounts).size === (scope.accounts ?? []).length, { path: ['accounts'], error: 'an account stands twice' });
export type Scope = z.output<typeof scopeSchema>;

/** How an AWS scope declares accounts. */
export const declares: Declares = {
  field: 'accounts',
  units: (scope) => scopeSchema.safeParse(scope).data?.accounts ?? [],
  everything: (scope) => scopeSchema.safeParse(scope).data?.organization === true,
};

/** What `rollcall.yaml` may say of an AWS target. */
export const targetSchema: z.ZodType<{ auth: JsonObject; scope: JsonObject }> = z.object({
  auth: authSchema.transform((auth) => z.record(z.string(), z.json()).parse(withoutUndefined(auth))),
  scope: scopeSchema.transform((scope) => z.record(z.string(), z.json()).parse(withoutUndefined(scope))),
});

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
