// SPDX-License-Identifier: Apache-2.0
// Every part of deploy/ held against what will read it. Exit 1 for any difference. Arguments: the folder that build.sh makes, the program that ../kubernetes/build.sh makes.
import { chmod, cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { actions } from './actions.ts';
import { chart } from './chart.ts';
import { container } from './container.ts';
import type { Suite } from './suite.ts';
import { systemd } from './systemd.ts';

const [tools, server] = process.argv.slice(2);
const bin = process.env['ROLLCALL_BIN'];
if (tools === undefined || server === undefined || bin === undefined) throw new Error('usage: ROLLCALL_BIN=PROGRAM node deploy.ts TOOLS SERVER, as run.sh calls it');

const folder = await mkdtemp(join(tmpdir(), 'rollcall-deploy-'));
let failed = 0;
try {
  // Another user is to run it, as in a pod, and the folders that lead to it here may be this user's alone.
  await chmod(folder, 0o755);
  // Of a command line such as "node dist/rollcall.js" the program is the last word.
  const packed = dirname(dirname(await realpath(bin.split(' ').at(-1) ?? bin)));
  const suite: Suite = { root: join(import.meta.dirname, '../../..'), folder, tools, server, app: join(folder, 'app'), node: join(folder, 'nodejs/bin/node') };
  for (const part of ['dist', 'mappings', 'docs/schemas', 'package.json']) await cp(join(packed, part), join(suite.app, part), { recursive: true });
  await mkdir(dirname(suite.node), { recursive: true });
  await cp(process.execPath, suite.node);
  for (const [name, part] of Object.entries({ chart, actions, systemd, container })) {
    const started = performance.now();
    const differences = await part(suite);
    for (const difference of differences) console.error(`${name}: ${difference}`);
    failed += differences.length;
    console.log(`${name}: ${differences.length === 0 ? 'as it should be' : `${differences.length} differences`} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;
