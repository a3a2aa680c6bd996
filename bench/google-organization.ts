// SPDX-License-Identifier: Apache-2.0
// An organization of Google Cloud of many projects, served from another process: memory, whether it grows with projects, calls, and what the documented quotas alone would take. Arguments: projects (2,000 where absent; a fifth of them is scanned first) and service accounts in each (15).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { google } from '../scanners/google/index.ts';
import { readJsonLines } from '../src/bundle/jsonl.ts';
import { BUNDLE } from '../src/bundle/layout.ts';
import { coverageSchema, runSchema } from '../src/bundle/records.ts';
import { millisecondsOf } from '../src/model/instant.ts';
import { ledgerEntrySchema } from '../src/model/ledger.ts';
import { line, measure } from './support/measure.ts';

const MOST = Number(process.argv[2] ?? '2000');
const ACCOUNTS = Number(process.argv[3] ?? '15');
const BUDGETS = { megabytes: 512, growth: 1.25 } as const;
const program = join(import.meta.dirname, '../dist/rollcall.js');
const begun = z.object({ url: z.string(), caPem: z.string(), file: z.string(), organization: z.string() });
const told = z.object({ calls: z.number(), notOk: z.number() });

interface Run { readonly wallMs: number; readonly readMs: number; readonly megabytes: number | null; readonly calls: number; readonly byLane: ReadonlyMap<string, number> }

async function scan(projects: number): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  const server = fork(join(import.meta.dirname, 'support/google-organization-server.ts'), [String(projects), String(ACCOUNTS)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const [{ url, caPem, file, organization }] = z.tuple([begun]).parse((await once(server, 'message')).slice(0, 1));
    await writeFile(join(folder, 'reader.json'), file, { mode: 0o600 });
    await writeFile(join(folder, 'ca.pem'), caPem);
    // Nothing waits for a quota here: what the quotas would take is counted from the calls.
    const limits = Object.fromEntries(google.lanes.map(({ id }) => [id, { rate: 1_000, burst: 1_000, concurrency: 32 }]));
    const endpoints = { iam: url, resourceManager: url, impersonation: url, others: url };
    const configuration = join(folder, 'rollcall.json');
    await writeFile(configuration, JSON.stringify({ version: 1, limits, targets: [{ name: 'bench', provider: 'google', auth: { credentialsFile: join(folder, 'reader.json'), endpoints }, scope: { organizations: [organization] } }] }));
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, NO_PROXY: '127.0.0.1' };
    const result = await measure(process.execPath, [program, 'scan', '--config', configuration, '--archive', join(folder, 'archive'), '--quiet', '--json'], env);
    if (result.code !== 0 && result.code !== 3) throw new Error(`rollcall scan ended with ${String(result.code)}\n${result.err}`);
    const { calls, notOk } = await ask(server);
    const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(result.out));
    const { startedAt, finishedAt } = runSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.run), 'utf8')));
    const { units } = coverageSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.coverage), 'utf8')));
    const scanned = units.filter(({ outcome }) => outcome === 'scanned').length;
    if (scanned !== projects + 1) throw new Error(`${scanned} units were scanned, not ${projects} projects and their organization; ${notOk} calls were refused: ${JSON.stringify(units.find(({ outcome }) => outcome !== 'scanned') ?? null).slice(0, 2000)}`);
    const byLane = new Map<string, number>();
    for await (const entry of readJsonLines(join(bundle, BUNDLE.calls), ledgerEntrySchema)) if (entry.type === 'call') byLane.set(entry.lane, (byLane.get(entry.lane) ?? 0) + 1);
    return { wallMs: result.wallMs, readMs: millisecondsOf(finishedAt) - millisecondsOf(startedAt), megabytes: result.peakBytes === null ? null : result.peakBytes / 1024 / 1024, calls, byLane };
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(server: ReturnType<typeof fork>): Promise<z.output<typeof told>> {
  const answer = once(server, 'message');
  server.send('asked');
  return told.parse((await answer)[0]);
}

const small = await scan(Math.max(10, Math.round(MOST / 5)));
const large = await scan(MOST);
console.log(`${MOST} projects of ${ACCOUNTS} service accounts with a key each; ${large.calls} calls, ${(large.calls / MOST).toFixed(1)} a project; ${(large.wallMs / 1000).toFixed(1)} s, of which reading ${(large.readMs / 1000).toFixed(1)} s: ${(large.readMs / large.calls).toFixed(2)} ms a call`);
if (large.megabytes !== null && small.megabytes !== null) {
  console.log(line('peak resident MB', large.megabytes, BUDGETS.megabytes, 'as the system counts it'));
  console.log(line('peak against that of a fifth of the projects', large.megabytes / small.megabytes, BUDGETS.growth, `${small.megabytes.toFixed(0)} MB`));
}
const quotas = [...large.byLane].map(([id, calls]) => ({ id, hours: calls / (google.lanes.find((lane) => lane.id === id)?.rate ?? 1) / 3600 })).toSorted((a, b) => b.hours - a.hours);
console.log(`what each quota takes of such a scan at the rates in force by default: ${quotas.map(({ id, hours }) => `${id} ${hours.toFixed(2)} h`).join(', ')}`);
