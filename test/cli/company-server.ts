// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { AWS_LOGIN, company, type Company } from '../../fixtures/company/company.ts';
import type { AwsFault } from '../../fixtures/servers/aws-faults.ts';
import { startAwsServer, type AwsServer } from '../../fixtures/servers/aws-query.ts';
import { instantOf } from '../../src/model/instant.ts';

/** The account of the fictional company as a unit. */
export const UNIT = 'aws:111122223333';

/** A server that stands for AWS, with the company's account behind the login of `Machine.environment`; `faults` replace the company's own. Its credential report is there at once, so that a scan waits for nothing. Its regions, which the demonstration reads, are left out where `regions` is not set: one account is one unit. */
export async function serve(options: { readonly faults?: readonly AwsFault[]; readonly company?: Company; readonly regions?: true } = {}): Promise<AwsServer> {
  const now = instantOf(Date.now());
  const { aws } = options.company ?? company(now);
  const account = aws.accounts[AWS_LOGIN.accessKeyId];
  if (account === undefined) throw new Error('the company has no account for its own login');
  const { regions, ...others } = account;
  return startAwsServer({ accounts: { [AWS_LOGIN.accessKeyId]: { ...others, ...(options.regions === true && regions !== undefined ? { regions } : {}), report: { ...account.report, existing: true } } }, faults: options.faults ?? aws.faults, now });
}

/** A configuration that reads as fast as the server answers, with more fields where a test needs them. Returns its path. */
export async function configure(folder: string, more: { readonly [field: string]: unknown } = {}): Promise<string> {
  const file = join(folder, 'rollcall.yaml');
  await writeFile(file, stringify({ version: 1, targets: [{ name: 'harbor', provider: 'aws', auth: { ambient: true } }], limits: { 'aws.iam': { rate: 1000, burst: 1000 }, 'aws.cloudtrail': { rate: 1000, burst: 1000 } }, ...more }));
  return file;
}

/** A day so many days from now, as configurations write it. */
export function day(fromNow: number): string {
  return new Date(Date.now() + fromNow * 86_400_000).toISOString().slice(0, 10);
}
