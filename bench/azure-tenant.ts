// SPDX-License-Identifier: Apache-2.0
// A tenant of many service principals, served from another process, at the rates in force by default: wall time against the slowest of its quotas, memory, and whether memory grows with principals.
// Arguments: service principals (200,000 where absent; a fifth of them is scanned first) and application registrations among them (2,000).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { azure } from '../scanners/azure/index.ts';
import { AZURE_READER } from '../fixtures/company/azure/tenant.ts';
import { readJsonLines } from '../src/bundle/jsonl.ts';
import { BUNDLE } from '../src/bundle/layout.ts';
import { coverageSchema, runSchema } from '../src/bundle/records.ts';
import { millisecondsOf } from '../src/model/instant.ts';
import { ledgerEntrySchema } from '../src/model/ledger.ts';
import { line, measure } from './support/measure.ts';

const MOST = Number(process.argv[2] ?? '200000');
const REGISTERED = Number(process.argv[3] ?? '2000');
const BUDGETS = { wall: 1.15, megabytes: 512, growth: 1.25 } as const;
const program = join(import.meta.dirname, '../dist/rollcall.js');
const begun = z.object({ url: z.string(), caPem: z.string(), tenant: z.string(), pem: z.string() });
const told = z.object({ calls: z.number(), notOk: z.number() });

interface Run { readonly wallMs: number; readonly readMs: number; readonly megabytes: number | null; readonly calls: number; readonly byLane: ReadonlyMap<string, number> }

async function scan(principals: number): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  const server = fork(join(import.meta.dirname, 'support/azure-tenant-server.ts'), [String(principals), String(Math.min(REGISTERED, principals))], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const [{ url, caPem, tenant, pem }] = z.tuple([begun]).parse((await once(server, 'message')).slice(0, 1));
    await writeFile(join(folder, 'login.pem'), pem, { mode: 0o600 });
    await writeFile(join(folder, 'ca.pem'), caPem);
    const configuration = join(folder, 'rollcall.json');
    await writeFile(configuration, JSON.stringify({ version: 1, targets: [{ name: 'bench', provider: 'azure', auth: { clientCertificate: { clientId: AZURE_READER.appId, certificateFile: join(folder, 'login.pem') }, endpoints: { authority: url, graph: url } }, scope: { tenants: [tenant] } }] }));
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, NO_PROXY: '127.0.0.1' };
    const result = await measure(process.execPath, [program, 'scan', '--config', configuration, '--archive', join(folder, 'archive'), '--quiet', '--json'], env);
    if (result.code !== 0 && result.code !== 3) throw new Error(`rollcall scan ended with ${String(result.code)}\n${result.err}`);
    const answer = once(server, 'message');
    server.send('asked');
    const { calls, notOk } = told.parse((await answer)[0]);
    const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(result.out));
    const { startedAt, finishedAt } = runSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.run), 'utf8')));
    const { units, controlTotals } = coverageSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.coverage), 'utf8')));
    const [unit] = units;
    const counted = controlTotals.find(({ name }) => name === 'Service principals');
    // One more stands for Microsoft Graph.
    if (unit?.outcome !== 'scanned' || counted?.state !== 'equal' || counted.listed !== principals + 1) throw new Error(`the tenant was not read as it is; ${notOk} calls were refused: ${JSON.stringify({ unit, counted }).slice(0, 2000)}`);
    const byLane = new Map<string, number>();
    for await (const entry of readJsonLines(join(bundle, BUNDLE.calls), ledgerEntrySchema)) if (entry.type === 'call') byLane.set(entry.lane, (byLane.get(entry.lane) ?? 0) + 1);
    return { wallMs: result.wallMs, readMs: millisecondsOf(finishedAt) - millisecondsOf(startedAt), megabytes: result.peakBytes === null ? null : result.peakBytes / 1024 / 1024, calls, byLane };
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const small = await scan(Math.max(1_000, Math.round(MOST / 5)));
const large = await scan(MOST);
const quotas = [...large.byLane].map(([id, calls]) => {
  const lane = azure.lanes.find((each) => each.id === id);
  return { id, calls, seconds: lane === undefined ? 0 : Math.max(0, calls - lane.burst) / lane.rate };
}).toSorted((a, b) => b.seconds - a.seconds);
const bound = quotas[0]?.seconds ?? 0;
console.log(`${MOST} service principals and ${Math.min(REGISTERED, MOST)} applications; ${large.calls} calls; ${quotas.map(({ id, calls, seconds }) => `${id} ${calls} calls, ${seconds.toFixed(0)} s`).join('; ')}`);
console.log(line('wall / the slowest quota', large.wallMs / 1000 / bound, BUDGETS.wall, `${(large.wallMs / 1000).toFixed(1)} s against ${bound.toFixed(1)} s; reading ${(large.readMs / 1000).toFixed(1)} s, the rest start, deriving, sealing`));
if (large.megabytes !== null && small.megabytes !== null) {
  console.log(line('peak resident MB', large.megabytes, BUDGETS.megabytes, 'as the system counts it'));
  console.log(line('peak against that of a fifth of the principals', large.megabytes / small.megabytes, BUDGETS.growth, `${small.megabytes.toFixed(0)} MB`));
}
