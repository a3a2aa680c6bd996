// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Cluster } from '../kubernetes/cluster.ts';
import { NAMESPACE, render } from './helm.ts';
import { run, USER, wrongEnd, type Suite } from './suite.ts';

const jobSchema = z.looseObject({ spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: z.object({ spec: z.looseObject({ serviceAccountName: z.string(), containers: z.array(z.looseObject({ args: z.array(z.string()) })).length(1) }) }) }) }) }) });
const filesSchema = z.looseObject({ data: z.record(z.string(), z.string()) });
const coverageSchema = z.looseObject({ gaps: z.array(z.looseObject({ source: z.string(), operation: z.string(), outcome: z.string() })) });

/**
 * Applies the chart, and runs the command of its pod as its account and user, with files laid as the kubelet lays them: symbolic links into a folder of the
 * moment, the key root's with mode 0440 for the pod's group. Without the right to list Secrets the scan ends with 3 and lacks nothing else; with it, with 0.
 */
export async function asThePod(suite: Suite, cluster: Cluster): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, values, code, gaps } of [{ name: 'pod', values: [], code: 3, gaps: true }, { name: 'pod-with-secrets', values: ['kubernetes.listSecrets=true', 'scan.failOn=critical'], code: 0, gaps: false }]) {
    const { text, objects } = await render(suite, values);
    await cluster.run('kubectl', ['apply', '--filename', '-'], text);
    const { serviceAccountName, containers: [container] } = jobSchema.parse(objects.find(({ kind }) => kind === 'CronJob')).spec.jobTemplate.spec.template.spec;
    const files = filesSchema.parse(objects.find(({ kind }) => kind === 'ConfigMap')).data;
    const folder = join(suite.folder, name);
    const token = (await cluster.run('kubectl', ['create', 'token', serviceAccountName, '--namespace', NAMESPACE, '--duration=1h'])).trim();
    const kubeconfig = await cluster.kubeconfig(name, token);
    const login = join(folder, 'login');
    await laidOut(folder, files, await readFile(kubeconfig, 'utf8'));
    // Root keeps its program: only the paths of the image are this machine's.
    const args = (container?.args ?? []).map((arg) => (/^\/(evidence|etc\/rollcall|run\/rollcall)(\/|$)/.test(arg) ? join(folder, arg) : arg));
    const user = process.getuid?.() === 0 ? { uid: USER, gid: USER } : {};
    const env = { KUBECONFIG: login, TMPDIR: join(folder, 'tmp'), HOME: '/nonexistent' };
    const ended = await run(suite.node, [join(suite.app, 'dist/rollcall.js'), ...args], { cwd: folder, env, ...user });
    found.push(...wrongEnd(`the command of the ${name}`, ended, code));
    const evidence = join(folder, 'evidence');
    const [sealed] = await readdir(join(evidence, 'runs'));
    if (sealed === undefined) {
      found.push(`${name}: no run was sealed: ${ended.err}`);
      continue;
    }
    const bundle = join(evidence, 'runs', sealed);
    const coverage = coverageSchema.parse(JSON.parse(await readFile(join(bundle, 'data/coverage.json'), 'utf8')));
    const seen = [...new Set(coverage.gaps.map(({ source, outcome }) => `${source} ${outcome}`))].sort();
    if (gaps ? seen.length === 0 || seen.some((gap) => !/secret|token/i.test(gap) || !gap.endsWith(' denied')) : seen.length > 0) found.push(`${name}: gaps ${seen.join(', ') || '(none)'}`);
    const { occasion } = z.looseObject({ occasion: z.string() }).parse(JSON.parse(await readFile(join(bundle, 'data/run.json'), 'utf8')));
    if (occasion !== 'scheduled') found.push(`${name}: the run says ${occasion}`);
    const written = (await readdir(folder)).sort();
    if (written.join() !== 'etc,evidence,login,run,tmp') found.push(`${name}: the folder holds ${written.join(', ')}`);
    const verified = await run(suite.node, [join(suite.app, 'dist/rollcall.js'), 'verify', bundle, '--key', join(suite.folder, `${name}.pub.pem`), '--require', 'integrity,authenticity,re-derivation'], { env: { ...process.env, HOME: folder } });
    found.push(...wrongEnd(`rollcall verify of the ${name}`, verified));
  }
  return found;
}

/** Volumes of the pod below a folder: what the pod may write is its user's, the rest is root's. */
async function laidOut(folder: string, files: { readonly [name: string]: string }, login: string): Promise<void> {
  const root = process.getuid?.() === 0;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await writeFile(`${folder}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }));
  await volume(join(folder, 'etc/rollcall'), files, 0o444);
  await volume(join(folder, 'run/rollcall'), { 'signing-key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }, root ? 0o440 : 0o400, root ? USER : null);
  await writeFile(join(folder, 'login'), login);
  if (root) await chown(join(folder, 'login'), USER, USER);
  await chmod(join(folder, 'login'), 0o400);
  for (const name of ['evidence', 'tmp']) {
    await mkdir(join(folder, name), { mode: 0o770 });
    if (root) await chown(join(folder, name), 0, USER);
    await chmod(join(folder, name), 0o2770);
  }
  await chmod(folder, 0o755);
}

/** A volume as the kubelet makes it: each file leads through `..data` to the folder of the moment, so that an update shows whole or not at all. */
async function volume(path: string, files: { readonly [name: string]: string }, mode: number, group: number | null = null): Promise<void> {
  const moment = '..2026_11_23_06_00_00.1';
  await mkdir(join(path, moment), { recursive: true, mode: 0o755 });
  await symlink(moment, join(path, '..data'));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(path, moment, name), text);
    if (group !== null) await chown(join(path, moment, name), 0, group);
    await chmod(join(path, moment, name), mode);
    await symlink(join('..data', name), join(path, name));
  }
}
