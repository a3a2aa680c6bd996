// SPDX-License-Identifier: Apache-2.0
// 100,000 Secrets in 100 namespaces of a real kube-apiserver: most memory of a whole scan, and its time against a program that does no more
// than send the same requests, as many at once, and parse what comes back. Seeding takes minutes and is not measured. `--strict`: exit 1 beyond a budget.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { targetOf, wireOperation } from '../scanners/kubernetes/operations.ts';
import { BUNDLE } from '../src/bundle/layout.ts';
import { runSchema } from '../src/bundle/records.ts';
import { millisecondsOf } from '../src/model/instant.ts';
import { startCluster } from '../test/conformance/kubernetes/cluster.ts';
import { configure, environment } from '../test/conformance/kubernetes/scan.ts';
import { line, measure, median } from './support/measure.ts';

const SECRETS = 100_000;
const NAMESPACES = 100;
const ROUNDS = 3;
// As many lists at once as the lane of the cluster allows.
const CONCURRENCY = 4;
const BUDGETS = { megabytes: 200, ratio: 1.5 } as const;
const program = join(import.meta.dirname, '../dist/rollcall.js');
/** Of a call of the ledger, what says which request it was. */
const call = z.looseObject({ service: z.string(), operation: z.string(), page: z.number(), parameters: z.record(z.string(), z.json()) });
const strict = process.argv.includes('--strict');

const built = (await promisify(execFile)(join(import.meta.dirname, '../test/conformance/kubernetes/build.sh'), { timeout: 3_600_000 })).stdout.trim();
const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
const cluster = await startCluster(built, folder, []);
let beyond = false;
const tell = (what: string, value: number, budget: number, detail: string): void => {
  beyond ||= value > budget;
  console.log(line(what, value, budget, detail));
};
try {
  const seeding = performance.now();
  await cluster.run('seed', ['--bulk', String(SECRETS), '--bulk-namespaces', String(NAMESPACES)]);
  console.log(`${SECRETS} Secrets in ${NAMESPACES} namespaces, seeded in ${((performance.now() - seeding) / 1000).toFixed(0)} s`);
  const kubeconfig = await cluster.kubeconfig('bench', cluster.admin);
  // The rate that Rollcall keeps by itself would hide what the program costs: here only the number of requests at once is kept.
  const limits = { 'kubernetes.api': { rate: 1000, burst: 1000, concurrency: CONCURRENCY } };
  const scans = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = join(folder, `scan-${round}`);
    const configuration = await configure(own, kubeconfig, 'bench', { limits });
    const scan = await measure(process.execPath, [program, 'scan', '--config', configuration, '--archive', join(own, 'archive'), '--json'], environment(own));
    if (scan.code !== 0) throw new Error(`rollcall scan ended with ${String(scan.code)}\n${scan.err.slice(-3000)}`);
    const { bundle, credentials } = z.object({ bundle: z.string(), credentials: z.number() }).parse(JSON.parse(scan.out));
    if (credentials !== SECRETS) throw new Error(`${credentials} Secrets were listed, ${SECRETS} are there`);
    scans.push({ ...scan, bundle });
  }
  const last = scans.at(-1);
  if (last === undefined) throw new Error('no scan');
  // The requests that the scan made, as its own ledger has them, so that both read the same.
  const requests = await requestsOf(last.bundle);
  const list = join(folder, 'requests.json');
  await writeFile(list, JSON.stringify({ url: cluster.url, caPem: cluster.caPem, token: cluster.admin, requests, concurrency: CONCURRENCY }));
  const bare = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const reading = await measure(process.execPath, [join(import.meta.dirname, 'support/bare-reader.ts'), list]);
    if (reading.code !== 0) throw new Error(`the bare reader ended with ${String(reading.code)}\n${reading.err.slice(-2000)}`);
    bare.push({ ...reading, ...z.object({ requests: z.number(), megabytes: z.number() }).parse(JSON.parse(reading.out)) });
  }
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const reader = median(bare.map(({ wallMs }) => wallMs));
  const whole = median(scans.map(({ wallMs }) => wallMs));
  const read = median(await Promise.all(scans.map(async ({ bundle }) => {
    const { startedAt, finishedAt } = runSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.run), 'utf8')));
    return millisecondsOf(finishedAt) - millisecondsOf(startedAt);
  })));
  console.log(`bare reader: ${bare[0]?.requests ?? 0} requests, ${(bare[0]?.megabytes ?? 0).toFixed(0)} MB, ${seconds(reader)}, ${(Math.max(...bare.map(({ peakBytes }) => peakBytes ?? 0)) / 1024 / 1024).toFixed(0)} MB resident`);
  tell('peak resident MB of a whole scan', Math.max(...scans.map(({ peakBytes }) => peakBytes ?? 0)) / 1024 / 1024, BUDGETS.megabytes, 'as the system counts it');
  tell('reading / bare reader', read / reader, BUDGETS.ratio, `${seconds(read)} against ${seconds(reader)}`);
  tell('whole scan / bare reader', whole / reader, BUDGETS.ratio, `${seconds(whole)}: reading ${seconds(read)}, start, derivation, reports and seal ${seconds(whole - read)}`);
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = strict && beyond ? 1 : 0;

/** The first request of every list of the ledger; the bare reader follows the pages by itself. Reviews, which are posted, are few and left out. */
async function requestsOf(bundle: string): Promise<readonly { readonly path: string; readonly accept: string }[]> {
  const lines = gunzipSync(await readFile(join(bundle, BUNDLE.calls))).toString('utf8').split('\n').filter((text) => text !== '');
  const calls = lines.map((text): unknown => JSON.parse(text)).filter((each) => typeof each === 'object' && each !== null && 'type' in each && each.type === 'call');
  return calls.map((each) => call.parse(each)).flatMap(({ service, operation, page, parameters }) => {
    const wire = wireOperation(service, operation);
    return wire.method === 'GET' && page === 1 ? [{ path: targetOf(wire, parameters), accept: wire.accept }] : [];
  });
}
