// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';
import { CLOUD_NAMES } from './clouds.ts';

const guid = z.string().regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'expected an id such as 11111111-2222-4333-8444-555555555555');
const file = z.string().min(1).max(4096);
const address = z.url({ protocol: /^https$/, error: 'expected an address that begins with https://' });

const MODES = ['ambient', 'environment', 'workloadIdentity', 'managedIdentity', 'cli', 'clientCertificate'] as const;
export type Mode = (typeof MODES)[number];

export const authSchema = z.strictObject({
  /** Environment, workload identity, managed identity: the first that is there. Runs no program. */
  ambient: z.literal(true).optional(),
  /** AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_SECRET. */
  environment: z.literal(true).optional(),
  /** The federated token of a pod or a pipeline, in a file; what is not named comes from AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE. */
  workloadIdentity: z.union([z.literal(true), z.strictObject({ clientId: guid.optional(), tokenFile: file.optional() })]).optional(),
  /** The identity of the machine; `clientId` for one that a user assigned. */
  managedIdentity: z.union([z.literal(true), z.strictObject({ clientId: guid })]).optional(),
  /** Runs `az`, and acts as who is logged in there. */
  cli: z.literal(true).optional(),
  /** An application's certificate with its key, in one PEM file without password. */
  clientCertificate: z.strictObject({ clientId: guid, certificateFile: file }).optional(),
  cloud: z.enum(CLOUD_NAMES).optional(),
  /** Addresses in place of a cloud's: authority and Graph, since a login that one gives is of no use at another's. Resources and what vaults hold are asked for at Graph's where no address is named for them. */
  endpoints: z.strictObject({ authority: address, graph: address, resourceManager: address.optional(), vault: address.optional() }).optional(),
}).refine((auth) => MODES.filter((mode) => auth[mode] !== undefined).length === 1, `name exactly one of ${MODES.join(', ')}`)
  .refine((auth) => auth.cloud === undefined || auth.endpoints === undefined, 'name either a cloud or endpoints');
export type Auth = z.output<typeof authSchema>;

export const scopeSchema = z.strictObject({
  /** A login reads one tenant; naming its id makes a login to another one an error. */
  tenants: z.array(guid).length(1, 'one login reads one tenant: give each tenant its own target').optional(),
  /** The subscriptions to read; all that Azure lists for the login where absent. One that it does not list is unreachable. */
  subscriptions: z.array(guid).min(1).optional(),
}).refine(({ tenants, subscriptions }) => subscriptions === undefined || tenants !== undefined, { path: ['tenants'], error: 'subscriptions are of a tenant: name its id here' });

/** What `rollcall.yaml` may say of an Azure target. */
export const targetSchema: z.ZodType<{ auth: JsonObject; scope: JsonObject }> = z.object({
  auth: authSchema.transform((auth) => z.record(z.string(), z.json()).parse(withoutUndefined(auth))),
  scope: scopeSchema.transform((scope) => z.record(z.string(), z.json()).parse(withoutUndefined(scope))),
}).refine(({ auth, scope }) => auth['clientCertificate'] === undefined || scope['tenants'] !== undefined, { path: ['scope', 'tenants'], error: 'a login by certificate needs the id of its tenant: name it here' });

/** The one way to log in that a target names. */
export function modeOf(auth: Auth): Mode {
  return MODES.find((mode) => auth[mode] !== undefined) ?? 'ambient';
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
