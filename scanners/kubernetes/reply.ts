// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json } from '../../src/model/json.ts';
import type { Reply } from '../../src/model/source.ts';
import { classifyStatus, httpDate, retryAfterMs } from './outcome.ts';
import type { WireOperation } from './operations.ts';
import type { Message } from './protobuf-fields.ts';
import { decodeList, decodeStatus, isProtobuf } from './protobuf.ts';
import { reduced } from './reduce.ts';
import type { RawResponse } from './wire.ts';

const MESSAGE_LIMIT = 300;

const statusSchema = z.object({
  kind: z.literal('Status'), message: z.string().optional(), reason: z.string().optional(), metadata: z.object({ continue: z.string().optional() }).optional(),
  details: z.object({ retryAfterSeconds: z.number().optional() }).nullish(),
});

/** A reply, and for an expired list the token with which the rest of it can be had at a newer version. */
export interface Judged { readonly reply: Reply; readonly resume: string | null }

/** What a response means, decided from its bytes alone: a page, or why not. */
export function replyOf(operation: WireOperation, response: RawResponse): Judged {
  const { status, body } = response;
  const header = (name: string): string | undefined => { const value = response.headers[name]; return typeof value === 'string' ? value : undefined; };
  const common = { httpStatus: status, requestId: header('audit-id') ?? null, providerTime: httpDate(header('date')) };
  const failed = { ok: false, ...common, retryAfterMs: retryAfterMs(header('retry-after')) } as const;
  const malformed = (problem: string): Judged => ({ reply: { ...failed, outcome: 'malformed', transient: true, errorCode: null, message: capped(problem) }, resume: null });
  const ok = status >= 200 && status < 300;
  const json = ok && operation.item !== null ? listOf(body, operation.item) : isProtobuf(body) ? statusOf(body) : parsed(body);
  if (!ok) {
    const error = json.ok ? statusSchema.safeParse(json.value) : null;
    const told = error?.success === true ? error.data : null;
    const { outcome, transient } = classifyStatus(status, told?.reason ?? null);
    const resume = status === 410 ? (told?.metadata?.continue ?? null) : null;
    const seconds = told?.details?.retryAfterSeconds;
    const expired = status === 410 ? (resume === null || resume === '' ? 'the list expired and cannot be gone on with: ' : 'the list expired; the rest comes from a newer version, so the snapshot is inconsistent: ') : '';
    return {
      reply: { ...failed, retryAfterMs: failed.retryAfterMs ?? (seconds === undefined ? null : retryAfterMs(String(seconds))), outcome, transient, errorCode: told?.reason?.slice(0, 100) ?? null, message: capped(`${expired}${told?.message ?? `HTTP status ${status} without a Status of Kubernetes`}`) },
      resume: resume === '' ? null : resume,
    };
  }
  if (response.cut !== null) return { reply: { ...failed, outcome: response.cut.outcome, transient: response.foreign === null, errorCode: response.foreign === null ? null : 'ForeignKind', message: capped(response.cut.problem) }, resume: null };
  if (!json.ok) return malformed(json.problem);
  const kept = reduced(operation, json.value);
  if (kept.ok) return { reply: { ok: true, ...common, body: kept.body }, resume: null };
  return operation.guarded ? { reply: { ...failed, outcome: 'malformed', transient: false, errorCode: 'ForeignKind', message: kept.problem }, resume: null } : malformed(kept.problem);
}

/** An error message as the ledger may hold it. */
export function capped(message: string): string {
  return message.length <= MESSAGE_LIMIT ? message : `${message.slice(0, MESSAGE_LIMIT - 1)}…`;
}

type Parsed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string };

function listOf(body: Uint8Array, item: Message): Parsed {
  const list = decodeList(body, item);
  return list.ok ? { ok: true, value: list.body } : list;
}

/** A Status that was asked for in protobuf and is answered in it; a proxy in front may answer in text or JSON nevertheless. */
function statusOf(body: Uint8Array): Parsed {
  const status = decodeStatus(body);
  return status.ok ? { ok: true, value: status.body } : status;
}

function parsed(body: Uint8Array): Parsed {
  if (body.byteLength === 0) return { ok: false, problem: 'the body is empty' };
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return { ok: true, value: value as Json };
  } catch (error) {
    // The parser's own message quotes the text, which may be anything.
    if (error instanceof SyntaxError || error instanceof TypeError) return { ok: false, problem: 'the body is not JSON in UTF-8' };
    throw error;
  }
}
