// SPDX-License-Identifier: Apache-2.0
import { IAMClient } from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it, test } from 'vitest';
import { openServices } from '../../../scanners/aws/open-services.ts';
import { SERVICES } from '../../../scanners/aws/regional/services.ts';
import { wireForm } from '../../../scanners/aws/regional/wire-form.ts';
import { replyOf } from '../../../scanners/aws/reply.ts';
import { SOURCES } from '../../../scanners/aws/sources.ts';
import type { JsonObject } from '../../../src/model/json.ts';

interface Sent { readonly hostname: string; readonly method: string; readonly path: string; readonly query: object; readonly headers: { readonly [name: string]: string }; readonly body?: unknown }

/** What leaves for an operation, and where to; nothing leaves this process. */
async function sent(service: string, operation: string, input: JsonObject, region: string, more: { readonly useFipsEndpoint?: boolean; readonly endpoint?: string } = {}): Promise<Sent & { readonly endpoint: string }> {
  const seen: Sent[] = [];
  const requestHandler = { handle: async (request: unknown): Promise<never> => { seen.push(request as Sent); throw new Error('kept here'); } };
  const config = { region, ...more, credentials: { accessKeyId: 'ROLLCALLFIXTURE00001', secretAccessKey: 'x' }, requestHandler, maxAttempts: 1 };
  const opened = openServices(sts, config, { iam: new IAMClient({ ...config, region }), sts: new sts.STSClient(config) }).of(service, region);
  if (opened === null) throw new Error(`there is no service ${service}`);
  await expect(opened.send(opened.command(operation, input))).rejects.toThrow('kept here');
  const [request] = seen;
  if (request === undefined) throw new Error('nothing was sent');
  return { hostname: request.hostname, method: request.method, path: request.path, query: request.query, headers: request.headers, body: request.body, endpoint: await opened.endpoint() };
}

// Hosts, targets and paths as botocore has them.
describe('a request to a service in a region', () => {
  it.each([
    ['secretsmanager', 'ListSecrets', 'eu-central-1', false, 'secretsmanager.eu-central-1.amazonaws.com', 'secretsmanager', 'eu-central-1'],
    ['kms', 'ListKeys', 'eu-central-1', true, 'kms-fips.eu-central-1.amazonaws.com', 'kms', 'eu-central-1'],
    ['acm-pca', 'ListCertificateAuthorities', 'cn-north-1', false, 'acm-pca.cn-north-1.amazonaws.com.cn', 'acm-pca', 'cn-north-1'],
    ['ssm', 'DescribeParameters', 'us-gov-west-1', false, 'ssm.us-gov-west-1.amazonaws.com', 'ssm', 'us-gov-west-1'],
    ['secretsmanager', 'ListSecrets', 'us-iso-east-1', false, 'secretsmanager.us-iso-east-1.c2s.ic.gov', 'secretsmanager', 'us-iso-east-1'],
    ['account', 'ListRegions', 'eu-central-1', false, 'account.us-east-1.amazonaws.com', 'account', 'us-east-1'],
    ['account', 'ListRegions', 'cn-north-1', false, 'account.cn-northwest-1.amazonaws.com.cn', 'account', 'cn-northwest-1'],
    ['account', 'ListRegions', 'us-gov-east-1', false, 'account.us-gov-west-1.amazonaws.com', 'account', 'us-gov-west-1'],
    ['bedrock-agentcore-control', 'ListWorkloadIdentities', 'eu-central-1', false, 'bedrock-agentcore-control.eu-central-1.amazonaws.com', 'bedrock-agentcore', 'eu-central-1'],
  ])('%s:%s in %s (FIPS %s) goes to %s, signed for %s in %s', async (service, operation, region, useFipsEndpoint, host, signing, home) => {
    const { hostname, endpoint, headers } = await sent(service, operation, {}, region, { useFipsEndpoint });
    expect([hostname, endpoint]).toEqual([host, `https://${host}`]);
    expect(headers['authorization']).toMatch(new RegExp(`^AWS4-HMAC-SHA256 Credential=ROLLCALLFIXTURE00001/\\d{8}/${home}/${signing}/aws4_request, `));
  });

  it('in AWS JSON names its operation in a header', async () => {
    const { method, path, headers, body } = await sent('kms', 'DescribeKey', { KeyId: 'é' }, 'eu-west-1');
    expect([method, path, body]).toEqual(['POST', '/', '{"KeyId":"é"}']);
    expect(headers).toMatchObject({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.DescribeKey', 'content-length': '14' });
    expect(headers['authorization']).toMatch(/SignedHeaders=[^,]*x-amz-target/);
  });

  it('in REST JSON is method, path and query, without a body where it is a GET', async () => {
    const { method, path, query, headers, body } = await sent('eks', 'ListAccessEntries', { clusterName: 'a b/c', maxResults: 100, nextToken: 'x=' }, 'eu-west-1');
    expect([method, path, query, body]).toEqual(['GET', '/clusters/a%20b%2Fc/access-entries', { maxResults: '100', nextToken: 'x=' }, undefined]);
    expect(headers).toMatchObject({ accept: 'application/json' });
    expect(headers['content-type']).toBeUndefined();
    const posted = await sent('account', 'ListRegions', { MaxResults: 50 }, 'eu-west-1');
    expect([posted.method, posted.path, posted.body]).toEqual(['POST', '/listRegions', '{"MaxResults":50}']);
  });

  it('to EC2 is a form', async () => {
    const { body, headers } = await sent('ec2', 'DescribeKeyPairs', { IncludePublicKey: false }, 'eu-west-1');
    expect([body, headers['content-type']]).toEqual(['Action=DescribeKeyPairs&Version=2016-11-15&IncludePublicKey=false', 'application/x-www-form-urlencoded']);
  });

  it('stays below the path of an endpoint that somebody named', async () => {
    expect(await sent('apigateway', 'GetApiKeys', { limit: 500 }, 'eu-west-1', { endpoint: 'http://127.0.0.1:8080/proxy/' })).toMatchObject({ hostname: '127.0.0.1', path: '/proxy/apikeys', query: { limit: '500' } });
  });

  it('has no path without what belongs into it', () => {
    for (const name of [undefined, '', '.', '..']) expect(() => wireForm(SERVICES['eks']?.protocol ?? { kind: 'ec2', version: '' }, 'DescribeCluster', name === undefined ? {} : { name })).toThrow(/needs name in its path/);
  });
});

test('every operation that a service here can send is one that a source declares, and none of another service is there', () => {
  const declared = new Set(SOURCES.flatMap(({ operations }) => operations.map(({ service, operation }) => `${service}:${operation}`)));
  const possible = Object.entries(SERVICES).flatMap(([name, { operations }]) => operations.map((operation) => `${name}:${operation}`));
  expect(possible.filter((name) => !declared.has(name))).toEqual([]);
  expect([...declared].filter((name) => !/^(iam|sts|cloudtrail):/.test(name) && !possible.includes(name))).toEqual([]);
});

describe('an answer', () => {
  const raw = (status: number, body: string, headers: { readonly [name: string]: string } = {}): Parameters<typeof replyOf>[1] => ({ status, headers, body: new TextEncoder().encode(body), cut: null });

  it.each([
    ['a code in the body', 400, '{"__type":"com.amazonaws.kms#AccessDeniedException","Message":"no"}', {}, 'denied', 'AccessDeniedException', 'no'],
    ['a code in the header', 403, '{"message":"no"}', { 'X-Amzn-ErrorType': 'AccessDeniedException:http://internal.amazon.com/' }, 'denied', 'AccessDeniedException', 'no'],
    ['a code in a header alone', 429, '', { 'x-amzn-errortype': 'TooManyRequestsException' }, 'throttled', 'TooManyRequestsException', 'HTTP status 429 without an error that AWS documents'],
    ['no code', 403, '<html>', {}, 'denied', null, 'HTTP status 403 without an error that AWS documents'],
  ])('in JSON with %s is told by it', (_name, status, body, headers, outcome, errorCode, message) => {
    expect(replyOf('DescribeKey', raw(status, body, headers), 'json')).toMatchObject({ ok: false, outcome, errorCode, message });
  });

  it.each([['cut', '{"Keys":['], ['a list', '[]'], ['a web page', '<!doctype html>'], ['nothing', ''], ['a text', '"x"']])('in JSON that is %s is malformed', (_name, body) => {
    expect(replyOf('ListKeys', raw(200, body), 'json')).toMatchObject({ ok: false, outcome: 'malformed' });
  });

  it('in JSON may have a null where a member could be left out', () => {
    expect(replyOf('ListKeys', raw(200, '{"Keys":[{"KeyId":"k","KeyArn":null}],"NextMarker":null,"Truncated":false}'), 'json')).toMatchObject({ ok: true, body: { Keys: [{ KeyId: 'k' }], Truncated: false } });
    expect(JSON.stringify(replyOf('ListKeys', raw(200, '{"a":{"b":null},"c":[null,1]}'), 'json'))).toContain('"body":{"a":{},"c":[null,1]}');
  });

  it('of EC2 is read with its lists of items, and told apart from another operation’s', () => {
    const body = '<DescribeKeyPairsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId><keySet><item><keyName>a&amp;b</keyName><tagSet/></item></keySet></DescribeKeyPairsResponse>';
    expect(replyOf('DescribeKeyPairs', raw(200, body), 'ec2')).toMatchObject({ ok: true, requestId: 'r-1', body: { keySet: [{ keyName: 'a&b', tagSet: '' }] } });
    expect(replyOf('DescribeKeyPairs', raw(200, body.replaceAll('DescribeKeyPairs', 'DescribeRegions')), 'ec2')).toMatchObject({ ok: false, outcome: 'malformed' });
    expect(replyOf('DescribeKeyPairs', raw(403, '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors><RequestID>r-2</RequestID></Response>'), 'ec2')).toMatchObject({ outcome: 'denied', errorCode: 'UnauthorizedOperation', requestId: 'r-2' });
    expect(replyOf('DescribeKeyPairs', raw(200, body.slice(0, 100)), 'ec2')).toMatchObject({ ok: false, outcome: 'malformed' });
  });
});
