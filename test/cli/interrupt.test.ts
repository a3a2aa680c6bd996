// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AwsFault } from '../../fixtures/servers/aws-faults.ts';
import type { AwsServer } from '../../fixtures/servers/aws-query.ts';
import { ended, entries, machine, onlyRun, rollcall, start } from './child.ts';
import { configure, serve } from './company-server.ts';
import { logEvents } from './log-events.ts';

const here = machine();
let server: AwsServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const HANGING: readonly AwsFault[] = [{ operation: 'GetAccountAuthorizationDetails', kind: 'hang' }];

/** A scan that has come as far as a request that the server never answers. */
async function hangingScan(folder: string, url: string): Promise<{ readonly child: ReturnType<typeof start>; readonly done: ReturnType<typeof ended> }> {
  const child = start(['scan', '--archive', 'archive'], { cwd: folder, env: here().environment(url) });
  const done = ended(child);
  const asked = server?.requests ?? [];
  for (let waited = 0; !asked.some(({ operation }) => operation === 'GetAccountAuthorizationDetails'); waited += 20) {
    if (waited > 20_000) throw new Error(`the scan never asked: ${(await done).stderr}`);
    await delay(20);
  }
  return { child, done };
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a hanging scan at once, logs that, leaves no run, and what was read can go on', async (signal) => {
  server = await serve({ faults: HANGING });
  const folder = await here().folder('interrupt');
  await configure(folder);
  const { child, done } = await hangingScan(folder, server.url);
  const at = performance.now();
  child.kill(signal);
  const { code, stdout, stderr } = await done;
  expect(performance.now() - at).toBeLessThan(2000);
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  const archive = join(folder, 'archive');
  const events = await logEvents(archive);
  const run = String(events[0]?.run);
  expect(stderr).toContain(`Interrupted: nothing was sealed. What was read stays for 24 hours after its start: \`rollcall scan --resume ${run}\` goes on with it.`);
  expect(stderr).not.toMatch(/node:internal|fault of rollcall/);
  expect(events.map(({ event }) => event)).toEqual(['run.started', 'run.interrupted']);
  expect(events.at(-1)).toMatchObject({ reason: `interrupted by ${signal}`, run });
  expect(await entries(join(archive, 'runs'))).toEqual([]);
  expect((await entries(join(archive, 'work'))).toSorted()).toEqual([run, `${run}.json`]);
  // It is no finding of the archive: the log tells how it ended.
  expect(await rollcall(['archive', 'check', '--archive', 'archive'], { cwd: folder, env: here().environment() })).toMatchObject({ code: 0 });
  server?.setFaults([]);
  const asked = server?.requests.map(({ operation }) => operation) ?? [];
  const resumed = await rollcall(['scan', '--archive', 'archive', '--resume', 'last', '--quiet'], { cwd: folder, env: here().environment(server?.url) });
  expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
  // What had ended is not asked for again: of the login's own request alone there are two more, one for each time that it logged in.
  const again = server?.requests.slice(asked.length).map(({ operation }) => operation) ?? [];
  expect(asked).toContain('ListAccountAliases');
  expect(again).not.toContain('ListAccountAliases');
  expect(again).toContain('GetAccountAuthorizationDetails');
  expect((await logEvents(archive)).map(({ event }) => event)).toEqual(['run.started', 'run.interrupted', 'run.resumed', 'run.collected', 'run.sealed']);
  expect(await entries(join(archive, 'runs'))).toEqual([run]);
  expect(await entries(join(archive, 'work'))).toEqual([]);
  const verified = await rollcall(['verify', join(archive, 'runs', run), '--key', join(here().root, 'home', 'config', 'rollcall', 'signing-key.pub.pem'), '--require', 'integrity,authenticity,re-derivation'], { cwd: folder, env: here().environment() });
  expect(verified, verified.stdout).toMatchObject({ code: 0, stderr: '' });
});

test('an interrupt while it resumes leaves it to go on once more', async () => {
  server = await serve({ faults: HANGING });
  const folder = await here().folder('again');
  await configure(folder);
  const first = await hangingScan(folder, server.url);
  first.child.kill('SIGTERM');
  expect((await first.done).code).toBe(130);
  const before = server.requests.length;
  const child = start(['scan', '--archive', 'archive', '--resume', 'last'], { cwd: folder, env: here().environment(server.url) });
  const done = ended(child);
  for (let waited = 0; !server.requests.slice(before).some(({ operation }) => operation === 'GetAccountAuthorizationDetails') && waited < 20_000; waited += 20) await delay(20);
  child.kill('SIGINT');
  expect((await done).code).toBe(130);
  server.setFaults([]);
  expect(await rollcall(['scan', '--archive', 'archive', '--resume', 'last', '--quiet'], { cwd: folder, env: here().environment(server.url) })).toMatchObject({ code: 0 });
  expect((await logEvents(join(folder, 'archive'))).map(({ event }) => event)).toEqual(['run.started', 'run.interrupted', 'run.resumed', 'run.interrupted', 'run.resumed', 'run.collected', 'run.sealed']);
});

test('a second interrupt ends a scan that is already ending, with the same exit code', async () => {
  server = await serve({ faults: HANGING });
  const folder = await here().folder('twice');
  await configure(folder);
  const { child, done } = await hangingScan(folder, server.url);
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect((await done).code).toBe(130);
  expect(await entries(join(folder, 'archive', 'runs'))).toEqual([]);
});

test('a scan that is killed leaves a start without an end in the log and nothing under runs; those before and after it verify', async () => {
  server = await serve();
  const folder = await here().folder('killed');
  const archive = join(folder, 'archive');
  await configure(folder);
  const scan = async (more: readonly string[] = ['--quiet']): ReturnType<typeof rollcall> => rollcall(['scan', '--archive', 'archive', '--bulk-only', ...more], { cwd: folder, env: here().environment(server?.url) });
  expect(await scan()).toMatchObject({ code: 0 });
  const before = await onlyRun(archive);
  server.setFaults(HANGING);
  const asked = server.requests.length;
  const child = start(['scan', '--archive', 'archive'], { cwd: folder, env: here().environment(server.url) });
  const done = ended(child);
  for (let waited = 0; !server.requests.slice(asked).some(({ operation }) => operation === 'GetAccountAuthorizationDetails') && waited < 20_000; waited += 20) await delay(20);
  child.kill('SIGKILL');
  expect(await done).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(await entries(join(archive, 'runs'))).toHaveLength(1);
  server.setFaults([]);
  const after = await scan([]);
  // What the killed run left is named, and left for a person to remove.
  expect(after.stderr).toMatch(/holds 1 unfinished run, interrupted, killed or still going: [0-9a-f-]{36}\./);
  expect(after.code).toBe(0);
  const runs = await entries(join(archive, 'runs'));
  expect(runs).toHaveLength(2);
  const events = await logEvents(archive);
  expect(events.map(({ event }) => event)).toEqual(['run.started', 'run.collected', 'run.sealed', 'run.started', 'run.started', 'run.collected', 'run.sealed']);
  const killed = events[3]?.run;
  expect(events.filter(({ run }) => run === killed)).toHaveLength(1);
  expect(runs).not.toContain(killed);
  for (const run of [before, join(archive, 'runs', runs[1] ?? '')]) {
    const verified = await rollcall(['verify', run, '--key', join(here().root, 'home', 'config', 'rollcall', 'signing-key.pub.pem'), '--require', 'integrity,authenticity,re-derivation'], { cwd: folder, env: here().environment() });
    expect(verified, verified.stdout).toMatchObject({ code: 0, stderr: '' });
  }
});
