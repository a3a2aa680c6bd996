// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AWS_LOGIN, company } from '../../../../fixtures/company/company.ts';
import type { AwsAccount } from '../../../../fixtures/servers/aws-account.ts';
import type { AwsFault } from '../../../../fixtures/servers/aws-faults.ts';
import { startAwsServer, type AwsRequestRecord, type AwsServer, type AwsServerOptions } from '../../../../fixtures/servers/aws-query.ts';
import { aws } from '../../../../scanners/aws/index.ts';
import { BUNDLE } from '../../../../src/bundle/layout.ts';
import type { Scope } from '../../../../src/bundle/records.ts';
import { detectSecrets } from '../../../../src/collect/detector.ts';
import { startLane } from '../../../../src/collect/lane.ts';
import type { Progress } from '../../../../src/collect/progress.ts';
import type { Pace } from '../../../../src/collect/read.ts';
import { createRedactor } from '../../../../src/collect/redact.ts';
import { collectUnit } from '../../../../src/collect/unit.ts';
import { joinGzip } from '../../../../src/collect/work-files.ts';
import { readUnits, type ReadUnit } from '../../../../src/inventory/read-units.ts';
import { instantOf, type Instant } from '../../../../src/model/instant.ts';
import { optedIn, sourcesOf, type Connection, type Depth, type UnitInventory } from '../../../../src/model/source.ts';
import type { Unit } from '../../../../src/model/unit.ts';
import { temporaryFolder } from '../../../support/temp.ts';

/** A moment that the real clock is near enough to, so that no SDK thinks its clock wrong. */
export function rightNow(): Instant {
  return instantOf(Math.floor(Date.now() / 1000) * 1000);
}

/** The company's account at this moment. */
export function companyAccount(change: Partial<AwsAccount> = {}): AwsAccount {
  const account = company(rightNow()).aws.accounts[AWS_LOGIN.accessKeyId];
  if (account === undefined) throw new Error('the company has no account for its own login');
  return { ...account, ...change };
}

/** A server of one account, closed when the test ends. */
export async function serve(options: Omit<Partial<AwsServerOptions>, 'accounts'> & { readonly account?: AwsAccount } = {}): Promise<AwsServer> {
  const { account, ...rest } = options;
  const server = await startAwsServer({ now: rightNow(), ...rest, accounts: { [AWS_LOGIN.accessKeyId]: account ?? companyAccount() } });
  // A test may close it itself; a second time is then nothing to do.
  const closing = new Map<AwsServer, Promise<void>>();
  const close = async (): Promise<void> => {
    const once = closing.get(server) ?? server.close();
    closing.set(server, once);
    await once;
  };
  onTestFinished(close);
  return { ...server, url: server.url, requests: server.requests, setFaults: (faults) => server.setFaults(faults), close };
}

/** Logs in to a server with the ambient login, through the real SDK. */
export async function login(server: AwsServer, auth: { readonly [name: string]: unknown } = {}, requestTimeoutMs?: number, scope: { readonly [name: string]: unknown } = {}): Promise<Connection> {
  process.env['AWS_ACCESS_KEY_ID'] = AWS_LOGIN.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = AWS_LOGIN.secretAccessKey;
  process.env['AWS_REGION'] = AWS_LOGIN.region;
  const connection = await aws.connect({ name: 'test', provider: 'aws', auth: { endpoint: server.url, ...auth } as never, scope: scope as never }, { userAgent: 'rollcall/0.0.0', detect: detectSecrets, ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }) });
  onTestFinished(() => connection.close());
  return connection;
}

export interface Scanned { readonly read: ReadUnit; readonly inventory: UnitInventory; readonly requests: readonly AwsRequestRecord[] }

/** A region of an account as a unit. */
export function regionIn(account: Unit, region: string): Unit {
  return { ...account, id: `${account.id}/${region}`, nativeId: `${account.nativeId}/${region}`, kind: 'region' };
}

/** A whole scan of one account, or of one region of it: real SDK, real collector, rows read back from disk, joined. */
export async function scanAccount(options: Parameters<typeof serve>[0] & { readonly depth?: Depth; readonly asOf?: Instant; readonly requestTimeoutMs?: number; readonly attempts?: Pace['attempts']; readonly afterLogin?: readonly AwsFault[]; readonly region?: string; readonly scope?: { readonly configurationValues?: true }; readonly progress?: Progress } = {}): Promise<Scanned> {
  const { depth = 'standard', asOf = rightNow(), requestTimeoutMs, attempts, afterLogin, region, scope: told = {}, progress = () => undefined, ...rest } = options;
  const server = await serve(rest);
  const connection = await login(server, {}, requestTimeoutMs, told);
  if (afterLogin !== undefined) server.setFaults(afterLogin);
  const account = connection.units.find(({ kind }) => kind === 'account');
  if (account === undefined) throw new Error('the login has no account');
  const unit = { ...(region === undefined ? account : regionIn(account, region)), ...optedIn(aws, told) };
  const bundle = await temporaryFolder();
  const work = join(bundle, 'work');
  await mkdir(work, { recursive: true });
  const lanes = new Map(aws.lanes.map((lane) => [lane.id, startLane({ ...lane, rate: 500, burst: 100 })]));
  await collectUnit({
    unit, sources: sourcesOf(aws, unit), connection, depth, redactor: createRedactor({ enabled: true }), signal: new AbortController().signal, progress, clock: Date.now, bundle, work,
    lane: (source) => {
      const lane = lanes.get(source.lane);
      if (lane === undefined) throw new Error(`no lane ${source.lane}`);
      return lane;
    },
    pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 20, ...(attempts === undefined ? {} : { attempts }) },
  });
  await joinGzip(join(work, 'ledger'), join(bundle, BUNDLE.calls));
  await joinGzip(join(work, 'redactions'), join(bundle, BUNDLE.redactions));
  const scope: Scope = { declaredBy: 'own login only', parentRead: false, statement: 'test', units: [unit], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
  await writeFile(join(bundle, BUNDLE.scope), JSON.stringify(scope));
  for await (const read of readUnits(bundle, scope, [aws], depth)) {
    const inventory = aws.join(read.reads, { asOf, ownUnits: new Set([unit.id]), vendorUnits: new Set(), depth, related: read.reads });
    return { read, inventory, requests: server.requests };
  }
  throw new Error('no unit was read back');
}
