// SPDX-License-Identifier: Apache-2.0
import type { PassThroughClient } from 'google-auth-library';
import type { Asked, WireOperation } from '../operations.ts';

/** Reads that `@google-cloud/iam` writes, over REST: pools, deny policies, boundaries. */
export type SdkRead = 'listWorkloadIdentityPools' | 'listWorkloadIdentityPoolProviders' | 'listPolicies' | 'getPolicy' | 'listPrincipalAccessBoundaryPolicies' | 'listPolicyBindings';

/** Sends one read through the SDK: one page, and no try but this one. */
export type SdkSend = (operation: WireOperation, asked: Asked, timeout: number) => Promise<void>;

/** The SDK's clients, each opened when it is first asked for. Their way out is `authClient`, which is ours. */
export async function openSdk(host: URL, authClient: PassThroughClient): Promise<SdkSend> {
  const { v1beta, v2, v3 } = await import('@google-cloud/iam');
  const options = { fallback: true, apiEndpoint: host.hostname, port: host.port === '' ? 443 : Number(host.port), protocol: 'https', authClient } as const;
  const pools = once(() => new v1beta.WorkloadIdentityPoolsClient(options));
  const policies = once(() => new v2.PoliciesClient(options));
  const boundaries = once(() => new v3.PrincipalAccessBoundaryPoliciesClient(options));
  const bindings = once(() => new v3.PolicyBindingsClient(options));
  return async ({ sdk }, { path, pageSize, pageToken }, timeout) => {
    const call = { autoPaginate: false, retry: null, timeout };
    const resource = path.replace(/^\/v\w+\//, '');
    const page = { ...(pageSize === null ? {} : { pageSize }), ...(pageToken === null ? {} : { pageToken }) };
    const below = { parent: resource.replace(/\/[^/]+$/, ''), ...page };
    switch (sdk) {
      case 'listWorkloadIdentityPools': await pools().listWorkloadIdentityPools(below, call); return;
      case 'listWorkloadIdentityPoolProviders': await pools().listWorkloadIdentityPoolProviders(below, call); return;
      // Here the collection is part of the parent's name.
      case 'listPolicies': await policies().listPolicies({ parent: resource, ...page }, call); return;
      case 'getPolicy': await policies().getPolicy({ name: resource }, call); return;
      case 'listPrincipalAccessBoundaryPolicies': await boundaries().listPrincipalAccessBoundaryPolicies(below, call); return;
      case 'listPolicyBindings': await bindings().listPolicyBindings(below, call); return;
      case null: throw new Error('this request is not written by the SDK');
    }
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
