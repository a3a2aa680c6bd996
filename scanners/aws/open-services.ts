// SPDX-License-Identifier: Apache-2.0
import type { IAMClient } from '@aws-sdk/client-iam';
import type { GetCallerIdentityCommand, STSClient, STSClientConfig } from '@aws-sdk/client-sts';
import type { ServiceClient } from './service-client.ts';
import { SERVICES, type Service } from './regional/services.ts';
import { wireForm } from './regional/wire-form.ts';
import { endpointOf as whereFor, sendInstead, type SdkClient, type SdkCommand } from './wire.ts';

interface Sts { readonly STSClient: typeof STSClient; readonly GetCallerIdentityCommand: typeof GetCallerIdentityCommand }
type Place = Parameters<STSClient['config']['endpointProvider']>[0];

/**
 * Clients of services in regions, each made of the SDK's client of STS when it is first asked for: credentials (shared, so that they are
 * found once), signature, sockets and `AWS_ENDPOINT_URL[_SERVICE]` are the SDK's; host, signing name, method, path and body are the
 * service's. One SDK package each would cost seconds of loading. Null for a service that is not among ours.
 */
export function openServices(sts: Sts, config: STSClientConfig, clients: { readonly iam: IAMClient; readonly sts: STSClient }): Services {
  const open = new Map<string, Map<string, ServiceClient>>();
  return {
    of: (name, region) => {
      const service = SERVICES[name];
      if (service === undefined) return null;
      const place = service.global === undefined ? region : '';
      const there = open.get(place) ?? new Map<string, ServiceClient>();
      open.set(place, there);
      const made = there.get(name) ?? openService(sts, config, clients, service, region);
      there.set(name, made);
      return made;
    },
    forget: (region) => { open.delete(region); },
  };
}

/** Clients of services by region. */
export interface Services { of(service: string, region: string): ServiceClient | null; /** Lets go of a region's clients: thousands of accounts have tens of regions each. */ forget(region: string): void }

function openService({ STSClient: Client, GetCallerIdentityCommand: Command }: Sts, config: STSClientConfig, { iam, sts }: { readonly iam: IAMClient; readonly sts: STSClient }, service: Service, region: string): ServiceClient {
  function endpointOf(place: Place): ReturnType<STSClient['config']['endpointProvider']> {
    const signingRegion = service.global === undefined ? region : globalHome(service.global, iam, place);
    const properties = { authSchemes: [{ name: 'sigv4', signingName: service.signing, signingRegion, properties: {} }] };
    if (place.Endpoint !== undefined) return { url: new URL(place.Endpoint), properties };
    const { href } = sts.config.endpointProvider({ ...place, Region: signingRegion, UseGlobalEndpoint: false }).url;
    // All services of a partition name their hosts alike: `sts.us-east-1.amazonaws.com`, `kms.us-east-1.amazonaws.com`.
    return { url: new URL(href.replace(/^https:\/\/sts(?=[.-])/, `https://${service.host}`)), properties };
  }
  // Of a global service the region that is configured says which partition it is.
  const client = new Client({ ...config, ...(service.global === undefined ? { region } : {}), serviceId: service.serviceId, endpointProvider: endpointOf });
  const sdk: SdkClient = { send: (command, options) => client.send(command as GetCallerIdentityCommand, options) };
  return {
    ...sdk, format: service.format ?? (service.protocol.kind === 'ec2' ? 'ec2' : 'json'),
    command: (operation, input) => {
      if (!service.operations.includes(operation)) throw new Error(`${service.signing}:${operation} is not an operation that is sent`);
      // The SDK types a middleware by its step; ours names only the steps that we use. Only the request that it carries is made of the other operation, which has no input that could go along.
      const command = new Command({}) as unknown as SdkCommand;
      sendInstead(command, wireForm(service.protocol, operation, input));
      return command;
    },
    endpoint: () => whereFor(sdk, new Command({}) as unknown as SdkCommand),
  };
}

/** The region of a global service's one endpoint: the one for which IAM's requests are signed, by the SDK's own table of partitions, or another that the service names for it. */
function globalHome(homes: NonNullable<Service['global']>, iam: IAMClient, { Region, UseFIPS, UseDualStack }: Place): string {
  const schemes: unknown = iam.config.endpointProvider({ Region, UseFIPS, UseDualStack }).properties?.['authSchemes'];
  const first: unknown = Array.isArray(schemes) ? schemes[0] : undefined;
  const signed: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'signingRegion') : undefined;
  const home = typeof signed === 'string' ? signed : Region ?? '';
  return homes[home] ?? home;
}
