// SPDX-License-Identifier: Apache-2.0
import { instantOf, millisecondsOf, type Instant } from '../../src/model/instant.ts';
import type { Failure } from '../../src/model/ledger.ts';

export interface Classified { readonly outcome: Failure; readonly transient: boolean }

interface Rule { readonly code: RegExp; readonly outcome: Failure; readonly transient: boolean }

// By error code, first match wins. https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the errors of each operation.
const BY_CODE: readonly Rule[] = [
  { code: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|OptInRequired)$/, outcome: 'denied', transient: false },
  { code: /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|BandwidthLimitExceeded|SlowDown|LimitExceeded|PriorRequestNotComplete|EC2Throttled)/, outcome: 'throttled', transient: true },
  { code: /^(ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient|MissingAuthenticationToken|IncompleteSignature|InvalidToken|RequestExpired|InvalidAccessKeyId|AuthFailure|RegionDisabled)/, outcome: 'login_expired', transient: false },
  // A report that is being made will be there; one that is not there will not come by asking for it.
  { code: /^(ReportInProgress|ReportNotReady|CredentialReportNotReady|CredentialReportInProgress)/, outcome: 'not_found', transient: true },
  { code: /^(NoSuchEntity|ReportNotPresent|ReportExpired|CredentialReportNotPresent|CredentialReportExpired|NotFound$|ResourceNotFound)/, outcome: 'not_found', transient: false },
  { code: /^(InvalidInput|ValidationError|ValidationException|InvalidParameter|MissingParameter|MissingAction|MalformedInput|MalformedQueryString|InvalidQueryParameter|InvalidAction|UnmodifiableEntity|UnsupportedOperation|NotImplemented|OperationNotPermitted)/, outcome: 'rejected', transient: false },
  { code: /^(RequestTimeout|RequestTimeoutException)$/, outcome: 'timeout', transient: true },
  { code: /^(InternalFailure|InternalError|InternalServerError|InternalServiceError|ServiceFailure|ServiceUnavailable|UnknownError)/, outcome: 'unreachable', transient: true },
];

// "…with an explicit deny in a service control policy". https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
const ORGANIZATION_DENIAL = /explicit deny in an? (service|resource) control policy/i;

/** What an error response means: by its code, then by its status. */
export function classifyError(error: { readonly status: number; readonly code: string | null; readonly message: string | null }): Classified {
  const rule = error.code === null ? undefined : BY_CODE.find(({ code }) => code.test(error.code ?? ''));
  if (rule?.outcome === 'denied' && ORGANIZATION_DENIAL.test(error.message ?? '')) return { outcome: 'denied_by_org_policy', transient: false };
  if (rule !== undefined) return { outcome: rule.outcome, transient: rule.transient };
  if (error.status === 429) return { outcome: 'throttled', transient: true };
  if (error.status === 408) return { outcome: 'timeout', transient: true };
  // What is not implemented does not come by asking again. RFC 9110, 15.6.2
  if (error.status === 501) return { outcome: 'rejected', transient: false };
  if (error.status >= 500) return { outcome: 'unreachable', transient: true };
  if (error.status === 401 || error.status === 403) return { outcome: 'denied', transient: false };
  if (error.status === 404 || error.status === 410) return { outcome: 'not_found', transient: false };
  return { outcome: 'rejected', transient: false };
}

// Names of errors by Node's sockets, by @smithy/node-http-handler and by the SDK's credential providers.
const BY_NAME: readonly { readonly name: RegExp; readonly outcome: Failure; readonly transient: boolean }[] = [
  { name: /^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_.*TIMEOUT)$/, outcome: 'timeout', transient: true },
  { name: /^(ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|EAI_AGAIN|NetworkingError|NodeJsHttpHandlerError)$/, outcome: 'unreachable', transient: true },
  { name: /^(ENOTFOUND|ERR_INVALID_URL|ERR_INVALID_PROTOCOL)$/, outcome: 'unreachable', transient: false },
  { name: /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/, outcome: 'unreachable', transient: false },
  { name: /^(CredentialsProviderError|TokenProviderError|ProviderError|ExpiredToken)/, outcome: 'login_expired', transient: false },
];

/** What a request without any response means. Null: an error that is none of the network's or the login's, and so our own fault. */
export function classifyFailure(error: unknown): (Classified & { readonly code: string }) | null {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const names = [(current as { code?: unknown }).code, current.name].filter((name) => typeof name === 'string');
    for (const name of names) {
      const rule = BY_NAME.find((candidate) => candidate.name.test(name));
      if (rule !== undefined) return { outcome: rule.outcome, transient: rule.transient, code: name };
    }
  }
  return null;
}

const MOST_WAIT_MS = 300_000;

/** A Retry-After header, in seconds or as a date, in milliseconds of waiting; a date counts from the response's own Date. */
export function retryAfterMs(header: string | undefined, providerTime: Instant | null): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, MOST_WAIT_MS);
  const date = httpDate(text);
  return date === null || providerTime === null ? null : Math.min(Math.max(0, millisecondsOf(date) - millisecondsOf(providerTime)), MOST_WAIT_MS);
}

/** An HTTP date (RFC 9110, 5.6.7, the form that senders must use) to an Instant. */
export function httpDate(text: string | undefined): Instant | null {
  if (text === undefined || !/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text.trim())) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : instantOf(milliseconds);
}
