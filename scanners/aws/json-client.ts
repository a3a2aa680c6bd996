// SPDX-License-Identifier: Apache-2.0
import type { IAMClient } from '@aws-sdk/client-iam';
import type { GetCallerIdentityCommand, STSClient, STSClientConfig } from '@aws-sdk/client-sts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ServiceClient } from './service-client.ts';
import { sendInstead, type SdkCommand } from './wire.ts';

/** A service that speaks AWS JSON 1.1, as data. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export interface JsonService {
  /** Its name in hosts and signatures. */
  readonly name: string;
  /** The SDK's name of it, after which `AWS_ENDPOINT_URL_<NAME>` is looked up. */
  readonly serviceId: string;
  /** What stands before an operation in `X-Amz-Target`. */
  readonly target: string;
  /** The one region of a partition where it is, where that is another than the one for which IAM's requests are signed; by that one. */
  readonly homes?: { readonly [iamRegion: string]: string };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events: events of IAM are where IAM's requests are signed for. */
export const CLOUDTRAIL: JsonService = { name: 'cloudtrail', serviceId: 'CloudTrail', target: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101' };
/** https://docs.aws.amazon.com/general/latest/gr/ao.html */
export const ORGANIZATIONS: JsonService = { name: 'organizations', serviceId: 'Organizations', target: 'AWSOrganizationsV20161128', homes: { 'cn-north-1': 'cn-northwest-1' } };

interface Sts { readonly STSClient: typeof STSClient; readonly GetCallerIdentityCommand: typeof GetCallerIdentityCommand }
type Place = Parameters<STSClient['config']['endpointProvider']>[0];

/**
 * A client of a service that is in one region of a partition, made of the SDK's client of STS, which is loaded anyway: credentials, signature, sockets and `AWS_ENDPOINT_URL`
 * are the SDK's; endpoint, signing name and body are the service's. Whatever region is configured, it goes to the service's own.
 */
export function openJsonService({ STSClient: Client, GetCallerIdentityCommand: Command }: Sts, config: STSClientConfig, { iam, sts }: { readonly iam: IAMClient; readonly sts: STSClient }, service: JsonService): ServiceClient {
  function endpointOf(place: Place): ReturnType<STSClient['config']['endpointProvider']> {
    const signedFor = homeOf(iam, place);
    const home = service.homes?.[signedFor] ?? signedFor;
    const properties = { authSchemes: [{ name: 'sigv4', signingName: service.name, signingRegion: home, properties: {} }] };
    if (place.Endpoint !== undefined) return { url: new URL(place.Endpoint), properties };
    const { href } = sts.config.endpointProvider({ ...place, Region: home, UseGlobalEndpoint: false }).url;
    // All services of a partition name their hosts alike: `sts.us-east-1.amazonaws.com`, `cloudtrail.us-east-1.amazonaws.com`.
    return { url: new URL(href.replace(/^https:\/\/sts(?=[.-])/, `https://${service.name}`)), properties };
  }
  const client = new Client({ ...config, serviceId: service.serviceId, endpointProvider: endpointOf });
  return {
    protocol: 'json',
    send: (command, options) => client.send(command as GetCallerIdentityCommand, options),
    // Only the request that its middleware carries is made of the other operation: it has no input that could go along.
    command: (operation, input: JsonObject) => {
      // The SDK types a middleware by its step; ours names only the steps that we use.
      const command = new Command({}) as unknown as SdkCommand;
      sendInstead(command, { headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${service.target}.${operation}` }, body: JSON.stringify(input) });
      return command;
    },
  };
}

/** The region for which IAM's requests are signed, by the SDK's own table of partitions. */
function homeOf(iam: IAMClient, { Region, UseFIPS, UseDualStack }: Place): string {
  const schemes: unknown = iam.config.endpointProvider({ Region, UseFIPS, UseDualStack }).properties?.['authSchemes'];
  const first: unknown = Array.isArray(schemes) ? schemes[0] : undefined;
  const region: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'signingRegion') : undefined;
  return typeof region === 'string' ? region : Region ?? '';
}
