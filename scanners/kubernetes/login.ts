// SPDX-License-Identifier: Apache-2.0
import { ConnectError } from '../../src/model/source.ts';
import type { Auth } from './target.ts';

/** What we use of client-node's KubeConfig to choose a context. */
interface Config {
  loadFromFile(file: string): void;
  loadFromDefault(): void;
  setCurrentContext(context: string): void;
  getCurrentContext(): string;
  getContexts(): readonly { readonly name: string }[];
  getCurrentCluster(): { readonly server: string } | null;
  getCurrentUser(): { readonly name: string; readonly exec?: unknown; readonly authProvider?: { readonly name: string } } | null;
}

export interface Login<C> { readonly config: C; readonly context: string; readonly server: URL }

/**
 * Loads the kubeconfig, or the pod's own account, and chooses the context. Throws a ConnectError: no such context, a program that
 * only a named context may run, a login form that would run commands unasked, or a server without TLS.
 */
export function loadLogin<C extends Config>(config: C, auth: Auth, target: string): Login<C> {
  try {
    if (auth.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(auth.kubeconfig);
  } catch (error) {
    throw new ConnectError(`target ${target}: the kubeconfig cannot be read (${error instanceof Error ? error.message : String(error)})`, 'check the file that KUBECONFIG, ~/.kube/config or `auth.kubeconfig` names with `kubectl config view`', { cause: error });
  }
  if (auth.context !== undefined) {
    if (!config.getContexts().some(({ name }) => name === auth.context)) {
      throw new ConnectError(`target ${target}: the kubeconfig has no context ${auth.context}`, `name one of ${config.getContexts().map(({ name }) => name).join(', ') || '(none)'} under \`auth.context\``);
    }
    config.setCurrentContext(auth.context);
  }
  const context = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) throw new ConnectError(`target ${target}: context ${context || '(none)'} names no cluster and user of the kubeconfig`, 'choose one with `kubectl config use-context`, or name one under `auth.context`');
  const provider = user.authProvider?.name;
  if (provider === 'gcp' || provider === 'azure') throw new ConnectError(`target ${target}: the user of context ${context} logs in with the provider ${provider}, which Kubernetes dropped in 1.26`, `write the kubeconfig anew with the cloud's own command, so that it has an exec entry (${provider === 'gcp' ? 'gke-gcloud-auth-plugin' : 'kubelogin'})`);
  if ((user.exec !== undefined && user.exec !== null || provider === 'exec') && auth.context === undefined) {
    throw new ConnectError(`target ${target}: the login of context ${context} runs a program that the kubeconfig names, which Rollcall does only for a context that you name`, `write \`auth: { context: ${context} }\` in place of \`ambient: true\``);
  }
  const server = URL.canParse(cluster.server) ? new URL(cluster.server) : null;
  // Without any kubeconfig, client-node falls back to http://localhost:8080.
  if (server === null || server.protocol !== 'https:') throw new ConnectError(`target ${target}: no cluster with an https address was found (${cluster.server})`, 'set KUBECONFIG, or name the file under `auth.kubeconfig`; in a pod, let it mount the token of its service account');
  return { config, context, server };
}
