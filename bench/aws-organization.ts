// SPDX-License-Identifier: Apache-2.0
// An organization of many small accounts, served from another process: outcomes, wall time against the quota of its list and the CPU of its calls, memory, and whether memory grows with accounts.
// Argument: how many accounts; 5,000 where absent.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { AWS_LOGIN } from '../fixtures/company/company.ts';
import { BUNDLE } from '../src/bundle/layout.ts';
import { coverageSchema, runSchema } from '../src/bundle/records.ts';
import { millisecondsOf } from '../src/model/instant.ts';
import { line, measure } from './support/measure.ts';

const MOST = Number(process.argv[2] ?? '5000');
const USERS = 2;
/** Organizations gives 20 accounts a page; we ask for 4 pages a second, half of what it allows. */
const LIST_BOUND_MS = (accounts: number): number => (Math.max(0, Math.ceil(accounts / 20) - 6) / 4) * 1000;
const BUDGETS = { wall: 1.15, megabytes: 512, growth: 1.25 } as const;
const program = join(import.meta.dirname, '../dist/rollcall.js');
const told = z.object({ calls: z.number(), notOk: z.number(), operations: z.record(z.string(), z.number()) });

interface Run { readonly wallMs: number; readonly readMs: number; readonly megabytes: number | null; readonly calls: number; readonly cpuMs: number }

async function scan(accounts: number): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  const server = fork(join(import.meta.dirname, 'support/aws-organization-server.ts'), [String(accounts), String(USERS), '100'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const [{ url }] = z.tuple([z.object({ url: z.string() })]).parse((await once(server, 'message')).slice(0, 1));
    const configuration = join(folder, 'rollcall.yaml');
    await writeFile(configuration, stringify({ version: 1, targets: [{ name: 'bench', provider: 'aws', auth: { ambient: true }, scope: { organization: true, memberRole: { name: 'rollcall-reader', externalId: 'agreed-word' } } }] }));
    const env = { ...process.env, AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: AWS_LOGIN.accessKeyId, AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secretAccessKey, AWS_REGION: AWS_LOGIN.region, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    const calibration = await measure(process.execPath, [join(import.meta.dirname, 'support/sdk-calls.ts'), url, '50'], env);
    if (calibration.code !== 0) throw new Error(`the SDK alone could not be measured: ${calibration.err}`);
    const before = await ask(server);
    const result = await measure(process.execPath, [program, 'scan', '--config', configuration, '--archive', join(folder, 'archive'), '--bulk-only', '--quiet', '--json'], env);
    if (result.code !== 0 && result.code !== 3) throw new Error(`rollcall scan ended with ${String(result.code)}\n${result.err}`);
    const after = await ask(server);
    const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(result.out));
    const { startedAt, finishedAt } = runSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.run), 'utf8')));
    const { units } = coverageSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.coverage), 'utf8')));
    // Beside each account its one region, and beside all of them their organization.
    const scanned = units.filter(({ outcome }) => outcome === 'scanned').length;
    if (scanned !== 2 * accounts + 1) throw new Error(`${scanned} units were scanned, not ${accounts} accounts with a region each and their organization: ${JSON.stringify(units.find(({ outcome }) => outcome !== 'scanned') ?? null).slice(0, 2000)}`);
    return { wallMs: result.wallMs, readMs: millisecondsOf(finishedAt) - millisecondsOf(startedAt), megabytes: result.peakBytes === null ? null : result.peakBytes / 1024 / 1024, calls: after.calls - before.calls, cpuMs: Number(calibration.out) / 1000 };
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
// The login's session is one more call for each account, and its two clients share the core with nothing else.
const bound = Math.max(LIST_BOUND_MS(MOST), (large.calls * large.cpuMs) / availableParallelism());
console.log(`${MOST} accounts of ${USERS} users, each entered by its role; ${large.calls} calls, ${(large.calls / MOST).toFixed(1)} an account; the SDK alone takes ${large.cpuMs.toFixed(2)} ms of CPU a call; ${availableParallelism()} cores, shared with the server`);
console.log(line('wall / larger of quota and CPU bound', large.wallMs / bound, BUDGETS.wall, `${(large.wallMs / 1000).toFixed(1)} s against ${(bound / 1000).toFixed(1)} s; reading ${(large.readMs / 1000).toFixed(1)} s, the rest start, deriving, sealing`));
console.log(`reading took ${(large.readMs / (large.calls * large.cpuMs)).toFixed(2)} x the SDK's CPU for these calls on one core: a scan reads in one thread`);
if (large.megabytes !== null && small.megabytes !== null) {
  console.log(line('peak resident MB', large.megabytes, BUDGETS.megabytes, 'as the system counts it'));
  console.log(line('peak against that of a fifth of the accounts', large.megabytes / small.megabytes, BUDGETS.growth, `${small.megabytes.toFixed(0)} MB`));
}
