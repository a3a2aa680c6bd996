// SPDX-License-Identifier: Apache-2.0
// A process of its own: serves an organization of many small accounts, and says what it was asked. Arguments: accounts, users in each, requests a second that each account allows.
import { AWS_LOGIN } from '../../fixtures/company/company.ts';
import { startAwsServer } from '../../fixtures/servers/aws-query.ts';
import type { AwsAccount } from '../../fixtures/servers/aws-account.ts';
import { instantOf } from '../../src/model/instant.ts';
import { manyUsers } from './many-users.ts';

const [count = 100, users = 2, ratePerSecond = 100] = process.argv.slice(2).map(Number);
const now = instantOf(Date.now());
const small = manyUsers(users, now);
const numberOf = (index: number): string => String(300_000_000_000 + index);
const ids = Array.from({ length: count }, (_, index) => numberOf(index));
const management = numberOf(0);

/** The same account under another number: its ids are its own. */
function accountOf(id: string): AwsAccount {
  const own = (text: string): string => text.replaceAll(small.id, id);
  const suffix = id.slice(-6);
  return {
    ...small, id, caller: { ...small.caller, Arn: own(small.caller.Arn) },
    users: small.users.map((user) => ({ ...user, UserId: `${user.UserId ?? ''}${suffix}`, Arn: own(user.Arn ?? '') })),
    report: { ...small.report, rows: small.report.rows.map((row) => ({ ...row, arn: own(row.arn) })) },
    accessKeys: small.accessKeys.map((key) => ({ ...key, AccessKeyId: `${key.AccessKeyId ?? ''}${suffix}` })), accessKeyLastUsed: {},
    assumable: { [`arn:aws:iam::${id}:role/rollcall-reader`]: { externalId: 'agreed-word', roleId: `AROA${id}` } },
  };
}

const accounts: Record<string, AwsAccount> = Object.fromEntries(ids.slice(1).map((id) => [`ROLLCALLMEMBER${id}`, accountOf(id)]));
// The login's own account has the keys that the calibration asks for.
accounts[AWS_LOGIN.accessKeyId] = {
  ...accountOf(management), ...(({ users: people, accessKeys, report }) => ({ users: people, accessKeys, report }))(manyUsers(100, now)),
  organization: {
    id: 'o-bench1234567', managementAccount: management,
    accounts: ids.map((Id) => ({ Id, Arn: `arn:aws:organizations::${management}:account/o-bench1234567/${Id}`, Email: `aws+${Id}@example.com`, Name: `account ${Id}`, State: 'ACTIVE', JoinedMethod: 'CREATED', JoinedTimestamp: new Date('2024-01-01T00:00:00Z') })),
  },
};
const server = await startAwsServer({ accounts, ratePerSecond, now });
process.send?.({ url: server.url });
process.on('message', () => {
  const operations: Record<string, number> = {};
  for (const { operation } of server.requests) operations[operation] = (operations[operation] ?? 0) + 1;
  process.send?.({ calls: server.requests.length, notOk: server.requests.filter(({ status }) => status !== 200).length, operations });
});
process.on('disconnect', () => {
  void server.close();
});
