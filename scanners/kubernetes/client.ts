// SPDX-License-Identifier: Apache-2.0
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ConnectError, type ConnectOptions, type Connection, type Reply, type Request, type Target } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';
import { connectFailure, loginFailure } from './connect-errors.ts';
import { loadLogin } from './login.ts';
import { operationFor, targetOf } from './operations.ts';
import { classifyFailure } from './outcome.ts';
import { markInconsistent } from './reduce.ts';
import { capped, replyOf } from './reply.ts';
import { NAMESPACE, namespaceOf, namespaceUnit } from './shapes.ts';
import { SOURCES } from './sources.ts';
import { authSchema, scopeSchema } from './target.ts';
import { exchange } from './wire.ts';

const REQUEST_TIMEOUT_MS = 60_000;
const LOGIN_ATTEMPTS = 3;
/** How long headers of a login are used before it is asked again: tokens in files and those of programs are renewed while a scan runs. */
const FRESH_MS = 30_000;

const kubeSystemSchema = z.object({ metadata: z.object({ uid: z.string().min(1) }) });
const reviewSchema = z.object({ status: z.object({ userInfo: z.object({ username: z.string().min(1) }) }) });

/**
 * Logs in with a context of the kubeconfig and says which cluster answered. `KubeConfig` finds the credentials; requests are our own,
 * over one pool of connections. Throws a ConnectError with a remedy.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Connection> {
  const auth = authSchema.parse(target.auth);
  const scope = scopeSchema.parse(target.scope);
  const { KubeConfig } = await import('@kubernetes/client-node');
  const { config, context, server } = loadLogin(new KubeConfig(), auth, target.name);
  const allowed = new Set(['core:ReadKubeSystem', ...SOURCES.flatMap(({ operations }) => operations.map(({ service, operation }) => `${service}:${operation}`))]);
  try {
    const sender = await openSender(config, server, options);
    const kubeSystem = await firstAnswer(() => sender.send({ service: 'core', operation: 'ReadKubeSystem', input: {} }, AbortSignal.timeout(REQUEST_TIMEOUT_MS)));
    const declared = scope.clusters?.[0];
    // A login of some namespaces may not see kube-system; which cluster it reaches is then what management says.
    const onlySaid = !kubeSystem.ok && kubeSystem.outcome === 'denied' && scope.namespaces !== undefined && declared !== undefined;
    if (!kubeSystem.ok && !onlySaid) { sender.close(); throw loginFailure(kubeSystem, context, target.name); }
    const uid = kubeSystem.ok ? kubeSystemSchema.parse(kubeSystem.body).metadata.uid : (declared ?? '');
    if (declared !== undefined && declared !== uid) {
      sender.close();
      throw new ConnectError(`target ${target.name}: context ${context} reaches cluster ${uid}, but its scope declares ${declared}`, `change \`auth.context\` to one of cluster ${declared}, or \`scope.clusters\` to ["${uid}"]`);
    }
    const who = await firstAnswer(() => sender.send({ service: 'authentication.k8s.io', operation: 'CreateSelfSubjectReview', input: {} }, AbortSignal.timeout(REQUEST_TIMEOUT_MS)));
    const named = who.ok ? reviewSchema.safeParse(who.body) : null;
    const cluster: Unit = { id: `kubernetes:${uid}`, provider: 'kubernetes', kind: 'cluster', nativeId: uid, name: context, target: target.name, basis: auth.context === undefined ? 'own_login' : 'declared' };
    const units = scope.namespaces?.map((namespace): Unit => ({ ...cluster, id: `kubernetes:${namespaceUnit(uid, namespace)}`, kind: NAMESPACE, nativeId: namespaceUnit(uid, namespace), name: `${context}/${namespace}`, basis: 'declared' })) ?? [cluster];
    return {
      // Clusters before 1.28 have no SelfSubjectReview; the kubeconfig's name of the user is then all there is.
      login: {
        principal: named?.success === true ? named.data.status.userInfo.username : `${config.getCurrentUser()?.name ?? 'unnamed'} (as the kubeconfig names it)`,
        operation: named?.success === true ? 'authentication.k8s.io:CreateSelfSubjectReview' : 'core:ReadKubeSystem', endpoint: server.origin, requestId: (named?.success === true ? who : kubeSystem).requestId, providerTime: kubeSystem.providerTime,
      },
      units,
      endpoint: () => server.origin,
      send: async (to, request, signal) => {
        if (!units.some(({ id }) => id === to.id)) throw new Error(`this login reaches ${units.map(({ id }) => id).join(', ')}, not ${to.id}`);
        if (!allowed.has(`${request.service}:${request.operation}`)) throw new Error(`${request.service}:${request.operation} is not an operation that a source declares; only those are ever sent`);
        return await sender.send(request, signal, namespaceOf(to));
      },
      close: () => sender.close(),
    };
  } catch (error) {
    throw error instanceof ConnectError ? error : connectFailure(error, context, target.name);
  }
}

interface Sender { send(request: Request, signal: AbortSignal, namespace?: string | null): Promise<Reply>; close(): void }

/** Sends one request an attempt: pacing and retries are the collector's. */
async function openSender(config: KubeConfig, server: URL, { userAgent, requestTimeoutMs }: ConnectOptions): Promise<Sender> {
  let login = await loginOf(config);
  let freshUntil = performance.now() + FRESH_MS;
  // Through a proxy, client-node's agent, which knows how; else ours, kept alive.
  const proxied = config.getCurrentCluster()?.proxyUrl !== undefined;
  const { ca, cert, key, rejectUnauthorized, agent: theirs } = login;
  const agent = proxied && theirs instanceof Agent ? theirs : new Agent({ keepAlive: true, maxSockets: 16, ca, cert, key, ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }) });
  // Once one answer held objects where none were asked for, nothing of that form is asked again: the next would hold values as well.
  const stopped = new Map<string, string>();
  // Tokens that expired lists left, by the request that they answer.
  const resumes = new Map<string, string>();

  async function headersNow(): Promise<{ readonly [name: string]: string }> {
    if (performance.now() > freshUntil) {
      login = await loginOf(config);
      freshUntil = performance.now() + FRESH_MS;
    }
    return textsOf(login.headers);
  }

  async function send(request: Request, signal: AbortSignal, namespace: string | null = null): Promise<Reply> {
    const operation = operationFor(request);
    const none = { ok: false, httpStatus: null, requestId: null, providerTime: null, retryAfterMs: null } as const;
    const why = stopped.get(operation.operation);
    if (why !== undefined) return { ...none, outcome: 'malformed', transient: false, errorCode: 'ForeignKind', message: `not asked: ${why}` };
    const asked = targetOf(operation, request.input, namespace);
    const resume = resumes.get(asked);
    const path = resume === undefined ? asked : targetOf(operation, { ...request.input, continue: resume }, namespace);
    const body = operation.body?.(request.input) ?? null;
    let response;
    try {
      const headers = {
        ...(await headersNow()), ...basic(login.auth), accept: operation.accept, 'user-agent': userAgent,
        ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      };
      response = await exchange({
        open: (until, onResponse) => httpsRequest(urlOf(server, path), { method: operation.method, headers, agent, signal: until, ...(login.servername === undefined ? {} : { servername: login.servername }) }, onResponse),
        body, timeoutMs: requestTimeoutMs ?? REQUEST_TIMEOUT_MS, signal, guard: operation.guarded ? operation.kind : null,
      });
    } catch (error) {
      signal.throwIfAborted();
      const classified = classifyFailure(error);
      if (classified !== null) return { ...none, outcome: classified.outcome, transient: classified.transient, errorCode: classified.code, message: capped(error instanceof Error ? error.message : 'no response') };
      throw error;
    }
    const judged = replyOf(operation, response);
    if (operation.guarded && (response.foreign !== null || (!judged.reply.ok && judged.reply.errorCode === 'ForeignKind'))) stopped.set(operation.operation, `an answer was ${response.foreign ?? 'not the form that was asked for'}, which may hold values`);
    if (judged.resume !== null) resumes.set(asked, judged.resume);
    return judged.reply.ok && resume !== undefined ? { ...judged.reply, body: markInconsistent(judged.reply.body) } : judged.reply;
  }

  return { send, close: () => agent.destroy() };
}

/** Server and path as one address; a server behind a proxy may have a path of its own (Rancher, for one). */
function urlOf(server: URL, path: string): URL {
  return new URL(`${server.origin}${server.pathname.replace(/\/$/, '')}${path}`);
}

/** What KubeConfig makes of the context's cluster and user: certificates, headers, an agent. Runs the user's exec program where it has one. */
async function loginOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

function textsOf(headers: RequestOptions['headers']): { readonly [name: string]: string } {
  if (headers === undefined || Array.isArray(headers)) return {};
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [])));
}

function basic(auth: string | null | undefined): { readonly authorization?: string } {
  return typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth, 'utf8').toString('base64')}` } : {};
}

async function firstAnswer(ask: () => Promise<Reply>): Promise<Reply> {
  for (let count = 1; ; count += 1) {
    const reply = await ask();
    if (reply.ok || !reply.transient || count >= LOGIN_ATTEMPTS) return reply;
    await sleep(Math.min(reply.retryAfterMs ?? 500 * count, 10_000));
  }
}

