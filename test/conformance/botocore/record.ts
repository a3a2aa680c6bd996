// SPDX-License-Identifier: Apache-2.0
// Asks the fixture server for every answer that it can give and writes each as a line of JSON, for validate.py.
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { CANARY_MEMBERS } from '../../../fixtures/company/canaries.ts';
import { AWS_LOGIN, company } from '../../../fixtures/company/company.ts';
import { startAwsServer } from '../../../fixtures/servers/aws-query.ts';
import { NAMESPACES, TARGETS, type AwsService, type QueryService } from '../../../fixtures/servers/aws-operation.ts';
import { instantOf } from '../../../src/model/instant.ts';
import { regionalAnswers } from '../../fixtures/regional-answers.ts';

interface Recorded { readonly service: AwsService; readonly operation: string; readonly note: string; readonly status: number; readonly headers: { readonly [name: string]: string }; readonly body: string; readonly allowUnknown: readonly string[] }

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node record.ts FILE');

const now = instantOf(Date.now());
const { aws } = company(now);
const account = aws.accounts[AWS_LOGIN.accessKeyId];
if (account === undefined) throw new Error('the company has no account for its own login');
/** The company's account as one that manages an organization of 25, so that its list has a second page. */
const organization = { id: 'o-harbor12345', managementAccount: account.id, accounts: Array.from({ length: 25 }, (_, index) => ({ Id: String(200_000_000_000 + index), Arn: `arn:aws:organizations::${account.id}:account/o-harbor12345/${String(200_000_000_000 + index)}`, Email: `aws+${index}@northwind-harbor.example`, Name: `account ${index}`, State: index === 3 ? 'SUSPENDED' : 'ACTIVE', JoinedMethod: 'CREATED', JoinedTimestamp: new Date('2024-03-01T09:00:00Z') } as const)) };
const server = await startAwsServer({ accounts: { ...aws.accounts, [AWS_LOGIN.accessKeyId]: { ...account, organization } }, now, pageSize: { GetAccountAuthorizationDetails: 9, ListServiceSpecificCredentials: 2 } });
const records: Recorded[] = [];

async function ask(service: QueryService, operation: string, parameters: { readonly [name: string]: string } = {}, note = '', allowUnknown: readonly string[] = CANARY_MEMBERS): Promise<Recorded> {
  return send(service, operation, { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams({ Action: operation, Version: NAMESPACES[service].version, ...parameters }).toString(), note, allowUnknown);
}

async function lookUp(input: object, note = '', allowUnknown: readonly string[] = []): Promise<Recorded> {
  return send('cloudtrail', 'LookupEvents', { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGETS.cloudtrail}.LookupEvents` }, JSON.stringify(input), note, allowUnknown);
}

async function organizations(operation: string, input: object, note = ''): Promise<Recorded> {
  return send('organizations', operation, { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGETS.organizations}.${operation}` }, JSON.stringify(input), note, []);
}

async function send(service: AwsService, operation: string, own: { readonly [name: string]: string }, sent: string, note: string, allowUnknown: readonly string[]): Promise<Recorded> {
  const headers = { ...own, 'x-amz-date': '20261122T000000Z', authorization: `AWS4-HMAC-SHA256 Credential=${AWS_LOGIN.accessKeyId}/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}` };
  const response = await fetch(server.url, { method: 'POST', headers, body: sent });
  const record = { service, operation, note, status: response.status, headers: Object.fromEntries(response.headers), body: await response.text(), allowUnknown };
  records.push(record);
  return record;
}

async function pages(operation: string, parameters: { readonly [name: string]: string } = {}): Promise<void> {
  let marker: string | null = null;
  do {
    const { body }: Recorded = await ask('iam', operation, marker === null ? parameters : { ...parameters, Marker: marker }, marker === null ? '' : 'a later page');
    marker = /<Marker>([^<]*)<\/Marker>/.exec(body)?.[1] ?? null;
  } while (marker !== null);
}

try {
  await ask('sts', 'GetCallerIdentity');
  await ask('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${account.id}:role/rollcall-reader`, RoleSessionName: 'conformance' });
  await ask('iam', 'GetAccountSummary');
  await ask('iam', 'GetCredentialReport', {}, 'error: none asked for yet');
  for (const note of ['started', 'in progress', 'complete']) {
    await ask('iam', 'GenerateCredentialReport', {}, note);
    await ask('iam', 'GetCredentialReport', {}, note === 'complete' ? '' : `error: ${note}`);
  }
  for (const operation of ['ListAccountAliases', 'GetAccountAuthorizationDetails', 'ListServerCertificates', 'ListInstanceProfiles', 'GetOutboundWebIdentityFederationInfo', 'ListDelegationRequests', 'ListOpenIDConnectProviders', 'ListSAMLProviders']) await pages(operation);
  await pages('ListServiceSpecificCredentials', { AllUsers: 'true' });
  for (const { UserName } of account.users) for (const operation of ['ListAccessKeys', 'ListSSHPublicKeys', 'ListSigningCertificates']) await pages(operation, { UserName: UserName ?? '' });
  for (const { AccessKeyId } of account.accessKeys) await ask('iam', 'GetAccessKeyLastUsed', { AccessKeyId: AccessKeyId ?? '' });
  for (const { Arn } of account.oidcProviders) await ask('iam', 'GetOpenIDConnectProvider', { OpenIDConnectProviderArn: Arn });
  for (const { Arn } of [...account.users, ...account.roles]) {
    const [, JobId = ''] = /<JobId>([^<]+)</.exec((await ask('iam', 'GenerateServiceLastAccessedDetails', { Arn: Arn ?? '' })).body) ?? [];
    for (const note of ['in progress', 'made, or failed']) await ask('iam', 'GetServiceLastAccessedDetails', { JobId }, note);
  }
  await ask('iam', 'GetServiceLastAccessedDetails', { JobId: '00000000-0000-4000-9000-000000999999' }, 'error: a job of nobody');
  await lookUp({ LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: account.accessKeys[0]?.AccessKeyId ?? '' }], MaxResults: 1 });
  let token: string | undefined;
  do {
    const { body } = await lookUp({ MaxResults: 7, ...(token === undefined ? {} : { NextToken: token }) }, token === undefined ? '' : 'a later page');
    token = z.object({ NextToken: z.string().optional() }).parse(JSON.parse(body)).NextToken;
  } while (token !== undefined);
  await lookUp({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateAccessKey' }] });
  await lookUp({ NextToken: 'made-up' }, 'error: a token that was never given');
  await lookUp({ MaxResults: 51 }, 'error: too many at once');
  await organizations('DescribeOrganization', {});
  const listed = z.object({ NextToken: z.string() }).parse(JSON.parse((await organizations('ListAccounts', { MaxResults: 20 })).body));
  await organizations('ListAccounts', { MaxResults: 20, NextToken: listed.NextToken }, 'a later page');
  await organizations('ListAccounts', { MaxResults: 21 }, 'error: too many at once');
  records.push(...(await regionalAnswers(server.url)).map(({ service, operation, status, headers, text }) => ({ service, operation, note: status === 200 ? '' : 'error: refused by the key', status, headers, body: text, allowUnknown: CANARY_MEMBERS })));
  await ask('iam', 'ListAccessKeys', { UserName: 'nobody' }, 'error: no such user');
  await ask('iam', 'ListServiceSpecificCredentials', { AllUsers: 'true', UserName: 'ci-deploy' }, 'error: refused form');
  for (const kind of ['deny', 'deny_by_scp', 'throttle', 'throttle_retry_after', 'error500', 'expired_credential'] as const) {
    server.setFaults([{ operation: '*', kind }]);
    await ask('iam', 'ListServerCertificates', {}, `error: ${kind}`);
    await lookUp({}, `error: ${kind}`);
  }
  // These three must be found wrong: a validator that accepts them would accept anything.
  for (const kind of ['unknown_field', 'no_list_element', 'foreign_root'] as const) {
    server.setFaults([{ operation: '*', kind }]);
    await ask('iam', 'ListServerCertificates', {}, `must fail: ${kind}`, []);
    await lookUp({}, `must fail: ${kind}`);
  }
  for (const kind of ['unknown_field', 'no_list_element'] as const) {
    server.setFaults([{ operation: '*', kind }]);
    const damaged = (await regionalAnswers(server.url)).filter(({ operation }) => ['ListSecrets', 'GetApiKeys', 'DescribeKeyPairs', 'ListWorkspaces'].includes(operation));
    records.push(...damaged.map(({ service, operation, status, headers, text }) => ({ service, operation, note: `must fail: ${kind}`, status, headers, body: text, allowUnknown: [] })));
  }
  for (const kind of ['deny', 'throttle'] as const) {
    server.setFaults([{ operation: '*', kind }]);
    records.push(...(await regionalAnswers(server.url)).map(({ service, operation, status, headers, text }) => ({ service, operation, note: `error: ${kind}`, status, headers, body: text, allowUnknown: [] })));
  }
  server.setFaults([]);
  await ask('iam', 'ListAccessKeys', { UserName: 'ci-deploy' }, 'must fail: a canary without its exemption', []);
} finally {
  await server.close();
}
await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
