// SPDX-License-Identifier: Apache-2.0
import type { IAMClient } from '@aws-sdk/client-iam';
import type { GetCallerIdentityCommand, STSClient, STSClientConfig } from '@aws-sdk/client-sts';
import type { JsonObject } from '../../src/model/json.ts';
import { sendInstead, type SdkClient, type SdkCommand } from './wire.ts';

/** CloudTrail's name in the header that names an operation. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
const TARGET = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';

interface Sts { readonly STSClient: typeof STSClient; readonly GetCallerIdentityCommand: typeof GetCallerIdentityCommand }
type Place = Parameters<STSClient['config']['endpointProvider']>[0];

/**
 * A client of CloudTrail made of the SDK's client of STS, which is loaded anyway: credentials, signature, sockets and `AWS_ENDPOINT_URL`
 * are the SDK's; endpoint, signing name and body are CloudTrail's. Whatever region is configured, it goes to the one of the partition
 * where the events of IAM are: the one for which IAM's own requests are signed.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
 */
export function openCloudTrail({ STSClient: Client, GetCallerIdentityCommand: Command }: Sts, config: STSClientConfig, { iam, sts }: { readonly iam: IAMClient; readonly sts: STSClient }): { readonly client: SdkClient; readonly commands: object } {
  function endpointOf(place: Place): ReturnType<STSClient['config']['endpointProvider']> {
    const home = homeOf(iam, place);
    const properties = { authSchemes: [{ name: 'sigv4', signingName: 'cloudtrail', signingRegion: home, properties: {} }] };
    if (place.Endpoint !== undefined) return { url: new URL(place.Endpoint), properties };
    const { href } = sts.config.endpointProvider({ ...place, Region: home, UseGlobalEndpoint: false }).url;
    // All services of a partition name their hosts alike: `sts.us-east-1.amazonaws.com`, `cloudtrail.us-east-1.amazonaws.com`.
    return { url: new URL(href.replace(/^https:\/\/sts(?=[.-])/, 'https://cloudtrail')), properties };
  }
  const client = new Client({ ...config, serviceId: 'CloudTrail', endpointProvider: endpointOf });
  // Only the request that its middleware carries is made of the other operation: it has no input that could go along.
  function LookupEventsCommand(input: JsonObject): SdkCommand {
    // The SDK types a middleware by its step; ours names only the steps that we use.
    const command = new Command({}) as unknown as SdkCommand;
    sendInstead(command, { headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGET}.LookupEvents` }, body: JSON.stringify(input) });
    return command;
  }
  return { client: { send: (command, options) => client.send(command as GetCallerIdentityCommand, options) }, commands: { LookupEventsCommand } };
}

/** The region for which IAM's requests are signed, by the SDK's own table of partitions. */
export function homeOf(iam: IAMClient, { Region, UseFIPS, UseDualStack }: Place): string {
  const schemes: unknown = iam.config.endpointProvider({ Region, UseFIPS, UseDualStack }).properties?.['authSchemes'];
  const first: unknown = Array.isArray(schemes) ? schemes[0] : undefined;
  const region: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'signingRegion') : undefined;
  return typeof region === 'string' ? region : Region ?? '';
}
