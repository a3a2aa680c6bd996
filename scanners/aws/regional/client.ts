// SPDX-License-Identifier: Apache-2.0
import type { IAMClient } from '@aws-sdk/client-iam';
import type { GetCallerIdentityCommand, STSClient, STSClientConfig } from '@aws-sdk/client-sts';
import type { JsonObject } from '../../../src/model/json.ts';
import { homeOf } from '../cloudtrail-client.ts';
import type { ReplyFormat } from '../reply.ts';
import { endpointOf as whereFor, sendInstead, type SdkClient, type SdkCommand } from '../wire.ts';
import { SERVICES, type Service } from './services.ts';
import { wireForm } from './wire-form.ts';

interface Sts { readonly STSClient: typeof STSClient; readonly GetCallerIdentityCommand: typeof GetCallerIdentityCommand }
type Place = Parameters<STSClient['config']['endpointProvider']>[0];

/** What sends to one service in one region. */
export interface ServiceClient { readonly client: SdkClient; readonly commands: object; readonly format: ReplyFormat; /** Where it answers, without sending anything. */ endpoint(): Promise<string> }

/**
 * Clients of services in regions, each made of the SDK's client of STS when it is first asked for: credentials (shared, so that they are
 * found once), signature, sockets and `AWS_ENDPOINT_URL[_SERVICE]` are the SDK's; host, signing name, method, path and body are the
 * service's. One SDK package each would cost seconds of loading. Null for a service that is not among ours.
 */
export function openServices(sts: Sts, config: STSClientConfig, clients: { readonly iam: IAMClient; readonly sts: STSClient }): (service: string, region: string) => ServiceClient | null {
  const open = new Map<string, ServiceClient>();
  return (name, region) => {
    const service = SERVICES[name];
    if (service === undefined) return null;
    const key = `${name} ${service.global === true ? '' : region}`;
    const made = open.get(key) ?? openService(sts, config, clients, service, region);
    open.set(key, made);
    return made;
  };
}

function openService({ STSClient: Client, GetCallerIdentityCommand: Command }: Sts, config: STSClientConfig, { iam, sts }: { readonly iam: IAMClient; readonly sts: STSClient }, service: Service, region: string): ServiceClient {
  function endpointOf(place: Place): ReturnType<STSClient['config']['endpointProvider']> {
    const signingRegion = service.global === true ? globalHome(iam, place) : region;
    const properties = { authSchemes: [{ name: 'sigv4', signingName: service.signing, signingRegion, properties: {} }] };
    if (place.Endpoint !== undefined) return { url: new URL(place.Endpoint), properties };
    const { href } = sts.config.endpointProvider({ ...place, Region: signingRegion, UseGlobalEndpoint: false }).url;
    // All services of a partition name their hosts alike: `sts.us-east-1.amazonaws.com`, `kms.us-east-1.amazonaws.com`.
    return { url: new URL(href.replace(/^https:\/\/sts(?=[.-])/, `https://${service.host}`)), properties };
  }
  const client = new Client({ ...config, region, serviceId: service.serviceId, endpointProvider: endpointOf });
  function commandFor(operation: string): (input: JsonObject) => SdkCommand {
    // Only the request that its middleware carries is made of the other operation: it has no input that could go along.
    return function ServiceCommand(input: JsonObject): SdkCommand {
      // The SDK types a middleware by its step; ours names only the steps that we use.
      const command = new Command({}) as unknown as SdkCommand;
      sendInstead(command, wireForm(service.protocol, operation, input));
      return command;
    };
  }
  const sdk: SdkClient = { send: (command, options) => client.send(command as GetCallerIdentityCommand, options) };
  return {
    client: sdk,
    commands: Object.fromEntries(service.operations.map((operation) => [`${operation}Command`, commandFor(operation)])),
    endpoint: () => whereFor(sdk, new Command({}) as unknown as SdkCommand),
    format: service.protocol.kind === 'ec2' ? 'ec2' : 'json',
  };
}

/** The region of a global service's one endpoint: IAM's, but in China, where Account Management has the other one. https://docs.aws.amazon.com/accounts/latest/reference/api-reference.html */
function globalHome(iam: IAMClient, place: Place): string {
  const home = homeOf(iam, place);
  return home === 'cn-north-1' ? 'cn-northwest-1' : home;
}
