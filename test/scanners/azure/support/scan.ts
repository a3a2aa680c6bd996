// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AZURE_READER, AZURE_TENANT, harborTenant, readerLogin } from '../../../../fixtures/company/azure/tenant.ts';
import type { GraphFault } from '../../../../fixtures/servers/graph-faults.ts';
import { trustCertificate } from '../../../../fixtures/servers/graph-trust.ts';
import { startGraphServer, type GraphServer, type GraphServerOptions } from '../../../../fixtures/servers/graph.ts';
import { loginCertificate, type SelfSigned } from '../../../../fixtures/servers/kubernetes-tls.ts';
import type { GraphLogin } from '../../../../fixtures/servers/graph-tenant.ts';
import { azure } from '../../../../scanners/azure/index.ts';
import { instantOf } from '../../../../src/model/instant.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Connection, Depth } from '../../../../src/model/source.ts';
import { collectOne, type Collected } from '../../../support/collect-one.ts';
import { temporaryFolder } from '../../../support/temp.ts';

export const NOW = instantOf(Date.UTC(2026, 10, 22, 9, 30));

// The certificate of all logins of one process: making one takes a while.
const OWN = loginCertificate('rollcall-reader');

/** The path of a file with a certificate and its key, as a person would make it for a login. */
export async function certificateFile({ key, certificate }: SelfSigned = OWN): Promise<string> {
  const file = join(await temporaryFolder(), 'login.pem');
  await writeFile(file, `${key}${certificate}`);
  return file;
}

export const ISSUER = 'https://issuer.northwind-harbor.test';
export const SUBJECT = 'repo:northwind-harbor/audit:ref:refs/heads/main';
const issuerKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A token of the company's own issuer, in a file, as a pipeline gets one. */
export async function federatedTokenFile(subject = SUBJECT): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000);
  const text = [{ alg: 'RS256', typ: 'JWT' }, { iss: ISSUER, sub: subject, aud: 'api://AzureADTokenExchange', iat: seconds, exp: seconds + 600 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const file = join(await temporaryFolder(), 'token');
  await writeFile(file, `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(issuerKey)).toString('base64url')}`);
  return file;
}

export interface ServeOptions extends Partial<Omit<GraphServerOptions, 'tenant'>> { readonly login?: Partial<GraphLogin>; readonly trusted?: boolean; /** A login without a role on Azure resources. */ readonly noSubscriptions?: boolean }

/** A server of the company's tenant with Rollcall's login, closed when the test ends. */
export async function serve({ login: how = {}, trusted = true, noSubscriptions = false, ...options }: ServeOptions = {}): Promise<GraphServer> {
  const federated = { issuer: ISSUER, subject: SUBJECT, publicKeyPem: createPublicKey(issuerKey).export({ type: 'spki', format: 'pem' }).toString() };
  const tenant = harborTenant(NOW, [readerLogin({ certificatePem: OWN.certificate, federated, ...how })]);
  const server = await startGraphServer({ tenant: noSubscriptions ? { ...tenant, azure: { subscriptions: [], roles: [] } } : tenant, now: NOW, ...options });
  onTestFinished(() => server.close());
  if (trusted) onTestFinished(trustCertificate(server.caPem));
  return server;
}

export interface LoginOptions { readonly auth?: JsonObject; readonly scope?: JsonObject; readonly requestTimeoutMs?: number }

/** Logs in through the real SDK: by certificate, where the test names no other way. */
export async function login(server: GraphServer, { auth, scope = { tenants: [AZURE_TENANT] }, requestTimeoutMs }: LoginOptions = {}): Promise<Connection> {
  const how = auth ?? { clientCertificate: { clientId: AZURE_READER.appId, certificateFile: await certificateFile() } };
  const connection = await azure.connect({ name: 'test', provider: 'azure', auth: { endpoints: { authority: server.url, graph: server.url, vault: server.vaultUrl }, ...how }, scope }, { userAgent: 'rollcall/0.0.0', ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }) });
  onTestFinished(() => connection.close());
  return connection;
}

export interface Scanned extends Collected { readonly server: GraphServer }

type ScanOptions = ServeOptions & LoginOptions & { readonly afterLogin?: readonly GraphFault[]; readonly detector?: boolean; readonly depth?: Depth };

/** A whole scan of one tenant: real login, real collector, rows read back from disk, joined. */
export async function scanTenant(options: ScanOptions = {}): Promise<Scanned> {
  return await scanUnit(0, options);
}

/** The same of a subscription of that tenant, the first where no other is named. */
export async function scanSubscription(options: ScanOptions = {}, place = 1): Promise<Scanned> {
  return await scanUnit(place, options);
}

async function scanUnit(place: number, { afterLogin, requestTimeoutMs, detector = true, depth = 'standard', ...rest }: ScanOptions): Promise<Scanned> {
  const server = await serve(rest);
  const connection = await login(server, requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
  if (afterLogin !== undefined) server.setFaults(afterLogin);
  return { ...(await collectOne(azure, { ...connection, units: connection.units.slice(place) }, NOW, { detector, depth })), server };
}
