// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { shellBlocks } from '../../../tools/shell-blocks.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { CHART, DEPLOY, run, wrongEnd, type Suite } from './suite.ts';

const jobSchema = z.looseObject({ spec: z.looseObject({ template: z.looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({ args: z.array(z.string()) })), volumes: z.array(z.looseObject({ name: z.string() })) }) }) }) });
const FILES = { 'rollcall.yaml': '# ours\nversion: 1\ntargets:\n  - { name: here, provider: kubernetes, auth: { ambient: true } }\nowners: owners.yaml\ncontrols: controls.yaml\n', 'owners.yaml': 'owners: []  # none, "yet"\n', 'controls.yaml': 'controls: []\n' };

/** The commands of docs/scheduling.md for Kubernetes, as they stand there, with Helm and kubectl against a real API server: key, release, Secret, declaration. */
export async function pageCommands(suite: Suite, cluster: Cluster): Promise<readonly string[]> {
  const blocks = shellBlocks(await readFile(join(suite.root, 'docs/scheduling.md'), 'utf8')).filter((block) => /^(helm|kubectl|\(umask)/.test(block));
  if (blocks.length !== 3) return [`docs/scheduling.md has ${blocks.length} blocks for key, release and declaration`];
  const folder = join(suite.folder, 'page');
  await mkdir(join(folder, 'compliance'), { recursive: true });
  await mkdir(join(folder, 'bin'));
  await cp(join(suite.root, DEPLOY), join(folder, DEPLOY), { recursive: true });
  // The API server of this suite is built from its module and knows no release of its own; that the chart refuses an old one is tried with `helm template`.
  const about = join(folder, CHART, 'Chart.yaml');
  await writeFile(about, (await readFile(about, 'utf8')).replace(/^kubeVersion:.*\n/m, ''));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, 'compliance', name), text);
  await writeFile(join(folder, 'bin/kubectl'), `#!/bin/sh\nexec ${suite.server} kubectl "$@"\n`, { mode: 0o755 });
  await symlink(join(suite.tools, 'helm'), join(folder, 'bin/helm'));
  const env = { PATH: [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter), HOME: folder, KUBECONFIG: await cluster.kubeconfig('page', cluster.admin), DIGEST: `sha256:${'0'.repeat(64)}` };
  const shell = (script: string): ReturnType<typeof run> => run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env });
  for (const block of blocks) {
    const ended = await shell(block);
    if (ended.code !== 0) return wrongEnd(`docs/scheduling.md: ${block}`, ended);
  }
  const found: string[] = [];
  const get = async (kind: string, name: string): Promise<unknown> => JSON.parse(await cluster.run('kubectl', ['get', kind, name, '--namespace', 'rollcall', '--output=json']));
  const { data } = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(await get('configmap', 'rollcall'));
  for (const [name, text] of Object.entries(FILES)) if (data[name] !== text) found.push(`${name} is not in the cluster as management wrote it`);
  const secret = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(await get('secret', 'rollcall-signing-key'));
  if (Buffer.from(secret.data['signing-key.pem'] ?? '', 'base64').toString('utf8') !== (await readFile(join(folder, 'signing-key.pem'), 'utf8'))) found.push('the Secret does not hold the key under the name that the chart mounts');
  const { containers: [container], volumes } = jobSchema.parse(await get('job', 'declare')).spec.template.spec;
  if (container?.args.slice(0, 2).join(' ') !== 'schedule declare') found.push(`the Job that declares runs ${container?.args.join(' ') ?? 'nothing'}`);
  if (!['config', 'evidence', 'signing-key'].every((name) => volumes.some((volume) => volume.name === name))) found.push('the Job that declares lacks a volume of the scan');
  found.push(...wrongEnd('helm uninstall', await shell('helm uninstall rollcall --namespace rollcall')));
  const left = await cluster.run('kubectl', ['get', 'persistentvolumeclaims,cronjobs,clusterroles', '--namespace', 'rollcall', '--selector=app.kubernetes.io/instance=rollcall', '--output=name']);
  const own = left.trim().split('\n').filter((name) => !name.includes('/audit-'));
  if (own.join() !== 'persistentvolumeclaim/rollcall-evidence') found.push(`after the release is removed there are ${own.join(', ') || 'none'}, not the claim alone`);
  return found;
}
