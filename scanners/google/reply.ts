// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Reply } from '../../src/model/source.ts';
import { httpDate, retryAfterMs } from '../http/failures.ts';
import { capped, type RawResponse } from '../http/body.ts';
import type { WireOperation } from './operations.ts';
import { classifyStatus } from './outcome.ts';

/** Members that hold or may hold the value of a credential. None outlives the parser. https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys */
export const DROPPED: ReadonlySet<string> = new Set(['privateKeyData', 'publicKeyData', 'clientSecret', 'securityToken', 'jwksJson', 'idpMetadataXml', 'keyString', 'secret', 'payload']);

const errorSchema = z.object({
  error: z.object({
    message: z.string().optional(), status: z.string().optional(), details: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
    // The older form of the same. https://cloud.google.com/apis/design/errors
    errors: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
});

/** What a response means, decided from its bytes alone: a page, or why not. */
export function replyOf(operation: WireOperation, response: RawResponse): Reply {
  const { status, body, header } = response;
  const common = { httpStatus: status, requestId: null, providerTime: httpDate(header('date')) };
  const failed = { ok: false, ...common, retryAfterMs: retryAfterMs(header('retry-after')) } as const;
  const malformed = (problem: string): Reply => ({ ...failed, outcome: 'malformed', transient: true, errorCode: null, message: capped(problem) });
  const json = parsed(body);
  if (status < 200 || status >= 300) {
    const told = json.ok ? errorSchema.safeParse(json.value) : null;
    const error = told?.success === true ? told.data.error : null;
    const reason = [...(error?.details ?? []), ...(error?.errors ?? [])].find((detail) => detail.reason !== undefined)?.reason ?? null;
    const { outcome, transient } = classifyStatus(status, { status: error?.status ?? null, reason, message: error?.message ?? '' });
    return { ...failed, outcome, transient, errorCode: (reason ?? error?.status ?? null)?.slice(0, 100) ?? null, message: capped(error?.message ?? `HTTP status ${status} without an error of Google's`) };
  }
  if (response.cut !== null) return { ...failed, outcome: response.cut.outcome, transient: true, errorCode: null, message: capped(response.cut.problem) };
  if (!json.ok) return malformed(json.problem);
  if (!isObject(json.value)) return malformed('the body is no object');
  // Google leaves an empty list out. So that another answer is none, an answer may have no member but those that were asked for.
  const strange = Object.keys(json.value).find((member) => !(member in operation.fields));
  return strange === undefined ? { ok: true, ...common, body: json.value } : malformed('the answer has members that were not asked for');
}

function parsed(body: Uint8Array): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string } {
  if (body.byteLength === 0) return { ok: false, problem: 'the body is empty' };
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), (name, member: unknown) => (DROPPED.has(name) ? undefined : member));
    return { ok: true, value: value as Json };
  } catch (error) {
    // The parser's own message quotes the text, which may be anything.
    if (error instanceof SyntaxError || error instanceof TypeError) return { ok: false, problem: 'the body is not JSON in UTF-8' };
    throw error;
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
