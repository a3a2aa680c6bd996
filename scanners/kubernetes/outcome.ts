// SPDX-License-Identifier: Apache-2.0
import { instantOf, type Instant } from '../../src/model/instant.ts';
import type { Failure } from '../../src/model/ledger.ts';

export interface Classified { readonly outcome: Failure; readonly transient: boolean }

/** What a refusal of the API server means: by status, then by the Status object's reason. https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export function classifyStatus(status: number, reason: string | null): Classified {
  // An expired list is not a page of the list that was begun.
  if (status === 410 || reason === 'Expired') return { outcome: 'malformed', transient: true };
  if (status === 401) return { outcome: 'login_expired', transient: false };
  if (status === 403) return { outcome: 'denied', transient: false };
  if (status === 404) return { outcome: 'not_found', transient: false };
  if (status === 429) return { outcome: 'throttled', transient: true };
  if (status === 408) return { outcome: 'timeout', transient: true };
  if (status === 504 || reason === 'Timeout' || reason === 'ServerTimeout') return { outcome: 'timeout', transient: true };
  if (status >= 500) return { outcome: 'unreachable', transient: true };
  if (status >= 300 && status < 400) return { outcome: 'unreachable', transient: false };
  return { outcome: 'rejected', transient: false };
}

// Codes of Node's sockets and of its TLS.
const BY_CODE: readonly { readonly code: RegExp; readonly outcome: Failure; readonly transient: boolean }[] = [
  { code: /^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT)$/, outcome: 'timeout', transient: true },
  { code: /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|EAI_AGAIN)$/, outcome: 'unreachable', transient: true },
  { code: /^(ENOTFOUND|ERR_INVALID_URL|ERR_INVALID_PROTOCOL)$/, outcome: 'unreachable', transient: false },
  { code: /^HPE_/, outcome: 'malformed', transient: true },
  { code: /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/, outcome: 'unreachable', transient: false },
];

/** What a request without any response means. Null: an error that is none of the network's. */
export function classifyFailure(error: unknown): (Classified & { readonly code: string }) | null {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const names = [(current as { code?: unknown }).code, current.name].filter((name) => typeof name === 'string');
    for (const name of names) {
      const rule = BY_CODE.find(({ code }) => code.test(name));
      if (rule !== undefined) return { outcome: rule.outcome, transient: rule.transient, code: name };
    }
  }
  return null;
}

const MOST_WAIT_MS = 300_000;

/** Milliseconds of a Retry-After in seconds, which is how the API server writes it; null for none. */
export function retryAfterMs(header: string | undefined): number | null {
  return header === undefined || !/^\d{1,9}$/.test(header.trim()) ? null : Math.min(Number(header) * 1000, MOST_WAIT_MS);
}

/** An HTTP date (RFC 9110, 5.6.7, the form that senders must use) to an Instant. */
export function httpDate(text: string | undefined): Instant | null {
  if (text === undefined || !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text.trim())) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : instantOf(milliseconds);
}
