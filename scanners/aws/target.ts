// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';

const account = z.string().regex(/^\d{12}$/, 'an account number has 12 digits and stands in quotes');

export const authSchema = z.strictObject({
  ambient: z.literal(true).optional(),
  profile: z.string().min(1).max(256).optional(),
  assumeRole: z.strictObject({
    roleArn: z.string().regex(/^arn:[a-z0-9-]+:iam::\d{12}:role\/.+$/, 'expected the ARN of a role, such as arn:aws:iam::111122223333:role/rollcall'),
    externalId: z.string().min(2).max(1224).optional(),
    sessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/, 'use 2 to 64 letters, digits and +=,.@-').optional(),
  }).optional(),
  region: z.string().regex(/^[a-z0-9-]{3,32}$/, 'expected a region such as us-east-1').optional(),
  endpoint: z.url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' }).optional(),
}).refine((auth) => auth.ambient === undefined || auth.profile === undefined, 'name either ambient or a profile');
export type Auth = z.output<typeof authSchema>;

export const scopeSchema = z.strictObject({
  /** A login reaches one account; naming it makes a login to another one an error. */
  accounts: z.array(account).length(1, 'one login reads one account: give each account its own target').optional(),
  /** The regions whose stored secrets and keys are read; every one that is on in the account where absent. */
  regions: z.array(z.string().regex(/^[a-z]{2,5}(-[a-z]+)+-\d$/, 'expected a region such as us-east-1')).min(1).max(100).refine((names) => new Set(names).size === names.length, 'a region stands twice').optional(),
});

/** What `rollcall.yaml` may say of an AWS target. */
export const targetSchema: z.ZodType<{ auth: JsonObject; scope: JsonObject }> = z.object({
  auth: authSchema.transform((auth) => z.record(z.string(), z.json()).parse(withoutUndefined(auth))),
  scope: scopeSchema.transform((scope) => z.record(z.string(), z.json()).parse(withoutUndefined(scope))),
});

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
