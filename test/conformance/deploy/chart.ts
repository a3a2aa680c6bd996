// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { kubernetes } from '../../../scanners/kubernetes/index.ts';
import { startCluster, type Cluster } from '../kubernetes/cluster.ts';
import { helm, NAMESPACE, render, sets, type Rendered } from './helm.ts';
import { pageCommands } from './page.ts';
import { asThePod } from './pod.ts';
import { CHART, wrongEnd, type Suite } from './suite.ts';

/** Values that a user may set, by what they are for; each is rendered and shown to the API server. */
const USES: { readonly [use: string]: readonly string[] } = {
  defaults: [],
  'with Secrets by name': ['kubernetes.listSecrets=true'],
  'of two namespaces': ['kubernetes.listSecrets=true', 'kubernetes.namespaces={payments,ledger}'],
  'of clouds alone': ['kubernetes.token=false', 'kubernetes.roles=false', 'identity.aws.roleArn=arn:aws:iam::111122223333:role/rollcall', 'identity.azure.clientId=00000000-0000-4000-8000-000000000001', 'identity.azure.tenantId=00000000-0000-4000-8000-000000000002', 'identity.google.serviceAccount=rollcall@example-audit.iam.gserviceaccount.com'],
  'with everything set': [
    'image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000000', 'imagePullSecrets[0].name=pull', 'scan.failOn=critical', 'scan.depth=deep', 'archive.existingClaim=kept', 'serviceAccount.name=reader', 'serviceAccount.annotations.example\\.com/owner=security',
    'env[0].name=HTTPS_PROXY', 'env[0].value=http://proxy.example.com:3128', 'podLabels.team=security', 'podAnnotations.example\\.com/team=security', 'nodeSelector.kubernetes\\.io/os=linux', 'tolerations[0].key=dedicated', 'tolerations[0].operator=Exists', 'suspend=true', 'user=10001',
  ],
};

/** Values that must be refused, and a word of the refusal. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['image.tag=latest', 'tag'], ['user=0', 'user'], ['scan.failOn=severe', 'failOn'], ['signing.secretName=', 'secretName'], ['signing.privateKey=x', 'privateKey'], ['kubernetes.listsecrets=true', 'listsecrets'],
  ['config.rollcall=-----BEGIN PRIVATE KEY-----', 'rollcall'], ['schedule=every monday', 'schedule'], ['env[0].name=A', 'value'], ['image.digest=sha256:abc', 'digest'],
];

/** The chart, linted and rendered by Helm, its objects taken by a real API server, its pod by the strictest Pod Security level, and its command run as the pod would. */
export async function chart(suite: Suite): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [use, values] of Object.entries(USES)) found.push(...wrongEnd(`helm lint, ${use}`, await helm(suite, ['lint', '--strict', CHART, ...sets(values)])));
  for (const [value, word] of REFUSED) {
    const ended = await helm(suite, ['template', 'rollcall', CHART, '--set', value]);
    if (ended.code === 0) found.push(`${value} is not refused`);
    else if (!ended.err.includes(word)) found.push(`${value} is refused for another reason: ${ended.err.slice(-500)}`);
  }
  found.push(...wrongEnd('helm template for a cluster without time zones of cron jobs', await helm(suite, ['template', 'rollcall', CHART, '--kube-version', '1.26.0']), 1));
  found.push(...wrongEnd('helm package', await helm(suite, ['package', CHART, '--destination', suite.folder])));
  found.push(...(await roleDifferences(suite)));
  await mkdir(join(suite.folder, 'cluster'));
  const cluster = await startCluster(suite.server, join(suite.folder, 'cluster'), []);
  try {
    for (const namespace of [NAMESPACE, 'payments', 'ledger']) await cluster.run('kubectl', ['create', 'namespace', namespace]);
    // What the controllers of a cluster make in every namespace; none runs here.
    await cluster.run('kubectl', ['create', 'serviceaccount', 'default', '--namespace', NAMESPACE]);
    await cluster.run('kubectl', ['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted', 'pod-security.kubernetes.io/enforce-version=latest']);
    for (const [use, values] of Object.entries(USES)) found.push(...(await taken(cluster, use, await render(suite, values))));
    found.push(...(await asThePod(suite, cluster)), ...(await pageCommands(suite, cluster)));
  } finally {
    await cluster.stop();
  }
  return found;
}

/** Rules of the rendered roles against those that the program prints. */
async function roleDifferences(suite: Suite): Promise<readonly string[]> {
  const printed = new Map(kubernetes.permissions('deep').map(({ name, text }) => [name, z.looseObject({ rules: z.unknown() }).parse(parse(text)).rules]));
  const wanted: readonly (readonly [string, readonly (readonly [kind: string, role: string])[]])[] = [
    ['defaults', [['ClusterRole', 'rollcall-read']]], ['with Secrets by name', [['ClusterRole', 'rollcall-read'], ['ClusterRole', 'rollcall-list-secrets']]], ['of clouds alone', []],
    ['of two namespaces', ['rollcall-list-secrets-namespace', 'rollcall-list-secrets-namespace', 'rollcall-read-namespace', 'rollcall-read-namespace'].map((role) => ['Role', role] as const)],
  ];
  const found: string[] = [];
  for (const [use, roles] of wanted) {
    const { objects } = await render(suite, USES[use] ?? []);
    const left = objects.filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
    for (const [kind, role] of roles) {
      const at = left.findIndex((object) => object.kind === kind && isDeepStrictEqual(object.rules, printed.get(role)));
      if (at < 0) found.push(`${use}: no ${kind} has the rules that the program prints as ${role}`);
      else left.splice(at, 1);
    }
    for (const { kind, metadata } of left) found.push(`${use}: ${kind} ${metadata.name} is one too many`);
  }
  return found;
}

/** Whether the API server takes every object, with no field that it does not know, and the pod under the Pod Security level "restricted", which refuses the same pod with less. */
async function taken(cluster: Cluster, use: string, { text, objects }: { readonly text: string; readonly objects: readonly Rendered[] }): Promise<readonly string[]> {
  const refusal = async (input: string): Promise<string | null> => {
    try {
      const said = await cluster.run('kubectl', ['apply', '--dry-run=server', '--validate=strict', '--filename', '-'], input);
      return said.includes('Warning') ? said : null;
    } catch (error) {
      return error instanceof Error ? error.message.slice(-1500) : String(error);
    }
  };
  const jobs = objects.filter(({ kind }) => kind === 'CronJob').map((job) => jobSchema.parse(job));
  const found = jobs.length === 1 ? [] : [`${use}: ${jobs.length} cron jobs`];
  const whole = await refusal(text);
  if (whole !== null) found.push(`the API server refuses the chart, ${use}: ${whole}`);
  for (const { spec: { jobTemplate: { spec: { template } } } } of jobs) {
    const pod = (security: object): string => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name: 'as-the-job-makes-it', namespace: NAMESPACE }, spec: { ...template.spec, serviceAccountName: 'default', securityContext: security } });
    const strict = await refusal(pod(template.spec.securityContext));
    if (strict !== null) found.push(`the API server refuses the pod, ${use}: ${strict}`);
    const loose = await refusal(pod({ ...template.spec.securityContext, seccompProfile: { type: 'Unconfined' } }));
    if (!loose?.includes('violates PodSecurity')) found.push(`Pod Security does not bite, ${use}: ${loose ?? 'a pod without a filter of system calls is taken'}`);
  }
  return found;
}

const jobSchema = z.looseObject({ spec: z.looseObject({ jobTemplate: z.looseObject({ spec: z.looseObject({ template: z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({ securityContext: z.looseObject({}) }) }) }) }) }) });
