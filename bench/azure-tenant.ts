// SPDX-License-Identifier: Apache-2.0
// A tenant of many service principals, served from another process, at the rates in force by default: wall time against the slowest of its quotas, memory, and whether memory grows with principals.
// Arguments: service principals (200,000 where absent; a fifth of them is scanned first) and application registrations among them (2,000).
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AZURE_READER } from '../fixtures/company/azure/tenant.ts';
import { azure } from '../scanners/azure/index.ts';
import { line } from './support/measure.ts';
import { scanServed, type ServedRun } from './support/scan-served.ts';

const MOST = Number(process.argv[2] ?? '200000');
const REGISTERED = Number(process.argv[3] ?? '2000');
const BUDGETS = { wall: 1.15, megabytes: 512, growth: 1.25 } as const;

async function scan(principals: number): Promise<ServedRun> {
  const run = await scanServed({
    server: 'azure-tenant-server.ts', args: [principals, Math.min(REGISTERED, principals)], told: z.object({ url: z.string(), caPem: z.string(), tenant: z.string(), pem: z.string() }),
    configure: async ({ url, tenant, pem }, folder) => {
      const certificateFile = join(folder, 'login.pem');
      await writeFile(certificateFile, pem, { mode: 0o600 });
      return { version: 1, targets: [{ name: 'bench', provider: 'azure', auth: { clientCertificate: { clientId: AZURE_READER.appId, certificateFile }, endpoints: { authority: url, graph: url } }, scope: { tenants: [tenant] } }] };
    },
  });
  const [unit] = run.coverage.units;
  const counted = run.coverage.controlTotals.find(({ name }) => name === 'Service principals');
  // One more stands for Microsoft Graph.
  if (unit?.outcome !== 'scanned' || counted?.state !== 'equal' || counted.listed !== principals + 1) throw new Error(`the tenant was not read as it is; ${run.notOk} calls were refused: ${JSON.stringify({ unit, counted }).slice(0, 2000)}`);
  return run;
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
