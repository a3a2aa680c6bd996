// SPDX-License-Identifier: Apache-2.0
// A process of its own: serves an account of many users at a quota, and says at the end what it was asked. Arguments: users, requests a second.
import { AWS_LOGIN } from '../../fixtures/company/company.ts';
import { startAwsServer } from '../../fixtures/servers/aws-query.ts';
import { instantOf } from '../../src/model/instant.ts';
import { manyUsers } from './many-users.ts';

const [users = 1000, ratePerSecond = 100] = process.argv.slice(2).map(Number);
const now = instantOf(Date.now());
const server = await startAwsServer({ accounts: { [AWS_LOGIN.accessKeyId]: manyUsers(users, now) }, ratePerSecond, now });
process.send?.({ url: server.url });
let counted = 0;
process.on('message', () => {
  // Each question covers what came since the last one.
  const recent = server.requests.slice(counted);
  counted = server.requests.length;
  const operations: Record<string, number> = {};
  for (const { operation } of recent) operations[operation] = (operations[operation] ?? 0) + 1;
  const throttled = recent.filter(({ status, fault }) => status !== 200 && fault === null).length;
  // The bucket holds a second's worth at the start: only what comes beyond it has to wait for the quota.
  process.send?.({ calls: recent.length, notOk: throttled, operations, quotaBoundMs: (Math.max(0, recent.length - ratePerSecond) / ratePerSecond) * 1000 });
});
process.on('disconnect', () => {
  void server.close();
});
