// SPDX-License-Identifier: Apache-2.0
import { instantOf, type Instant } from '../../src/model/instant.ts';
import type { Failure } from '../../src/model/ledger.ts';

/** What kept a call from its answer, and whether a later try may succeed. */
export interface Classified { readonly outcome: Failure; readonly transient: boolean }

// Codes of Node's sockets, of its TLS, and of undici, which is behind fetch.
const BY_CODE: readonly { readonly code: RegExp; readonly outcome: Failure; readonly transient: boolean }[] = [
  { code: /^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, outcome: 'timeout', transient: true },
  { code: /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|EAI_AGAIN|UND_ERR_SOCKET|REQUEST_SEND_ERROR|network_error)$/, outcome: 'unreachable', transient: true },
  { code: /^(ENOTFOUND|ERR_INVALID_URL|ERR_INVALID_PROTOCOL)$/, outcome: 'unreachable', transient: false },
  { code: /^(HPE_|UND_ERR_RES)/, outcome: 'malformed', transient: true },
  { code: /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/, outcome: 'unreachable', transient: false },
];

/** What a request without any response means; the innermost cause that is known decides. Null: an error that is none of the network's. */
export function classifyFailure(error: unknown): (Classified & { readonly code: string }) | null {
  let found: (Classified & { readonly code: string }) | null = null;
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const names = [(current as { code?: unknown }).code, current.name].filter((name) => typeof name === 'string');
    for (const name of names) {
      const rule = BY_CODE.find(({ code }) => code.test(name));
      if (rule !== undefined) found = { outcome: rule.outcome, transient: rule.transient, code: name };
    }
  }
  return found;
}

const MOST_WAIT_MS = 300_000;

/** Milliseconds of a Retry-After in seconds, which is how the clouds write it; null for none (RFC 9110, 10.2.3) */
export function retryAfterMs(header: string | null): number | null {
  return header === null || !/^\d{1,9}$/.test(header.trim()) ? null : Math.min(Number(header) * 1000, MOST_WAIT_MS);
}

/** An HTTP date (RFC 9110, 5.6.7, the form that senders must use) to an Instant. */
export function httpDate(text: string | null): Instant | null {
  if (text === null || !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text.trim())) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : instantOf(milliseconds);
}
