// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { instantOf } from '../model/instant.ts';
import { canonicalJson, jsonObjectSchema, type Json, type JsonObject } from '../model/json.ts';
import type { Call, Failure, Outcome, PageLine } from '../model/ledger.ts';
import { callId, pageReference, type CallId, type ReadKey } from '../model/reference.ts';
import type { SourceRow } from '../model/row.ts';
import type { AnySource, Connection, ReadEnd, Reply, Request, Seed } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import { bodyForRows } from '../bundle/page-body.ts';
import type { RunningLane } from './lane.ts';
import type { Progress } from './progress.ts';
import type { Redactor, Removed } from './redact.ts';

/** How often one page is asked for before the scan gives up: throttles outlast a storm, other failures end sooner. */
export const ATTEMPTS = { throttled: 30, transient: 5, malformed: 3, polls: 60 } as const;

/** Waits between tries, and how many there are. Tests shorten them; nothing else does. */
export interface Pace { readonly firstBackoffMs: number; readonly longestBackoffMs: number; readonly longestPollMs: number; readonly attempts?: { readonly throttled: number; readonly transient: number; readonly malformed: number } }
export const PACE: Pace = { firstBackoffMs: 500, longestBackoffMs: 20_000, longestPollMs: 10_000 };

/** Where a read puts what it sees. `page` returns the body as it stands on disk. */
export interface ReadSink {
  call(call: Call): void;
  page(page: PageLine, removed: readonly Removed[]): Json;
}

export interface ReadTools {
  readonly connection: Connection;
  readonly lane: RunningLane;
  readonly redactor: Redactor;
  readonly sink: ReadSink;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly pace: Pace;
  /** Whether another source looks at the rows; else none are made. */
  readonly keepRows: boolean;
  /** Told the rows of each page as it comes, where they are made. */
  readonly pageRows?: (rows: readonly SourceRow[]) => void;
  /** Milliseconds since 1970 by the local clock. */
  readonly clock: () => number;
}

export interface ReadResult { readonly end: Extract<ReadEnd, { state: 'complete' | 'failed' }>; readonly rows: readonly SourceRow[] }

/**
 * Reads one list to its end, page by page. Every attempt goes to the ledger. Rows are made from pages read back from disk.
 * A body without list element or end marker, a token that comes twice and an item that comes twice end the list as `malformed`:
 * such a list is not complete. Throws only when aborted or when the disk fails.
 */
export async function readList(unit: Unit, source: AnySource, seed: Seed, tools: ReadTools): Promise<ReadResult> {
  const key: ReadKey = { unit: unit.id, source: source.id, parent: seed.parent };
  const rows: SourceRow[] = [];
  const calls: CallId[] = [];
  const tokens = new Set<string>();
  const seen = new Set<string>();
  let parameters: JsonObject = {};
  for (let page = 1; ; page += 1) {
    const request = source.request(seed, parameters);
    const got = await readPage(unit, source, key, page, request, seen, calls, tools);
    if (!got.ok) return { rows, end: { state: 'failed', outcome: got.outcome, errorCode: got.errorCode, operation: request.operation, calls } };
    rows.push(...got.rows);
    tools.pageRows?.(got.rows);
    const end = source.page.end(got.body);
    if ('last' in end) return { rows, end: { state: 'complete', pages: page, calls } };
    if ('again' in end) {
      if (page >= ATTEMPTS.polls) return { rows, end: { state: 'failed', outcome: 'timeout', errorCode: null, operation: request.operation, calls } };
      await sleep(Math.min(end.again.afterMs, tools.pace.longestPollMs), undefined, { signal: tools.signal });
      continue;
    }
    if ('missing' in end) throw new Error(`${source.id}: a page without end marker passed the page check`);
    const token = canonicalJson(end.next);
    if (tokens.has(token)) throw new Error(`${source.id}: a repeated token passed the page check`);
    tokens.add(token);
    parameters = end.next;
  }

  async function readPage(of: Unit, src: AnySource, read: ReadKey, page: number, request: Request, seenItems: Set<string>, ids: CallId[], t: ReadTools):
    Promise<{ ok: true; body: Json; rows: readonly SourceRow[] } | { ok: false; outcome: Failure; errorCode: string | null }> {
    for (let attempt = 1; ; attempt += 1) {
      const id = callId(read, page, attempt);
      const { reply, waitedMs, startedAt, durationMs } = await t.lane.run(async (waited) => {
        const started = t.clock();
        const answer = await t.connection.send(of, request, t.signal);
        t.signal.throwIfAborted();
        return { reply: answer, waitedMs: waited, startedAt: started, durationMs: Math.max(0, Math.round(t.clock() - started)) };
      }, t.signal);
      const judged = reply.ok ? judge(src, read, page, reply.body, tokens, seenItems, t.redactor, of) : null;
      const failure = judged === null ? (reply.ok ? null : reply.outcome) : judged.ok ? null : 'malformed';
      const outcome: Outcome = failure ?? (judged !== null && judged.ok && judged.count === 0 ? 'empty' : 'ok');
      const willRetry = failure !== null && attempt < attemptsFor(reply, failure, t.pace) && !t.signal.aborted;
      const message = failure === null ? null : reply.ok ? (judged !== null && !judged.ok ? judged.problem : null) : reply.message;
      const call: Call = {
        type: 'call', id, ...read, page, attempt, service: request.service, operation: request.operation, parameters: await cleanParameters(request.input, t.redactor),
        outcome, httpStatus: reply.httpStatus, errorCode: reply.ok ? null : reply.errorCode, message: message === null ? null : await t.redactor.text(message.slice(0, 300)),
        requestId: reply.requestId, providerTime: reply.providerTime, startedAt: instantOf(startedAt), durationMs, waitedMs,
        lane: t.lane.lane.id, retryAfterMs: reply.ok ? null : reply.retryAfterMs, willRetry, endpoint: t.connection.endpoint(of, request),
        items: judged !== null && judged.ok ? judged.count : null, unknownFields: judged !== null && judged.ok ? judged.unknown.reduce((sum, field) => sum + field.count, 0) : 0,
      };
      ids.push(id);
      t.sink.call(call);
      t.progress({ kind: 'call', unit: of.id, source: src.id, operation: request.operation, outcome, willRetry, waitedMs });
      if (judged !== null && judged.ok) {
        t.lane.succeeded();
        const { body, removed } = await t.redactor.detect(judged.body);
        const onDisk = t.sink.page({ ...read, page, call: id, providerTime: reply.providerTime, receivedAt: instantOf(startedAt + durationMs), body, unknown: [...judged.unknown] }, removed);
        for (const item of judged.keys) seenItems.add(item);
        const readable = bodyForRows(onDisk);
        return { ok: true, body: readable, rows: !t.keepRows ? [] : src.rows(readable, { unit: of, parent: read.parent, providerTime: reply.providerTime, ref: (...pointer) => pageReference(read, page, pointer) }) };
      }
      if (failure === 'throttled') t.lane.throttled(reply.ok ? 0 : (reply.retryAfterMs ?? 0));
      if (!willRetry) return { ok: false, outcome: failure ?? 'malformed', errorCode: reply.ok ? null : reply.errorCode };
      await sleep(backoff(attempt, reply, t.pace), undefined, { signal: t.signal });
    }
  }
}

type Judged = { readonly ok: true; readonly body: Json; readonly unknown: PageLine['unknown']; readonly count: number; readonly keys: readonly string[] } | { readonly ok: false; readonly problem: string };

/** Whether a body is a page: fits the schema, says whether it is the last, repeats neither token nor item. */
function judge(source: AnySource, read: ReadKey, page: number, sent: Json, tokens: ReadonlySet<string>, seen: ReadonlySet<string>, redactor: Redactor, unit: Unit): Judged {
  const reduced = redactor.reduce(source.page.schema, sent);
  if (!reduced.fits) return { ok: false, problem: `not the page that was asked for: ${reduced.problem}` };
  const end = source.page.end(reduced.body);
  if ('missing' in end) return { ok: false, problem: `no end marker: ${end.missing}` };
  if ('next' in end && tokens.has(canonicalJson(end.next))) return { ok: false, problem: 'the token for the next page came before' };
  const keys: string[] = [];
  const own = new Set<string>();
  for (const row of source.rows(reduced.body, { unit, parent: read.parent, providerTime: null, ref: (...pointer) => pageReference(read, page, pointer) })) {
    if (row.type === 'grant' || row.type === 'trust') continue;
    const key = `${row.type} ${row.kind} ${row.key}`;
    if (seen.has(key) || own.has(key)) return { ok: false, problem: 'an item came twice' };
    own.add(key);
    keys.push(key);
  }
  return { ok: true, body: reduced.body, unknown: reduced.unknown, count: source.page.count(reduced.body), keys };
}

function attemptsFor(reply: Reply, failure: Failure, { attempts = ATTEMPTS }: Pace): number {
  if (failure === 'throttled') return attempts.throttled;
  if (failure === 'malformed') return attempts.malformed;
  return !reply.ok && reply.transient ? attempts.transient : 1;
}

/** Full jitter over an exponential ceiling, never sooner than the provider asked. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function backoff(attempt: number, reply: Reply, pace: Pace): number {
  const ceiling = Math.min(pace.longestBackoffMs, pace.firstBackoffMs * 2 ** (attempt - 1));
  return (reply.ok ? 0 : (reply.retryAfterMs ?? 0)) + Math.random() * ceiling;
}

async function cleanParameters(input: JsonObject, redactor: Redactor): Promise<JsonObject> {
  const { body } = await redactor.detect(input);
  return jsonObjectSchema.parse(body);
}
