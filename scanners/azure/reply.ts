// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json } from '../../src/model/json.ts';
import type { Reply } from '../../src/model/source.ts';
import { capped, type RawResponse } from '../http/body.ts';
import { httpDate, retryAfterMs } from '../http/failures.ts';
import { followable } from './operations.ts';
import { linkOf, type WireOperation } from './wire-operation.ts';
import { classifyStatus } from './outcome.ts';

/**
 * Members of credentials that are secret, begin a secret, or carry a certificate: `hint` is the first three characters of a password.
 * None of them outlives the parser. https://learn.microsoft.com/en-us/graph/api/resources/passwordcredential
 */
export const DROPPED: ReadonlySet<string> = new Set(['secretText', 'hint', 'key', 'customKeyIdentifier', 'encodedPemCertificate']);

const errorSchema = z.object({ error: z.object({ code: z.string().optional(), message: z.string().optional(), innererror: z.object({ code: z.string().optional() }).nullish() }) });
const linkSchema = z.looseObject({ '@odata.nextLink': z.string().nullish(), nextLink: z.string().nullish() });

/** What a response means, decided from its bytes alone: a page, or why not. */
export function replyOf(operation: WireOperation, response: RawResponse, origin: URL): Reply {
  const { status, body, header } = response;
  const common = { httpStatus: status, requestId: header('request-id') ?? header('x-ms-request-id'), providerTime: httpDate(header('date')) };
  const failed = { ok: false, ...common, retryAfterMs: retryAfterMs(header('retry-after')) } as const;
  const malformed = (problem: string, errorCode: string | null = null): Reply => ({ ...failed, outcome: 'malformed', transient: true, errorCode, message: capped(problem) });
  const json = parsed(body, operation);
  if (status < 200 || status >= 300) {
    const told = json.ok ? errorSchema.safeParse(json.value) : null;
    const error = told?.success === true ? told.data.error : null;
    // A vault says "Forbidden" of every refusal, and within it whose. https://learn.microsoft.com/en-us/azure/key-vault/general/rest-error-codes
    const code = (operation.service === 'vault' ? error?.innererror?.code : undefined) ?? error?.code ?? null;
    const { outcome, transient } = classifyStatus(status, code);
    return { ...failed, outcome, transient, errorCode: code?.slice(0, 100) ?? null, message: capped(error?.message ?? `HTTP status ${status} without an error of ${operation.service === 'graph' ? 'Graph' : 'Azure'}`) };
  }
  if (response.cut !== null) return { ...failed, outcome: response.cut.outcome, transient: true, errorCode: null, message: capped(response.cut.problem) };
  if (!json.ok) return malformed(json.problem);
  const link = linkSchema.safeParse(json.value);
  const next = link.success ? link.data[linkOf(operation)] : null;
  if (next !== null && next !== undefined && next !== '' && followable(operation, next, origin) === null) return malformed('the link to the next page leads to another host or collection', 'ForeignNextLink');
  return { ok: true, ...common, body: json.value };
}

function parsed(body: Uint8Array, { service, localized }: WireOperation): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string } {
  if (body.byteLength === 0) return { ok: false, problem: 'the body is empty' };
  try {
    // Without ignoreBOM the decoder drops a byte order mark, which Graph sets before a count.
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), function keep(this: unknown, name, member: unknown) {
      return DROPPED.has(name) || (service !== 'graph' && isValue(name, member) && !(localized === true && isTranslated(this))) ? undefined : member;
    });
    return { ok: true, value: value as Json };
  } catch (error) {
    // The parser's own message quotes the text, which may be anything.
    if (error instanceof SyntaxError || error instanceof TypeError) return { ok: false, problem: 'the body is not JSON in UTF-8' };
    throw error;
  }
}

/** A word with its translation, and nothing else. https://learn.microsoft.com/en-us/rest/api/monitor/activitylogs/list#localizablestring */
function isTranslated(holder: unknown): boolean {
  return typeof holder === 'object' && holder !== null && Object.keys(holder).toSorted().join(' ') === 'localizedValue value';
}

/** Among resources and in vaults, a text called `value` is a password or the like; a list of that name is the page itself. */
function isValue(name: string, member: unknown): boolean {
  return name === 'value' && typeof member === 'string';
}
