// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { AwsFault } from '../../../fixtures/servers/aws-faults.ts';
import { aws } from '../../../scanners/aws/index.ts';
import type { Run } from '../../../src/bundle/records.ts';
import { listedClusters } from '../../../src/inventory/listed-clusters.ts';
import type { ObjectRow } from '../../../src/model/row.ts';
import { completenessOf } from '../../../src/inventory/completeness.ts';
import { ALL, closeAll, idOf, listed, MANAGEMENT, member, outcomesOf, scanOrganization, type Played } from './support/organization.ts';
import { sourceOf } from './support/reads.ts';
import { companyAccount, login, regionIn, scanAccount, serve } from './support/scan.ts';

afterAll(closeAll);

afterEach(() => {
  delete process.env['AWS_ENDPOINT_URL_KMS'];
});

describe('the regions of an account', () => {
  const regions = companyAccount().regions;
  const scan = async (scope: { readonly [field: string]: unknown } = {}, faults: readonly AwsFault[] = []): Promise<Played> => scanOrganization([], [], scope, { account: regions === undefined ? {} : { regions }, faults });
  const units = ({ coverage }: Played): readonly string[] => coverage.units.map(({ unit, basis, outcome }) => `${unit.replace(/^aws:\d+/, '')} ${basis} ${outcome}`);

  test('that are on are units of their own, over as many pages as the list has; one that is off is not asked for', async () => {
    const played = await scan();
    expect(units(played)).toEqual([' own_login scanned', '/eu-west-1 discovered scanned', '/us-east-1 discovered scanned']);
    expect(played.server.requests.filter(({ operation }) => operation === 'ListRegions').map(({ parameters }) => parameters['RegionOptStatusContains.member.2'])).toEqual(['ENABLED_BY_DEFAULT', 'ENABLED_BY_DEFAULT']);
    expect(played.scope).toMatchObject({ parentRead: false, statement: expect.stringContaining('management says that those declared are all') });
  });

  test.each<[string, AwsFault['kind']]>([['denied', 'deny'], ['denied by the organization', 'deny_by_scp'], ['no list at all', 'foreign_html'], ['without its element', 'no_list_element']])('whose list is %s leave the one that is always on, and a gap that names the right', async (_name, kind) => {
    const played = await scan({}, [{ operation: 'ListRegions', kind }]);
    expect(units(played)).toEqual([' own_login partially_scanned', '/us-east-1 discovered scanned']);
    expect(played.coverage.gaps).toMatchObject([{ unit: 'aws:111122223333', source: 'aws.account.regions', permission: 'account:ListRegions', expected: false }]);
    expect(played.listed.find(({ kind: of }) => of === 'aws.region')?.count).toBeNull();
    expect((await completenessOf(played.bundle, { depth: 'bulk', failedLogins: [] }, played.scope, [aws])).problems).toEqual([]);
  });

  test('of which management names some are read where they are named, and others that are on are gaps in scope', async () => {
    expect(units(await scan({ regions: ['eu-west-1'] }))).toEqual([' own_login scanned', '/eu-west-1 declared scanned', '/us-east-1 discovered undeclared']);
  });

  test('that management names are read although the list cannot be', async () => {
    expect(units(await scan({ regions: ['eu-west-1', 'us-east-1'] }, [{ operation: 'ListRegions', kind: 'deny' }]))).toEqual([' own_login partially_scanned', '/eu-west-1 declared scanned', '/us-east-1 declared scanned']);
  });

  test('of each account of an organization are read as that account', async () => {
    const ids = [idOf(0), idOf(1)];
    const members = ids.map((id) => ({ ...member(id), ...(regions === undefined ? {} : { regions }) }));
    const played = await scanOrganization(members, [listed(MANAGEMENT, 'ACTIVE'), ...ids.map((id) => listed(id, 'ACTIVE'))], ALL);
    expect(Object.keys(outcomesOf(played)).filter((unit) => unit.includes('/'))).toEqual(ids.flatMap((id) => [`${id}/eu-west-1`, `${id}/us-east-1`]));
    const asked = played.server.requests.filter(({ operation }) => operation === 'ListSecrets').map(({ account }) => account);
    expect(new Set(asked)).toEqual(new Set(ids));
    expect(played.server.requests.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(2);
  });

  test('are asked one by one: each request is signed for its region, and no other unit is reached', async () => {
    const connection = await login(await serve());
    const [account] = connection.units;
    const request = { service: 'secretsmanager', operation: 'ListSecrets', input: { MaxResults: 1 } };
    if (account === undefined) throw new Error('a unit is missing');
    const [ireland, virginia] = [regionIn(account, 'eu-west-1'), regionIn(account, 'us-east-1')];
    const names = async (unit: typeof account): Promise<unknown> => { const reply = await connection.send(unit, request, AbortSignal.timeout(5000)); return reply.ok ? reply.body : reply; };
    expect(await names(ireland)).toMatchObject({ SecretList: [{ Name: 'payments/database' }] });
    expect(await names(virginia)).toMatchObject({ SecretList: [{ Name: 'shared/webhook' }] });
    await expect(connection.send({ ...ireland, id: 'aws:444455556666/eu-west-1', nativeId: '444455556666/eu-west-1' }, request, AbortSignal.timeout(5000))).rejects.toThrow(/not aws:444455556666\/eu-west-1/);
    await expect(connection.send(ireland, { ...request, operation: 'GetSecretValue' }, AbortSignal.timeout(5000))).rejects.toThrow(/is not an operation that a source declares/);
  });

  test('a service that is asked elsewhere than at AWS is told before anything is read', async () => {
    const server = await serve();
    const own = await login(server);
    expect(own.notices).toEqual([expect.stringMatching(new RegExp(`^Not an address of AWS: ${server.url} will be asked for access-analyzer, account, acm, `))]);
    process.env['AWS_ENDPOINT_URL_KMS'] = 'http://127.0.0.1:9/kms';
    // The profile's or the target's own address goes before a variable, as everywhere in the SDK; so the variable is seen only where neither is.
    process.env['AWS_ENDPOINT_URL'] = server.url;
    try {
      const { notices } = await login(server, { endpoint: undefined });
      expect(notices).toContain('Not an address of AWS: http://127.0.0.1:9/kms will be asked for kms.');
    } finally {
      delete process.env['AWS_ENDPOINT_URL'];
    }
  });
});

describe('a scan of one region', () => {
  test('counts a secret in its primary region only, and asks for those planned for deletion', async () => {
    const { inventory, requests } = await scanAccount({ region: 'eu-west-1' });
    const secrets = inventory.credentials.filter(({ kind }) => kind === 'aws.secret');
    expect(secrets.map(({ name }) => name)).not.toContain('shared/webhook');
    expect(inventory.objects.filter(({ kind }) => kind.startsWith('aws.secret')).map(({ kind, name, detail }) => [kind, name, detail])).toEqual([['aws.secret-replica', 'shared/webhook', { primaryRegion: 'us-east-1' }]]);
    expect(secrets.find(({ name }) => name === 'migration/leftover')?.status).toMatchObject({ status: 'known', value: 'inactive' });
    expect(inventory.populations).toMatchObject({ 'aws.secret': { value: 7 }, 'aws.secret-replica': { value: 1 }, 'aws.user': { status: 'not_applicable' } });
    expect(requests.find(({ operation }) => operation === 'ListSecrets')?.parameters).toMatchObject({ IncludePlannedDeletion: 'true' });
  });

  test('knows when a value was stored only between its dates, and the last read by its day', async () => {
    const { inventory } = await scanAccount({ region: 'eu-west-1' });
    const one = (name: string): object => inventory.credentials.find((row) => row.name === name) ?? {};
    expect(one('payments/database')).toMatchObject({ lastUsed: { status: 'known', granularity: 'day (UTC)', value: { at: expect.stringMatching(/T00:00:00\.000Z$/) } } });
    const { created } = inventory.credentials.find(({ name }) => name === 'legacy/ftp') ?? {};
    expect(created?.status === 'known' && created.value.from !== null && created.value.from < created.value.to).toBe(true);
    expect(one('fresh/unused')).toMatchObject({ lastUsed: { value: { none: true, since: expect.any(String) } } });
    expect(one('/payments/token')).toMatchObject({ kind: 'aws.ssm-secure-string', idBasis: 'name', expires: { value: { at: expect.any(String) } }, lastUsed: { status: 'unknown', cause: 'no_source' } });
    expect(one('/orders/db-password')).toMatchObject({ expires: { value: { never: true } } });
  });

  test('leaves a key whose policy refuses us listed and unknown, and asks nothing of keys that AWS manages', async () => {
    const { inventory, requests, read } = await scanAccount({ region: 'eu-west-1' });
    const keys = new Map(inventory.credentials.filter(({ kind }) => kind === 'aws.kms-key').map((row) => [row.id.slice(0, 8), row]));
    expect(keys.size).toBe(8);
    expect(keys.get('00000003')).toMatchObject({ responsibility: 'entity', status: { status: 'unknown', cause: 'denied' }, created: { status: 'unknown', cause: 'denied' } });
    expect(keys.get('00000004')).toMatchObject({ name: 'alias/aws/secretsmanager', responsibility: 'provider', status: { status: 'not_applicable' } });
    expect(keys.get('00000001')).toMatchObject({ name: 'alias/payments', status: { value: 'active' }, created: { note: 'the last rotation' }, expires: { note: 'it rotates by itself every 365 days' } });
    expect(keys.get('00000007')).toMatchObject({ status: { value: 'inactive', note: expect.stringMatching(/^its state is PendingDeletion; it is deleted on /) } });
    expect(keys.get('00000008')).toMatchObject({ created: { status: 'unknown', cause: 'not_reported' }, expires: { value: { at: expect.any(String) } } });
    const asked = (name: string): readonly string[] => requests.filter(({ operation }) => operation === name).map(({ parameters }) => (parameters['KeyId'] ?? '').slice(7, 8)).toSorted();
    expect(asked('DescribeKey')).toEqual(['1', '2', '3', '5', '6', '7', '8']);
    expect(asked('ListKeyRotations')).toEqual(['1', '2', '6']);
    expect(read.problems).toEqual([]);
  });

  test('lists certificates of every kind of key, with their end', async () => {
    const { inventory } = await scanAccount({ region: 'eu-west-1' });
    const certificates = inventory.credentials.filter(({ kind }) => kind === 'aws.acm-certificate');
    expect(certificates.map(({ name, status }) => [name, status.status === 'known' ? status.value : status.status])).toEqual([['www.northwind-harbor.test', 'active'], ['api.northwind-harbor.test', 'active'], ['old.northwind-harbor.test', 'expired']]);
  });

  test('that has nothing is known to have nothing', async () => {
    const { inventory, read } = await scanAccount({ region: 'eu-west-1', depth: 'deep', scope: { configurationValues: true }, account: companyAccount({ regions: { 'eu-west-1': { status: 'ENABLED' } } }) });
    expect(inventory.credentials).toEqual([]);
    expect(Object.entries(inventory.populations).filter(([, fact]) => fact.status !== 'not_applicable').map(([, fact]) => (fact.status === 'known' ? fact.value : fact.status))).toEqual(Object.values(inventory.populations).filter(({ status }) => status !== 'not_applicable').map(() => 0));
    expect(read.problems).toEqual([]);
  });

  test('at bulk depth asks for lists only, and one denied service leaves every other as it was', async () => {
    const { inventory, requests } = await scanAccount({ region: 'eu-west-1', depth: 'bulk', afterLogin: [{ operation: 'ListSecrets', kind: 'deny' }] });
    expect([...new Set(requests.map(({ operation }) => operation))].toSorted()).toEqual(['DescribeParameters', 'GetCallerIdentity', 'ListAliases', 'ListCertificates', 'ListKeys', 'ListSecrets']);
    expect(inventory.populations).toMatchObject({ 'aws.secret': { status: 'unknown', cause: 'denied' }, 'aws.ssm-secure-string': { value: 3 }, 'aws.kms-key': { value: 8 } });
    expect(inventory.credentials.find(({ kind }) => kind === 'aws.kms-key')).toMatchObject({ status: { status: 'unknown', cause: 'not_requested' } });
  });

  test('shows keys and tokens of other services with what each service says of them, and no more', async () => {
    const { inventory } = await scanAccount({ region: 'eu-west-1', depth: 'deep' });
    const told = (kind: string): readonly unknown[] => inventory.credentials.filter((row) => row.kind === kind).map(({ name, status, expires, lastUsed }) => [
      name, status.status === 'known' ? status.value : status.status, expires.status === 'known' ? Object.keys(expires.value)[0] : expires.status === 'unknown' ? expires.cause : '', lastUsed.status === 'known' ? Object.keys(lastUsed.value)[0] : lastUsed.status === 'unknown' ? lastUsed.cause : '',
    ]);
    expect(told('aws.ec2-key-pair')).toEqual([['bastion', 'not_applicable', 'never', 'no_source'], ['build', 'not_applicable', 'never', 'no_source']]);
    expect(told('aws.apigateway-key')).toEqual([['partner-orders', 'active', 'never', 'no_source'], ['partner-old', 'inactive', 'never', 'no_source']]);
    expect(told('aws.codebuild-source-credential')).toEqual([[null, 'not_applicable', 'not_reported', 'no_source']]);
    expect(told('aws.eventbridge-connection')).toEqual([['partner', 'active', 'never', 'no_source']]);
    expect(told('aws.ssm-activation')).toEqual([[null, 'active', 'at', 'no_source'], [null, 'expired', 'at', 'no_source']]);
    expect(told('aws.rolesanywhere-subject')).toEqual([['CN=backup01.northwind-harbor.test', 'active', 'not_reported', 'at'], ['CN=backup00.northwind-harbor.test', 'inactive', 'not_reported', 'at']]);
    expect(told('aws.grafana-token')).toEqual([['pipeline', 'active', 'at', 'at'], ['first-try', 'expired', 'at', 'none']]);
    expect(told('aws.cognito-client-secret')).toEqual([['eu-west-1_NhHarbor1|1example23456789nhshop', 'not_applicable', 'never', 'no_source']]);
    expect(inventory.populations).toMatchObject({ 'aws.iot-certificate': { value: 60 }, 'aws.agentcore-workload-identity': { value: 1 }, 'aws.transfer-user': { value: 1 } });
    const objects = new Map(inventory.objects.map(({ kind, detail }) => [kind, detail]));
    expect(objects.get('aws.eks-cluster')).toMatchObject({ issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF', authenticationMode: 'API_AND_CONFIG_MAP' });
    expect(objects.get('aws.eks-pod-identity')).toEqual({ cluster: 'harbor-staging', namespace: 'payments', serviceAccount: 'api', role: 'arn:aws:iam::111122223333:role/orders-worker' });
    expect(objects.get('aws.rolesanywhere-profile')).toMatchObject({ roles: ['arn:aws:iam::111122223333:role/orders-worker'] });
    expect(objects.get('aws.transfer-user')).toMatchObject({ publicKeys: 2 });
  });

  test('never asks for the value of an API key, and not for users that a server has elsewhere', async () => {
    const { requests, read } = await scanAccount({ region: 'eu-west-1' });
    expect(requests.find(({ operation }) => operation === 'GetApiKeys')?.parameters).toEqual({ limit: '500', includeValues: 'false' });
    expect(requests.filter(({ operation }) => operation === 'ListUsers').map(({ parameters }) => parameters['ServerId'])).toEqual(['s-0123456789abcdef0']);
    expect(read.skips.filter(({ source }) => source === 'aws.transfer.users')).toMatchObject([{ parent: 's-0123456789abcdef1', kind: 'not_needed' }]);
  });

  test('leaves out a service that is not offered there, with the reason on record', async () => {
    const account = companyAccount({ regions: { 'af-south-1': { status: 'ENABLED' } } });
    const { requests, read, inventory } = await scanAccount({ region: 'af-south-1', account, depth: 'deep' });
    const asked = requests.map(({ operation }) => operation);
    expect(asked).toContain('ListSourceCredentials');
    for (const operation of ['GetKeyPairs', 'ListWorkspaces']) expect(asked).not.toContain(operation);
    expect(read.skips.find(({ source }) => source === 'aws.grafana.workspaces')).toMatchObject({ parent: null, kind: 'not_needed', reason: 'AWS had no endpoint of grafana in af-south-1 in November 2026' });
    expect(inventory.populations).toMatchObject({ 'aws.grafana-workspace': { status: 'unknown', cause: 'incomplete', detail: expect.stringContaining('no endpoint of grafana') }, 'aws.iot-certificate': { status: 'unknown' }, 'aws.secret': { value: 0 } });
  });

  test.each([
    ['aws.secretsmanager.secrets', { IncludePlannedDeletion: true, MaxResults: 100, NextToken: 'x' }, 'aws secretsmanager list-secrets --include-planned-deletion --region eu-west-1'],
    ['aws.kms.key-details', { KeyId: 'k-1' }, 'aws kms describe-key --key-id k-1 --region eu-west-1'],
    ['aws.ec2.key-pairs', { IncludePublicKey: false }, 'aws ec2 describe-key-pairs --no-include-public-key --region eu-west-1'],
    ['aws.cognito.user-pools', { MaxResults: 60 }, 'aws cognito-idp list-user-pools --max-results 60 --region eu-west-1'],
    ['aws.eks.access-entries', { clusterName: 'c 1', maxResults: 100 }, "aws eks list-access-entries --cluster-name 'c 1' --region eu-west-1"],
  ])('%s is shown today by the AWS command in that region', (id, parameters, command) => {
    expect(sourceOf(id).command(parameters, 'aws:111122223333/eu-west-1')).toBe(command);
  });
});

describe('a cluster that EKS lists', () => {
  const eks = (endpoint?: string | readonly string[]): ObjectRow => ({ type: 'object', key: 'aws:111122223333/eu-west-1/c', id: 'arn:aws:eks:eu-west-1:111122223333:cluster/c', kind: 'aws.eks-cluster', unit: 'aws:111122223333/eu-west-1', name: 'c', created: { status: 'not_applicable', reason: '' }, expires: { status: 'not_applicable', reason: '' }, detail: endpoint === undefined ? {} : { clusterEndpoint: typeof endpoint === 'string' ? endpoint : [...endpoint] }, refs: [] });
  const login = (endpoint: string): Run['logins'][number] => ({ target: 'k', provider: 'kubernetes', principal: 'p', operation: 'o', endpoint, requestId: null, providerTime: null });
  test.each<[string, string | readonly string[] | undefined, readonly string[], readonly string[], readonly string[]]>([
    ['and no target reaches is a gap in scope', 'https://ABC.gr7.eu-west-1.eks.amazonaws.com', ['https://other.example'], [], ['undeclared']],
    ['and a target reaches is none, whatever case and path its address has', 'https://ABC.gr7.eu-west-1.eks.amazonaws.com', ['https://abc.gr7.eu-west-1.eks.amazonaws.com/'], [], []],
    ['at another port of the same host is another one', 'https://abc.example:6443', ['https://abc.example'], [], ['undeclared']],
    ['and management left out is none', 'https://abc.example', [], ['kubernetes:arn:aws:eks:eu-west-1:111122223333:cluster/c'], []],
    ['with two names is reached by either', ['https://public.example', 'https://private.example'], ['https://private.example:443'], [], []], ['with two names, none of them reached, is one gap', ['https://public.example', 'https://private.example'], ['https://other.example'], [], ['undeclared']],
    ['without an address cannot be held against anything', undefined, [], [], []], ['with an address that is none, neither', 'not an address', [], [], []],
  ])('%s', (_name, endpoint, logins, excluded, outcomes) => {
    const clusters = listedClusters({ logins: logins.map(login) }, { excluded: excluded.map((unit) => ({ unit, reason: 'r', approver: 'a', expires: '2030-01-01' })) });
    clusters.add([eks(endpoint)]);
    expect(clusters.undeclared().map(({ outcome }) => outcome)).toEqual(outcomes);
  });
});
