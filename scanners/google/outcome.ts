// SPDX-License-Identifier: Apache-2.0
import type { Classified } from '../http/failures.ts';

/** What an error of Google's APIs says of itself. https://cloud.google.com/apis/design/errors */
export interface Told { readonly status: string | null; readonly reason: string | null; readonly message: string }

const QUOTA = /^(RATE_LIMIT_EXCEEDED|rateLimitExceeded|userRateLimitExceeded|quotaExceeded)$/;

/** What a refusal means. A 403 is a denial, an interface that is off, a perimeter or a quota: only its body tells which. */
export function classifyStatus(status: number, { reason, status: name, message }: Told): Classified {
  if (status === 403 && (reason === 'SERVICE_DISABLED' || reason === 'accessNotConfigured')) return { outcome: 'api_disabled', transient: false };
  if (status === 429 || (status === 403 && ((reason !== null && QUOTA.test(reason)) || name === 'RESOURCE_EXHAUSTED' || message.startsWith('Quota exceeded')))) return { outcome: 'throttled', transient: true };
  // https://cloud.google.com/vpc-service-controls/docs/troubleshooting
  if (status === 403 && reason === 'SECURITY_POLICY_VIOLATED') return { outcome: 'denied_by_org_policy', transient: false };
  if (status === 401) return { outcome: 'login_expired', transient: false };
  if (status === 403) return { outcome: 'denied', transient: false };
  if (status === 404) return { outcome: 'not_found', transient: false };
  if (status === 408 || status === 504) return { outcome: 'timeout', transient: true };
  if (status >= 500) return { outcome: 'unreachable', transient: true };
  if (status >= 300 && status < 400) return { outcome: 'unreachable', transient: false };
  return { outcome: 'rejected', transient: false };
}
