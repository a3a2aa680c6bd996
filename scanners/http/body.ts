// SPDX-License-Identifier: Apache-2.0

const MESSAGE_LIMIT = 300;

/** A response as it came off the wire. `cut`: why its body ended before it should, where it did. */
export interface RawResponse {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: Uint8Array;
  readonly cut: { readonly outcome: 'malformed' | 'timeout'; readonly problem: string } | null;
}

/** An error message as the ledger may hold it: one line, and no longer than a line should be. */
export function capped(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MESSAGE_LIMIT ? line : `${line.slice(0, MESSAGE_LIMIT - 1)}…`;
}

/** The largest pages, of 999 applications with their certificates, are below 10 MB; much more than that is no page. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What is used of a response of fetch. */
interface Answer { readonly status: number; readonly headers: { get(name: string): string | null }; readonly body: ReadableStream<Uint8Array> | null }

/** Reads a response to its end, or to the size that no page has. `why` is asked when the body breaks off. Rejects where `why` says that the scan was aborted. */
export async function readBody(answer: Answer, why: (error: unknown) => 'aborted' | 'timeout' | 'broken'): Promise<RawResponse> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const raw = (cut: RawResponse['cut']): RawResponse => ({ status: answer.status, header: (name) => answer.headers.get(name), body: cut === null ? Buffer.concat(chunks) : new Uint8Array(), cut });
  const reader = answer.body?.getReader();
  if (reader === undefined) return raw(null);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return raw(null);
      chunks.push(value);
      size += value.byteLength;
      if (size > MOST_BYTES) {
        await reader.cancel();
        return raw({ outcome: 'malformed', problem: `the body is larger than ${MOST_BYTES / 1024 / 1024} MB` });
      }
    }
  } catch (error) {
    const reason = why(error);
    if (reason === 'aborted') throw error;
    return raw(reason === 'timeout' ? { outcome: 'timeout', problem: 'the body did not end in time' } : { outcome: 'malformed', problem: 'the body ended before its length' });
  }
}
