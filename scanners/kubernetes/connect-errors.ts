// SPDX-License-Identifier: Apache-2.0
import { ConnectError, type Reply } from '../../src/model/source.ts';
import { classifyFailure } from './outcome.ts';
import { capped } from './reply.ts';

const NETWORK = 'check the network, the proxy (`proxy-url`, VPN) and the address and certificate authority of the cluster in the kubeconfig';
const SIGN_IN = 'get a fresh login for the context (`kubectl config use-context`, the cloud\'s own login command), then `kubectl auth whoami` to see that it works';

/** A first read that did not answer, as an error with its remedy. */
export function loginFailure(reply: Extract<Reply, { ok: false }>, context: string, target: string): ConnectError {
  const what = [reply.errorCode, reply.message].filter((part) => part !== null).join(': ');
  switch (reply.outcome) {
    case 'login_expired': return new ConnectError(`target ${target}: the cluster of context ${context} refused the login (${what})`, SIGN_IN);
    case 'denied':
    case 'denied_by_org_policy': return new ConnectError(`target ${target}: the login of context ${context} may not read the namespace kube-system, whose UID says which cluster it is (${what})`, 'bind it to the ClusterRole that `rollcall permissions kubernetes` prints; for a login of some namespaces only, name those under `scope.namespaces` and the UID of kube-system, which an administrator can tell, under `scope.clusters`');
    case 'timeout':
    case 'unreachable': return new ConnectError(`target ${target}: the cluster of context ${context} did not answer (${what})`, NETWORK);
    case 'malformed':
    case 'not_found': return new ConnectError(`target ${target}: what answered for context ${context} is not the API of Kubernetes (${what})`, NETWORK);
    case 'throttled':
    case 'rejected':
    case 'api_disabled':
    case 'unlicensed': return new ConnectError(`target ${target}: the login of context ${context} did not work (${what})`, SIGN_IN);
  }
}

/** An error before any answer, as an error with its remedy. */
export function connectFailure(error: unknown, context: string, target: string): ConnectError {
  const message = capped(error instanceof Error ? error.message : String(error));
  const classified = classifyFailure(error);
  if (classified !== null) return new ConnectError(`target ${target}: the cluster of context ${context} did not answer (${message})`, NETWORK, { cause: error });
  return new ConnectError(`target ${target}: the login of context ${context} did not work (${message})`, SIGN_IN, { cause: error });
}
