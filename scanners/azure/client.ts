// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';
import { ConnectError, type ConnectOptions, type Connection, type Reply, type Request, type Target } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';
import { capped, readBody, type RawResponse } from '../http/body.ts';
import { claimsOf, principalOf } from './claims.ts';
import { tokenRights } from './token-rights.ts';
import { cloudOf, vaultOrigin, type Cloud } from './clouds.ts';
import { connectFailure, readFailure, tokenFailure } from './connect-errors.ts';
import { chainWithoutPrograms, chooseCredential, keepToken, type Credential, type TokenKeeper } from './login.ts';
import { addressOf, bodyOf, operationFor } from './operations.ts';
import { classifyFailure } from '../http/failures.ts';
import { replyOf } from './reply.ts';
import { SOURCES } from './sources.ts';
import { subscriptionsOf } from './subscriptions.ts';
import type { WireOperation } from './wire-operation.ts';
import { authSchema, modeOf, scopeSchema, type Auth } from './target.ts';

const REQUEST_TIMEOUT_MS = 60_000;
const LOGIN_ATTEMPTS = 3;

const organizationPage = z.object({ value: z.array(z.object({ id: z.string().min(1), displayName: z.string().nullish() })).length(1) });

/**
 * Logs in to Entra ID and says which tenant answered. The SDK finds the credential and gets the token; every read is our own GET.
 * Throws a ConnectError with a remedy.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  const auth = authSchema.parse(target.auth);
  const scope = scopeSchema.parse(target.scope);
  const declared = scope.tenants?.[0]?.toLowerCase();
  const mode = modeOf(auth);
  const cloud = cloudOf(auth);
  const allowed = new Set(SOURCES.flatMap(({ operations }) => operations.map(({ service, operation }) => `${service}:${operation}`)));
  try {
    const credential = await credentialFor(auth, declared, cloud, target.name);
    const keeperOf = (forScope: string): TokenKeeper => keepToken(credential, forScope, options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS, Date.now);
    // Services of one address share a token; each of the others gets one that is for it alone.
    const keepers = new Map<string, TokenKeeper>();
    const keeperFor = (forScope: string): TokenKeeper => {
      const keeper = keepers.get(forScope) ?? keeperOf(forScope);
      keepers.set(forScope, keeper);
      return keeper;
    };
    const forGraph = keeperFor(`${cloud.graph.origin}/.default`);
    const hosts: Hosts = {
      graph: { origin: () => cloud.graph, tokens: forGraph }, arm: { origin: () => cloud.arm, tokens: keeperFor(`${cloud.arm.origin}/.default`) },
      vault: { origin: ({ vault }) => vaultOrigin(cloud.vaults, vault), tokens: keeperFor(cloud.vaults.scope) },
    };
    const claims = claimsOf(await forGraph.token(new AbortController().signal));
    // Before anything is asked: a token of another tenant is of no use here.
    if (claims.tid !== undefined) insist(declared, claims.tid, target.name);
    const send = senderTo(hosts, options);
    const first = await firstAnswer(() => send({ service: 'graph', operation: 'ListOrganization', input: {} }, AbortSignal.timeout(REQUEST_TIMEOUT_MS)));
    const refused = first.ok ? null : readFailure(first, mode, target.name);
    if (refused !== null) throw refused;
    const named = first.ok ? organizationPage.safeParse(first.body) : null;
    if (named?.success === false) throw new ConnectError(`target ${target.name}: what answered is no list with one organization`, 'check `auth.endpoints` and what stands between here and Microsoft Graph');
    const organization = named?.success === true ? named.data.value[0] : undefined;
    const tenant = (organization?.id ?? claims.tid)?.toLowerCase();
    if (tenant === undefined) throw new ConnectError(`target ${target.name}: neither the login nor Microsoft Graph says which tenant this is`, 'grant the application Organization.Read.All');
    if (claims.tid !== undefined && claims.tid.toLowerCase() !== tenant) throw new ConnectError(`target ${target.name}: the login is of tenant ${claims.tid}, and Microsoft Graph answers for ${tenant}`, 'check `auth.endpoints` and what stands between here and Microsoft Graph');
    insist(declared, tenant, target.name);
    const unit: Unit = { id: `azure:${tenant}`, provider: 'azure', kind: 'tenant', nativeId: tenant, name: organization?.displayName ?? null, target: target.name, basis: declared === undefined ? 'own_login' : 'declared' };
    // Waits for nothing but a throttle: where resources cannot be reached at all, the directory is still to be read. The request has its own limit of time.
    const ask = (request: Request): Promise<Reply> => firstAnswer(() => send(request, new AbortController().signal), ({ outcome }) => outcome === 'throttled');
    const units = [unit, ...await subscriptionsOf(ask, unit, scope.subscriptions)];
    return {
      login: { principal: principalOf(claims), operation: 'graph:ListOrganization', endpoint: cloud.graph.origin, requestId: first.requestId, providerTime: first.providerTime },
      units,
      endpoint: (_unit, { service, input }) => (service === 'vault' ? (vaultOrigin(cloud.vaults, input['vault'])?.origin ?? 'no address of this cloud') : (service === 'arm' ? cloud.arm : cloud.graph).origin),
      send: async (to, request, signal) => {
        if (!units.some(({ id }) => id === to.id)) throw new Error(`this login reaches ${units.map(({ id }) => id).join(', ')}, not ${to.id}`);
        if (!allowed.has(`${request.service}:${request.operation}`)) throw new Error(`${request.service}:${request.operation} is not an operation that a source declares; only those are ever sent`);
        return await send(request, signal);
      },
      rights: async ({ kind }, permissions) => (kind === 'tenant' ? tokenRights(claimsOf(await forGraph.token(new AbortController().signal)), permissions) : null),
      // Connections belong to fetch, which closes them when they idle; they keep no process alive.
      close: () => undefined,
    };
  } catch (error) {
    throw error instanceof ConnectError ? error : connectFailure(error, mode, target.name);
  }
}

function insist(declared: string | undefined, tenant: string, target: string): void {
  if (declared === undefined || declared === tenant.toLowerCase()) return;
  throw new ConnectError(`target ${target}: the login is of tenant ${tenant}, but its scope declares ${declared}`, `log in to tenant ${declared}, or change \`scope.tenants\` to ["${tenant}"]`);
}

/** The credential of a target. For `ambient`, the SDK reads from the environment which chain it makes; it finds the one that runs no program. */
async function credentialFor(auth: Auth, tenant: string | undefined, cloud: Cloud, target: string): Promise<Credential> {
  const sdk = await import('@azure/identity');
  if (modeOf(auth) !== 'ambient') return chooseCredential(sdk, auth, tenant, cloud);
  const own = process.env['AZURE_TOKEN_CREDENTIALS'];
  process.env['AZURE_TOKEN_CREDENTIALS'] = chainWithoutPrograms(own, target);
  try {
    return chooseCredential(sdk, auth, tenant, cloud);
  } finally {
    if (own === undefined) delete process.env['AZURE_TOKEN_CREDENTIALS'];
    else process.env['AZURE_TOKEN_CREDENTIALS'] = own;
  }
}

/** Where each service answers (null for an address that is none of the cloud's), and the tokens that are for it alone. */
type Hosts = { readonly [service in WireOperation['service']]: { readonly origin: (input: JsonObject) => URL | null; readonly tokens: TokenKeeper } };

/** Sends one request an attempt: pacing and retries are the collector's. */
function senderTo(hosts: Hosts, { userAgent, requestTimeoutMs = REQUEST_TIMEOUT_MS }: ConnectOptions): (request: Request, signal: AbortSignal) => Promise<Reply> {
  const none = { ok: false, httpStatus: null, requestId: null, providerTime: null, retryAfterMs: null } as const;
  return async (request, signal) => {
    const operation = operationFor(request);
    const { origin: originOf, tokens } = hosts[operation.service];
    const origin = originOf(request.input);
    if (origin === null) return { ...none, outcome: 'unreachable', transient: false, errorCode: 'ForeignVault', message: 'its address is none of a key vault of this cloud, and no token is sent there' };
    const address = addressOf(operation, request.input, origin);
    const query = bodyOf(operation, request.input);
    let token: string;
    try {
      token = await tokens.token(signal);
    } catch (error) {
      signal.throwIfAborted();
      const { outcome, transient, code, message } = tokenFailure(error);
      return { ...none, outcome, transient, errorCode: code, message };
    }
    const timeout = AbortSignal.timeout(requestTimeoutMs);
    let response: RawResponse;
    try {
      const answer = await fetch(address, {
        // A redirect would carry the token to wherever it points.
        ...(query === null ? { method: 'GET' } : { method: 'POST', body: JSON.stringify(query) }), redirect: 'manual', signal: AbortSignal.any([signal, timeout]),
        // The priority asks Graph to throttle us before what people wait for. https://learn.microsoft.com/en-us/graph/throttling-limits
        headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': userAgent, 'x-ms-throttle-priority': 'low', ...(query === null ? {} : { 'content-type': 'application/json' }), ...(operation.eventual ? { ConsistencyLevel: 'eventual' } : {}) },
      });
      response = await readBody(answer, () => (signal.aborted ? 'aborted' : timeout.aborted ? 'timeout' : 'broken'));
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) return { ...none, outcome: 'timeout', transient: true, errorCode: 'TimeoutError', message: `no answer within ${requestTimeoutMs} ms` };
      const classified = classifyFailure(error);
      if (classified !== null) return { ...none, outcome: classified.outcome, transient: classified.transient, errorCode: classified.code, message: capped(reasonOf(error)) };
      throw error;
    }
    if (response.status === 401) tokens.refused(token);
    return replyOf(operation, response, origin);
  };
}

/** What fetch hides behind "fetch failed". */
function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : 'no response';
}

async function firstAnswer(ask: () => Promise<Reply>, worthAsking: (reply: Extract<Reply, { ok: false }>) => boolean = ({ transient }) => transient): Promise<Reply> {
  for (let count = 1; ; count += 1) {
    const reply = await ask();
    if (reply.ok || !worthAsking(reply) || count >= LOGIN_ATTEMPTS) return reply;
    await sleep(Math.min(reply.retryAfterMs ?? 500 * count, 10_000));
  }
}
