// SPDX-License-Identifier: Apache-2.0
import type { GetAccountSummaryCommand, IAMClientConfig } from '@aws-sdk/client-iam';
import type { GetCallerIdentityCommand, STSClientConfig } from '@aws-sdk/client-sts';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ConnectError, type ConnectOptions, type Connection, type Reply, type Request, type Target } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';
import { openCloudTrail } from './cloudtrail-client.ts';
import { connectFailure, loginFailure } from './connect-errors.ts';
import { classifyFailure } from './outcome.ts';
import { sessionPolicy } from './permissions.ts';
import { openServices } from './regional/client.ts';
import { openRegions } from './regional/regions.ts';
import { capped, replyOf, type RawResponse, type ReplyFormat } from './reply.ts';
import { SOURCES } from './sources.ts';
import { authSchema, scopeSchema, type Auth } from './target.ts';
import { captureInto, endpointOf, type SdkClient, type SdkCommand } from './wire.ts';

// Facts of @smithy/node-http-handler: no request timeout by default, and without throwOnRequestTimeout it only warns.
const HTTP = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true, httpAgent: { keepAlive: true, maxSockets: 64 }, httpsAgent: { keepAlive: true, maxSockets: 64 } };

/** IAM has one endpoint a partition; with no region configured, the commercial partition's. */
const DEFAULT_REGION = 'us-east-1';
const LOGIN_ATTEMPTS = 3;

const identitySchema = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: z.string().min(1), UserId: z.string() });

/**
 * Logs in and says who answered. The SDK signs, finds credentials and carries bytes; what a response means is decided from those
 * bytes. Throws a ConnectError with a remedy.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  const auth = authSchema.parse(target.auth);
  const scope = scopeSchema.parse(target.scope);
  const clients = await openClients(auth, options, target);
  const allowed = new Set(SOURCES.flatMap(({ operations }) => operations.map(({ service, operation }) => `${service}:${operation}`)));

  async function sendTo(request: Request, signal: AbortSignal, region?: string): Promise<Reply> {
    const name = `${request.service}:${request.operation}`;
    if (!allowed.has(name)) throw new Error(`${name} is not an operation that a source declares; only those are ever sent`);
    const { client, commands, format } = clients.of(request.service, region);
    const Command: unknown = Reflect.get(commands, `${request.operation}Command`);
    if (typeof Command !== 'function') throw new Error(`${name}: the SDK has no such operation`);
    const command: SdkCommand = Reflect.construct(Command, [request.input]);
    return await attempt(client, command, request.operation, signal, format);
  }

  try {
    const who = { service: 'sts', operation: 'GetCallerIdentity', input: {} };
    const reply = await firstAnswer(() => sendTo(who, AbortSignal.timeout(60_000)));
    if (!reply.ok) throw loginFailure(reply, auth, target.name);
    const identity = identitySchema.safeParse(reply.body);
    if (!identity.success) throw new ConnectError(`target ${target.name}: the answer to GetCallerIdentity names no account`, 'check the endpoint that AWS_ENDPOINT_URL, the profile or `auth.endpoint` names', { cause: identity.error });
    const { Account: account, Arn: principal } = identity.data;
    const declared = scope.accounts?.[0];
    if (declared !== undefined && declared !== account) {
      throw new ConnectError(`target ${target.name}: the login reaches account ${account}, but its scope declares ${declared}`, `change \`auth\` so that it logs in to ${declared}, or \`scope.accounts\` to ["${account}"]`);
    }
    const endpoints = new Map<string, string>();
    for (const [service, operation] of [['sts', 'GetCallerIdentity'], ['iam', 'GetAccountSummary'], ['cloudtrail', 'LookupEvents'], ['account', 'ListRegions']] as const) {
      const { client, commands } = clients.of(service);
      endpoints.set(service, await endpointOf(client, Reflect.construct(Reflect.get(commands, `${operation}Command`), [{}])));
    }
    const regions = await openRegions({
      account, target: target.name, declared: scope.regions, own: clients.region,
      ask: (request) => firstAnswer(() => sendTo(request, AbortSignal.timeout(60_000))), endpoint: clients.endpoint,
    });
    const unit: Unit = { id: `aws:${account}`, provider: 'aws', kind: 'account', nativeId: account, name: null, target: target.name, basis: declared === undefined ? 'own_login' : 'declared' };
    return {
      login: { principal, operation: 'sts:GetCallerIdentity', endpoint: endpoints.get('sts') ?? '', requestId: reply.requestId, providerTime: reply.providerTime },
      units: [unit, ...regions.units], unreached: regions.unreached, notices: regions.notices,
      endpoint: (to, request) => (to.id === unit.id ? endpoints.get(request.service) : regions.endpoint(to, request)) ?? '',
      send: async (to, request, signal) => {
        const region = to.id === unit.id ? null : await regions.enter(to, request);
        return await sendTo(request, signal, region ?? undefined);
      },
      close: () => clients.close(),
    };
  } catch (error) {
    clients.close();
    throw error instanceof ConnectError ? error : connectFailure(error, auth, target.name);
  }
}

/** One request, one attempt: the SDK's own retries are off, since pacing and retries are the collector's. */
async function attempt(client: SdkClient, command: SdkCommand, operation: string, signal: AbortSignal, format?: ReplyFormat): Promise<Reply> {
  const captured: { response: RawResponse | null } = { response: null };
  captureInto(command, captured);
  let failure: unknown = null;
  try {
    await client.send(command, { abortSignal: signal });
  } catch (error) {
    failure = error;
  }
  // What the SDK made of the bytes, an error too, does not matter: they were read before it.
  if (captured.response !== null) return replyOf(operation, captured.response, format);
  signal.throwIfAborted();
  const none = { httpStatus: null, requestId: null, providerTime: null, retryAfterMs: null } as const;
  const classified = classifyFailure(failure);
  if (classified !== null) return { ok: false, ...none, outcome: classified.outcome, transient: classified.transient, errorCode: classified.code, message: capped(messageOf(failure)) };
  // An answer that is none to this request: the SDK was getting credentials (AssumeRole, SSO) and was refused.
  if (failure instanceof Error && '$fault' in failure) return { ok: false, ...none, outcome: 'login_expired', transient: false, errorCode: failure.name, message: capped(failure.message) };
  throw failure;
}

async function firstAnswer(ask: () => Promise<Reply>): Promise<Reply> {
  for (let count = 1; ; count += 1) {
    const reply = await ask();
    if (reply.ok || !reply.transient || count >= LOGIN_ATTEMPTS) return reply;
    await sleep(Math.min(reply.retryAfterMs ?? 500 * count, 10_000));
  }
}

interface Clients { readonly region: string; of(service: string, region?: string): { readonly client: SdkClient; readonly commands: object; readonly format?: ReplyFormat }; readonly endpoint: (service: string, region: string) => Promise<string>; close(): void }

async function openClients(auth: Auth, { userAgent, requestTimeoutMs }: ConnectOptions, target: Target): Promise<Clients> {
  const [iam, sts] = await Promise.all([import('@aws-sdk/client-iam'), import('@aws-sdk/client-sts')]);
  const [product = 'rollcall', version = ''] = userAgent.split('/');
  const base: IAMClientConfig & STSClientConfig = {
    maxAttempts: 1, customUserAgent: [[product, version]],
    ...(auth.profile === undefined ? {} : { profile: auth.profile }), ...(auth.endpoint === undefined ? {} : { endpoint: auth.endpoint }),
  };
  const region = auth.region ?? (await configuredRegion(new sts.STSClient(base)));
  const own = { ...base, region, ...(await assumedRole(auth, region, target)) };
  const stsClient = new sts.STSClient({ ...own, requestHandler: { ...HTTP, requestTimeout: requestTimeoutMs ?? HTTP.requestTimeout } });
  // One handler, and so one pool of sockets, for all.
  const iamClient = new iam.IAMClient({ ...own, requestHandler: stsClient.config.requestHandler });
  const cloudTrail = openCloudTrail(sts, { ...own, requestHandler: stsClient.config.requestHandler }, { iam: iamClient, sts: stsClient });
  const services = openServices(sts, { ...own, credentials: stsClient.config.credentials, requestHandler: stsClient.config.requestHandler }, { iam: iamClient, sts: stsClient });
  return {
    region,
    // The commands are made by name, so their types are told here; each client takes every command of its own service.
    of: (service, inRegion = region) => {
      if (service === 'iam') return { client: { send: (command, options) => iamClient.send(command as GetAccountSummaryCommand, options) }, commands: iam };
      if (service === 'sts') return { client: { send: (command, options) => stsClient.send(command as GetCallerIdentityCommand, options) }, commands: sts };
      if (service === 'cloudtrail') return cloudTrail;
      const other = services(service, inRegion);
      if (other !== null) return other;
      throw new Error(`there is no client for ${service}`);
    },
    endpoint: async (service, inRegion) => (await services(service, inRegion)?.endpoint()) ?? '',
    close: () => stsClient.destroy(),
  };
}

async function configuredRegion(client: { readonly config: { readonly region: () => Promise<string> } }): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    // None is configured, which is no fault for a global service; a profile that cannot be read shows again, with a remedy, at login.
    if (error instanceof Error) return DEFAULT_REGION;
    throw error;
  }
}

/** Credentials of an assumed role, renewed as they run out, cut down to what the sources read. */
async function assumedRole(auth: Auth, region: string, target: Target): Promise<Pick<STSClientConfig, 'credentials'>> {
  if (auth.assumeRole === undefined) return {};
  const { fromTemporaryCredentials, fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const { roleArn, externalId, sessionName } = auth.assumeRole;
  return {
    credentials: fromTemporaryCredentials({
      masterCredentials: fromNodeProviderChain(auth.profile === undefined ? {} : { profile: auth.profile }),
      params: { RoleArn: roleArn, RoleSessionName: sessionName ?? `rollcall-${target.name}`.slice(0, 64), Policy: sessionPolicy(), ...(externalId === undefined ? {} : { ExternalId: externalId }) },
      clientConfig: { region, maxAttempts: 3, requestHandler: HTTP, ...(auth.endpoint === undefined ? {} : { endpoint: auth.endpoint }) },
    }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no response';
}
