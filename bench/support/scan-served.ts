// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { coverageSchema, runSchema, type Coverage } from '../../src/bundle/records.ts';
import { millisecondsOf } from '../../src/model/instant.ts';
import { ledgerEntrySchema } from '../../src/model/ledger.ts';
import { measure } from './measure.ts';

/** A scan that was measured: times in milliseconds, the peak in megabytes (null where the system does not tell), calls by lane. */
export interface ServedRun { readonly wallMs: number; readonly readMs: number; readonly megabytes: number | null; readonly calls: number; readonly notOk: number; readonly byLane: ReadonlyMap<string, number>; readonly coverage: Coverage }

/** `server`: a program of this folder that tells, once it listens, what `told` takes of it. `configure`: the configuration of the scan, which may put files into its folder. */
export interface Served<Told extends { readonly caPem: string }> { readonly server: string; readonly args: readonly number[]; readonly told: z.ZodType<Told>; readonly configure: (told: Told, folder: string) => Promise<object> }

const program = join(import.meta.dirname, '../../dist/rollcall.js');
const asked = z.object({ calls: z.number(), notOk: z.number() });

/** Scans what a process of its own serves, with the built program. Throws where the scan fails. */
export async function scanServed<Told extends { readonly caPem: string }>({ server: name, args, told, configure }: Served<Told>): Promise<ServedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
  const server = fork(join(import.meta.dirname, name), args.map(String), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const [begun] = z.tuple([told]).parse((await once(server, 'message')).slice(0, 1));
    await writeFile(join(folder, 'ca.pem'), begun.caPem);
    const configuration = join(folder, 'rollcall.json');
    await writeFile(configuration, JSON.stringify(await configure(begun, folder)));
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, NO_PROXY: '127.0.0.1' };
    const { code, err, out, wallMs, peakBytes } = await measure(process.execPath, [program, 'scan', '--config', configuration, '--archive', join(folder, 'archive'), '--quiet', '--json'], env);
    if (code !== 0 && code !== 3) throw new Error(`rollcall scan ended with ${String(code)}\n${err}`);
    const answer = once(server, 'message');
    server.send('asked');
    const { calls, notOk } = asked.parse((await answer)[0]);
    const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(out));
    const { startedAt, finishedAt } = runSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.run), 'utf8')));
    const coverage = coverageSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.coverage), 'utf8')));
    const byLane = new Map<string, number>();
    for await (const entry of readJsonLines(join(bundle, BUNDLE.calls), ledgerEntrySchema)) if (entry.type === 'call') byLane.set(entry.lane, (byLane.get(entry.lane) ?? 0) + 1);
    return { wallMs, readMs: millisecondsOf(finishedAt) - millisecondsOf(startedAt), megabytes: peakBytes === null ? null : peakBytes / 1024 / 1024, calls, notOk, byLane, coverage };
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
