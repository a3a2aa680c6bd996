// SPDX-License-Identifier: Apache-2.0
// Writes every exchange of a scan of the company's organization with the fixture server of Google Cloud, a line each, for validate.py. The program is the one in the tree, with its real client libraries.
import { protos } from '@google-cloud/iam';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountFile } from '../../../fixtures/company/google/part.ts';
import { GOOGLE_ORGANIZATION, GOOGLE_READER, harborOrganization, harborProject } from '../../../fixtures/company/google/project.ts';
import { startGoogleServer, type GoogleExchange } from '../../../fixtures/servers/google.ts';
import { OPERATIONS } from '../../../scanners/google/operations.ts';
import { google } from '../../../scanners/google/index.ts';
import { TEST_PERMISSIONS } from '../../../scanners/google/test-permissions.ts';
import { instantOf } from '../../../src/model/instant.ts';
import type { Json } from '../../../src/model/json.ts';
import { z } from 'zod';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node record.ts FILE');

const now = instantOf(Date.now());
const exchanges: GoogleExchange[] = [];
const { containers, projects } = harborOrganization(now);
const { file: credentials, publicKeyPem } = accountFile();
// Small pages, so that tokens of pages are among what is asked.
const server = await startGoogleServer({ projects: [harborProject(now), ...projects], containers, logins: [{ email: GOOGLE_READER, publicKeyPem }], now, pageSize: 2, heard: (exchange) => { exchanges.push(exchange); } });
const folder = await mkdtemp(join(tmpdir(), 'rollcall-conformance-'));
try {
  await writeFile(join(folder, 'reader.json'), credentials, { mode: 0o600 });
  await writeFile(join(folder, 'ca.pem'), server.caPem);
  const limits = Object.fromEntries(google.lanes.map(({ id }) => [id, { rate: 100, burst: 100 }]));
  const target = { name: 'google', provider: 'google', auth: { ambient: true, endpoints: { iam: server.url, resourceManager: server.url, impersonation: server.url, others: server.url } }, scope: { organizations: [GOOGLE_ORGANIZATION] } };
  await writeFile(join(folder, 'rollcall.json'), JSON.stringify({ version: 1, limits, targets: [target] }));
  const run = async (...args: readonly string[]): Promise<number | null> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../../src/cli/main.ts'), ...args, '--config', join(folder, 'rollcall.json'), '--quiet'], {
      stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'reader.json'), NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), NO_PROXY: '127.0.0.1' },
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  const code = await run('scan', '--archive', join(folder, 'archive'), '--deep');
  // 3: the company's cluster that nobody declared is a gap in scope.
  if (code !== 0 && code !== 3) throw new Error(`the scan ended with ${String(code)}`);
  // It alone asks what the login may do.
  const tested = await run('doctor');
  if (tested !== 0) throw new Error(`doctor ended with ${String(tested)}`);
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
const all = [...OPERATIONS, TEST_PERMISSIONS];
const serviceOf = new Map(all.map(({ operation, service }) => [operation, service]));
const unasked = all.filter(({ operation }) => !exchanges.some((exchange) => exchange.operation === operation));
if (unasked.length > 0) throw new Error(`never asked for: ${unasked.map(({ operation }) => operation).join(', ')}`);
await writeFile(file, exchanges.map((exchange) => `${JSON.stringify({ ...exchange, service: serviceOf.get(exchange.operation) ?? null, problems: problemsOf(exchange) })}\n`).join(''));

/** Where an exchange of version 3 of IAM, of which no discovery document is shipped, departs from the message types of Google's own client library. */
function problemsOf({ operation, answer, status }: GoogleExchange): readonly string[] {
  const { v3 } = protos.google.iam;
  const type = operation === 'ListBoundaries' ? v3.ListPrincipalAccessBoundaryPoliciesResponse : operation === 'ListBoundaryBindings' ? v3.ListPolicyBindingsResponse : null;
  if (type === null || status !== 200) return [];
  const sent: Json = JSON.parse(answer);
  // Moments are messages there, and texts in JSON. https://protobuf.dev/programming-guides/json/
  const message: unknown = JSON.parse(answer, (name, value: unknown) => (name.endsWith('Time') && typeof value === 'string' ? { seconds: Math.floor(Date.parse(value) / 1000) } : value));
  // What the types do not know, they leave out.
  return missing(sent, z.json().parse(type.fromObject(z.record(z.string(), z.json()).parse(message)).toJSON()), operation);
}

function missing(sent: Json, known: Json | undefined, place: string): readonly string[] {
  if (known === undefined) return [`${place}: no such member`];
  if (Array.isArray(sent)) return sent.flatMap((item: Json, index) => missing(item, Array.isArray(known) ? known[index] : undefined, `${place}[${index}]`));
  if (typeof sent !== 'object' || sent === null) return [];
  const members = z.record(z.string(), z.json()).safeParse(known);
  return Object.entries(sent).flatMap(([name, value]) => missing(value, members.success ? members.data[name] : undefined, `${place}.${name}`));
}
