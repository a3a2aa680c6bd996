// SPDX-License-Identifier: Apache-2.0

/** The clouds of Azure that can be named. */
export const CLOUD_NAMES = ['public', 'us-government', 'us-government-dod', 'china'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

/** Where a cloud logs in, where its Graph answers, and where its resources are managed (`arm`). `own`: addresses that the configuration names in place of a cloud's. */
export interface Cloud { readonly authority: URL; readonly graph: URL; readonly arm: URL; readonly own: boolean }

// https://learn.microsoft.com/en-us/graph/deployments; of resources, the endpoints that @azure/core-client and the Azure CLI name.
const CLOUDS: { readonly [name in CloudName]: { readonly authority: string; readonly graph: string; readonly resourceManager: string } } = {
  public: { authority: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com', resourceManager: 'https://management.azure.com' },
  'us-government': { authority: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us', resourceManager: 'https://management.usgovcloudapi.net' },
  'us-government-dod': { authority: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us', resourceManager: 'https://management.usgovcloudapi.net' },
  china: { authority: 'https://login.chinacloudapi.cn', graph: 'https://microsoftgraph.chinacloudapi.cn', resourceManager: 'https://management.chinacloudapi.cn' },
};

/**
 * The addresses of a login. Own ones stand for both at once, so that no token of a real authority goes to an address that is none of
 * that cloud's.
 */
export function cloudOf(named: { readonly cloud?: CloudName | undefined; readonly endpoints?: { readonly authority: string; readonly graph: string; readonly resourceManager?: string | undefined } | undefined }): Cloud {
  const { authority, graph, resourceManager = graph } = named.endpoints ?? CLOUDS[named.cloud ?? 'public'];
  return { authority: new URL(authority), graph: new URL(graph), arm: new URL(resourceManager), own: named.endpoints !== undefined };
}
