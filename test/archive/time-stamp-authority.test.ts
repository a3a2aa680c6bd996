// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAuthority, AuthorityError, authorityUrl } from '../../src/archive/time-stamp-authority.ts';
import { InputError } from '../../src/model/errors.ts';
import { reply, stamps, startAuthority, type Behaviour, type TestAuthority } from '../support/authority.ts';
import { authorities, requestFor } from '../support/authorities.ts';

const here = authorities();
const DATA = Buffer.from('what is stamped');
let server: TestAuthority;
beforeAll(async () => { server = await startAuthority(() => undefined); });
afterAll(() => server.close());

/** What became of asking, with a server that behaves so. */
async function asked(behaviour: Behaviour, timeoutMs = 20_000): Promise<string> {
  server.behaviour = behaviour;
  try {
    const { stamp } = await askAuthority(authorityUrl(server.url, 'test'), DATA, { timeoutMs });
    return `taken: ${stamp.authority}`;
  } catch (error) {
    if (error instanceof AuthorityError) return `${error.code}: ${error.message.replaceAll(/127\.0\.0\.1:\d+:? /g, '')}`;
    throw error;
  }
}

const answering = (type: string, body: string | Buffer, status = 200): Behaviour => (_, response) => {
  response.writeHead(status, { 'content-type': type }).end(body);
};
/** The signature comes last. */
function lastByteChanged(answer: Buffer): Buffer {
  return Buffer.concat([answer.subarray(0, -1), Buffer.from([(answer.at(-1) ?? 0) ^ 1])]);
}
const REPLY = 'application/timestamp-reply';

describe('an authority', () => {
  test('that stamps is asked as RFC 3161, 3.4 says, and its stamp is taken', async () => {
    expect(await asked(stamps(here().signer))).toBe('taken: CN=Stamps, O=Test');
    const [first, second] = [server.requests.at(-1), (await asked(stamps(here().signer)), server.requests.at(-1))];
    expect(first).toMatchObject({ method: 'POST', type: 'application/timestamp-query', path: '/tsr' });
    // Only the nonce differs between two requests over the same bytes.
    expect(first?.body).not.toEqual(second?.body);
    expect(first?.body).toHaveLength(second?.body.length ?? 0);
  });

  test.each<readonly [string, Behaviour, RegExp]>([
    ['that answers with nothing', answering(REPLY, ''), /^wrong: the answer of is not taken: is n/],
    ['whose answer is over something else', async (request, response, incoming) => answering(REPLY, await reply(here().signer, requestFor(Buffer.from('other'))))(request, response, incoming), /^wrong: .*: is over something else/],
    ['whose answer is to another request', async (request, response, incoming) => answering(REPLY, await reply(here().signer, requestFor(DATA)))(request, response, incoming), /^wrong: .*: answers another request/],
    ['whose answer was changed on its way', async (request, response, incoming) => answering(REPLY, lastByteChanged(await reply(here().signer, request)))(request, response, incoming), /^wrong: .*: its signature is not its certificate's/],
    ['that answers with a page', answering('text/html; charset=utf-8', '<!doctype html>'), /^unreachable: answered with text\/html and not application\/timestamp-reply/],
    ['that answers with a page under the right type', answering(REPLY, '<!doctype html>'), /^wrong: .*: is no/],
    ['that fails', answering('text/plain', 'no', 500), /^unreachable: answered with HTTP status 500/],
    ['that says where else to ask', (_, response) => { response.writeHead(307, { location: 'http://tsa.example.com/' }).end(); }, /^unreachable: sends elsewhere, to tsa\.example\.com/],
    ['that would have the request sent as another', (_, response) => { response.writeHead(303, { location: '/other' }).end(); }, /^unreachable: redirects with status 303 to \/other/],
    ['that redirects for ever', (_, response) => { response.writeHead(307, { location: '/again' }).end(); }, /^unreachable: redirects with status 307/],
    ['that hangs up', (_, response) => { response.destroy(); }, /^unreachable: cannot be reached/],
  ])('%s: nothing is taken', async (_, behaviour, expected) => {
    expect(await asked(behaviour)).toMatch(expected);
  });

  test('whose openssl refuses what is asked says so in its own words', async () => {
    expect(await asked(async (request, response, incoming) => answering(REPLY, await reply(here().signer, request, { algorithms: 'sha512' }))(request, response, incoming))).toMatch(/^refused: the authority refused: status 2, ".*digest/i);
  });

  test('that never answers is given up', async () => {
    const before = Date.now();
    expect(await asked(() => undefined, 300)).toBe('unreachable: did not answer within 0.3 s');
    expect(await asked((_, response) => { response.writeHead(200, { 'content-type': REPLY }).write('x'); }, 300)).toBe('unreachable: did not answer within 0.3 s');
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test('that answers with 100 MB is heard only to its limit', async () => {
    let sent = 0;
    const said = await asked(async (_, response) => {
      response.writeHead(200, { 'content-type': REPLY });
      const pieces = function* (): Generator<Buffer> {
        for (; sent < 100 * 1024 * 1024; sent += 64 * 1024) yield Buffer.alloc(64 * 1024);
      };
      // Whoever asked hangs up long before the end.
      await expect(pipeline(Readable.from(pieces()), response)).rejects.toThrow(/Premature close|aborted|ECONNRESET|EPIPE/);
    });
    expect(said).toMatch(/^unreachable: answered with more than 256 KiB/);
    expect(sent).toBeLessThan(50 * 1024 * 1024);
  });

  test('that redirects within its own host is followed, with the same request', async () => {
    expect(await asked((request, response, incoming) => (incoming.url === '/tsr' ? void response.writeHead(308, { location: '/moved' }).end() : stamps(here().signer)(request, response, incoming)))).toMatch(/^taken/);
    const [first, second] = server.requests.slice(-2);
    expect([first?.path, second?.path, second?.method]).toEqual(['/tsr', '/moved', 'POST']);
    expect(second?.body).toEqual(first?.body);
  });
});

describe('an address', () => {
  test.each([['tsa.example.com'], ['ftp://tsa.example.com/'], ['https://name:word@tsa.example.com/'], ['']])('that is none, or holds a password, is refused: %s', (text) => {
    expect(() => authorityUrl(text, '--tsa')).toThrow(InputError);
  });
  test.each([['http://tsa.example.com/tsr'], ['https://tsa.example.com:8443/a?policy=1']])('is taken: %s', (text) => {
    expect(authorityUrl(text, '--tsa').href).toBe(text);
  });
});
