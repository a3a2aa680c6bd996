// SPDX-License-Identifier: Apache-2.0
import { ConnectError, type Reply } from '../../src/model/source.ts';
import { classifyFailure, type Classified } from '../http/failures.ts';
import { capped } from '../http/body.ts';
import type { Mode } from './target.ts';

const NETWORK = 'check the network, the proxy (HTTPS_PROXY) and, where it opens TLS, its certificate authority in NODE_EXTRA_CA_CERTS';
const NO_TENANT = 'check that the tenant is one of this cloud: its id under `scope.tenants` or in AZURE_TENANT_ID, and `auth.cloud`';
const PERMISSIONS = 'grant the application what `rollcall permissions azure` prints, with the consent of an administrator';

const SIGN_IN: { readonly [mode in Mode]: string } = {
  ambient: 'set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_CERTIFICATE_PATH, run where a workload or managed identity is, or name a login under `auth`',
  environment: 'set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_CERTIFICATE_PATH (or AZURE_CLIENT_SECRET)',
  workloadIdentity: 'check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE, and that the application has a federated credential with this issuer and subject',
  managedIdentity: 'run on a resource that has a managed identity, and name its `clientId` where it has several',
  cli: 'run `az login --tenant TENANT` first, and see with `az account show` that it works',
  clientCertificate: 'check that the PEM file holds certificate and key, and that this certificate is registered with the application',
};

/** What the codes of Entra ID mean, where the remedy differs. https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
const BY_CODE: readonly { readonly code: RegExp; readonly remedy: string }[] = [
  { code: /^AADSTS(90002|900023)$/, remedy: NO_TENANT },
  { code: /^AADSTS700016$/, remedy: 'the tenant has no such application: check its client id, and the tenant' },
  { code: /^AADSTS(7000215|7000222)$/, remedy: 'the client secret is wrong or has ended: make a new one, or better, use a certificate or a federated credential' },
  { code: /^AADSTS700027$/, remedy: 'the certificate is not registered with the application, or has ended: upload it there' },
  { code: /^AADSTS(70021|700211|700212|700213|700024)$/, remedy: 'no federated credential of the application has the issuer, subject and audience of this token, or the token has ended' },
  { code: /^AADSTS(7000112|500011|700005)$/, remedy: 'the application is disabled, or has no service principal in this tenant' },
  { code: /^AADSTS53\d{3,4}$/, remedy: 'a Conditional Access policy refused the login: let it in from here, or run Rollcall from where the policy allows' },
];

// MSAL's own code says that the authority's metadata could not be had, and hides why: no answer, no trust, or no such tenant.
const UNRESOLVED = 'endpoints_resolution_error';
const CODE = /AADSTS\d{4,8}|endpoints_resolution_error/;

/** The code of Entra ID, or of its library, that an error carries, wherever in its causes; null for none. */
export function entraCode(error: unknown): string | null {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const found = CODE.exec(current.message)?.[0];
    if (found !== undefined) return found;
  }
  return null;
}

/** The status of Entra ID's own answer, where the SDK had one; null where nothing answered. */
function statusOf(error: unknown): number | null {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const status = 'status' in current ? current.status : 'statusCode' in current ? current.statusCode : null;
    if (typeof status === 'number') return status;
  }
  return null;
}

// Throttling and faults that pass, by code: MSAL repeats a throttle for a minute by itself, and then has no status.
const THROTTLED = /^AADSTS(90055|50196)$/;
const PASSING = /^AADSTS(90006|90012|90024|90033)$/;

/** What an answer of Entra ID, or its absence, means. */
function classified(error: unknown, code: string | null): Classified & { readonly code: string | null } {
  const status = statusOf(error);
  if (status === 429 || (code !== null && THROTTLED.test(code))) return { outcome: 'throttled', transient: true, code };
  if ((status !== null && status >= 500) || (code !== null && (code === UNRESOLVED || PASSING.test(code)))) return { outcome: 'unreachable', transient: true, code };
  // A success without a token: a page of a proxy, for one.
  if (status !== null && status < 400) return { outcome: 'malformed', transient: true, code };
  const network = code === null && status === null ? classifyFailure(error) : null;
  return network ?? { outcome: 'login_expired', transient: false, code };
}

/** A token that could not be had while reading: what it means for the call. */
export function tokenFailure(error: unknown): Classified & { readonly code: string | null; readonly message: string } {
  const status = statusOf(error);
  const code = entraCode(error);
  return { ...classified(error, code), message: capped(code === null && status !== null ? `Entra ID answered with HTTP status ${status} and no code of its own` : wordsOf(error)) };
}

/** An error before any answer, as an error with its remedy. */
export function connectFailure(error: unknown, mode: Mode, target: string): ConnectError {
  const { outcome, code, message } = tokenFailure(error);
  if (code === UNRESOLVED) return new ConnectError(`target ${target}: Entra ID did not answer for the tenant (${message})`, `${NO_TENANT}; else ${NETWORK}`, { cause: error });
  if (outcome === 'throttled') return new ConnectError(`target ${target}: Entra ID asks for fewer logins (${message})`, 'wait some minutes, and try again', { cause: error });
  if (outcome !== 'login_expired') return new ConnectError(`target ${target}: Entra ID did not answer (${message})`, NETWORK, { cause: error });
  const known = BY_CODE.find((entry) => code !== null && entry.code.test(code));
  return new ConnectError(`target ${target}: the login did not work (${message})`, known?.remedy ?? SIGN_IN[mode], { cause: error });
}

/** A first read of Graph that did not answer, as an error with its remedy; null where only the right to this read is missing, which the scan tells as a gap. */
export function readFailure(reply: Extract<Reply, { ok: false }>, mode: Mode, target: string): ConnectError | null {
  const what = [reply.errorCode, reply.message].filter((part) => part !== null).join(': ');
  switch (reply.outcome) {
    case 'denied':
    case 'denied_by_org_policy':
    case 'unlicensed': return null;
    case 'login_expired': return new ConnectError(`target ${target}: Microsoft Graph refused the login (${what})`, SIGN_IN[mode]);
    case 'timeout':
    case 'unreachable': return new ConnectError(`target ${target}: Microsoft Graph did not answer (${what})`, NETWORK);
    case 'malformed':
    case 'not_found': return new ConnectError(`target ${target}: what answered is not Microsoft Graph (${what})`, NETWORK);
    case 'throttled':
    case 'rejected':
    case 'api_disabled': return new ConnectError(`target ${target}: the first read did not work (${what})`, PERMISSIONS);
  }
}

/** The first line of what went wrong: the rest of an error of Entra ID is trace ids and times. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const at = CODE.exec(text)?.index ?? 0;
  return text.slice(at).split(/\r?\n| Trace ID:/)[0] ?? '';
}
