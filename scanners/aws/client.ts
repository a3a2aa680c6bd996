// SPDX-License-Identifier: Apache-2.0
import type { STSClientConfig } from '@aws-sdk/client-sts';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ConnectError, type ConnectOptions, type Connection, type Reply, type Request, type Target } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';
import { baseOf, HTTP, openClients, type Base, type Clients } from './client/clients.ts';
import { elsewhere } from './client/elsewhere.ts';
import { connectFailure, loginFailure, organizationFailure } from './connect-errors.ts';
import { memberAccounts } from './client/member-accounts.ts';
import { classifyFailure } from './outcome.ts';
import { sessionPolicy } from './permissions.ts';
import { capped, replyOf, type RawResponse } from './reply.ts';
import type { ServiceClient } from './service-client.ts';
import { ORGANIZATION, REGION, regionOf } from './shapes.ts';
import { SOURCES } from './sources.ts';
import { authSchema, scopeSchema, type Auth, type Scope } from './target.ts';
import { PLACES } from './values/places.ts';
import { withholdValues } from './values/withhold.ts';
import { captureInto, type SdkCommand } from './wire.ts';

const LOGIN_ATTEMPTS = 3;

const identitySchema = z.object({ Account: z.string().regex(/^\d{12}$/), Arn: z.string().regex(/^arn:[a-z0-9-]+:/), UserId: z.string() });
const organizationSchema = z.object({ Organization: z.object({ Id: z.string().regex(/^o-[a-z0-9]{10,32}$/) }) });

/**
 * Logs in and says who answered. The SDK signs, finds credentials and carries bytes; what a response means is decided from those
 * bytes. Throws a ConnectError with a remedy.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  const auth = authSchema.parse(target.auth);
  const scope = scopeSchema.parse(target.scope);
  const values = scope.configurationValues === true;
  const base = await baseOf(auth, options);
  const own = openClients(base, { ...(await assumedRole(auth, base, target, { values, enters: scope.memberRole?.name ?? null })), requestTimeoutMs: options.requestTimeoutMs });
  if (values && options.detect === undefined) throw new Error('a scope that opts into configuration values needs a detector to put them through');
  const allowed = new Set(SOURCES.filter(({ optIn }) => optIn === undefined || values).flatMap(({ operations }) => operations.map(({ service, operation }) => `${service}:${operation}`)));

  async function sendTo(clients: Clients, request: Request, signal: AbortSignal, region?: string): Promise<Reply> {
    const name = `${request.service}:${request.operation}`;
    if (!allowed.has(name)) throw new Error(`${name} is not an operation that a source declares, or one that the scope opts into; only those are ever sent`);
    const client = clients.of(request.service, region);
    const places = PLACES[name];
    const { detect } = options;
    if (places !== undefined && detect === undefined) throw new Error(`the answers of ${name} carry values, and there is no detector to put them through`);
    return await attempt(client, client.command(request.operation, request.input), request.operation, signal, places === undefined || detect === undefined ? undefined : (response) => withholdValues(places, response, detect));
  }

  try {
    const reply = await firstAnswer(() => sendTo(own, { service: 'sts', operation: 'GetCallerIdentity', input: {} }, AbortSignal.timeout(60_000)));
    if (!reply.ok) throw loginFailure(reply, auth, target.name);
    const identity = identitySchema.safeParse(reply.body);
    if (!identity.success) throw new ConnectError(`target ${target.name}: the answer to GetCallerIdentity names no account`, 'check the endpoint that AWS_ENDPOINT_URL, the profile or `auth.endpoint` names', { cause: identity.error });
    const { Account: account, Arn: principal } = identity.data;
    const declared = scope.accounts?.[0];
    if (scope.memberRole === undefined && declared !== undefined && declared !== account) {
      throw new ConnectError(`target ${target.name}: the login reaches account ${account}, but its scope declares ${declared}`, `change \`auth\` so that it logs in to ${declared}, or \`scope.accounts\` to ["${account}"]`);
    }
    const organization = scope.organization === true ? await organizationOf(() => sendTo(own, { service: 'organizations', operation: 'DescribeOrganization', input: {} }, AbortSignal.timeout(60_000)), target.name) : null;
    /** Where a service answers, in a region where it has several: for all accounts alike. */
    const endpoints = new Map<string, string>();
    const noteEndpoint = async (service: string, region: string | null): Promise<void> => {
      const key = `${service} ${region ?? ''}`;
      if (!endpoints.has(key)) endpoints.set(key, await own.of(service, region ?? undefined).endpoint());
    };
    for (const service of ['sts', 'iam', 'cloudtrail']) await noteEndpoint(service, null);
    const units = unitsOf(target.name, account, scope, organization);
    const reachable = new Map<string, Clients>([[`aws:${account}`, own], ...(organization === null ? [] : [[`aws:${organization}`, own] as const])]);
    const members = scope.memberRole === undefined ? null : memberAccounts(base, own, scope.memberRole, { values, partition: principal.split(':')[1] ?? 'aws', sessionName: `rollcall-${target.name}`.slice(0, 64) });
    /** A region is entered with its account. By the unit's own id, so that no other unit is taken for it. */
    const holderOf = ({ id }: Unit): string => /^aws:([^/]+)/.exec(id)?.[1] ?? '';
    const clientsOf = (unit: Unit): Clients | undefined => reachable.get(`aws:${holderOf(unit)}`) ?? members?.clients(holderOf(unit));
    return {
      login: { principal, operation: 'sts:GetCallerIdentity', endpoint: endpoints.get('sts ') ?? '', requestId: reply.requestId, providerTime: reply.providerTime },
      units, notices: await elsewhere(own),
      endpoint: (unit, request) => endpoints.get(`${request.service} ${unit.kind === REGION ? regionOf(unit) : ''}`) ?? '',
      send: async (to, request, signal) => {
        const clients = clientsOf(to);
        if (clients === undefined) throw new Error(`this login reaches ${units.map(({ id }) => id).join(', ')}, not ${to.id}`);
        const region = to.kind === REGION ? regionOf(to) : null;
        await noteEndpoint(request.service, region);
        return await sendTo(clients, request, signal, region ?? undefined);
      },
      enter: async (unit: Unit, signal: AbortSignal) => (members === null || reachable.has(`aws:${holderOf(unit)}`) ? { ok: true } as const : await members.enter(holderOf(unit), signal)),
      leave: (unit: Unit) => {
        if (unit.kind === REGION) clientsOf(unit)?.forget(regionOf(unit));
        if (!reachable.has(`aws:${holderOf(unit)}`)) members?.leave(holderOf(unit));
      },
      close: () => own.close(),
    };
  } catch (error) {
    own.close();
    throw error instanceof ConnectError ? error : connectFailure(error, auth, target.name);
  }
}

/** Units of a login: its organization, its own account unless only others are declared, and the accounts that are declared beside it. */
function unitsOf(target: string, account: string, { accounts, organization: everything }: Scope, organization: string | null): readonly Unit[] {
  const unit = (nativeId: string, kind: string, basis: Unit['basis']): Unit => ({ id: `aws:${nativeId}`, provider: 'aws', kind, nativeId, name: null, target, basis });
  const declared = accounts ?? [];
  return [
    ...(organization === null ? [] : [unit(organization, ORGANIZATION, everything === true ? 'declared' : 'own_login')]),
    ...(declared.length === 0 || declared.includes(account) ? [unit(account, 'account', declared.includes(account) ? 'declared' : 'own_login')] : []),
    ...declared.filter((id) => id !== account).map((id) => unit(id, 'account', 'declared')),
  ];
}

async function organizationOf(ask: () => Promise<Reply>, target: string): Promise<string> {
  const reply = await firstAnswer(ask);
  if (!reply.ok) throw organizationFailure(reply, target);
  const found = organizationSchema.safeParse(reply.body);
  if (!found.success) throw new ConnectError(`target ${target}: the answer to DescribeOrganization names no organization`, 'check the endpoint that AWS_ENDPOINT_URL, the profile or `auth.endpoint` names', { cause: found.error });
  return found.data.Organization.Id;
}

/** One request, one attempt: the SDK's own retries are off, since pacing and retries are the collector's. */
async function attempt(client: ServiceClient, command: SdkCommand, operation: string, signal: AbortSignal, change?: (response: RawResponse) => Promise<RawResponse>): Promise<Reply> {
  const captured: { response: RawResponse | null } = { response: null };
  captureInto(command, captured, change);
  let failure: unknown = null;
  try {
    await client.send(command, { abortSignal: signal });
  } catch (error) {
    failure = error;
  }
  // What the SDK made of the bytes, an error too, does not matter: they were read before it.
  if (captured.response !== null) return replyOf(operation, captured.response, client.format);
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

/** Credentials of an assumed role, renewed as they run out, cut down to what the sources read and the scope enters. */
async function assumedRole(auth: Auth, { config: { region } }: Base, target: Target, session: Parameters<typeof sessionPolicy>[0]): Promise<Pick<STSClientConfig, 'credentials'>> {
  if (auth.assumeRole === undefined) return {};
  const { fromTemporaryCredentials, fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const { roleArn, externalId, sessionName } = auth.assumeRole;
  return {
    credentials: fromTemporaryCredentials({
      masterCredentials: fromNodeProviderChain(auth.profile === undefined ? {} : { profile: auth.profile }),
      params: { RoleArn: roleArn, RoleSessionName: sessionName ?? `rollcall-${target.name}`.slice(0, 64), Policy: sessionPolicy(session), ...(externalId === undefined ? {} : { ExternalId: externalId }) },
      clientConfig: { region, maxAttempts: 3, requestHandler: HTTP, ...(auth.endpoint === undefined ? {} : { endpoint: auth.endpoint }) },
    }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no response';
}
