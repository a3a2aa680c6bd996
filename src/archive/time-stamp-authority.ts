// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { TimeStampError } from '../evidence/time-stamp/error.ts';
import { nonceValue, timeStampRequest } from '../evidence/time-stamp/request.ts';
import { verifyStamp, type Stamp } from '../evidence/time-stamp/signature.ts';
import { InputError } from '../model/errors.ts';

/** Why there is no time stamp: `unreachable` (no answer, too late, too long, no answer of its kind), or `wrong`: one that is not to be trusted. `cause` has the details. */
export class AuthorityError extends Error {
  readonly code: 'unreachable' | 'refused' | 'wrong';
  constructor(code: AuthorityError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuthorityError';
    this.code = code;
  }
}

export interface AskOptions { /** For connection, redirects and the whole answer together; 30 s where absent. */ readonly timeoutMs?: number }

const TIMEOUT_MS = 30_000;
/** An honest answer is of some kilobytes, its certificates included. */
const LARGEST_ANSWER = 256 * 1024;
const MOST_REDIRECTS = 3;

/** The address of an authority, checked: http or https (the answer is signed, so either will do) and no password in it. Throws an InputError that names the place. */
export function authorityUrl(text: string, place: string): URL {
  const remedy = 'give the address of a time stamp authority, such as https://tsa.example.com/tsr';
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new InputError(place, `${text} is no address`, remedy, { cause: error });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new InputError(place, `${url.protocol} is neither https: nor http:`, remedy);
  if (url.username !== '' || url.password !== '') throw new InputError(place, 'the address holds a password', 'leave it out: this tool keeps no secret in a configuration or a command line');
  return url;
}

/**
 * Asks an authority to stamp `data` (RFC 3161, 3.4: over HTTP) and takes its answer only where it is granted, over this data, for this request, and signed by a certificate that may
 * stamp time. Returns the answer's exact bytes with what it says. Throws an AuthorityError.
 */
export async function askAuthority(url: URL, data: Uint8Array, options: AskOptions = {}): Promise<{ readonly answer: Buffer; readonly stamp: Stamp }> {
  const nonce = randomBytes(16);
  const answer = await post(url, timeStampRequest(createHash('sha256').update(data).digest(), nonce), options.timeoutMs ?? TIMEOUT_MS);
  try {
    const stamp = verifyStamp(answer, data);
    if (stamp.nonce !== nonceValue(nonce)) throw new TimeStampError('nonce', 'answers another request: its nonce is not the one that was sent (RFC 3161, 2.4.2)');
    return { answer, stamp };
  } catch (error) {
    if (!(error instanceof TimeStampError)) throw error;
    throw new AuthorityError(error.code === 'refused' ? 'refused' : 'wrong', error.code === 'refused' ? `${url.host}: ${error.message}` : `the answer of ${url.host} is not taken: ${error.message}`, { cause: error });
  }
}

async function post(url: URL, request: Buffer, timeoutMs: number): Promise<Buffer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await answerOf(await send(url, request, signal), url);
  } catch (error) {
    if (error instanceof AuthorityError) throw error;
    throw new AuthorityError('unreachable', signal.aborted ? `${url.host} did not answer within ${timeoutMs / 1000} s` : `${url.host} cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
}

/** Follows a redirect only within the host, and only where it keeps the request as it is (307, 308): elsewhere, somebody else would answer. */
async function send(url: URL, body: Buffer, signal: AbortSignal): Promise<Response> {
  let target = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(target.href, { method: 'POST', headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' }, body: Uint8Array.from(body), redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, target.href) ? new URL(location, target) : null;
    if (next === null || next.host !== url.host || next.protocol !== url.protocol) throw new AuthorityError('unreachable', `${url.host} sends elsewhere, to ${next?.host ?? 'no address'}: name that authority if you mean it`);
    if ((response.status !== 307 && response.status !== 308) || redirects >= MOST_REDIRECTS) throw new AuthorityError('unreachable', `${url.host} redirects with status ${response.status} to ${next.pathname}: name that address`);
    target = next;
  }
}

async function answerOf(response: Response, url: URL): Promise<Buffer> {
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const refuse = async (why: string): Promise<never> => {
    await response.body?.cancel();
    throw new AuthorityError('unreachable', `${url.host} ${why}`);
  };
  if (response.status !== 200) return refuse(`answered with HTTP status ${response.status}`);
  if (type !== 'application/timestamp-reply') return refuse(`answered with ${type === '' ? 'no type of content' : type} and not application/timestamp-reply: is this the address of a time stamp authority?`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LARGEST_ANSWER) throw new AuthorityError('unreachable', `${url.host} answered with more than ${LARGEST_ANSWER / 1024} KiB, which no time stamp is`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const message = cause instanceof Error && cause.message !== '' ? cause.message : error instanceof Error ? error.message : String(error);
  return message.slice(0, 300);
}
