// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { EITHER, endOf, LANE, LIMIT, list, listMetadata, objectMetadata, observe, observePage } from '../shapes.ts';

const named = z.object({ name: z.string().optional() });
const container = z.object({ env: z.array(z.object({ secretKeyRef: named.optional() })).optional(), envFrom: z.array(z.object({ secretRef: named.optional() })).optional() });
const podSpecSchema = z.object({
  serviceAccountName: z.string().optional(), automountServiceAccountToken: z.boolean().optional(), imagePullSecrets: z.array(named).optional(),
  volumes: z.array(z.object({
    secret: z.object({ secretName: z.string().optional() }).optional(), csi: z.object({ driver: z.string().optional(), nodePublishSecretRef: named.optional() }).optional(),
    projected: z.object({ sources: z.array(z.object({ secret: named.optional(), serviceAccountToken: z.object({ audience: z.string().optional(), expirationSeconds: z.number().optional() }).optional() })).optional() }).optional(),
  })).optional(),
  containers: z.array(container).optional(), initContainers: z.array(container).optional(), ephemeralContainers: z.array(container).optional(),
});
type PodSpec = z.output<typeof podSpecSchema>;
const ownedMetadata = z.object({
  ...objectMetadata.shape, namespace: z.string(), labels: z.object({ 'pod-template-hash': z.string().optional() }).optional(),
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().optional() })).optional(),
});
const template = z.object({ spec: podSpecSchema.optional() });

/** A pod, or what pods are made from: the account that it names, the tokens that it asks for and the Secrets that it refers to. */
export const workloadRowSchema = z.object({
  kind: z.string(), name: z.string(), namespace: z.string(), uid: z.string(), created: z.string(), account: z.string().nullable(), automount: z.boolean().nullable(), phase: z.string().nullable(), hash: z.string().nullable(),
  owner: z.object({ kind: z.string(), name: z.string(), uid: z.string() }).nullable(),
  tokens: z.array(z.object({ audience: z.string().nullable(), seconds: z.number() })), secrets: z.array(z.string()), imagePullSecrets: z.array(z.string()),
});
export type WorkloadRow = z.output<typeof workloadRowSchema>;

/** What the API server takes where a projected token says no lifetime. https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ */
const DEFAULT_SECONDS = 3600;

function rowOf(kind: string, metadata: z.output<typeof ownedMetadata>, spec: PodSpec, phase: string | null): WorkloadRow {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  const projections = (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  const secrets = [
    ...containers.flatMap(({ env, envFrom }) => [...(env ?? []).map(({ secretKeyRef }) => secretKeyRef?.name), ...(envFrom ?? []).map(({ secretRef }) => secretRef?.name)]),
    ...(spec.volumes ?? []).flatMap(({ secret, csi }) => [secret?.secretName, csi?.nodePublishSecretRef?.name]), ...projections.map(({ secret }) => secret?.name),
  ];
  return {
    kind, name: metadata.name, namespace: metadata.namespace, uid: metadata.uid, created: metadata.creationTimestamp, account: texts([spec.serviceAccountName])[0] ?? null, automount: spec.automountServiceAccountToken ?? null, phase,
    hash: metadata.labels?.['pod-template-hash'] ?? null, owner: owner === undefined ? null : { kind: owner.kind, name: owner.name, uid: owner.uid },
    tokens: projections.flatMap(({ serviceAccountToken: token }) => (token === undefined ? [] : [{ audience: texts([token.audience])[0] ?? null, seconds: token.expirationSeconds ?? DEFAULT_SECONDS }])),
    secrets: texts(secrets), imagePullSecrets: texts((spec.imagePullSecrets ?? []).map(({ name }) => name)),
  };
}

function texts(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== undefined && value !== ''))];
}

interface Kind { readonly id: string; readonly title: string; readonly service: string; readonly operation: string; readonly kind: string; readonly resource: string }

function workloadSource<Item extends { readonly metadata: z.output<typeof ownedMetadata> }>({ id, title, service, operation, kind, resource }: Kind, item: z.ZodType<Item>, rowFor: (item: Item) => WorkloadRow, blindSpots: readonly string[] = []): AnySource {
  return defineSource({
    id, title, unitKind: EITHER, lane: LANE, depth: 'standard',
    operations: [declared(service, operation, { input: { limit: 1 } })],
    request: (_seed, page) => ({ service, operation, input: { limit: LIMIT, ...page } }),
    // In protobuf an empty list is not written: the list's own version is what shows that the answer is one.
    page: { schema: z.object({ kind: z.literal(`${kind}List`), metadata: listMetadata.extend({ resourceVersion: z.string().min(1) }), items: list(item) }), count: (body) => body.items?.length ?? 0, end: endOf },
    rows: (body, context) => [
      ...observePage(body.metadata, body.items?.length ?? 0, body.items?.[0]?.metadata.uid, context),
      ...(body.items ?? []).map((each, index) => observe('kubernetes.workload', each.metadata.uid, rowFor(each), context, ['items', index])),
    ],
    command: () => kubectl('get', resource, '--all-namespaces', '-o', 'wide'),
    blindSpots,
  });
}

const templated = z.object({ metadata: ownedMetadata, spec: z.object({ template: template.optional() }) });
const cronJob = z.object({ metadata: ownedMetadata, spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: template.optional() }).optional() }).optional() }) });
const pod = z.object({ metadata: ownedMetadata, spec: podSpecSchema, status: z.object({ phase: z.string().optional() }).optional() });

function ofTemplate(id: string, title: string, service: string, operation: string, kind: string, resource: string): AnySource {
  return workloadSource({ id, title, service, operation, kind, resource }, templated, ({ metadata, spec }) => rowOf(kind, metadata, spec.template?.spec ?? {}, null));
}

/**
 * Pods and what makes them, read in protobuf so that the values of environment variables are stepped over and never become text.
 * https://kubernetes.io/docs/concepts/workloads/
 */
export const WORKLOADS: readonly AnySource[] = [
  workloadSource({ id: 'kubernetes.pods', title: 'Pods', service: 'core', operation: 'ListPods', kind: 'Pod', resource: 'pods' }, pod, ({ metadata, spec, status }) => rowOf('Pod', metadata, spec, status?.phase ?? null), ['A pod that ended before the scan, and what ran in it, is not seen.']),
  ofTemplate('kubernetes.deployments', 'Deployments', 'apps', 'ListDeployments', 'Deployment', 'deployments'),
  ofTemplate('kubernetes.stateful-sets', 'Stateful sets', 'apps', 'ListStatefulSets', 'StatefulSet', 'statefulsets'),
  ofTemplate('kubernetes.daemon-sets', 'Daemon sets', 'apps', 'ListDaemonSets', 'DaemonSet', 'daemonsets'),
  ofTemplate('kubernetes.jobs', 'Jobs', 'batch', 'ListJobs', 'Job', 'jobs'),
  workloadSource({ id: 'kubernetes.cron-jobs', title: 'Cron jobs', service: 'batch', operation: 'ListCronJobs', kind: 'CronJob', resource: 'cronjobs' }, cronJob, ({ metadata, spec }) => rowOf('CronJob', metadata, spec.jobTemplate?.spec?.template?.spec ?? {}, null)),
];
/** Their ids: what "no workload runs as it" stands on is every one of these lists. */
export const WORKLOAD_SOURCES: readonly string[] = WORKLOADS.map(({ id }) => id);
