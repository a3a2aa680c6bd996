// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';

/** LibreOffice's program, installed where it is not there and can be. */
export function office(): string {
  const find = (): string | undefined => ['soffice', 'libreoffice'].find((name) => spawnSync(name, ['--version']).status === 0);
  const here = find();
  if (here !== undefined) return here;
  process.stdout.write('installing libreoffice-calc\n');
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'libreoffice-calc'], { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  const installed = find();
  assert.ok(installed !== undefined, 'LibreOffice is not there and could not be installed: install the package libreoffice-calc');
  return installed;
}
