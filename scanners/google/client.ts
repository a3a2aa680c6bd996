// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';
import { ConnectError, type ConnectOptions, type Connection, type Reply, type Request, type Target } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';
import { capped, readBody, type RawResponse } from '../http/body.ts';
import { classifyFailure } from '../http/failures.ts';
import { connectFailure, readFailure, tokenFailure } from './connect-errors.ts';
import { chooseLogin, type Login } from './login.ts';
import { addressOf, askedOf, bodyOf, operationFor, type Asked, type Service, type WireOperation } from './operations.ts';
import { replyOf } from './reply.ts';
import { openSdk, type SdkSend } from './client/sdk.ts';
import { FOLDER, ORGANIZATION, UNIT } from './shapes.ts';
import { SOURCES } from './sources.ts';
import { authSchema, PROJECT, scopeSchema, type Auth, type Scope } from './target.ts';
import { heldOf, TEST_PERMISSIONS } from './test-permissions.ts';

const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Logs in to Google Cloud. `google-auth-library` gets the token; reads are our own requests, those of workload identity federation, deny policies and boundaries written by
 * `@google-cloud/iam` and sent by the same fetch. Throws a ConnectError with a remedy.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  const auth = authSchema.parse(target.auth);
  const scope = scopeSchema.parse(target.scope);
  const allowed = new Set(SOURCES.flatMap(({ operations }) => operations.map(({ service, operation }) => `${service}:${operation}`)));
  try {
    const login = await chooseLogin(await import('google-auth-library'), auth, target.name, process.env);
    const units = unitsOf(scope, login.project, target.name);
    const [first] = units;
    if (first === undefined) throw new ConnectError(`target ${target.name}: the login names no project`, 'name the organization or the projects to read under `scope.organizations` or `scope.projects`, or set GOOGLE_CLOUD_PROJECT');
    const hosts = hostsOf(auth);
    const { send, test } = await senderTo(hosts, login, auth, options);
    const operation = FIRST[first.kind] ?? 'GetProject';
    const reply = await send(first.nativeId, { service: 'cloudresourcemanager', operation, input: {} }, AbortSignal.timeout(options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS));
    const refused = reply.ok ? null : readFailure(reply, first.nativeId, target.name, auth.impersonate);
    if (refused !== null) throw refused;
    // What stands between here and Google might answer for another project.
    const told = reply.ok ? z.object({ name: z.string(), projectId: z.string().optional() }).safeParse(reply.body).data : undefined;
    const answered = !reply.ok ? first.nativeId : first.kind === UNIT ? told?.projectId : told?.name;
    if (answered !== first.nativeId) throw new ConnectError(`target ${target.name}: asked for ${first.kind} ${first.nativeId}, what answered is not that ${first.kind}`, 'check `auth.endpoints` and what stands between here and Google Cloud');
    const reachable = new Set(units.map(({ id }) => id));
    return {
      login: { principal: login.principal, operation: `cloudresourcemanager:${operation}`, endpoint: hosts.cloudresourcemanager.origin, requestId: null, providerTime: reply.providerTime },
      units,
      endpoint: (_unit, request) => hosts[operationFor(request).service].origin,
      send: async (to, request, signal) => {
        if (!reachable.has(to.id)) throw new Error(`this login was not asked to read ${to.id}`);
        if (!allowed.has(`${request.service}:${request.operation}`)) throw new Error(`${request.service}:${request.operation} is not an operation that a source declares; only those are ever sent`);
        return await send(to.nativeId, request, signal);
      },
      // One token reads all that its roles allow: what a list brought into scope is entered by that alone.
      enter: async (unit) => {
        reachable.add(unit.id);
        return { ok: true };
      },
      rightsLane: 'google.resourcemanager',
      rights: async ({ id, nativeId }, permissions, signal) => {
        if (!reachable.has(id)) throw new Error(`this login was not asked to read ${id}`);
        return await heldOf(permissions, (some) => test(nativeId, some, signal));
      },
      // Connections belong to fetch, which closes them when they idle; they keep no process alive.
      close: () => undefined,
    };
  } catch (error) {
    throw error instanceof ConnectError ? error : connectFailure(error, target.name);
  }
}

/** The read that shows that a unit is there, by its kind. */
const FIRST: { readonly [kind: string]: string } = { [ORGANIZATION]: 'GetOrganization', [FOLDER]: 'GetFolder', [UNIT]: 'GetProject' };

/** Units of a login: what its scope declares, or the login's own project. Beneath an organization or a folder, projects that are named stand in its list, too. */
function unitsOf({ organizations = [], folders = [], projects }: Scope, own: string | null, target: string): readonly Unit[] {
  const unit = (kind: string, nativeId: string, basis: Unit['basis']): Unit => ({ id: `google:${nativeId}`, provider: 'google', kind, nativeId, name: null, target, basis });
  const above = [...organizations.map((id) => unit(ORGANIZATION, `organizations/${id}`, 'declared')), ...folders.map((id) => unit(FOLDER, `folders/${id}`, 'declared'))];
  if (projects !== undefined) return [...above, ...projects.map((id) => unit(UNIT, id, 'declared'))];
  return above.length > 0 || own === null || !PROJECT.test(own) ? above : [unit(UNIT, own, 'own_login')];
}

type Hosts = { readonly [service in Service]: URL };

function hostsOf({ endpoints }: Auth): Hosts {
  const of = (service: string, own?: string): URL => new URL(own ?? endpoints?.others ?? `https://${service}.googleapis.com`);
  return { apikeys: of('apikeys'), cloudresourcemanager: of('cloudresourcemanager', endpoints?.resourceManager), container: of('container'), iam: of('iam', endpoints?.iam), logging: of('logging'), orgpolicy: of('orgpolicy'), policyanalyzer: of('policyanalyzer'), secretmanager: of('secretmanager'), storage: of('storage') };
}

/** One attempt on its way through the SDK: where it goes, its signals, and the response as its bytes were. */
interface Attempt { readonly path: string; readonly signal: AbortSignal; readonly timeout: AbortSignal; raw: RawResponse | null; failed: Error | null }

/** `test`: which of some permissions the login has on the resource that a unit is. */
interface Sender {
  readonly send: (nativeId: string, request: Request, signal: AbortSignal) => Promise<Reply>;
  readonly test: (nativeId: string, permissions: readonly string[], signal: AbortSignal) => Promise<Reply>;
}

/** Sends one request an attempt: pacing and retries are the collector's. */
async function senderTo(hosts: Hosts, { client }: Login, { quotaProject }: Auth, { userAgent, requestTimeoutMs = REQUEST_TIMEOUT_MS }: ConnectOptions): Promise<Sender> {
  const attempts = new AsyncLocalStorage<Attempt>();
  const none = { ok: false, httpStatus: null, requestId: null, providerTime: null, retryAfterMs: null } as const;

  async function ask(address: URL, attempt: Attempt, more: { readonly [name: string]: string } = {}, body?: JsonObject): Promise<RawResponse> {
    // A refusal to give a token is none of the request's: it is told apart by being thrown here.
    const { authorization } = await tokenOf(address);
    const answer = await fetch(address, {
      // A redirect would carry the token to wherever it points.
      ...(body === undefined ? { method: 'GET' } : { method: 'POST', body: JSON.stringify(body) }), redirect: 'manual', signal: AbortSignal.any([attempt.signal, attempt.timeout]),
      headers: { ...more, ...(body === undefined ? {} : { 'content-type': 'application/json' }), authorization, accept: 'application/json', 'user-agent': userAgent, ...(quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject }) },
    });
    return await readBody(answer, () => (attempt.signal.aborted ? 'aborted' : attempt.timeout.aborted ? 'timeout' : 'broken'));
  }

  async function tokenOf(address: URL): Promise<{ readonly authorization: string }> {
    try {
      // By host: an account that signs its tokens itself would sign one for each address, which takes longer than the request.
      const authorization = (await client.getRequestHeaders(`${address.origin}/`)).get('authorization');
      if (authorization === null) throw new Error('the login gave no token');
      return { authorization };
    } catch (error) {
      throw new TokenError(error);
    }
  }

  const through = new (await import('google-auth-library')).PassThroughClient();
  // The type of the SDK's own asks for members of Gaxios that its REST calls never look at: they take status, ok and bytes.
  // The SDK's own way out, replaced: what it wrote is sent as our own GET, and its answer is kept as it came before the SDK reads it.
  through.fetch = (async (input: string | URL | { readonly url: string }, init?: { readonly method?: string }) => {
    const attempt = attempts.getStore();
    const address = new URL(typeof input === 'string' ? input : input instanceof URL ? input.href : input.url);
    // Over REST the SDK writes the name of a place, which holds slashes in code, in code once more.
    address.pathname = address.pathname.replaceAll('%252F', '%2F');
    if (attempt === undefined || address.origin !== hosts.iam.origin || address.pathname !== attempt.path || (init?.method ?? 'GET').toUpperCase() !== 'GET') throw new Error('the SDK asked for something that is not a read of ours');
    try {
      attempt.raw = await ask(address, attempt, { 'x-goog-api-client': 'rollcall' });
    } catch (error) {
      attempt.failed = error instanceof Error ? error : new Error('the request failed', { cause: error });
      throw error;
    }
    return new Response(attempt.raw.body.slice(), { status: attempt.raw.status, headers: { 'content-type': 'application/json' } });
  }) as unknown as typeof through.fetch;
  let sdk: Promise<SdkSend> | null = null;

  async function throughSdk(operation: WireOperation, asked: Asked, attempt: Attempt): Promise<RawResponse> {
    sdk ??= openSdk(hosts.iam, through);
    const read = await sdk;
    try {
      await attempts.run(attempt, async () => read(operation, asked, requestTimeoutMs));
    } catch (error) {
      if (attempt.failed !== null) throw attempt.failed;
      // The SDK makes errors of refusals, which the kept answer tells; without an answer the error is its own.
      if (attempt.raw === null) throw error;
    }
    if (attempt.raw === null) throw new Error('the SDK gave an answer that it did not ask for');
    return attempt.raw;
  }

  async function sent(operation: WireOperation, asked: Asked, body: JsonObject | undefined, signal: AbortSignal): Promise<Reply> {
    const attempt: Attempt = { path: asked.path, signal, timeout: AbortSignal.timeout(requestTimeoutMs), raw: null, failed: null };
    try {
      return replyOf(operation, operation.sdk === null ? await ask(addressOf(operation, asked, hosts[operation.service]), attempt, {}, body) : await throughSdk(operation, asked, attempt));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TokenError) {
        const { outcome, transient, code, message } = tokenFailure(error.cause);
        return { ...none, outcome, transient, errorCode: code, message };
      }
      if (attempt.timeout.aborted) return { ...none, outcome: 'timeout', transient: true, errorCode: 'TimeoutError', message: `no answer within ${requestTimeoutMs} ms` };
      const classified = classifyFailure(error);
      if (classified !== null) return { ...none, outcome: classified.outcome, transient: classified.transient, errorCode: classified.code, message: capped(error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : 'no response') };
      throw error;
    }
  }
  return {
    send: async (nativeId, request, signal) => {
      const operation = operationFor(request);
      const asked = askedOf(operation, nativeId, request.input);
      return await sent(operation, asked, bodyOf(operation, asked, nativeId), signal);
    },
    test: async (nativeId, permissions, signal) => await sent(TEST_PERMISSIONS, askedOf(TEST_PERMISSIONS, nativeId, {}), { permissions: [...permissions] }, signal),
  };
}

class TokenError extends Error {
  constructor(cause: unknown) {
    super('no token could be had', { cause });
    this.name = 'TokenError';
  }
}
