// SPDX-License-Identifier: Apache-2.0
// One account of 1,000 users with a key each, served from another process at a quota: calls, wall time against what quota or CPU ask for, memory.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { BUNDLE } from '../src/bundle/layout.ts';
import { runSchema } from '../src/bundle/records.ts';
import { millisecondsOf } from '../src/model/instant.ts';
import { SOURCES } from '../scanners/aws/sources.ts';
import { line, measure } from './support/measure.ts';
import { serveAccount } from './support/served-account.ts';

const USERS = 1000;
const RATE = 100;
const BUDGETS = { standard: 1050, bulk: 20, region: 14, wall: 1.15, megabytes: 512 } as const;
/** What a region costs beyond its secrets, parameters, keys and certificates: counted on its own, since it is once for each region and not for the account. */
const OF_REGIONS = new Set(SOURCES.filter(({ unitKind, depth }) => unitKind === 'region' && depth === 'standard').flatMap(({ operations }) => operations.map(({ operation }) => operation)));
const program = join(import.meta.dirname, '../dist/rollcall.js');

const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
const server = await serveAccount(USERS, RATE, folder);
try {
  // Lanes that together stay just below the quota: at the quota itself two clocks that differ by a hair would throttle. CloudTrail's own
  // pace, one a second, is another quota's: its 20 requests take 18 s beside the reads of IAM, which take 100 s at the pace that AWS gets.
  const configuration = join(folder, 'rollcall.yaml');
  await writeFile(configuration, stringify({ version: 1, targets: [{ name: 'bench', provider: 'aws', auth: { ambient: true } }], limits: { 'aws.iam': { rate: RATE * 0.94, burst: RATE / 2, concurrency: 32 }, 'aws.cloudtrail': { rate: RATE * 0.03, burst: 2 } } }));
  const calibration = await measure(process.execPath, [join(import.meta.dirname, 'support/sdk-calls.ts'), server.url, String(RATE / 2)], server.env);
  if (calibration.code !== 0) throw new Error(`the SDK alone could not be measured: ${calibration.err}`);
  const cpuMs = Number(calibration.out) / 1000;
  await server.asked();
  console.log(`${USERS} users with one key each; the server allows ${RATE} requests a second; the SDK alone takes ${cpuMs.toFixed(2)} ms of CPU a call; ${availableParallelism()} cores`);
  for (const depth of ['bulk', 'standard'] as const) {
    await delay(1500); // the server's bucket fills again between two scans
    const scan = await measure(process.execPath, [program, 'scan', '--config', configuration, '--archive', join(folder, depth), '--depth', depth, '--quiet', '--json'], server.env);
    if (scan.code !== 0 && scan.code !== 3) throw new Error(`rollcall scan ended with ${String(scan.code)}\n${scan.err}`);
    const { calls, notOk, quotaBoundMs, operations } = await server.asked();
    const most = Object.entries(operations).sort(([, a], [, b]) => b - a).slice(0, 3).map(([operation, count]) => `${operation} ${count}`).join(', ');
    const beyond = Object.entries(operations).reduce((sum, [operation, count]) => sum + (OF_REGIONS.has(operation) ? count : 0), 0);
    console.log(line(`calls, ${depth}`, calls - beyond, BUDGETS[depth], `${most}; ${notOk} not answered with 200; exit ${scan.code}`));
    if (depth === 'standard') {
      console.log(line('calls of one region beside', beyond, BUDGETS.region, 'nothing is in it'));
      const bound = Math.max(quotaBoundMs, (calls * cpuMs) / availableParallelism());
      const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(scan.out));
      const { startedAt, finishedAt } = runSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.run), 'utf8')));
      const readMs = millisecondsOf(finishedAt) - millisecondsOf(startedAt);
      console.log(line('wall / larger of quota and CPU bound', scan.wallMs / bound, BUDGETS.wall, `${(scan.wallMs / 1000).toFixed(1)} s against ${(bound / 1000).toFixed(1)} s; reading ${(readMs / 1000).toFixed(1)} s, the rest start, deriving, sealing`));
    }
    if (scan.peakBytes !== null) console.log(line(`peak resident MB, ${depth}`, scan.peakBytes / 1024 / 1024, BUDGETS.megabytes, 'as the system counts it'));
  }
} finally {
  server.close();
  await rm(folder, { recursive: true, force: true });
}
