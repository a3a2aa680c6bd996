// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { accountFile } from '../../../../fixtures/company/google/part.ts';
import { GOOGLE_PROJECT, GOOGLE_READER, harborProject } from '../../../../fixtures/company/google/project.ts';
import type { GoogleFault } from '../../../../fixtures/servers/google-faults.ts';
import { startGoogleServer, type GoogleServer, type GoogleServerOptions } from '../../../../fixtures/servers/google.ts';
import { trustCertificate } from '../../../../fixtures/servers/graph-trust.ts';
import { google } from '../../../../scanners/google/index.ts';
import { instantOf } from '../../../../src/model/instant.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Connection, Depth } from '../../../../src/model/source.ts';
import { collectOne, type Collected } from '../../../support/collect-one.ts';
import { temporaryFolder } from '../../../support/temp.ts';

export const NOW = instantOf(Date.UTC(2026, 10, 22, 9, 30));
// One key for all logins of a process: making one takes a while.
const OWN = accountFile();
/** The file of credentials of Rollcall's account. */
export const OWN_FILE = OWN.file;

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
    { name: 'test', provider: 'google', auth: { credentialsFile: await fileWith(file), endpoints: { iam: server.url, resourceManager: server.url, impersonation: server.url, others: server.url }, ...auth }, scope },
    { userAgent: 'rollcall/0.0.0', ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }) },
  );
  onTestFinished(() => connection.close());
  return connection;
}

export interface Scanned extends Collected { readonly server: GoogleServer }

/** A whole scan of the project: real login, real collector, rows read back from disk, joined. */
export async function scanProject({ afterLogin, requestTimeoutMs, detector = true, depth, ...rest }: Partial<GoogleServerOptions> & { readonly depth?: Depth; readonly requestTimeoutMs?: number; readonly afterLogin?: readonly GoogleFault[]; readonly detector?: boolean } = {}): Promise<Scanned> {
  const server = await serve(rest);
  const connection = await login(server, requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
  if (afterLogin !== undefined) server.setFaults(afterLogin);
  return { ...(await collectOne(google, connection, NOW, { detector, ...(depth === undefined ? {} : { depth }) })), server };
}
