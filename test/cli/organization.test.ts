// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AWS_LOGIN } from '../../fixtures/company/company.ts';
import { startAwsServer, type AwsServer } from '../../fixtures/servers/aws-query.ts';
import { ALL, idOf, listed, MANAGEMENT, member } from '../scanners/aws/support/organization.ts';
import { companyAccount, rightNow } from '../scanners/aws/support/scan.ts';
import { machine, rollcall, type Ended } from './child.ts';
import { configure } from './company-server.ts';

const here = machine();
const ids = Array.from({ length: 6 }, (_, index) => idOf(index));
let server: AwsServer;
let folder = '';
const run = async (...args: readonly string[]): Promise<Ended> => rollcall(args, { cwd: folder, env: here().environment(server.url) });
const target = (scope: object): { readonly [field: string]: unknown } => ({ targets: [{ name: 'organization', provider: 'aws', auth: { ambient: true }, scope }] });

beforeAll(async () => {
  const list = [listed(MANAGEMENT, 'ACTIVE'), ...ids.map((id) => listed(id, 'ACTIVE'))];
  server = await startAwsServer({
    now: rightNow(), accounts: {
      [AWS_LOGIN.accessKeyId]: { ...member(MANAGEMENT), caller: companyAccount().caller, organization: { id: 'o-harbor12345', managementAccount: MANAGEMENT, accounts: list } },
      ...Object.fromEntries(ids.map((id, index) => [`ROLLCALLMEMBER${id}`, member(id, index === 0 ? 'another-word' : 'agreed-word')])),
    },
  });
  folder = await here().folder('organization');
});
afterAll(() => server.close());

describe('an organization', () => {
  test('whose accounts cannot all be entered ends the scan with 3, and the summary names them by reason', async () => {
    await configure(folder, target(ALL));
    const { code, stdout, stderr } = await run('scan', '--bulk-only');
    expect(code).toBe(3);
    expect(stdout).toMatch(new RegExp(`aws:${idOf(0)} \\(account ${idOf(0)}\\): unreachable: the role .* could not be assumed`));
    expect(stderr).toContain('aws:o-harbor12345 lists others: 6 more to read.');
  });
  test('with an account that nobody declared ends it with 3, without it with 0', async () => {
    const declared = (accounts: readonly string[]): { readonly [field: string]: unknown } => target({ ...ALL, accounts });
    await configure(folder, declared([MANAGEMENT, ...ids.slice(1, 5)]));
    const some = await run('scan', '--bulk-only', '--json');
    expect(some.code).toBe(3);
    expect(JSON.parse(some.stdout)).toMatchObject({ gapInScope: true, units: expect.arrayContaining([{ unit: `aws:${idOf(5)}`, outcome: 'undeclared', reason: expect.stringContaining('no target declares it') }]) });
    await configure(folder, { ...target(ALL), exclude: [{ unit: `aws:${idOf(0)}`, reason: 'sold', approver: 'Ines Duarte', expires: '2030-01-01' }] });
    expect((await run('scan', '--bulk-only', '--json')).code).toBe(0);
  });
  test('is tested by doctor account by account, what many answer alike as one line', async () => {
    await configure(folder, target(ALL));
    const { code, stdout } = await run('doctor');
    expect(code).toBe(3);
    expect(stdout).toMatch(new RegExp(`aws:${idOf(0)} +login .*unreachable +the role`));
    expect(stdout).toMatch(/aws:\d{12} and 5 more +iam:GetAccountAuthorizationDetails/);
    const { findings } = JSON.parse((await run('doctor', '--json')).stdout) as { readonly findings: { readonly unit: string; readonly operation: string }[] };
    expect(findings.filter(({ operation }) => operation === 'iam:GetAccountAuthorizationDetails').map(({ unit }) => unit).sort()).toEqual([`aws:${MANAGEMENT}`, ...ids.slice(1).map((id) => `aws:${id}`)].sort());
  });
});
