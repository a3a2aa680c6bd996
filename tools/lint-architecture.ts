// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { readModules } from './architecture/modules.ts';
import { findings, type Finding } from './architecture/rules.ts';

/** A tree with fewer files than this was not read: a checker that sees nothing finds nothing. */
export const AT_LEAST = 150;

/** Reads every module under `root` and holds it against the rules of the architecture. Throws where it saw fewer than `atLeast`. */
export async function lintArchitecture(root: string, atLeast = AT_LEAST): Promise<{ readonly modules: number; readonly findings: readonly Finding[] }> {
  const modules = await readModules(resolve(root));
  if (modules.length < atLeast) throw new Error(`${root}: only ${modules.length} modules were found, and there are more than ${atLeast}; run it in the root of the repository`);
  return { modules: modules.length, findings: findings(modules) };
}

if (import.meta.main) {
  const { modules, findings: found } = await lintArchitecture(process.argv[2] ?? '.');
  for (const { path, line, rule, message } of found) console.log(`${path}:${line}: ${rule}: ${message}`);
  console.log(`architecture: ${modules} modules, ${found.length} findings`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
