// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { accountFile } from '../../../../fixtures/company/google/part.ts';
import { GOOGLE_PROJECT, GOOGLE_READER, harborProject } from '../../../../fixtures/company/google/project.ts';
import type { GoogleFault } from '../../../../fixtures/servers/google-faults.ts';
import { startGoogleServer, type GoogleServer, type GoogleServerOptions } from '../../../../fixtures/servers/google.ts';
import { trustCertificate } from '../../../../fixtures/servers/graph-trust.ts';
import { google } from '../../../../scanners/google/index.ts';
import { BUNDLE } from '../../../../src/bundle/layout.ts';
import type { Scope } from '../../../../src/bundle/records.ts';
import { startLane } from '../../../../src/collect/lane.ts';
import { createRedactor } from '../../../../src/collect/redact.ts';
import { collectUnit } from '../../../../src/collect/unit.ts';
import { joinGzip } from '../../../../src/collect/work-files.ts';
import { readUnits, type ReadUnit } from '../../../../src/inventory/read-units.ts';
import { instantOf } from '../../../../src/model/instant.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { sourcesOf, type Connection, type UnitInventory } from '../../../../src/model/source.ts';
import { temporaryFolder } from '../../../support/temp.ts';

export const NOW = instantOf(Date.UTC(2026, 10, 22, 9, 30));
// One key for all logins of a process: making one takes a while.
const OWN = accountFile();

/** A server of the company's project that knows Rollcall's account, closed when the test ends. */
export async function serve(options: Partial<GoogleServerOptions> = {}): Promise<GoogleServer> {
  const server = await startGoogleServer({ projects: [harborProject(NOW)], logins: [{ email: GOOGLE_READER, publicKeyPem: OWN.publicKeyPem }], now: NOW, ...options });
  onTestFinished(() => server.close());
  onTestFinished(trustCertificate(server.caPem));
  return server;
}

/** The path of a file with this text. */
export async function fileWith(text: string): Promise<string> {
  const file = join(await temporaryFolder(), 'login.json');
  await writeFile(file, text);
  return file;
}

export interface LoginOptions { readonly file?: string; readonly auth?: JsonObject; readonly scope?: JsonObject; readonly requestTimeoutMs?: number }

/** Logs in through the real libraries with a file of credentials. */
export async function login(server: GoogleServer, { file = OWN.file, auth = {}, scope = { projects: [GOOGLE_PROJECT] }, requestTimeoutMs }: LoginOptions = {}): Promise<Connection> {
  const connection = await google.connect(
    { name: 'test', provider: 'google', auth: { credentialsFile: await fileWith(file), endpoints: { iam: server.url, resourceManager: server.url, impersonation: server.url }, ...auth }, scope },
    { userAgent: 'rollcall/0.0.0', ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }) },
  );
  onTestFinished(() => connection.close());
  return connection;
}

export interface Scanned { readonly read: ReadUnit; readonly inventory: UnitInventory; readonly server: GoogleServer; readonly bundle: string }

/** A whole scan of the project: real login, real collector, rows read back from disk, joined. */
export async function scanProject({ afterLogin, requestTimeoutMs, detector = true, ...rest }: Partial<GoogleServerOptions> & { readonly requestTimeoutMs?: number; readonly afterLogin?: readonly GoogleFault[]; readonly detector?: boolean } = {}): Promise<Scanned> {
  const server = await serve(rest);
  const connection = await login(server, requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
  if (afterLogin !== undefined) server.setFaults(afterLogin);
  const [unit] = connection.units;
  if (unit === undefined) throw new Error('the login has no unit');
  const bundle = await temporaryFolder();
  const work = join(bundle, 'work');
  await mkdir(work, { recursive: true });
  const lanes = new Map(google.lanes.map((lane) => [lane.id, startLane({ ...lane, rate: 500, burst: 100 })]));
  const redactor = createRedactor({ enabled: true });
  await collectUnit({
    // Without the detector, the schemas alone stand between an answer and the disk.
    unit, sources: sourcesOf(google, unit), connection, depth: 'standard', redactor: detector ? redactor : { ...redactor, detect: async (body) => ({ body, removed: [] }), text: async (value) => value }, signal: new AbortController().signal, progress: () => undefined, clock: Date.now, bundle, work,
    lane: (source) => {
      const lane = lanes.get(source.lane);
      if (lane === undefined) throw new Error(`no lane ${source.lane}`);
      return lane;
    },
    pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 20, attempts: { throttled: 3, transient: 3, malformed: 3 } },
  });
  await joinGzip(join(work, 'ledger'), join(bundle, BUNDLE.calls));
  await joinGzip(join(work, 'redactions'), join(bundle, BUNDLE.redactions));
  const scope: Scope = { declaredBy: 'own login only', parentRead: false, statement: 'test', units: [unit], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
  await writeFile(join(bundle, BUNDLE.scope), JSON.stringify(scope));
  for await (const read of readUnits(bundle, scope, [google], 'standard')) {
    return { read, inventory: google.join(read.reads, { asOf: NOW, ownUnits: new Set([unit.id]), vendorUnits: new Set(), depth: 'standard', related: read.reads }), server, bundle };
  }
  throw new Error('no unit was read back');
}
