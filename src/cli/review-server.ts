// SPDX-License-Identifier: Apache-2.0
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { InputError } from '../model/errors.ts';
import { decisionSchema, MAX_ITEMS, ROLES } from '../period/review-format.ts';
import { REVIEW_PAGE_POLICY } from '../period/review-page.ts';

/** What the page sends when somebody saves. */
export const savedSchema = z.strictObject({ role: z.enum(ROLES), name: z.string().max(256), samePersonReason: z.string().trim().min(1).max(4000).nullable(), items: z.array(decisionSchema).min(1).max(MAX_ITEMS) });
export type Saved = z.output<typeof savedSchema>;

/** What the server shows and does: it knows nothing of reviews. */
export interface ReviewSite { page(): Promise<string>; items(): Promise<unknown>; save(saved: Saved): Promise<unknown> }
export interface ReviewServer { /** Opens the page once. */ readonly url: string; /** Settles when somebody ended the page. */ readonly ended: Promise<void>; close(): Promise<void> }

/** The largest batch that is read, in bytes. */
const MAX_BODY = 64 * 1024 * 1024;
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'x-frame-options': 'DENY' } as const;

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * A web server for one person on this machine: it listens on 127.0.0.1 alone, on a port that the system chooses. The address opens the page once and gives the browser a cookie; after that the cookie alone opens it. The
 * Host header must be the address itself, so that no other name can be made to point here (DNS rebinding), and whatever changes something must come from its own page (Origin).
 */
export async function serveReview(site: ReviewSite): Promise<ReviewServer> {
  const [token, session] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
  const cookie = `rollcall_${randomBytes(6).toString('hex')}`;
  let [used, host] = [false, ''];
  const over = Promise.withResolvers<void>();

  const entered = (request: IncomingMessage): boolean => (request.headers.cookie ?? '').split(';').some((part) => part.trim().startsWith(`${cookie}=`) && same(part.trim().slice(cookie.length + 1), session));
  const enter = (given: string, response: ServerResponse): void => {
    if (used || !same(given, token)) throw new Refused(403, 'This address was opened before, or is not the one that was printed. Start `rollcall review serve` again.');
    used = true;
    response.writeHead(303, { ...HEADERS, location: '/', 'set-cookie': `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/` }).end();
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.host !== host) throw new Refused(421, 'not the address of this page');
    const url = new URL(request.url ?? '/', `http://${host}`);
    const route = `${request.method ?? ''} ${url.pathname}`;
    const given = url.searchParams.get('token');
    if (route === 'GET /' && given !== null) return enter(given, response);
    if (!entered(request)) throw new Refused(403, 'open the address that `rollcall review serve` printed');
    if (route === 'GET /') {
      response.writeHead(200, { ...HEADERS, 'content-security-policy': REVIEW_PAGE_POLICY, 'content-type': 'text/html; charset=utf-8' }).end(await site.page());
      return;
    }
    if (route === 'GET /items') return json(response, 200, await site.items());
    if (route !== 'POST /decisions' && route !== 'POST /end') throw new Refused(404, 'there is nothing here');
    if (request.headers.origin !== `http://${host}`) throw new Refused(403, 'not from this page');
    if (!/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? '')) throw new Refused(415, 'JSON is expected');
    const body = await bodyOf(request);
    if (route === 'POST /end') {
      json(response, 200, {});
      over.resolve();
      return;
    }
    json(response, 200, await site.save(savedOf(body)));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof Refused) json(response, error.status, { problem: error.message });
      else if (error instanceof InputError) json(response, 422, { problem: `${error.message}. ${error.remedy}` });
      else json(response, 500, { problem: `a fault of rollcall itself: ${error instanceof Error ? error.message : String(error)}` });
    });
  });
  server.requestTimeout = 120_000;
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => done());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  host = `127.0.0.1:${address.port}`;
  return {
    url: `http://${host}/?token=${token}`, ended: over.promise,
    close: () => new Promise((done) => {
      server.close(() => done());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 500).unref();
    }),
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) throw new Refused(413, 'too much at once');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function savedOf(body: string): Saved {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refused(400, 'not JSON');
    throw error;
  }
  const parsed = savedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path ?? [];
  throw new Refused(422, path.includes('reason') ? 'Every decision needs a reason of at most 1000 characters. Nothing was saved.' : `${path.join('.')}: ${parsed.error.issues[0]?.message ?? 'does not fit'}. Nothing was saved.`);
}
