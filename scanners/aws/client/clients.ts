// SPDX-License-Identifier: Apache-2.0
import type * as Iam from '@aws-sdk/client-iam';
import type { GetAccountSummaryCommand, IAMClientConfig } from '@aws-sdk/client-iam';
import type * as Sts from '@aws-sdk/client-sts';
import type { GetCallerIdentityCommand, STSClient, STSClientConfig } from '@aws-sdk/client-sts';
import type { ConnectOptions } from '../../../src/model/source.ts';
import { openServices } from '../open-services.ts';
import { packagedClient, type ServiceClient } from '../service-client.ts';
import type { Auth } from '../target.ts';

// Facts of @smithy/node-http-handler: no request timeout by default, and without throwOnRequestTimeout it only warns.
export const HTTP = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true, httpAgent: { keepAlive: true, maxSockets: 128 }, httpsAgent: { keepAlive: true, maxSockets: 128 } };
/** IAM has one endpoint a partition; with no region configured, the commercial partition's. */
const DEFAULT_REGION = 'us-east-1';

/** What all clients of a target have in common, its own account's and others'. */
export interface Base { readonly config: IAMClientConfig & STSClientConfig & { readonly region: string }; readonly sdk: Sdk }
interface Sdk { readonly iam: typeof Iam; readonly sts: typeof Sts }

/** Clients that act as one principal. */
export interface Clients { /** A client of a service; of one that is in regions, in that region, the configured one where none is named. */ of(service: string, region?: string): ServiceClient; forget(region: string): void; readonly credentials: STSClient['config']['credentials']; readonly requestHandler: STSClient['config']['requestHandler']; close(): void }

/** Loads the SDK and finds the region. SDK retries are off, since pacing and retries are the collector's. */
export async function baseOf(auth: Auth, { userAgent }: ConnectOptions): Promise<Base> {
  const [iam, sts] = await Promise.all([import('@aws-sdk/client-iam'), import('@aws-sdk/client-sts')]);
  const [product = 'rollcall', version = ''] = userAgent.split('/');
  const config: IAMClientConfig & STSClientConfig = {
    maxAttempts: 1, customUserAgent: [[product, version]],
    ...(auth.profile === undefined ? {} : { profile: auth.profile }), ...(auth.endpoint === undefined ? {} : { endpoint: auth.endpoint }),
  };
  const first = new sts.STSClient(config);
  return { config: { ...config, ...(await settled(first)), region: auth.region ?? (await configuredRegion(first)) }, sdk: { iam, sts } };
}

/** Clients with these credentials, made when first asked for. `shared`: sockets of other clients, which then stay open when these close. */
export function openClients({ config, sdk }: Base, { credentials, shared, requestTimeoutMs }: { readonly credentials?: STSClientConfig['credentials']; readonly shared?: Clients['requestHandler']; readonly requestTimeoutMs?: number | undefined }): Clients {
  const own = { ...config, ...(credentials === undefined ? {} : { credentials }) };
  const sts = new sdk.sts.STSClient({ ...own, requestHandler: shared ?? { ...HTTP, requestTimeout: requestTimeoutMs ?? HTTP.requestTimeout } });
  const { requestHandler } = sts.config;
  // One handler, and so one pool of sockets, for all; and one provider of credentials, so that a role is assumed once.
  const iam = new sdk.iam.IAMClient({ ...own, credentials: sts.config.credentials, requestHandler });
  const services = openServices(sdk.sts, { ...own, credentials: sts.config.credentials, requestHandler }, { iam, sts });
  const opened = new Map<string, ServiceClient>();
  function open(service: string): ServiceClient {
    // The commands are made by name, so their types are told here; each client takes every command of its own service.
    if (service === 'iam') return packagedClient(service, sdk.iam, (command, options) => iam.send(command as GetAccountSummaryCommand, options), 'GetAccountSummary');
    if (service === 'sts') return packagedClient(service, sdk.sts, (command, options) => sts.send(command as GetCallerIdentityCommand, options), 'GetCallerIdentity');
    throw new Error(`there is no client for ${service}`);
  }
  return {
    of: (service, region = config.region) => {
      const client = opened.get(service) ?? services.of(service, region) ?? open(service);
      if (client.format !== 'query') return client;
      opened.set(service, client);
      return client;
    },
    forget: (region) => services.forget(region), credentials: sts.config.credentials, requestHandler,
    close: () => { if (shared === undefined) sts.destroy(); },
  };
}

/** What each client would look up again in environment and files, once for all: an organization needs tens of thousands of clients. */
async function settled({ config }: STSClient): Promise<Pick<STSClientConfig, 'retryMode' | 'defaultsMode' | 'useFipsEndpoint' | 'useDualstackEndpoint' | 'userAgentAppId' | 'authSchemePreference'>> {
  const retries = { retryMode: 'standard', defaultsMode: 'standard' } as const;
  try {
    const [useFipsEndpoint, useDualstackEndpoint, userAgentAppId, authSchemePreference] = await Promise.all([config.useFipsEndpoint(), config.useDualstackEndpoint(), config.userAgentAppId(), config.authSchemePreference()]);
    return { ...retries, useFipsEndpoint, useDualstackEndpoint, ...(userAgentAppId === undefined ? {} : { userAgentAppId }), authSchemePreference };
  } catch (error) {
    // A profile that cannot be read shows again, with a remedy, at login.
    if (error instanceof Error) return retries;
    throw error;
  }
}

async function configuredRegion(client: { readonly config: { readonly region: () => Promise<string> } }): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    // None is configured, which is no fault for a global service; a profile that cannot be read shows again, with a remedy, at login.
    if (error instanceof Error) return DEFAULT_REGION;
    throw error;
  }
}
