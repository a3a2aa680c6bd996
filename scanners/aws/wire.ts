// SPDX-License-Identifier: Apache-2.0
import type { RawResponse } from './reply.ts';

/** What we use of an SDK client and its commands. */
type Handler = (args: object) => Promise<{ response: unknown; output: object }>;
type Middleware = (next: Handler) => Handler;
export interface SdkCommand {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'build'; readonly name: string; readonly priority: 'low' | 'high' }): void;
    addRelativeTo(middleware: Middleware, options: { readonly name: string; readonly relation: 'after'; readonly toMiddleware: string; readonly override: boolean }): void;
  };
}
export interface SdkClient { send(command: SdkCommand, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown> }

/** A page of 1,000 roles with their documents is about 3 MB; twenty times that is no IAM page. */
const MOST_BYTES = 64 * 1024 * 1024;
/** The SDK's request timeout ends with the headers; a body that stops coming would hang without this. */
const BODY_TIMEOUT_MS = 60_000;

/**
 * Reads a command's response before the SDK's deserializer, which would drop every field that its own version does not know; to that
 * nothing is left. With `change`, what that makes of the response is all that anything after it sees.
 */
export function captureInto(command: SdkCommand, into: { response: RawResponse | null }, change?: (response: RawResponse) => Promise<RawResponse>): void {
  const capture: Middleware = (next) => async (args) => {
    const result = await next(args);
    const response = result.response as { statusCode?: number; headers?: { [name: string]: string }; body?: unknown };
    const { bytes, cut } = await readBody(response.body);
    const raw = { status: response.statusCode ?? 0, headers: { ...response.headers }, body: bytes, cut };
    // Not left to stand there while it is changed: whatever fails meanwhile has nothing to tell.
    response.body = new Uint8Array();
    into.response = change === undefined ? raw : await change(raw);
    // Nothing is left for the SDK to make anything of: what a response means is decided from the bytes that were captured.
    return result;
  };
  command.middlewareStack.addRelativeTo(capture, { name: 'rollcallCapture', relation: 'after', toMiddleware: 'deserializerMiddleware', override: true });
}

/** Where a client would send a command, without sending it: scheme, host and port. */
export async function endpointOf(client: SdkClient, command: SdkCommand): Promise<string> {
  const found: { endpoint: string } = { endpoint: '' };
  command.middlewareStack.add(() => async (args) => {
    const { protocol, hostname, port, path } = (args as { request: { protocol: string; hostname: string; port?: number; path?: string } }).request;
    found.endpoint = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path === undefined || path === '/' ? '' : path.replace(/\/$/, '')}`;
    return { response: {}, output: { $metadata: {} } };
  }, { step: 'build', name: 'rollcallEndpoint', priority: 'low' });
  await client.send(command);
  return found.endpoint;
}

/** Gives a command another method, path and body, with the headers that tell what it is, before its length is counted and it is signed. A path stands below the endpoint's own. */
export function sendInstead(command: SdkCommand, { headers, body, ...form }: { readonly headers: { readonly [name: string]: string }; readonly body: string | null; readonly method?: string; readonly path?: string; readonly query?: { readonly [name: string]: string } }): void {
  command.middlewareStack.add((next) => async (args) => {
    const { request } = args as { request: { method: string; path: string; query: { [name: string]: string }; headers: { [name: string]: string }; body: unknown } };
    if (body === null) delete request.headers['content-type'];
    Object.assign(request.headers, headers);
    request.body = body ?? undefined;
    if (form.method !== undefined) request.method = form.method;
    if (form.path !== undefined && form.path !== '/') request.path = `${request.path.replace(/\/$/, '')}${form.path}`;
    if (form.query !== undefined) request.query = { ...form.query };
    return next(args);
  }, { step: 'build', name: 'rollcallBody', priority: 'high' });
}

/** All bytes of a body, or those that came and why the rest did not. */
async function readBody(body: unknown): Promise<{ readonly bytes: Uint8Array; readonly cut: RawResponse['cut'] }> {
  if (body instanceof Uint8Array) return { bytes: body, cut: null };
  if (!isReadable(body)) return { bytes: new Uint8Array(), cut: null };
  const chunks: Uint8Array[] = [];
  let size = 0;
  let cut: RawResponse['cut'] = null;
  const timer = setTimeout(() => body.destroy(new BodyTimeout()), BODY_TIMEOUT_MS);
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > MOST_BYTES) {
        cut = { outcome: 'malformed', problem: `the body is larger than ${MOST_BYTES / 1024 / 1024} MB` };
        break;
      }
      chunks.push(chunk);
    }
  } catch (error) {
    cut = error instanceof BodyTimeout ? { outcome: 'timeout', problem: error.message } : { outcome: 'malformed', problem: `the body was cut: ${error instanceof Error ? error.message : 'unknown error'}` };
  } finally {
    clearTimeout(timer);
  }
  return { bytes: cut === null ? Buffer.concat(chunks) : new Uint8Array(), cut };
}

class BodyTimeout extends Error {
  constructor() {
    super(`the body did not end within ${BODY_TIMEOUT_MS / 1000} seconds`);
    this.name = 'BodyTimeout';
  }
}

interface ReadableBody extends AsyncIterable<Uint8Array> { destroy(error?: Error): void }
function isReadable(body: unknown): body is ReadableBody {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'destroy' in body;
}
