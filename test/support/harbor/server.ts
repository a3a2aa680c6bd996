// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Pier { readonly id: string; readonly name: string; readonly made: string; readonly badges: readonly { readonly id: string; readonly made: string; readonly [extra: string]: unknown }[] }
/** What the harbor does wrong, by path; `times` counts down, absent means always. */
export interface HarborFault { readonly path: RegExp; readonly kind: 'deny' | 'throttle' | 'cut' | 'no_end' | 'repeat_token' | 'repeat_item' | 'hang' | 'error500'; times?: number; readonly retryAfter?: number }

export interface HarborServer { readonly url: string; readonly requests: string[]; close(): Promise<void> }

/** A small REST service, for a provider that exists only under test/: piers and the badges of a pier in pages (of two where nothing else is said). At most `ratePerSecond` answers where that is given. */
export async function startHarbor(piers: readonly Pier[], options: { readonly faults?: readonly HarborFault[]; readonly ratePerSecond?: number; readonly pageSize?: number } = {}): Promise<HarborServer> {
  const requests: string[] = [];
  const size = options.pageSize ?? 2;
  const faults = (options.faults ?? []).map((fault) => ({ ...fault }));
  let tokens = options.ratePerSecond ?? 0;
  let filledAt = performance.now();
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://harbor');
    requests.push(`${url.pathname}${url.search}`);
    if (options.ratePerSecond !== undefined) {
      const now = performance.now();
      tokens = Math.min(options.ratePerSecond, tokens + ((now - filledAt) / 1000) * options.ratePerSecond);
      filledAt = now;
      if (tokens < 1) {
        response.writeHead(429).end('{}');
        return;
      }
      tokens -= 1;
    }
    const fault = faults.find(({ path, times }) => path.test(`${url.pathname}${url.search}`) && (times === undefined || times > 0));
    if (fault?.times !== undefined) fault.times -= 1;
    if (fault?.kind === 'deny') return void response.writeHead(403).end('{"error":"no"}');
    if (fault?.kind === 'error500') return void response.writeHead(500).end('{}');
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'throttle') return void response.writeHead(429, fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }).end('{}');
    if (fault?.kind === 'cut') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"items":[');
      response.destroy();
      return;
    }
    const badges = /^\/piers\/([^/]+)\/badges$/.exec(url.pathname);
    const all: readonly object[] | undefined = url.pathname === '/piers' ? piers.map(({ badges: _badges, ...pier }) => pier) : piers.find(({ id }) => id === decodeURIComponent(badges?.[1] ?? ''))?.badges;
    if (all === undefined) return void response.writeHead(404).end('{}');
    const from = Number(url.searchParams.get('from') ?? '0');
    const items = fault?.kind === 'repeat_item' && from > 0 ? all.slice(0, size) : all.slice(from, from + size);
    const next = fault?.kind === 'repeat_token' ? size : from + size;
    const more = fault?.kind === 'repeat_token' || next < all.length;
    response.writeHead(200, { date: new Date().toUTCString(), 'x-request-id': `r${requests.length}` });
    response.end(JSON.stringify({ items, ...(fault?.kind === 'no_end' ? {} : { more, ...(more ? { next } : {}) }) }));
  }
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`, requests,
    close: () => new Promise((resolve, reject) => {
      server.closeAllConnections();
      server.close((error) => (error === undefined ? resolve() : reject(error)));
    }),
  };
}
