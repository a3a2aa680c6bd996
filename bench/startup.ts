// SPDX-License-Identifier: Apache-2.0
// Start-up of the built program against the bare runtime: the median of 20 each, taken in turns so that a busy moment hits both.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { line, measure, median } from './support/measure.ts';

const TIMES = 20;
const BUDGET = 2.5;
const program = join(import.meta.dirname, '../dist/rollcall.js');
const cache = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
// A compile cache of this run's own: warm after the first start, as on a machine that has run it before.
const env = { ...process.env, NODE_COMPILE_CACHE: cache };

const subjects = { node: ['-e', '0'], '--version': [program, '--version'], '--help': [program, '--help'] } as const;
const taken: { readonly [name in keyof typeof subjects]: number[] } = { node: [], '--version': [], '--help': [] };
try {
  for (const name of ['--version', '--help'] as const) {
    const warm = await measure(process.execPath, subjects[name], env);
    if (warm.code !== 0) throw new Error(`${program} ${name} ended with ${String(warm.code)}; run npm run build first\n${warm.err}`);
  }
  for (let turn = 0; turn < TIMES; turn += 1) for (const name of ['node', '--version', '--help'] as const) taken[name].push((await measure(process.execPath, subjects[name], env)).wallMs);
} finally {
  await rm(cache, { recursive: true, force: true });
}
const base = median(taken.node);
console.log(`node -e 0: ${base.toFixed(1)} ms, median of ${TIMES}`);
for (const name of ['--version', '--help'] as const) console.log(line(`${name} / node -e 0`, median(taken[name]) / base, BUDGET, `${median(taken[name]).toFixed(1)} ms`));
