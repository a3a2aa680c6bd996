// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { GOOGLE_ORGANIZATION, harborOrganization, harborProject } from '../../../../fixtures/company/google/project.ts';
import type { GoogleFault } from '../../../../fixtures/servers/google-faults.ts';
import type { GoogleServer, GoogleServerOptions } from '../../../../fixtures/servers/google.ts';
import { google } from '../../../../scanners/google/index.ts';
import { readJsonLines } from '../../../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../../../src/bundle/layout.ts';
import { coverageSchema, coverageUnitSchema, scopeSchema, type Coverage, type CoverageUnit, type Scope } from '../../../../src/bundle/records.ts';
import { identitySchema, type Identity } from '../../../../src/model/row.ts';
import { runScan } from '../../../../src/pipeline/scan.ts';
import { parseConfiguration } from '../../../../src/scope/configuration.ts';
import { testSigner } from '../../../support/signer.ts';
import { fileWith, NOW, OWN_FILE, serve } from './scan.ts';

/** `listed`: rows of every kind of every unit, as `coverage-units.jsonl.gz` has them. */
export interface Played { readonly scope: Scope; readonly coverage: Coverage; readonly listed: readonly ({ readonly unit: string } & CoverageUnit['listed'][number])[]; readonly identities: readonly Identity[]; readonly bundle: string; readonly server: GoogleServer }
const all = harborOrganization(NOW);
/** The company's organization, as a server has it. */
export const COMPANY: Pick<GoogleServerOptions, 'projects' | 'containers'> = { projects: [harborProject(NOW), ...all.projects], containers: all.containers };

/** A whole scan of an organization, from login to derived bundle: real libraries, real collector. Faults begin when the login has answered. */
export async function scanOrganization({ served = COMPANY, scope = { organizations: [GOOGLE_ORGANIZATION] }, faults = [], configuration = {}, pageSize, requestTimeoutMs = 5000 }: { readonly served?: Partial<GoogleServerOptions>; readonly scope?: object; readonly faults?: readonly GoogleFault[]; readonly configuration?: object; readonly pageSize?: number; readonly requestTimeoutMs?: number } = {}): Promise<Played> {
  const server = await serve({ ...served, ...(pageSize === undefined ? {} : { pageSize }) });
  const limits = Object.fromEntries(google.lanes.map(({ id }) => [id, { rate: 1000, burst: 1000, concurrency: 8 }]));
  const auth = { credentialsFile: await fileWith(OWN_FILE), endpoints: { iam: server.url, resourceManager: server.url, impersonation: server.url, others: server.url } };
  const { configuration: parsed, targets } = parseConfiguration({ version: 1, limits, targets: [{ name: 'google', provider: 'google', auth, scope }], ...configuration }, 'test', [google]);
  const archive = join(await mkdtemp(join(tmpdir(), 'rollcall-test-')), 'archive');
  onTestFinished(() => rm(dirname(archive), { recursive: true, force: true }));
  const { bundle } = await runScan({
    archive, providers: [{ ...google, connect: (target, options) => google.connect(target, { ...options, requestTimeoutMs }) }], configuration: parsed, declared: true, targets, inputs: [], depth: 'standard', occasion: 'ad hoc', signer: testSigner(), toolVersion: '0.0.0', clock: Date.now, signal: new AbortController().signal,
    progress: () => undefined, stage: () => undefined, announce: () => { server.setFaults(faults); }, pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 5, attempts: { throttled: 3, transient: 2, malformed: 2 } },
  });
  const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(bundle, file), 'utf8'));
  const identities: Identity[] = [];
  for await (const row of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) identities.push(row as Identity);
  const listed: Played['listed'][number][] = [];
  for await (const { unit, listed: own } of readJsonLines(join(bundle, BUNDLE.coverageUnits), coverageUnitSchema)) listed.push(...own.map((one) => ({ unit, ...one })));
  return { listed, scope: scopeSchema.parse(await json(BUNDLE.scope)), coverage: coverageSchema.parse(await json(BUNDLE.coverage)), identities, bundle, server };
}

/** What became of each unit, by the name that Google Cloud has for it. */
export function outcomesOf({ coverage }: Played): { readonly [unit: string]: string } {
  return Object.fromEntries(coverage.units.filter(({ unit }) => unit.startsWith('google:')).map(({ unit, outcome }) => [unit.replace('google:', ''), outcome]));
}
