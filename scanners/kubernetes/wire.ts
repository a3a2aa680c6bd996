// SPDX-License-Identifier: Apache-2.0
import type { Readable, Writable } from 'node:stream';

/** A response as it came off the wire. `cut`: why its body ended before it should, where it did; `foreign`: the kind that it had instead of the guarded one. */
export interface RawResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly body: Uint8Array;
  readonly cut: { readonly outcome: 'malformed' | 'timeout'; readonly problem: string } | null;
  readonly foreign: string | null;
}

/** A response whose head has come, as Node gives it. */
export type Incoming = Readable & { readonly statusCode?: number | undefined; readonly headers: RawResponse['headers'] };

/**
 * `open` begins a request; the client, which alone opens connections, hands it in. `guard`: the one kind that the body of a success may
 * begin with; anything else is dropped without being read further.
 */
export interface Sending {
  readonly open: (signal: AbortSignal, onResponse: (response: Incoming) => void) => Writable;
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly guard: string | null;
}

/** A page of 500 is below 2 MB; thirty times that is no page. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Where a Kubernetes object names its kind: first, since every type of the API begins with it. */
const KIND = /^\s*\{\s*"kind"\s*:\s*"([A-Za-z]{1,64})"/;
const KIND_WITHIN = 256;

/** One request, one response. Rejects with the network's error where no head came, and when aborted. */
export function exchange(sending: Sending): Promise<RawResponse> {
  const { open, body, timeoutMs, signal, guard } = sending;
  return new Promise((resolve, reject) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const outgoing = open(AbortSignal.any([signal, timeout]), (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let kindSeen = guard === null || (response.statusCode ?? 0) >= 300;
      const finish = (cut: RawResponse['cut'], foreign: string | null = null): void => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: foreign === null ? Buffer.concat(chunks) : new Uint8Array(), cut, foreign });
      };
      const refuse = (kind: string): void => {
        chunks.length = 0;
        finish({ outcome: 'malformed', problem: `the answer is ${kind}, not ${guard ?? ''}; nothing of it was read` }, kind);
        response.destroy();
      };
      const look = (ended: boolean): boolean => {
        if (kindSeen) return true;
        const start = Buffer.concat(chunks).subarray(0, KIND_WITHIN).toString('latin1');
        const kind = KIND.exec(start)?.[1];
        if (kind === undefined && start.length < KIND_WITHIN && !ended) return true;
        kindSeen = true;
        if (kind === guard) return true;
        refuse(kind === undefined ? 'of no kind that it names first' : `a ${kind}`);
        return false;
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (!look(false)) return;
        if (size <= MOST_BYTES) return;
        finish({ outcome: 'malformed', problem: `the body is larger than ${MOST_BYTES / 1024 / 1024} MB` });
        response.destroy();
      });
      response.on('end', () => {
        // An empty body is told as such later; it has no kind and nothing to guard.
        if (size === 0 || look(true)) finish(null);
      });
      response.on('error', () => {
        if (signal.aborted) reject(abortError(signal));
        else finish(timeout.aborted ? { outcome: 'timeout', problem: 'the body did not end in time' } : { outcome: 'malformed', problem: 'the body ended before its length' });
      });
    });
    outgoing.on('error', (error: Error) => reject(signal.aborted ? abortError(signal) : timeout.aborted ? new Error(`no answer within ${timeoutMs} ms`, { cause: timeout.reason }) : error));
    if (body === null) outgoing.end();
    else outgoing.end(body);
  });
}

function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
