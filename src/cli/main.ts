#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Nothing heavy is imported here: `--version` and `--help` must answer at once.
import module from 'node:module';
import { userCacheFolder } from './user-folders.ts';

const FLOOR = [24, 11] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])) {
  process.stderr.write(`rollcall needs Node.js ${FLOOR.join('.')} or newer; this is ${process.versions.node}. Install it from your distribution, with a version manager, or as the npm package "node".\n`);
  process.exitCode = 2;
} else {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', afterReaderLeft);
  // Not in the shared temporary folder, where Node would put it: compiled code is code, and others can write there.
  module.enableCompileCache(userCacheFolder());
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv);
}

/** A reader that goes away (`| head`) ends its reading, not our work: a scan is still sealed and its exit code still tells. */
function afterReaderLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
