// SPDX-License-Identifier: Apache-2.0
import { IAMClient } from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { openServices } from '../../../scanners/aws/open-services.ts';
import type { SdkCommand } from '../../../scanners/aws/wire.ts';

interface Sent { readonly hostname: string; readonly path: string; readonly headers: { readonly [name: string]: string }; readonly body: unknown }

/** What leaves for CloudTrail with a configured region, and where to; nothing leaves this process. */
async function sent(region: string, more: { readonly useFipsEndpoint?: boolean; readonly endpoint?: string } = {}, service = 'cloudtrail', operation = 'LookupEvents'): Promise<Sent & { readonly endpoint: string }> {
  const seen: Sent[] = [];
  const requestHandler = { handle: async (request: unknown): Promise<never> => { seen.push(request as Sent); throw new Error('kept here'); } };
  const config = { region, ...more, credentials: { accessKeyId: 'ROLLCALLFIXTURE00001', secretAccessKey: 'x' }, requestHandler, maxAttempts: 1 };
  const client = openServices(sts, config, { iam: new IAMClient(config), sts: new sts.STSClient(config) }).of(service, region);
  if (client === null) throw new Error(`${service} is not among the services`);
  const command = (input: { readonly [name: string]: string | number }): SdkCommand => client.command(operation, input);
  await expect(client.send(command({ MaxResults: 1, NextToken: 'é' }))).rejects.toThrow('kept here');
  const [request] = seen;
  if (request === undefined) throw new Error('nothing was sent');
  return { ...request, hostname: request.hostname, endpoint: await client.endpoint() };
}

// Hosts as botocore has them for the same regions.
it.each([
  ['us-east-1', false, 'cloudtrail.us-east-1.amazonaws.com', 'us-east-1'], ['eu-central-1', false, 'cloudtrail.us-east-1.amazonaws.com', 'us-east-1'], ['eu-central-1', true, 'cloudtrail-fips.us-east-1.amazonaws.com', 'us-east-1'],
  ['cn-northwest-1', false, 'cloudtrail.cn-north-1.amazonaws.com.cn', 'cn-north-1'], ['us-gov-east-1', false, 'cloudtrail.us-gov-west-1.amazonaws.com', 'us-gov-west-1'], ['us-gov-east-1', true, 'cloudtrail.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['us-iso-west-1', false, 'cloudtrail.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'], ['eusc-de-east-1', false, 'cloudtrail.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
])('with %s (FIPS %s) it asks %s, signed for %s', async (region, useFipsEndpoint, host, home) => {
  const { hostname, endpoint, path, headers, body } = await sent(region, { useFipsEndpoint });
  expect([hostname, endpoint, path]).toEqual([host, `https://${host}`, '/']);
  expect(headers['authorization']).toMatch(new RegExp(`^AWS4-HMAC-SHA256 Credential=ROLLCALLFIXTURE00001/\\d{8}/${home}/cloudtrail/aws4_request, SignedHeaders=[^,]*x-amz-target`));
  expect(headers).toMatchObject({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents', 'content-length': String(Buffer.byteLength('{"MaxResults":1,"NextToken":"é"}')) });
  expect(body).toBe('{"MaxResults":1,"NextToken":"é"}');
});

it('goes where an endpoint is named, signed for the region of the events all the same', async () => {
  const { hostname, endpoint, headers } = await sent('eu-central-1', { endpoint: 'http://127.0.0.1:8080/proxy' });
  expect([hostname, endpoint]).toEqual(['127.0.0.1', 'http://127.0.0.1:8080/proxy']);
  expect(headers['authorization']).toContain('/us-east-1/cloudtrail/aws4_request');
});

it.each([
  ['eu-central-1', 'organizations.us-east-1.amazonaws.com', 'us-east-1'], ['cn-north-1', 'organizations.cn-northwest-1.amazonaws.com.cn', 'cn-northwest-1'], ['us-gov-east-1', 'organizations.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
])('asks Organizations of the partition of %s at %s, signed for %s', async (region, host, home) => {
  const { hostname, headers } = await sent(region, {}, 'organizations', 'ListAccounts');
  expect(hostname).toBe(host);
  expect(headers['authorization']).toContain(`/${home}/organizations/aws4_request`);
  expect(headers['x-amz-target']).toBe('AWSOrganizationsV20161128.ListAccounts');
});
