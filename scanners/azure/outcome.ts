// SPDX-License-Identifier: Apache-2.0
import type { Classified } from '../http/failures.ts';

// Codes of refusals that a licence would lift. https://learn.microsoft.com/en-us/graph/errors
const UNLICENSED = /NonPremiumTenant|LicenseRequired|MissingLicense/i;
// A network that a key vault does not let in. https://learn.microsoft.com/en-us/azure/key-vault/general/rest-error-codes
const WALLED = /^ForbiddenBy(Firewall|Connection)$/;
const EXPIRED_PAGE = /ExpiredPageToken/i;

/** What a refusal of Graph means: by status, then by the code of its error. https://learn.microsoft.com/en-us/graph/errors */
export function classifyStatus(status: number, code: string | null): Classified {
  if (code !== null && EXPIRED_PAGE.test(code)) return { outcome: 'malformed', transient: true };
  if (status === 401) return { outcome: 'login_expired', transient: false };
  // Privileged Identity Management refuses the form of a request that no licence covers.
  if (status === 402 || ((status === 403 || status === 400) && code !== null && UNLICENSED.test(code))) return { outcome: 'unlicensed', transient: false };
  if (status === 403 && code !== null && WALLED.test(code)) return { outcome: 'unreachable', transient: false };
  if (status === 403) return { outcome: 'denied', transient: false };
  if (status === 404) return { outcome: 'not_found', transient: false };
  if (status === 429) return { outcome: 'throttled', transient: true };
  if (status === 408 || status === 504) return { outcome: 'timeout', transient: true };
  if (status >= 500) return { outcome: 'unreachable', transient: true };
  if (status >= 300 && status < 400) return { outcome: 'unreachable', transient: false };
  return { outcome: 'rejected', transient: false };
}
