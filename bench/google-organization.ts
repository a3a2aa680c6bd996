// SPDX-License-Identifier: Apache-2.0
// An organization of Google Cloud of many projects, served from another process: memory, whether it grows with projects, calls, and what the documented quotas alone would take. Arguments: projects (2,000 where absent; a fifth of them is scanned first) and service accounts in each (15).
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { google } from '../scanners/google/index.ts';
import { line } from './support/measure.ts';
import { scanServed, type ServedRun } from './support/scan-served.ts';

const MOST = Number(process.argv[2] ?? '2000');
const ACCOUNTS = Number(process.argv[3] ?? '15');
const BUDGETS = { megabytes: 512, growth: 1.25 } as const;

async function scan(projects: number): Promise<ServedRun> {
  const run = await scanServed({
    server: 'google-organization-server.ts', args: [projects, ACCOUNTS], told: z.object({ url: z.string(), caPem: z.string(), file: z.string(), organization: z.string() }),
    configure: async ({ url, file, organization }, folder) => {
      const credentialsFile = join(folder, 'reader.json');
      await writeFile(credentialsFile, file, { mode: 0o600 });
      // Nothing waits for a quota here: what the quotas would take is counted from the calls.
      const limits = Object.fromEntries(google.lanes.map(({ id }) => [id, { rate: 1_000, burst: 1_000, concurrency: 32 }]));
      return { version: 1, limits, targets: [{ name: 'bench', provider: 'google', auth: { credentialsFile, endpoints: { iam: url, resourceManager: url, impersonation: url, others: url } }, scope: { organizations: [organization] } }] };
    },
  });
  const { units } = run.coverage;
  const scanned = units.filter(({ outcome }) => outcome === 'scanned').length;
  if (scanned !== projects + 1) throw new Error(`${scanned} units were scanned, not ${projects} projects and their organization; ${run.notOk} calls were refused: ${JSON.stringify(units.find(({ outcome }) => outcome !== 'scanned') ?? null).slice(0, 2000)}`);
  return run;
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
