// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { environment } from './scan.ts';

type Program = readonly [string, ...string[]];
interface Ran { readonly code: number; readonly err: string; readonly names: readonly string[] }

/** Where a pod finds the token of its account. https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount';
const named = z.looseObject({ name: z.string() });

/** Scans with a configuration, and names the service accounts that came out. */
async function scanWith([file, ...before]: Program, folder: string, target: object, env: NodeJS.ProcessEnv): Promise<Ran> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'rollcall.yaml'), stringify({ version: 1, targets: [{ name: 'cluster', provider: 'kubernetes', ...target }] }));
  const { code, err } = await new Promise<{ code: number; err: string }>((resolve, reject) => {
    execFile(file, [...before, 'scan', '--archive', join(folder, 'archive'), '--quiet'], { cwd: folder, env: { ...environment(folder), ...env }, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 }, (error, _out, told) => {
      const ended = error === null ? 0 : error.code;
      if (typeof ended === 'number') resolve({ code: ended, err: told });
      else reject(new Error(`${file} could not be run`, { cause: error }));
    });
  });
  const runs = code === 2 ? [] : await readdir(join(folder, 'archive', 'runs'));
  const [run] = runs;
  if (run === undefined) return { code, err, names: [] };
  const lines = gunzipSync(await readFile(join(folder, 'archive', 'runs', run, 'data/inventory/identities.jsonl.gz'))).toString('utf8').trim().split('\n').filter((line) => line !== '').map((line) => named.parse(JSON.parse(line)));
  return { code, err, names: lines.map(({ name }) => name).sort() };
}

/** A scan in a pod: no kubeconfig, the token and the address that every pod has. Needs the right to write where pods find their token. */
export async function inCluster(program: Program, folder: string, cluster: Cluster, token: string, accounts: readonly string[]): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) {
    console.log('in a pod: not tried, since only root can write where pods find their token');
    return [];
  }
  const there = await access(MOUNTED).then(() => true, (error: unknown) => { if ((error as { code?: unknown }).code === 'ENOENT') return false; throw error; });
  if (there) return [`${MOUNTED} is there already; this machine is a pod, and its token is left alone`];
  try {
    await mkdir(MOUNTED, { recursive: true });
    await Promise.all([['token', token], ['ca.crt', cluster.caPem], ['namespace', 'audit']].map(([name = '', text = '']) => writeFile(join(MOUNTED, name), text, { mode: 0o600 })));
    const { hostname, port } = new URL(cluster.url);
    const ran = await scanWith(program, join(folder, 'scan-in-cluster'), { auth: { ambient: true } }, { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port });
    return [...(ran.code === 0 ? [] : [`in a pod: exit ${ran.code}: ${ran.err.slice(-1000)}`]), ...sameNames('in a pod', ran.names, accounts)];
  } finally {
    await rm('/var/run/secrets', { recursive: true, force: true });
  }
}

function sameNames(where: string, seen: readonly string[], wanted: readonly string[]): readonly string[] {
  const differ = [...new Set(seen).symmetricDifference(new Set(wanted))];
  return wanted.length > 0 && differ.length === 0 ? [] : [`${where}: ${seen.length} accounts listed, ${wanted.length} wanted; ${differ.slice(0, 5).join(', ')}`];
}
