// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json } from '../../src/model/json.ts';
import type { Reply } from '../../src/model/source.ts';
import { capped, type RawResponse } from '../http/body.ts';
import { httpDate, retryAfterMs } from '../http/failures.ts';
import { followable } from './operations.ts';
import type { WireOperation } from './wire-operation.ts';
import { classifyStatus } from './outcome.ts';

/**
 * Members of credentials that are secret, begin a secret, or carry a certificate: `hint` is the first three characters of a password.
 * None of them outlives the parser. https://learn.microsoft.com/en-us/graph/api/resources/passwordcredential
 */
export const DROPPED: ReadonlySet<string> = new Set(['secretText', 'hint', 'key', 'customKeyIdentifier']);

const errorSchema = z.object({ error: z.object({ code: z.string().optional(), message: z.string().optional() }) });
const linkSchema = z.object({ '@odata.nextLink': z.string() });

/** What a response means, decided from its bytes alone: a page, or why not. */
export function replyOf(operation: WireOperation, response: RawResponse, graph: URL): Reply {
  const { status, body, header } = response;
  const common = { httpStatus: status, requestId: header('request-id'), providerTime: httpDate(header('date')) };
  const failed = { ok: false, ...common, retryAfterMs: retryAfterMs(header('retry-after')) } as const;
  const malformed = (problem: string, errorCode: string | null = null): Reply => ({ ...failed, outcome: 'malformed', transient: true, errorCode, message: capped(problem) });
  const json = parsed(body);
  if (status < 200 || status >= 300) {
    const told = json.ok ? errorSchema.safeParse(json.value) : null;
    const error = told?.success === true ? told.data.error : null;
    const { outcome, transient } = classifyStatus(status, error?.code ?? null);
    return { ...failed, outcome, transient, errorCode: error?.code?.slice(0, 100) ?? null, message: capped(error?.message ?? `HTTP status ${status} without an error of Graph`) };
  }
  if (response.cut !== null) return { ...failed, outcome: response.cut.outcome, transient: true, errorCode: null, message: capped(response.cut.problem) };
  if (!json.ok) return malformed(json.problem);
  const link = linkSchema.safeParse(json.value);
  if (link.success && followable(operation, link.data['@odata.nextLink'], graph) === null) return malformed('the link to the next page leads to another host or collection', 'ForeignNextLink');
  return { ok: true, ...common, body: json.value };
}

function parsed(body: Uint8Array): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string } {
  if (body.byteLength === 0) return { ok: false, problem: 'the body is empty' };
  try {
    // Without ignoreBOM the decoder drops a byte order mark, which Graph sets before a count.
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), (name, member: unknown) => (DROPPED.has(name) ? undefined : member));
    return { ok: true, value: value as Json };
  } catch (error) {
    // The parser's own message quotes the text, which may be anything.
    if (error instanceof SyntaxError || error instanceof TypeError) return { ok: false, problem: 'the body is not JSON in UTF-8' };
    throw error;
  }
}
