// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEPLOY, run, wrongEnd, type Suite } from './suite.ts';

/** What `systemd-analyze security` may count at most, of 100: 13 with systemd 252, whose weights other releases change a little. */
const EXPOSURE = 20;
const UNITS = ['rollcall.service', 'rollcall.timer'];

/** The units, read by systemd's own checks: known settings, nothing that hangs, little exposure, and a timer that elapses on Mondays at 06:00 UTC. */
export async function systemd({ root, folder, app, node }: Suite): Promise<readonly string[]> {
  const units = join(folder, 'units');
  await mkdir(join(units, 'bin'), { recursive: true });
  // The program has to be there and start: here it is the packed one.
  const program = join(units, 'bin/rollcall');
  await writeFile(program, `#!/bin/sh\nexec ${node} ${join(app, 'dist/rollcall.js')} "$@"\n`, { mode: 0o755 });
  for (const unit of UNITS) {
    const text = await readFile(join(root, DEPLOY, 'systemd', unit), 'utf8');
    await writeFile(join(units, unit), text.replace('/opt/rollcall/node_modules/.bin/rollcall', program));
  }
  const paths = UNITS.map((unit) => join(units, unit));
  const [verified, secure, timer] = await Promise.all([
    run('systemd-analyze', ['verify', '--recursive-errors=no', ...paths]),
    run('systemd-analyze', ['security', '--offline=true', '--no-pager', `--threshold=${EXPOSURE}`, join(units, 'rollcall.service')]),
    run('systemd-analyze', ['calendar', '--base-time=2026-11-24 00:00:00 UTC', onCalendar(await readFile(join(units, 'rollcall.timer'), 'utf8'))], { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' } }),
  ]);
  const said = `${verified.out}${verified.err}`.split('\n').filter((line) => line.includes('rollcall'));
  return [
    ...wrongEnd('systemd-analyze verify', verified), ...said.map((line) => `systemd-analyze verify: ${line}`), ...wrongEnd(`systemd-analyze security, more than ${EXPOSURE}`, secure),
    ...wrongEnd('systemd-analyze calendar', timer), ...(timer.out.includes('Mon 2026-11-30 06:00:00 UTC') ? [] : [`the timer does not elapse on Monday 2026-11-30 at 06:00 UTC: ${timer.out}`]),
    ...wrongEnd('the same threshold must be able to fail', await run('systemd-analyze', ['security', '--offline=true', '--no-pager', '--threshold=1', join(units, 'rollcall.service')]), 1),
  ];
}

function onCalendar(timer: string): string {
  const [, when] = /^OnCalendar=(.+)$/m.exec(timer) ?? [];
  if (when === undefined) throw new Error('rollcall.timer has no OnCalendar');
  return when;
}
