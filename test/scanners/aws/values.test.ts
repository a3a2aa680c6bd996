// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, test } from 'vitest';
import { canary, makeCanary } from '../../../fixtures/company/canaries.ts';
import { functionArn, projectArn, taskArn } from '../../../fixtures/company/aws/regions-values.ts';
import { HOME_REGION, MAIN_REGION, secretArn } from '../../../fixtures/company/aws/regions.ts';
import type { Listed } from '../../../fixtures/servers/aws-account.ts';
import { FAULTS, PAGING_FAULTS } from '../../../fixtures/servers/aws-faults.ts';
import { SOURCES } from '../../../scanners/aws/sources.ts';
import { namesSecret } from '../../../scanners/aws/values/names.ts';
import { PLACES } from '../../../scanners/aws/values/places.ts';
import { textsOf, verdictOf } from '../../../scanners/aws/values/verdict.ts';
import { withholdValues } from '../../../scanners/aws/values/withhold.ts';
import { detectSecrets } from '../../../src/collect/detector.ts';
import { byCodeUnit } from '../../../src/model/json.ts';
import type { DetectSecrets } from '../../../src/model/source.ts';
import { ALL, closeAll, idOf, listed, MANAGEMENT, member, scanOrganization } from './support/organization.ts';
import { companyAccount, login, regionIn, scanAccount, serve } from './support/scan.ts';

const OPTED = { configurationValues: true } as const;
const OPERATIONS = ['ListFunctions', 'ListTaskDefinitionFamilies', 'DescribeTaskDefinition', 'ListProjects', 'BatchGetProjects'];
/** Answers with names alone. */
const NAMES_ONLY = ['ecs:ListTaskDefinitionFamilies', 'codebuild:ListProjects'];
const secret = makeCanary(900, 'test', 'github-token', 'test').text;

async function verdict(name: string, value: string, stored = false): Promise<object> {
  const sent = { name, value, stored };
  return verdictOf(sent, await detectSecrets(textsOf(sent)));
}

describe('what is kept of a variable', () => {
  const key = makeCanary(901, 'test', 'aws-secret-access-key', 'test').secret;
  test.each([
    ['a token', 'HARMLESS', secret, { verdict: 'detected', rule: 'github' }],
    ['a token within more text', 'OPTIONS', `--token ${secret} --quiet`, { verdict: 'detected', rule: 'github' }],
    ['a token in base64', 'OPTIONS', Buffer.from(`{"token": "${secret}"}`).toString('base64'), { verdict: 'detected', rule: 'github' }],
    ['a secret access key that only its name tells from other text', 'AWS_SECRET_ACCESS_KEY', key, { verdict: 'detected', rule: 'aws' }],
    ['the same text under another name', 'BUILD_ID', key, { verdict: 'text' }],
    ['a password in an address', 'DATABASE', makeCanary(902, 'test', 'basic-auth', 'test').text, { verdict: 'detected', rule: 'basicauth' }],
    ['nothing', 'PASSWORD', '', { verdict: 'empty' }], ['blanks', 'PASSWORD', '  ', { verdict: 'empty' }],
    ['a switch', 'USE_TOKEN', 'True', { verdict: 'switch' }],
    ['the ARN of a stored secret', 'PASSWORD', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a/b-Nh4rb1', { verdict: 'reference' }],
    ['the ARN of a parameter in China', 'PASSWORD', 'arn:aws-cn:ssm:cn-north-1:111122223333:parameter/a/b', { verdict: 'reference' }],
    ['a dynamic reference', 'PASSWORD', '{{resolve:secretsmanager:a/b:SecretString:password}}', { verdict: 'reference' }],
    ['an address in a store', 'PASSWORD', 'vault://kv/a/b', { verdict: 'reference' }],
    ['the ARN of something else', 'PASSWORD', 'arn:aws:iam::111122223333:role/a', { verdict: 'text' }],
    ['text that only begins like a reference', 'PASSWORD', 'vault://kv/a b', { verdict: 'text' }],
    ['a password that no rule knows', 'PASSWORD', 'correct horse', { verdict: 'text' }],
  ])('%s', async (_, name, value, expected) => {
    expect(await verdict(name, value)).toEqual({ name, length: value.length, ...expected });
  });
  test('a name that the answer itself says is of a stored secret', async () => {
    expect(await verdict('TOKEN', 'build/npm-token', true)).toEqual({ name: 'TOKEN', length: 15, verdict: 'reference' });
  });
});

test.each([
  ['PASSWORD', true], ['DB_PASSWORD', true], ['dbPassword', true], ['DBPASSWORD', true], ['api-key', true], ['ApiKey', true], ['APIKEY', true], ['GITHUB_TOKEN', true], ['splunk-token', true], ['CLIENT_SECRET', true], ['SIGNING_KEY', true],
  ['DATABASE_URL', true], ['SLACK_WEBHOOK_URL', true], ['AWS_SECRET_ACCESS_KEY', true],
  ['PASSWORD_FILE', false], ['SECRET_NAME', false], ['SECRET_ARN', false], ['TOKEN_TTL', false], ['tokenExpirySeconds', false], ['AWS_ACCESS_KEY_ID', false], ['KEY', false], ['PRIMARY_KEY', false], ['MONKEY', false], ['TOKENIZER', false], ['LOG_LEVEL', false], ['PATH', false],
  ['PASSWORD_MIN_LENGTH', false], ['', false], ['__', false],
])('whether the name %s says that its value is a secret: %s', (name, says) => {
  expect(namesSecret(name)).toBe(says);
});

describe('an answer that carries values', () => {
  const places = PLACES['lambda:ListFunctions'] ?? { keep: [], values: {} };
  const response = (body: string, status = 200) => ({ status, headers: {}, body: new TextEncoder().encode(body), cut: null });
  const text = (body: Uint8Array): string => new TextDecoder().decode(body);

  test('keeps what is named, verdicts in place of values, and blanks of everything else', async () => {
    const sent = { NextMarker: 'more', Functions: [{ FunctionArn: 'arn', FunctionName: 'f', Description: secret, Timeout: 30, Future: [{ Deep: secret, On: true }], Environment: { Variables: { TOKEN: secret, N: 5 }, Error: { ErrorCode: 'X', Message: secret } } }] };
    const { body, cut } = await withholdValues(places, response(JSON.stringify(sent)), detectSecrets);
    expect(cut).toBeNull();
    expect(JSON.parse(text(body))).toEqual({
      NextMarker: 'more', Functions: [{ FunctionArn: 'arn', FunctionName: 'f', Description: '', Timeout: 0, Future: [{ Deep: '', On: false }], Environment: { Variables: [{ name: 'TOKEN', length: secret.length, verdict: 'detected', rule: 'github' }, { name: 'N', length: 1, verdict: 'text' }], Error: { ErrorCode: 'X', Message: '' } } }],
    });
  });
  test.each([['a list where an object was', [secret]], ['a text', secret], ['a number', 7]])('of variables in another form, %s, leaves nothing either', async (_, Variables) => {
    const { body } = await withholdValues(places, response(JSON.stringify({ Functions: [{ Environment: { Variables } }] })), detectSecrets);
    expect(text(body)).not.toContain(secret);
    expect(JSON.parse(text(body))).toEqual({ Functions: [{ Environment: { Variables: Array.isArray(Variables) ? [''] : typeof Variables === 'string' ? '' : 0 } }] });
  });
  test.each([['cut off', `{"Functions": [{"Environment": {"Variables": {"TOKEN": "${secret}`], ['a page of another kind', `<html>${secret}</html>`], ['a list', `["${secret}"]`], ['empty', '']])('that is %s is refused as a whole', async (_, sent) => {
    const refused = await withholdValues(places, response(sent), detectSecrets);
    expect(refused).toMatchObject({ status: 200, cut: { outcome: 'malformed' } });
    expect(refused.body).toHaveLength(0);
    expect(JSON.stringify(refused)).not.toContain(secret);
  });
  test('that is no UTF-8 is refused as a whole', async () => {
    expect(await withholdValues(places, { ...response(''), body: new Uint8Array([0x7b, 0xff, 0x7d]) }, detectSecrets)).toMatchObject({ cut: { outcome: 'malformed' }, body: new Uint8Array() });
  });
  test('that the detector stumbles over is refused, and its message is not repeated', async () => {
    const broken: DetectSecrets = async (texts) => { throw new Error(`cannot judge ${texts.join()}`); };
    const refused = await withholdValues(places, response(JSON.stringify({ Functions: [{ Environment: { Variables: { TOKEN: secret } } }] })), broken);
    expect(refused).toMatchObject({ cut: { outcome: 'malformed' }, body: new Uint8Array() });
    expect(JSON.stringify(refused)).not.toContain(secret);
  });
  test.each([
    ['code and denial of the organization', { __type: 'AccessDeniedException', message: `not authorized with an explicit deny in a service control policy ${secret}` }, { __type: 'AccessDeniedException', message: expect.stringMatching(/says: with an explicit deny in a service control policy$/) }],
    ['code alone', { __type: 'x.y#ThrottlingException:http://z', Message: secret, Reason: secret }, { __type: 'x.y#ThrottlingException:http://z', message: expect.not.stringContaining(secret) }],
    ['nothing of a code that is a sentence', { code: `token ${secret}` }, { message: expect.any(String) }],
  ])('of an error keeps %s', async (_, sent, kept) => {
    const { body, status } = await withholdValues(places, response(JSON.stringify(sent), 403), detectSecrets);
    expect(status).toBe(403);
    expect(JSON.parse(text(body))).toEqual(kept);
  });
  test('of an error that is no JSON keeps the status', async () => {
    const { body, status } = await withholdValues(places, response(`<h1>${secret}</h1>`, 503), detectSecrets);
    expect([status, text(body).includes(secret)]).toEqual([503, false]);
  });
});

test('every operation that a scope opts into has its places named, or has names alone', () => {
  const opted = SOURCES.filter(({ optIn }) => optIn !== undefined).flatMap(({ operations }) => operations.map(({ service, operation }) => `${service}:${operation}`));
  expect([...Object.keys(PLACES), ...NAMES_ONLY].toSorted()).toEqual(opted.toSorted());
});

describe('without a scope that opts in', () => {
  test('none of them is asked for, and the ledger says how to opt in', async () => {
    const { read, inventory, requests } = await scanAccount({ region: MAIN_REGION, depth: 'deep' });
    expect(requests.filter(({ operation }) => OPERATIONS.includes(operation))).toEqual([]);
    expect(inventory.populations['aws.plain-value']).toMatchObject({ status: 'unknown', cause: 'not_requested', detail: 'read only where management opts in, with `configurationValues: true` in the target\'s scope' });
    expect(read.skips.filter(({ kind, reason }) => kind === 'not_requested' && reason.includes('configurationValues')).map(({ source }) => source)).toEqual(SOURCES.filter(({ optIn }) => optIn !== undefined).map(({ id }) => id).toSorted());
    expect(inventory.credentials.filter(({ kind }) => kind === 'aws.plain-value')).toEqual([]);
  });
  test('none of them can be sent', async () => {
    const server = await serve();
    const connection = await login(server);
    const [account] = connection.units;
    if (account === undefined) throw new Error('no account');
    await expect(connection.send(regionIn(account, MAIN_REGION), { service: 'lambda', operation: 'ListFunctions', input: {} }, AbortSignal.timeout(5000))).rejects.toThrow(/one that the scope opts into/);
  });
});

describe('in an organization', () => {
  afterAll(closeAll);
  test.each([[true, ['BatchGetProjects', 'DescribeTaskDefinition', 'ListFunctions']], [false, []]] as const)('a scope that opts in (%s) reaches every region of every account that is entered, and sessions are allowed what is read', async (configurationValues, asked) => {
    const { regions } = companyAccount();
    const region = regions?.[MAIN_REGION];
    if (region === undefined) throw new Error('the company has regions');
    const played = await scanOrganization([{ ...member(idOf(0)), regions: { [MAIN_REGION]: region } }], [listed(MANAGEMENT, 'ACTIVE'), listed(idOf(0), 'ACTIVE')], { ...ALL, configurationValues }, { depth: 'standard' });
    const own = played.server.requests.filter(({ operation, account }) => ['BatchGetProjects', 'DescribeTaskDefinition', 'ListFunctions'].includes(operation) && account === idOf(0));
    expect([...new Set(own.map(({ operation, status }) => `${operation} ${status}`))].toSorted(byCodeUnit)).toEqual(asked.map((operation) => `${operation} 200`));
    const entered = played.server.requests.find(({ operation }) => operation === 'AssumeRole');
    expect(entered?.parameters['Policy']?.includes('lambda:ListFunctions')).toBe(configurationValues);
    expect(played.scope.units.map(({ id, optedIn }) => [id, optedIn]).filter(([, opted]) => (opted === undefined) === configurationValues)).toEqual([]);
  });
});

describe('with one', () => {
  const subject = (arn: string, ...parts: readonly string[]): string => [arn, ...parts].join('|');

  test('variables come with length and verdict, and never with a value', async () => {
    const { read, inventory } = await scanAccount({ region: MAIN_REGION, scope: OPTED });
    expect(read.problems).toEqual([]);
    const values = inventory.credentials.filter(({ kind }) => kind === 'aws.plain-value');
    expect(Object.fromEntries(values.map(({ id, particulars }) => {
      const fact = particulars?.['aws.plain-value'];
      return [id, fact?.status === 'known' ? fact.value : null];
    }))).toEqual({
      [subject(functionArn(MAIN_REGION, 'order-intake'), 'GITHUB_TOKEN')]: { length: canary('function-variable').text.length, verdict: 'detected', rule: 'github', named: true },
      [subject(functionArn(MAIN_REGION, 'order-intake'), 'DB_PASSWORD')]: { length: 40, verdict: 'text', rule: null, named: true },
      [subject(functionArn(MAIN_REGION, 'order-intake'), 'SESSION_SECRET')]: { length: secretArn(MAIN_REGION, 'payments/database').length, verdict: 'reference', rule: null, named: true },
      [subject(taskArn(MAIN_REGION, 'checkout:7'), 'container web', 'AWS_CONFIG')]: { length: canary('container-variable').text.length, verdict: 'detected', rule: 'aws', named: false },
      [subject(taskArn(MAIN_REGION, 'checkout:7'), 'container web', 'FEATURE_TOKENS')]: { length: 4, verdict: 'switch', rule: null, named: true },
      [subject(taskArn(MAIN_REGION, 'checkout:7'), 'log of container web', 'splunk-token')]: { length: 40, verdict: 'text', rule: null, named: true },
      [subject(projectArn(MAIN_REGION, 'website'), 'SIGNING_KEY')]: { length: canary('build-variable').text.length, verdict: 'detected', rule: 'privatekey', named: true },
      [subject(projectArn(MAIN_REGION, 'website'), 'NPM_TOKEN')]: { length: 15, verdict: 'reference', rule: null, named: true },
      [subject(projectArn(MAIN_REGION, 'website'), 'API_TOKEN')]: { length: 16, verdict: 'reference', rule: null, named: true },
    });
    expect(values.find(({ name }) => name === 'GITHUB_TOKEN')).toMatchObject({ audience: 'function order-intake', created: { status: 'known', value: { from: null, to: expect.stringMatching(/Z$/) } } });
    expect(inventory.objects.filter(({ kind }) => kind === 'aws.configuration').map(({ name, detail }) => [name, detail['of'], detail['variables'], detail['detected'], detail['references'], detail['suspected']])).toEqual([
      ['order-intake', 'function', 5, 1, 2, 3], ['image-resize', 'function', 0, 0, 0, 0], ['checkout:7', 'task definition', 4, 1, 0, 3], ['nightly-batch:31', 'task definition', 0, 0, 0, 0], ['website', 'build project', 3, 1, 2, 3], ['docs', 'build project', 0, 0, 0, 0],
    ]);
    expect(inventory.populations).toMatchObject({ 'aws.plain-value': { value: 9 }, 'aws.configuration': { value: 6 } });
  });

  test('variables that Lambda does not show leave their number open, not none', async () => {
    const { inventory } = await scanAccount({ region: HOME_REGION, scope: OPTED });
    expect(inventory.populations).toMatchObject({ 'aws.plain-value': { status: 'unknown', cause: 'denied', detail: 'Lambda does not show the variables of ledger-export (AccessDeniedException)' }, 'aws.configuration': { value: 1 } });
    expect(inventory.objects.find(({ name }) => name === 'ledger-export')?.detail).not.toHaveProperty('variables');
  });

  test('a region that has none is known to have none, and one without CodeBuild is not asked', async () => {
    const empty = await scanAccount({ region: 'ap-east-2', scope: OPTED, account: companyAccount({ regions: { 'ap-east-2': { status: 'ENABLED' } } }) });
    expect(empty.inventory.populations).toMatchObject({ 'aws.plain-value': { value: 0 }, 'aws.configuration': { value: 0 } });
    expect(empty.requests.filter(({ operation }) => operation === 'ListProjects')).toEqual([]);
  });

  test('pages go to their end, projects are described by the hundred, and the same name twice is two variables', async () => {
    const project = (index: number): Listed => ({ name: `p${index}`, arn: projectArn('eu-north-1', `p${index}`), environment: { environmentVariables: index === 0 ? [{ name: 'TOKEN', value: 'a' }, { name: 'TOKEN', value: 'b' }] : [] } });
    const functions = Array.from({ length: 5 }, (_, index): Listed => ({ FunctionName: `f${index}`, FunctionArn: functionArn('eu-north-1', `f${index}`) }));
    const { inventory, requests } = await scanAccount({ region: 'eu-north-1', scope: OPTED, pageSize: { ListFunctions: 2, ListProjects: 60 }, account: companyAccount({ regions: { 'eu-north-1': { status: 'ENABLED', functions, buildProjects: Array.from({ length: 130 }, (_, index) => project(index)) } } }) });
    const asked = (name: string): number => requests.filter(({ operation }) => operation === name).length;
    expect([asked('ListFunctions'), asked('ListProjects'), asked('BatchGetProjects')]).toEqual([3, 3, 2]);
    expect(inventory.populations).toMatchObject({ 'aws.configuration': { value: 135 }, 'aws.plain-value': { value: 2 } });
    expect(inventory.credentials.filter(({ kind }) => kind === 'aws.plain-value').map(({ id }) => id)).toEqual([`${projectArn('eu-north-1', 'p0')}|TOKEN`, `${projectArn('eu-north-1', 'p0')}|TOKEN|2`]);
  });

  test('what an organization denies is told as such, although the message is not kept', async () => {
    const { inventory, read } = await scanAccount({ region: MAIN_REGION, scope: OPTED, afterLogin: [{ operation: 'ListFunctions', kind: 'deny_by_scp' }] });
    expect(inventory.populations['aws.plain-value']).toMatchObject({ status: 'unknown', cause: 'denied_by_org_policy' });
    expect(read.calls.find(({ operation }) => operation === 'ListFunctions')).toMatchObject({ errorCode: 'AccessDeniedException', message: expect.stringContaining('not kept') });
  });

  test.each(FAULTS.filter((kind) => !PAGING_FAULTS.has(kind) && kind !== 'hang'))('no reply and no error has a value where an answer suffers %s', async (kind) => {
    const server = await serve();
    const connection = await login(server, {}, 2000, OPTED);
    const region = regionIn(connection.units[0] ?? { id: '', provider: 'aws', kind: 'account', nativeId: '', name: null, target: 'test', basis: 'declared' }, MAIN_REGION);
    server.setFaults([{ operation: '*', kind }]);
    for (const [service, operation, input] of [['lambda', 'ListFunctions', {}], ['ecs', 'DescribeTaskDefinition', { taskDefinition: 'checkout' }], ['codebuild', 'BatchGetProjects', { names: ['website'] }]] as const) {
      const reply = await connection.send(region, { service, operation, input }, AbortSignal.timeout(5000));
      const told = JSON.stringify(reply);
      for (const name of ['function-variable', 'function-variable-named', 'function-description', 'container-variable', 'container-log-token', 'container-command', 'build-variable', 'build-specification', 'unknown-field', 'server-error-message'] as const) expect(told).not.toContain(JSON.stringify(canary(name).secret).slice(1, -1));
    }
  });
});
