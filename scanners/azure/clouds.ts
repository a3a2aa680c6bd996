// SPDX-License-Identifier: Apache-2.0

/** The clouds of Azure that can be named. */
export const CLOUD_NAMES = ['public', 'us-government', 'us-government-dod', 'china'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

/** Where key vaults answer: each at a host of its own below a name, or all at one address that the configuration names. `scope`: of the tokens that are for them alone. */
export interface Vaults { readonly scope: string; readonly below: string | null; readonly at: string | null }

/** Where a cloud logs in, where its Graph answers, where its resources are managed (`arm`), and where its key vaults are. `own`: addresses that the configuration names in place of a cloud's. */
export interface Cloud { readonly authority: URL; readonly graph: URL; readonly arm: URL; readonly vaults: Vaults; readonly own: boolean }

// https://learn.microsoft.com/en-us/graph/deployments; of resources, the endpoints that @azure/core-client and the Azure CLI name, as for key vaults.
const CLOUDS: { readonly [name in CloudName]: { readonly authority: string; readonly graph: string; readonly resourceManager: string; readonly vaults: string } } = {
  public: { authority: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com', resourceManager: 'https://management.azure.com', vaults: 'vault.azure.net' },
  'us-government': { authority: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us', resourceManager: 'https://management.usgovcloudapi.net', vaults: 'vault.usgovcloudapi.net' },
  'us-government-dod': { authority: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us', resourceManager: 'https://management.usgovcloudapi.net', vaults: 'vault.usgovcloudapi.net' },
  china: { authority: 'https://login.chinacloudapi.cn', graph: 'https://microsoftgraph.chinacloudapi.cn', resourceManager: 'https://management.chinacloudapi.cn', vaults: 'vault.azure.cn' },
};

/**
 * The addresses of a login. Own ones stand for both at once, so that no token of a real authority goes to an address that is none of
 * that cloud's.
 */
export function cloudOf(named: { readonly cloud?: CloudName | undefined; readonly endpoints?: { readonly authority: string; readonly graph: string; readonly resourceManager?: string | undefined; readonly vault?: string | undefined } | undefined }): Cloud {
  const cloud = CLOUDS[named.cloud ?? 'public'];
  const { authority, graph, resourceManager = graph } = named.endpoints ?? cloud;
  const at = new URL(named.endpoints?.vault ?? graph).origin;
  const vaults = named.endpoints === undefined ? { scope: `https://${cloud.vaults}/.default`, below: cloud.vaults, at: null } : { scope: `${at}/.default`, below: null, at };
  return { authority: new URL(authority), graph: new URL(graph), arm: new URL(resourceManager), vaults, own: named.endpoints !== undefined };
}

/** The address of a vault where it is one of this cloud's, else null: the list of vaults says where one is, and no token goes where that list alone leads. */
export function vaultOrigin({ below, at }: Vaults, address: unknown): URL | null {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  // https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules: the names of vaults
  const [name = '', ...rest] = url.hostname.split('.');
  const ours = below === null ? url.origin === at : rest.join('.') === below && url.port === '' && /^[a-z][a-z0-9-]{1,22}[a-z0-9]$/.test(name);
  return ours ? new URL(url.origin) : null;
}
