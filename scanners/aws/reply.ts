// SPDX-License-Identifier: Apache-2.0
import type { Instant } from '../../src/model/instant.ts';
import type { Reply } from '../../src/model/source.ts';
import { decodeEc2, decodeError, decodeResult, type Decoded } from './decode.ts';
import { decodeJson, decodeJsonError, decodeLookupEvents } from './decode-json.ts';
import { classifyError, httpDate, retryAfterMs } from './outcome.ts';

/** A response as it came off the wire. `cut`: why its body ended before it should, where it did. */
export interface RawResponse { readonly status: number; readonly headers: { readonly [name: string]: string }; readonly body: Uint8Array; readonly cut: { readonly outcome: 'malformed' | 'timeout'; readonly problem: string } | null }

const MESSAGE_LIMIT = 300;
/** How a service writes its answers: AWS Query's XML, EC2's, JSON, or CloudTrail's JSON with a text of JSON in each event. */
export type ReplyFormat = 'query' | 'ec2' | 'json' | 'events';

/** What a response means, decided from its bytes alone: a page, or why not. */
export function replyOf(operation: string, response: RawResponse, format: ReplyFormat): Reply {
  const { status, body } = response;
  const headers = lowerCased(response.headers);
  const providerTime = httpDate(headers.get('date'));
  const headerId = headers.get('x-amzn-requestid') ?? headers.get('x-amz-request-id') ?? null;
  const failed = { httpStatus: status, requestId: headerId, providerTime, retryAfterMs: retryAfterMs(headers.get('retry-after'), providerTime) };
  const text = textOf(body);
  if (status < 200 || status >= 300) {
    const error = text === null ? { code: null, message: null, requestId: null } : format === 'json' || format === 'events' ? decodeJsonError(text, headers.get('x-amzn-errortype')) : decodeError(text);
    const { outcome, transient } = classifyError({ status, code: error.code, message: error.message });
    return { ok: false, ...failed, outcome, transient, errorCode: error.code?.slice(0, 100) ?? null, message: capped(error.message ?? `HTTP status ${status} without an error that AWS documents`), requestId: headerId ?? error.requestId };
  }
  if (response.cut !== null) return { ok: false, ...failed, outcome: response.cut.outcome, transient: true, errorCode: null, message: capped(response.cut.problem) };
  if (text === null) return malformed(failed, 'the body is not UTF-8');
  const page = decoded(operation, text, format);
  if (!page.ok) return malformed(failed, page.problem);
  return { ok: true, body: page.body, httpStatus: status, requestId: headerId ?? page.requestId, providerTime };
}

function decoded(operation: string, text: string, format: ReplyFormat): Decoded {
  switch (format) {
    case 'query': return decodeResult(operation, text);
    case 'ec2': return decodeEc2(operation, text);
    case 'json': return decodeJson(text);
    case 'events': return decodeLookupEvents(text);
  }
}

/** An error message as the ledger may hold it. */
export function capped(message: string): string {
  return message.length <= MESSAGE_LIMIT ? message : `${message.slice(0, MESSAGE_LIMIT - 1)}…`;
}

interface Failed { readonly httpStatus: number; readonly requestId: string | null; readonly providerTime: Instant | null; readonly retryAfterMs: number | null }

// Another try may bring the whole body; how often is for the collector to say.
function malformed(failed: Failed, problem: string): Reply {
  return { ok: false, ...failed, outcome: 'malformed', transient: true, errorCode: null, message: capped(problem) };
}

function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // Bytes that are no UTF-8 are told as such by the caller.
    return null;
  }
}

function lowerCased(headers: { readonly [name: string]: string }): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
