// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { z } from 'zod';

/** What a run of the packed program left: its exit code, what it said, and the one bundle that it sealed, if any. */
export interface Scanned { readonly code: number; readonly out: string; readonly err: string; readonly folder: string; readonly bundle: string | null }

/** A command line as ROLLCALL_BIN gives it. No part of it may hold a space. */
export function programOf(text: string | undefined): readonly [string, ...string[]] {
  const [file, ...rest] = (text ?? '').split(' ').filter((word) => word !== '');
  if (file === undefined) throw new Error('ROLLCALL_BIN is not set; it names the program to run, as "node dist/rollcall.js" does');
  return [file, ...rest];
}

/** An environment that knows no cluster and no key but those of its folder. */
export function environment(folder: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), NODE_COMPILE_CACHE: join(folder, 'cache') };
}

/** What of rollcall.yaml a scan may set beside its login. */
export interface Settings { readonly scope?: object; readonly limits?: object }

/** Writes a configuration of one target. */
export async function configure(folder: string, kubeconfig: string, context: string, { scope, limits }: Settings = {}): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'rollcall.yaml');
  await writeFile(file, stringify({ version: 1, targets: [{ name: context, provider: 'kubernetes', auth: { context, kubeconfig }, ...(scope === undefined ? {} : { scope }) }], ...(limits === undefined ? {} : { limits }) }));
  return file;
}

/** Scans one cluster with one login. */
export async function scan(program: readonly [string, ...string[]], folder: string, kubeconfig: string, context: string, settings: Settings = {}): Promise<Scanned> {
  const configuration = await configure(folder, kubeconfig, context, settings);
  const archive = join(folder, 'archive');
  const said = await rollcall(program, folder, ['scan', '--config', configuration, '--archive', archive, '--json']);
  // A login that does not work leaves no archive.
  const runs = said.code === 2 ? [] : await readdir(join(archive, 'runs'));
  if (runs.length > 1) throw new Error(`${runs.length} runs in ${archive}, not one`);
  return { ...said, folder, bundle: runs[0] === undefined ? null : join(archive, 'runs', runs[0]) };
}

/** Runs the program to its end, whatever its exit code. Rejects where it cannot be started. */
export function rollcall([file, ...before]: readonly [string, ...string[]], folder: string, args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    execFile(file, [...before, ...args], { env: environment(folder), cwd: folder, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 }, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, out, err });
      else reject(new Error(`${file} ${args[0] ?? ''} could not be run`, { cause: error }));
    });
  });
}

const fact = z.looseObject({ status: z.string(), value: z.unknown().optional(), cause: z.string().optional() });
/** A fact of a row, as far as it is compared. */
export type SeenFact = z.output<typeof fact>;

const when = z.looseObject({ status: z.string(), value: z.object({ from: z.string().nullable(), to: z.string() }).optional() });
const row = z.looseObject({
  kind: z.string(), id: z.string(), key: z.string(), name: z.string(), created: when, lastUsed: fact.optional(), status: fact.optional(), expires: fact.optional(), privilege: fact.optional(), identity: z.string().nullish(),
  credentialCounts: z.record(z.string(), fact).optional(), self: z.boolean().optional(), audience: z.string().nullish(), address: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
});
/** A row of the inventory, of whatever file. */
export type SeenRow = z.output<typeof row>;

const grant = z.looseObject({ identity: z.string(), policy: z.string(), via: z.string() });
const coverage = z.looseObject({
  gaps: z.array(z.looseObject({ source: z.string(), outcome: z.string(), operation: z.string(), message: z.string().nullable() })),
  controlTotals: z.array(z.looseObject({ name: z.string(), state: z.string(), before: z.number().nullable(), listed: z.number().nullable() })),
});
const tablePage = z.looseObject({ parent: z.string().nullable(), body: z.looseObject({ rows: z.array(z.looseObject({ cells: z.array(z.union([z.string(), z.number()])) })).nullable() }) });

/** What a bundle says, as it lies on disk. `tables`: type and number of keys of each Secret, as its pages kept them, by `namespace/name`. */
export interface Bundle {
  readonly rows: readonly SeenRow[];
  readonly grants: readonly z.output<typeof grant>[];
  readonly coverage: z.output<typeof coverage>;
  readonly tables: ReadonlyMap<string, { readonly type: string; readonly keys: number }>;
}

/** Reads a bundle. */
export async function readBundle(bundle: string): Promise<Bundle> {
  const inventory = async (name: string): Promise<readonly unknown[]> => linesOf(await readFile(join(bundle, 'data', 'inventory', `${name}.jsonl.gz`)));
  const rows = (await Promise.all(['identities', 'credentials', 'objects'].map(inventory))).flat();
  const pages = await readdir(join(bundle, 'data', 'pages'), { recursive: true });
  const tables = new Map<string, { type: string; keys: number }>();
  for (const page of pages.filter((file) => file.endsWith('kubernetes.secrets-table.jsonl.gz'))) {
    for (const line of linesOf(await readFile(join(bundle, 'data', 'pages', page)))) {
      const { parent, body } = tablePage.parse(line);
      for (const { cells: [name, type, keys] } of body.rows ?? []) tables.set(`${parent ?? ''}/${name ?? ''}`, { type: String(type), keys: Number(keys) });
    }
  }
  return { rows: z.array(row).parse(rows), grants: z.array(grant).parse(await inventory('grants')), coverage: coverage.parse(JSON.parse(await readFile(join(bundle, 'data', 'coverage.json'), 'utf8'))), tables };
}

function linesOf(packed: Uint8Array): readonly unknown[] {
  return gunzipSync(packed).toString('utf8').split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line));
}
