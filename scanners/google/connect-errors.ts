// SPDX-License-Identifier: Apache-2.0
import { ConnectError, type Reply } from '../../src/model/source.ts';
import { classifyFailure, type Classified } from '../http/failures.ts';
import { capped } from '../http/body.ts';

const NETWORK = 'check the network, the proxy (HTTPS_PROXY) and, where it opens TLS, its certificate authority in NODE_EXTRA_CA_CERTS';
const SIGN_IN = 'set GOOGLE_APPLICATION_CREDENTIALS, run `gcloud auth application-default login`, run where a service account is attached, or name `auth.credentialsFile`';

const status = (error: unknown): number | null => {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const response: unknown = 'response' in current ? current.response : undefined;
    const found: unknown = typeof response === 'object' && response !== null && 'status' in response ? response.status : 'status' in current ? current.status : undefined;
    if (typeof found === 'number') return found;
  }
  return null;
};

/** A token that could not be had: what it means for the call. The SDK's message may quote what the token endpoint said, never a token. */
export function tokenFailure(error: unknown): Classified & { readonly code: string | null; readonly message: string } {
  const message = capped(error instanceof Error ? error.message : 'no token');
  const answered = status(error);
  if (answered === 429) return { outcome: 'throttled', transient: true, code: null, message };
  if (answered !== null && answered >= 500) return { outcome: 'unreachable', transient: true, code: null, message };
  const network = answered === null ? classifyFailure(error) : null;
  return network === null ? { outcome: 'login_expired', transient: false, code: null, message } : { ...network, message };
}

/** An error before any answer, as an error with its remedy. */
export function connectFailure(error: unknown, target: string): ConnectError {
  const { outcome, message } = tokenFailure(error);
  if (outcome === 'unreachable' || outcome === 'timeout') return new ConnectError(`target ${target}: the login of Google Cloud did not answer (${message})`, NETWORK, { cause: error });
  return new ConnectError(`target ${target}: the login to Google Cloud did not work (${message})`, SIGN_IN, { cause: error });
}

/** A first read that did not answer, where that ends the login; null where it is a gap like any other. `impersonate`: as whom the login acts, where it does. */
export function readFailure(reply: Extract<Reply, { ok: false }>, unit: string, target: string, impersonate?: string): ConnectError | null {
  const what = [reply.errorCode, reply.message].filter((part) => part !== null).join(': ');
  switch (reply.outcome) {
    case 'login_expired': return new ConnectError(`target ${target}: Google Cloud refused the login (${what})`, impersonate === undefined ? SIGN_IN : `give the login at hand roles/iam.serviceAccountTokenCreator on ${impersonate}, or name another account under \`auth.impersonate\``);
    case 'timeout':
    case 'unreachable': return new ConnectError(`target ${target}: Google Cloud did not answer (${what})`, NETWORK);
    case 'malformed': return new ConnectError(`target ${target}: what answered is not the API of Google Cloud (${what})`, 'check `auth.endpoints` and what stands between here and Google Cloud');
    case 'not_found': return new ConnectError(`target ${target}: there is no ${unit} that this login can see (${what})`, 'check the ids under `scope`');
    // What may not be seen of the project itself, or is off, or is throttled, keeps nothing else from being read.
    case 'denied':
    case 'denied_by_org_policy':
    case 'throttled':
    case 'api_disabled':
    case 'rejected':
    case 'unlicensed': return null;
  }
}
