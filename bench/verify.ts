// SPDX-License-Identifier: Apache-2.0
// verify: integrity over a large bag against sha256sum over the same files, and re-derivation against the first derivation. Argument: megabytes (1024).
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROVIDERS } from '../scanners/index.ts';
import { BUNDLE } from '../src/bundle/layout.ts';
import { runSchema } from '../src/bundle/records.ts';
import { deriveBundle } from '../src/pipeline/derive.ts';
import { checkBag, writeBag } from '../src/evidence/bag.ts';
import { reDerivation } from '../src/verify/re-derivation.ts';
import { line, measure, median } from './support/measure.ts';
import { serveAccount } from './support/served-account.ts';

const MEGABYTES = Number(process.argv[2] ?? 1024);
const USERS = 2000;
const BUDGETS = { integrity: 2, reDerivation: 1.2 } as const;
const MEGABYTE = 1024 * 1024;
const program = join(import.meta.dirname, '../dist/rollcall.js');

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
try {
  const bag = join(folder, 'bag');
  await mkdir(join(bag, BUNDLE.data), { recursive: true });
  const block = randomBytes(MEGABYTE);
  for (let number = 0; number * 64 < MEGABYTES; number += 1) {
    const file = await open(join(bag, BUNDLE.data, `${number}.bin`), 'wx');
    for (let part = 0; part < Math.min(64, MEGABYTES - number * 64); part += 1) await file.write(block);
    await file.close();
  }
  await writeBag(bag, { run: 'bench', baggedOn: '2026-11-22', agent: 'bench' });
  const theirs: number[] = [];
  const ours: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const sum = await measure('sh', ['-c', `cd "${bag}" && sha256sum --check --quiet manifest-sha256.txt`]);
    if (sum.code !== 0) throw new Error(`sha256sum refused the bag: ${sum.err}`);
    theirs.push(sum.wallMs);
    ours.push(await timed(async () => {
      const findings = await checkBag(bag);
      if (findings.length > 0) throw new Error(`the bag does not check: ${findings[0]?.file ?? ''} ${findings[0]?.message ?? ''}`);
    }));
  }
  console.log(line(`integrity of ${MEGABYTES} MB / sha256sum`, median(ours) / median(theirs), BUDGETS.integrity, `${(median(ours) / 1000).toFixed(2)} s against ${(median(theirs) / 1000).toFixed(2)} s`));
  await rm(bag, { recursive: true });

  const server = await serveAccount(USERS, 10_000, folder);
  const archive = join(folder, 'archive');
  const scan = await measure(process.execPath, [program, 'scan', '--archive', archive, '--bulk-only', '--quiet', '--json'], server.env);
  server.close();
  const run = (await readdir(join(archive, 'runs')))[0];
  if (run === undefined) throw new Error(`rollcall scan ended with ${String(scan.code)} and left no bundle\n${scan.err}`);
  const bundle = join(archive, 'runs', run);
  runSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.run), 'utf8')));
  const first: number[] = [];
  const again: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    const derived = await timed(() => deriveBundle(bundle, join(folder, `derived-${turn}`), PROVIDERS));
    const verified = await timed(async () => {
      const { result, findings } = await reDerivation(bundle, (from, to) => deriveBundle(from, to, PROVIDERS));
      if (result !== 'pass') throw new Error(`re-derivation says ${result}: ${findings[0]?.message ?? ''}`);
    });
    if (turn === 0) continue; // the first turn warms the compiler
    first.push(derived);
    again.push(verified);
  }
  console.log(line(`re-derivation of ${USERS} users / derivation`, median(again) / median(first), BUDGETS.reDerivation, `${(median(again) / 1000).toFixed(2)} s against ${(median(first) / 1000).toFixed(2)} s`));
} finally {
  await rm(folder, { recursive: true, force: true });
}
