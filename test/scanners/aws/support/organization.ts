// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AWS_LOGIN } from '../../../../fixtures/company/company.ts';
import type { AwsAccount } from '../../../../fixtures/servers/aws-account.ts';
import type { AwsFault } from '../../../../fixtures/servers/aws-faults.ts';
import type { ListedAccount } from '../../../../fixtures/servers/aws-organizations.ts';
import { startAwsServer, type AwsServer } from '../../../../fixtures/servers/aws-query.ts';
import { aws } from '../../../../scanners/aws/index.ts';
import { readJsonLines } from '../../../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../../../src/bundle/layout.ts';
import { coverageSchema, coverageUnitSchema, scopeSchema, type Coverage, type CoverageUnit, type Scope } from '../../../../src/bundle/records.ts';
import type { ProgressEvent } from '../../../../src/collect/progress.ts';
import type { Depth } from '../../../../src/model/source.ts';
import { runScan } from '../../../../src/pipeline/scan.ts';
import { parseConfiguration } from '../../../../src/scope/configuration.ts';
import { testSigner } from '../../../support/signer.ts';
import { companyAccount, rightNow } from './scan.ts';

/** The account that manages the organization, which the login is in. */
export const MANAGEMENT = '111122223333';
/** Account numbers of members, by their place. */
export const idOf = (index: number): string => String(200_000_000_000 + index);
export const ROLE = 'audit/rollcall-reader';
const opened: (() => Promise<void>)[] = [];
/** Closes servers and removes archives. For an `afterAll`. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}

/** An account as the organization lists it. */
export function listed(Id: string, State: ListedAccount['State'], more: Partial<ListedAccount> = {}): ListedAccount {
  return { Id, Arn: `arn:aws:organizations::${MANAGEMENT}:account/o-harbor12345/${Id}`, Email: `aws+${Id}@northwind-harbor.example`, Name: `account ${Id}`, ...(State === undefined ? {} : { State }), JoinedMethod: 'CREATED', JoinedTimestamp: new Date('2024-03-01T09:00:00Z'), ...more };
}

/** A small account of one user and one key, whose role lets the login in with an external id. */
export function member(id: string, externalId: string | null = 'agreed-word'): AwsAccount {
  const { regions: _regions, ...whole } = companyAccount();
  const [user] = whole.users;
  if (user === undefined) throw new Error('the company has users');
  return {
    ...whole, id, aliases: [], events: [], groups: [], roles: [], policies: [], accessKeys: [], serviceCredentials: [], sshPublicKeys: [], signingCertificates: [], serverCertificates: [], oidcProviders: [], samlProviders: [], instanceProfiles: [],
    users: [{ ...user, GroupList: [], AttachedManagedPolicies: [], UserPolicyList: [], Arn: `arn:aws:iam::${id}:user/${user.UserName ?? ''}`, UserId: `AIDA${id}` }], report: { ...whole.report, rows: [], existing: true },
    assumable: { [`arn:aws:iam::${id}:role/${ROLE}`]: { externalId, roleId: `AROA${id}` } },
  };
}

/** `listed`: rows of every kind of every unit, as `coverage-units.jsonl.gz` has them. */
export interface Played { readonly scope: Scope; readonly coverage: Coverage; readonly listed: readonly ({ readonly unit: string } & CoverageUnit['listed'][number])[]; readonly bundle: string; readonly events: readonly ProgressEvent[]; readonly server: AwsServer }

/** A whole scan of an organization, from login to derived bundle: real SDK, real collector. Closed and removed when the file's tests have ended. */
export async function scanOrganization(accounts: readonly AwsAccount[], list: readonly ListedAccount[], scope: { readonly [field: string]: unknown }, more: { /** Changes the login's own account. */ readonly account?: Partial<AwsAccount>; /** How the login is had, beside its address. */ readonly auth?: { readonly [field: string]: unknown }; /** Whether faults begin before the login, as they do without this, or once it has answered. */ readonly after?: 'login'; readonly pageSize?: number; readonly depth?: Depth; readonly requestTimeoutMs?: number; readonly faults?: readonly AwsFault[]; readonly configuration?: { readonly [field: string]: unknown } } = {}): Promise<Played> {
  process.env['AWS_ACCESS_KEY_ID'] = AWS_LOGIN.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = AWS_LOGIN.secretAccessKey;
  process.env['AWS_REGION'] = AWS_LOGIN.region;
  const management: AwsAccount = { ...member(MANAGEMENT), ...more.account, caller: companyAccount().caller, organization: { id: 'o-harbor12345', managementAccount: MANAGEMENT, accounts: list } };
  const server = await startAwsServer({ now: rightNow(), pageSize: { ListAccounts: more.pageSize ?? 7, ListRegions: 1 }, faults: more.after === 'login' ? [] : (more.faults ?? []), accounts: { [AWS_LOGIN.accessKeyId]: management, ...Object.fromEntries(accounts.map((account) => [`ROLLCALLMEMBER${account.id}`, account])) } });
  opened.push(() => server.close());
  const limits = Object.fromEntries(aws.lanes.map(({ id }) => [id, { rate: 1000, burst: 1000, concurrency: 16 }]));
  const { configuration, targets } = parseConfiguration({ version: 1, limits, targets: [{ name: 'org', provider: 'aws', auth: { endpoint: server.url, ...more.auth }, scope }], ...more.configuration }, 'test', [aws]);
  const archive = join(await mkdtemp(join(tmpdir(), 'rollcall-test-')), 'archive');
  opened.push(() => rm(dirname(archive), { recursive: true, force: true }));
  const events: ProgressEvent[] = [];
  const { bundle } = await runScan({
    archive, providers: [more.requestTimeoutMs === undefined ? aws : { ...aws, connect: (target, options) => aws.connect(target, { ...options, requestTimeoutMs: more.requestTimeoutMs ?? 5000 }) }], configuration, declared: true, targets, inputs: [], depth: more.depth ?? 'bulk', occasion: 'ad hoc', signer: testSigner(), toolVersion: '0.0.0', clock: Date.now, signal: new AbortController().signal,
    progress: (event) => { events.push(event); }, stage: () => undefined, announce: () => { if (more.after === 'login') server.setFaults(more.faults ?? []); }, pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 5, attempts: { throttled: 3, transient: 2, malformed: 2 } },
  });
  const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(bundle, file), 'utf8'));
  const listed: Played['listed'][number][] = [];
  for await (const { unit, listed: own } of readJsonLines(join(bundle, BUNDLE.coverageUnits), coverageUnitSchema)) listed.push(...own.map((one) => ({ unit, ...one })));
  return { listed, scope: scopeSchema.parse(await json(BUNDLE.scope)), coverage: coverageSchema.parse(await json(BUNDLE.coverage)), bundle, events, server };
}

/** What became of each account, by its number. */
export function outcomesOf({ coverage }: Played): { readonly [unit: string]: string } {
  return Object.fromEntries(coverage.units.map(({ unit, outcome }) => [unit.replace('aws:', ''), outcome]));
}

/** A scope of all accounts of the organization. */
export const ALL = { organization: true, memberRole: { name: ROLE, externalId: 'agreed-word', sessionTags: { purpose: 'inventory' } } } as const;
